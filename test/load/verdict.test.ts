// Verdicts: what is the receiver's fault, and what may be this machine's.
import { expect, it } from 'vitest'
import type { LoadReport } from '../../src/api/load-report.js'
import { createTally, type Tally } from '../../src/load/tally.js'
import { derived, distributionOf, judgeLoad } from '../../src/load/verdict.js'

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
