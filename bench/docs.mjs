// Writes the figures of a run where the pages show them: the table of docs/speed.md and the sentence of the README.
import { readFileSync, writeFileSync } from 'node:fs'
import { markdownTable } from './judge.mjs'

const BEGIN = '<!-- figures: npm run bench -- --docs -->'
const END = '<!-- end of figures -->'

const fileOf = name => new URL(`../${name}`, import.meta.url)

/** Puts `text` between the two marks of a page. */
function replace(name, text) {
  const page = readFileSync(fileOf(name), 'utf8')
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${name} has no place for figures: ${BEGIN} … ${END}`)
  writeFileSync(fileOf(name), `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`)
}

/** Range of a figure over several rows, such as `0.61-0.66`. */
function range(rows, claim, figure) {
  const values = rows.filter(row => row.claim === claim).map(figure)
  if (values.length === 0) return '?'
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const digits = high >= 100 ? 0 : 2
  const shown = value => value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return shown(low) === shown(high) ? shown(low) : `${shown(low)} to ${shown(high)}`
}

/** Writes the figures of a report. */
export function writeDocs({ rows, measuredAt, size, machine: { node, processor, processors, memoryGb } }) {
  const where = `Node ${node.slice(1)} on ${processors} × ${processor}, ${memoryGb} GB, ${measuredAt.slice(0, 10)}`
  const command = `npm run bench${size === 'full' ? '' : ` -- --${size}`}`
  replace('docs/speed.md', `Measured with \`${command}\`, ${where}.\n\n${markdownTable(rows)}`)
  const ratio = range(rows, 'a', row => row.ratio)
  const made = range(rows, 'b', row => row.value)
  const due = rows.find(row => row.claim === 'd')
  const p99 = due === undefined ? '?' : Math.round(due.value)
  replace(
    'README.md',
    `Signed, durable deliveries go out at ${ratio} times the rate of bare \`undici.request\` with the same bytes; ${made} events a second are
made and stored; with 100,000 deliveries waiting, 99 of 100 leave within ${p99} ms of being due (${where}).`,
  )
}
