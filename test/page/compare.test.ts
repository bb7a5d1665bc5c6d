// Comparisons: of lines and fields by themselves, and of two attempts and two events in a real browser; the scale of a timeline.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareFields } from '../../src/page/compare/fields.js'
import { compareLines } from '../../src/page/compare/lines.js'
import { rowsOf, scaleOf } from '../../src/page/timeline/scale.js'
import { axeViolations, it as itInBrowser, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

describe('lines', () => {
  it('that differ stand side by side, those of one side alone', () => {
    const rows = compareLines('a\nb\nc\nd', 'a\nB\nc\nd\ne')
    expect(rows.map(({ kind, left, right }) => [kind, left?.text, right?.text])).toEqual([
      ['same', 'a', 'a'],
      ['changed', 'b', 'B'],
      ['same', 'c', 'c'],
      ['same', 'd', 'd'],
      ['added', undefined, 'e'],
    ])
  })

  it('of both sides are all there, in order, whatever the texts', () => {
    const text = fc.array(fc.constantFrom('', 'a', 'b', 'c'), { maxLength: 12 }).map(lines => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (left, right) => {
        const rows = compareLines(left, right)
        const side = (of: 'left' | 'right') => rows.flatMap(row => (row[of] ? [row[of].text] : [])).join('\n')
        expect([side('left'), side('right')]).toEqual([left, right])
        expect(rows.every(row => (row.kind === 'same') === (row.left?.text === row.right?.text))).toBe(true)
      }),
    )
  })

  it('of very long texts are compared without exhausting time', () => {
    const long = (mark: string) => Array.from({ length: 50_000 }, (_, i) => `${mark} ${i}`).join('\n')
    expect(compareLines(`same\n${long('a')}`, `same\n${long('b')}`)[0]?.kind).toBe('same')
  })
})

describe('fields', () => {
  it('that differ are listed by path, with those that only one side has', () => {
    const left = { a: 1, b: { c: [1, 2], d: null }, gone: {} }
    const right = { a: 1, b: { c: [1, 3, 4], d: false }, new: '' }
    expect(compareFields(left, right)).toEqual({
      equal: 2,
      isCut: false,
      rows: [
        { path: 'b.c[1]', left: '2', right: '3' },
        { path: 'b.d', left: 'null', right: 'false' },
        { path: 'gone', left: '{}', right: undefined },
        { path: 'b.c[2]', left: undefined, right: '4' },
        { path: 'new', left: undefined, right: '""' },
      ],
    })
  })
})

describe('a timeline', () => {
  it('is to scale where every wait can be seen', () => {
    const { at, pieces } = scaleOf(0, 1000, [
      { from: 0, to: 400 },
      { from: 400, to: 1000 },
    ])
    expect([at(0), at(200), at(400), at(1000)].map(x => Number(x.toFixed(6)))).toEqual([0, 0.2, 0.4, 1])
    expect(pieces.some(({ isStretched }) => isStretched)).toBe(false)
  })

  it.each([
    ['a month beside a second', [1000, 30 * 86_400_000]],
    ['a microsecond beside an hour', [0.001, 3_600_000]],
    ['waits of microseconds alone', [0.001, 0.002]],
    ['a hundred waits that double', Array.from({ length: 100 }, (_, i) => 2 ** (i / 3))],
  ])('shows %s, rises with time, and marks what is drawn longer', (_what, lengths) => {
    let from = 0
    const waits = lengths.map(length => {
      const wait = { from, to: from + length }
      from += length
      return wait
    })
    const { at, pieces } = scaleOf(0, from, waits)
    const places = waits.map(({ to }) => at(to))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places.at(-1)).toBeCloseTo(1)
    const least = Math.min(0.07, 0.6 / lengths.length)
    const perMs = (piece: (typeof pieces)[number]) => (piece.x1 - piece.x0) / (piece.to - piece.from)
    const toScale = Math.min(...pieces.map(perMs))
    for (const piece of pieces) {
      expect(piece.x1 - piece.x0).toBeGreaterThanOrEqual(least - 1e-9)
      if (piece.isStretched) expect(perMs(piece)).toBeGreaterThan(toScale)
      else expect(perMs(piece) / toScale).toBeCloseTo(1)
    }
  })

  it('has one place where no time passes', () => {
    expect(scaleOf(5, 5, []).at(5)).toBe(0)
  })

  it('puts marks that would cover each other in rows', () => {
    expect(rowsOf([0, 0.01, 0.02, 0.5], 0.05, 3)).toEqual([0, 1, 2, 0])
    expect(rowsOf([0, 0, 0, 0], 0.05, 2)).toEqual([0, 1, 0, 1])
  })
})

describe('two attempts', () => {
  itInBrowser('are chosen in a delivery and compared field by field and line by line', async () => {
    const { url, emulator } = await pageServer()
    const receiver = await testReceiver([
      { status: 500, headers: { 'x-build': '1' }, body: '{"error":"busy","trace":[1,2]}' },
      { status: 401, headers: { 'x-build': '2' }, body: '{"error":"<b>no</b>","trace":[1,2]}' },
    ])
    await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret: 'k' })
    await emulator.faults.add({ kind: 'extraFields', attempts: [2] })
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.advance(5000)
    const page = await openPage(`${url}/#/deliveries/dl_1?attempt=1`)
    await page.getByLabel('Compare with').selectOption('2')
    await page.getByRole('row', { name: 'outcome "500" "401"' }).waitFor()
    await page.getByRole('row', { name: 'header x-build "1" "2"' }).waitFor()
    await page.getByRole('row', { name: 'error "busy" "<b>no</b>"' }).waitFor()
    await page.getByRole('heading', { name: 'Request body, line by line (indented)' }).waitFor()
    await page.getByRole('row', { name: /"error": "busy",? .*changed/ }).waitFor()
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await axeViolations(page)).toEqual([])
  })

  itInBrowser('of an unknown address are asked for, and one that is not there is named', async () => {
    const { url } = await pageServer()
    const page = await openPage(`${url}/#/compare`, { expectedErrors: /404/ })
    await page.getByText('What is to be compared?').waitFor()
    await page.goto(`${url}/#/compare/attempts/dl_1/1/dl_1/2`)
    await page.getByRole('alert').getByText('There is no delivery dl_1.').waitFor()
  })
})
