// Plans, thresholds, histograms and verdicts: everything of a load run that can be told without sending.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LoadReport } from '../../src/api/load-report.js'
import { arrivals, eventsOf, parseRamp, parseRate } from '../../src/core/arrivals.js'
import { createEffects } from '../../src/load/effects.js'
import { createHistogram } from '../../src/load/histogram.js'
import { arrivalsOf, countEvents, parseShard, type Stage } from '../../src/load/plan.js'
import { createTally, type Tally } from '../../src/load/tally.js'
import { parseThreshold } from '../../src/load/thresholds.js'
import { derived, distributionOf, judgeLoad } from '../../src/load/verdict.js'
import { virtualClock } from './virtual-clock.js'

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

/** A run of which so many of a hundred events were late by that much, and all were answered after 100 ms. */
function tallied({ late = 0, lateMs = 0, status = 200 }): Tally {
  const tally = createTally(1000, 5000)
  for (let i = 0; i < 100; i++) {
    const waitedMs = i < late ? lateMs : 0
    tally.planned(i * 10)
    tally.sent(i * 10, waitedMs)
    const accepted = status === 200
    tally.first({ atMs: i * 10, waitedMs, serviceMs: 100, outcome: { kind: 'answered', status }, accepted })
    if (accepted) tally.accepted()
    else tally.lost()
  }
  return tally
}

function verdictOf(tally: Tally, failIf: string[], more: Partial<LoadReport> = {}): LoadReport {
  const { counts } = tally
  const plan: LoadReport['plan'] = {
    rate: { from: 100, to: 100 },
    forMs: 1000,
    arrivals: 'uniform',
    types: ['a'],
    events: 100,
    shard: null,
    ledger: true,
    timeoutMs: 5000,
    inFlight: 1000,
    retryWaitMs: 1000,
    drainMs: 0,
  }
  return judgeLoad(
    {
      kind: 'load',
      standin: '0',
      provider: 'p',
      channel: 'c',
      to: 'http://127.0.0.1/',
      seed: 1,
      start: '2026-01-15T09:00:00.000Z',
      startedAt: '2026-01-15T09:00:00.000Z',
      durationMs: 1000,
      interrupted: false,
      plan,
      counts,
      outcomes: {},
      latency: distributionOf(tally.latency.bins()),
      service: distributionOf(tally.service.bins()),
      intervals: { ms: 1000, list: [] },
      ...derived({ counts, plan, interrupted: false, durationMs: 1000, ...more }, failIf),
      firstMissed: null,
      machine: { lateness: distributionOf(tally.lateness.bins()), cpu: 0, mostInFlight: 1, heldBack: 0 },
      effects: null,
      limit: null,
      ...more,
    },
    failIf,
  )
}

const statuses = ({ thresholds }: LoadReport) => thresholds.map(({ text, status }) => `${text} ${status}`)

it('judges nothing where this machine could not keep the rate, not even what looks like a failure', () => {
  const report = verdictOf(tallied({ late: 5, lateMs: 900, status: 503 }), ['lost>0', 'p50>1ms'])
  expect(statuses(report)).toEqual(['lost>0 not judged', 'p50>1ms not judged'])
  expect(report.verdict).toMatchObject({ status: 'not judged', exitCode: 2 })
  expect(report.verdict.conclusion).toContain('This machine could not keep the rate: sent 95 of 100 on time.')
})

it('does not judge a latency that is too long only by as much as this machine was late', () => {
  const tally = tallied({ late: 1, lateMs: 400 })
  expect(statuses(verdictOf(tally, ['max>300ms', 'p90>90ms', 'p90>200ms']))).toEqual([
    'max>300ms not judged',
    'p90>90ms failed',
    'p90>200ms passed',
    'lost>0 passed',
  ])
})

