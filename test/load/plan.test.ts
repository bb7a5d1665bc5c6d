// Plans, thresholds and histograms: everything of a load run that can be told without sending.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arrivals, eventsOf, parseRamp, parseRate } from '../../src/core/arrivals.js'
import { createHistogram } from '../../src/load/histogram.js'
import { arrivalsOf, countEvents, parseShard, type Stage } from '../../src/load/plan.js'
import { parseThreshold } from '../../src/load/thresholds.js'

const stage = (more: Partial<Stage> = {}): Stage => ({
  rate: { from: 50, to: 50 },
  forMs: 2000,
  arrivals: 'uniform',
  types: ['a', 'b', 'c'],
  seed: 7,
  shard: null,
  firstIndex: 0,
  ...more,
})

it('spreads arrivals evenly, and over a ramp as densely as its rate is at each moment', () => {
  expect([...arrivals({ from: 4, to: 4 }, 1000)]).toEqual([0, 250, 500, 750])
  const ramp = [...arrivals({ from: 0.5, to: 100 }, 10_000)]
  expect(ramp.length).toBe(Math.ceil(eventsOf({ from: 0.5, to: 100 }, 10_000)))
  expect(ramp.filter(at => at < 5000).length / ramp.length).toBeCloseTo(0.254, 2)
  const down = [...arrivals({ from: 100, to: 10 }, 10_000)]
  expect(down.length).toBe(550)
  expect(down.every((at, i) => i === 0 || at > (down[i - 1] ?? 0))).toBe(true)
})

it('spreads arrivals as a Poisson process does, and with one seed always in the same way', () => {
  const of = (seed: number) => [...arrivals({ from: 200, to: 200 }, 20_000, { spread: 'poisson', seed })]
  expect(of(3)).toEqual(of(3))
  expect(of(3)).not.toEqual(of(4))
  const gaps = of(3).map((at, i, all) => at - (all[i - 1] ?? 0))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
  expect(mean).toBeGreaterThan(4.7)
  expect(mean).toBeLessThan(5.3)
  // Of independent arrivals the gaps deviate by their mean.
  expect(deviation / mean).toBeGreaterThan(0.9)
})

it('has shards whose union is the plan: the same events at the same times, of the same types', () => {
  fc.assert(
    fc.property(
      fc.record({ of: fc.integer({ min: 1, max: 9 }), seed: fc.nat(), spread: fc.constantFrom('uniform', 'poisson') }),
      ({ of, seed, spread }) => {
        const whole = stage({ seed, arrivals: spread as Stage['arrivals'], rate: { from: 5, to: 90 } })
        const shards = Array.from({ length: of }, (_, i) => ({ ...whole, shard: { index: i + 1, of } }))
        const union = shards.flatMap(shard => [...arrivalsOf(shard)]).sort((a, b) => a.index - b.index)
        expect(union).toEqual([...arrivalsOf(whole)])
        for (const shard of shards) {
          const { all, own } = countEvents(shard)
          expect([...arrivalsOf(shard)].length).toBe(own)
          expect(all).toBe(union.length)
        }
      },
    ),
    { numRuns: 30 },
  )
})

it('adds histograms exactly: merged percentiles are those of one histogram of everything', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.double({ min: 0, max: 4e7, noNaN: true }), { maxLength: 60 }), { maxLength: 5 }),
      parts => {
        const one = createHistogram()
        const merged = createHistogram()
        for (const part of parts) {
          const own = createHistogram()
          for (const ms of part) {
            own.record(ms)
            one.record(ms)
          }
          merged.add(JSON.parse(JSON.stringify(own.bins())))
        }
        expect(merged.percentiles()).toEqual(one.percentiles())
        expect(merged.bins()).toEqual(one.bins())
      },
    ),
    { numRuns: 40 },
  )
})

it('reads rates, ramps, shards and thresholds strictly', () => {
  expect([parseRate('200/s', ''), parseRate('90/m', ''), parseRate('7200/h', '')]).toEqual([200, 1.5, 2])
  expect(parseRamp('10/s..500/s', '')).toEqual({ from: 10, to: 500 })
  expect(parseShard('2/4')).toEqual({ index: 2, of: 4 })
  expect(parseThreshold(' p99.9 >= 1.5s', '')).toMatchObject({
    metric: 'p99.9',
    operator: '>=',
    value: 1500,
    unit: 'ms',
  })
  expect(parseThreshold('errors>1%', '')).toMatchObject({ metric: 'errors', value: 1, unit: '%' })
  for (const text of ['200', '0/s', '200/d', '-1/s', '1e3/s', '200001/s'])
    expect(() => parseRate(text, 'rate'), text).toThrow('is not a rate')
  for (const text of ['0/4', '5/4', '1/0', '1', '1/2/3', 'a/b'])
    expect(() => parseShard(text), text).toThrow('is not a shard')
})

it.each([
  ['p98>500ms', 'Did you mean "p90"? Metrics: p50'],
  ['eror>1%', 'Did you mean "errors"?'],
  ['p99>500', 'write 500ms or 500s'],
  ['p99>1%', 'write 1ms or 1s'],
  ['lost>1ms', 'write 1 or 1%'],
  ['errors>101%', 'at most 100%'],
  ['rate<100', 'write 100/s'],
  ['p99=500ms', "'p99>500ms'"],
  ['p99>', "'p99>500ms'"],
  ['P99>1s', 'Did you mean "p99"?'],
  ['p99=>1s', 'Did you mean ">="?'],
  ['lost==0', "'lost>0'"],
  ['p99>1m', 'write 1ms or 1s'],
])('refuses %s with a hint', (text, hint) => {
  try {
    parseThreshold(text, 'fail-if')
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'usage', where: 'fail-if', hint: expect.stringContaining(hint) })
  }
})
