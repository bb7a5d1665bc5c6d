// Line plots as SVG: drawn here, coloured by the page they are in, readable at the width of a phone.
import { htmlText } from '../../report/html.js'

/** One line of a plot: points in order; null leaves a gap. */
export interface Line {
  name: string
  /** A class of the page, which gives its colour. */
  colour: 'first' | 'second' | 'third'
  points: readonly (readonly [x: number, y: number | null])[]
}

/** What a plot shows. */
export interface Plot {
  title: string
  lines: readonly Line[]
  /** The texts below and beside the axes, at these values. */
  xTicks: readonly (readonly [value: number, text: string])[]
  yText(value: number): string
  /** Orders of magnitude are equally far apart. */
  logarithmic?: boolean
}

const WIDTH = 360
const HEIGHT = 180
const LEFT = 52
const RIGHT = 12
const TOP = 8
const BOTTOM = 22

/** A round value at or above another. */
function roundedUp(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 2.5, 5, 10].find(step => step * size >= value) ?? 10) * size
}

function yScale(lines: readonly Line[], logarithmic: boolean): { ticks: number[]; share(y: number): number } {
  const values = lines.flatMap(({ points }) => points.flatMap(([, y]) => (y === null ? [] : [y])))
  const greatest = Math.max(...values, 0)
  if (!logarithmic) {
    const top = greatest > 0 ? roundedUp(greatest) : 1
    return { ticks: [0, top / 2, top], share: y => y / top }
  }
  const positive = values.filter(value => value > 0)
  const low = Math.floor(Math.log10(Math.min(...positive, greatest || 1)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(greatest || 1)))
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
  return { ticks, share: y => (Math.log10(Math.max(y, 10 ** low)) - low) / (high - low) }
}

/** The plot as a figure of HTML; empty without two points. */
export function plotOf({ title, lines, xTicks, yText, logarithmic = false }: Plot): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x))
  const [least, most] = [Math.min(...xs), Math.max(...xs)]
  if (xs.length < 2 || least === most) return ''
  const scale = yScale(lines, logarithmic)
  const round = (value: number) => Math.round(value * 10) / 10
  const atX = (x: number) => round(LEFT + ((x - least) / (most - least)) * (WIDTH - LEFT - RIGHT))
  const atY = (y: number) => round(TOP + (1 - scale.share(y)) * (HEIGHT - TOP - BOTTOM))
  const grid = scale.ticks.map(
    y =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${atY(y)}" y2="${atY(y)}"/><text x="${LEFT - 4}" y="${atY(y) + 4}" text-anchor="end">${htmlText(yText(y))}</text>`,
  )
  const below = xTicks.map(
    ([x, text], i) =>
      `<text x="${atX(x)}" y="${HEIGHT - 6}" text-anchor="${i === 0 ? 'start' : i === xTicks.length - 1 ? 'end' : 'middle'}">${htmlText(text)}</text>`,
  )
  const drawn = lines.map(({ colour, points }) => {
    let isOpen = false
    const path = points.map(([x, y]) => {
      if (y === null) {
        isOpen = false
        return ''
      }
      const command = isOpen ? 'L' : 'M'
      isOpen = true
      return `${command}${atX(x)} ${atY(y)}`
    })
    return `<path class="${colour}" d="${path.join('')}"/>`
  })
  const legend = lines.map(({ name, colour }) => `<span class="${colour}">${htmlText(name)}</span>`).join(' ')
  return `<figure><figcaption>${htmlText(title)} <small>${legend}</small></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${htmlText(title)}">${grid.join('')}${below.join('')}${drawn.join('')}</svg></figure>`
}