it('fails a run that meets any condition, and by default one that loses an event', () => {
  expect(verdictOf(tallied({}), []).verdict).toMatchObject({ status: 'passed', exitCode: 0 })
  const lost = verdictOf(tallied({ status: 500 }), [])
  expect(lost.verdict).toMatchObject({ status: 'failed', exitCode: 1, conclusion: 'Failed: lost>0 (100 of 100).' })
  const both = verdictOf(tallied({}), ['errors>1%', 'rate<200/s', 'mean<1s'])
  expect(statuses(both)).toEqual(['errors>1% passed', 'rate<200/s failed', 'mean<1s failed'])
  const fast = verdictOf(tallied({ status: 500 }), ['p99>1s'])
  expect(statuses(fast)).toEqual(['p99>1s passed', 'lost>0 failed'])
  expect(both.errorBudget).toEqual({ percent: 1, allowed: 1, used: 0 })
})

it('does not pass what was interrupted: what failed until then has failed, and the rest is open', () => {
  const cut = { interrupted: true, durationMs: 500 }
  const tally = tallied({})
  tally.unfinished(990, 1000)
  const report = verdictOf(tally, ['errors>0', 'rate<200/s', 'rate<300/s'], cut)
  expect(report.acceptedRate).toBe(200)
  expect(report.errorBudget.used).toBe(0)
  expect(statuses(report)).toEqual(['errors>0 not judged', 'rate<200/s not judged', 'rate<300/s not judged'])
  expect(report.verdict).toMatchObject({ status: 'not judged', exitCode: 2 })
  expect(report.verdict.conclusion).toContain('The run was interrupted.')
  expect(verdictOf(tallied({ status: 500 }), [], cut).verdict.conclusion).toBe('Failed: lost>0 (100 of 100).')
})

it('judges effects wherever they were seen', () => {
  const effects = {
    events: 100,
    once: 98,
    missing: 1,
    doubled: 1,
    knownBefore: 0,
    examples: ['k1', 'k2'],
    unseen: null,
  }
  expect(verdictOf(tallied({}), ['p99>1s'], { effects }).verdict.conclusion).toBe(
    'Failed: missing>0 (1 of 100), doubled>0 (1 of 100).',
  )
  const unseen = { ...effects, once: 0, missing: 0, doubled: 0, unseen: 'It is down.' }
  expect(verdictOf(tallied({}), [], { effects: unseen }).verdict).toMatchObject({ status: 'not judged', exitCode: 2 })
  // A part that was not looked for does not excuse what was seen.
  const partly = { ...effects, doubled: 0, unseen: '5 more events were accepted than are looked for (200000).' }
  expect(statuses(verdictOf(tallied({}), ['missing<5'], { effects: partly }))).toEqual([
    'missing<5 not judged',
    'lost>0 passed',
    'doubled>0 not judged',
  ])
  expect(verdictOf(tallied({}), [], { effects: partly }).verdict.conclusion).toBe('Failed: missing>0 (1 of 100).')
})

it('takes no effect of an earlier run for one of this run', async () => {
  const seen = { effects: { old: 1, new: 1 }, states: {} }
  const { clock, run } = virtualClock()
  const { accepted, judge } = createEffects(
    { observe: async () => seen, before: { effects: { old: 1 }, states: {} } },
    { clock, settleMs: 0 },
  )
  for (const key of ['old', 'new']) accepted(key)
  const effects = await run(judge())
  expect(effects).toMatchObject({ once: 2, knownBefore: 1, unseen: expect.stringContaining('take another seed') })
  expect(verdictOf(tallied({}), [], { effects }).verdict).toMatchObject({ status: 'not judged', exitCode: 2 })
})

it('does not call a receiver too slow where a search ended for reasons of this machine', () => {
  const limit = { stepMs: 1000, heldRate: 80, missedRate: null, why: '80/s was held.', steps: [] }
  expect(statuses(verdictOf(tallied({}), ['rate<100/s', 'rate<50/s'], { limit }))).toEqual([
    'rate<100/s not judged',
    'rate<50/s passed',
  ])
  expect(statuses(verdictOf(tallied({}), ['rate<100/s'], { limit: { ...limit, missedRate: 90 } }))).toEqual([
    'rate<100/s failed',
  ])
})
