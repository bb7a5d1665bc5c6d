// The open loop against a queue whose latencies can be computed: what was planned is compared with what is reported.
import { expect, it } from 'vitest'
import { rateAt } from '../../src/core/arrivals.js'
import type { Dispatcher } from '../../src/load/dispatcher.js'
import { createHistogram } from '../../src/load/histogram.js'
import { findLimit, judgeStep } from '../../src/load/limit.js'
import { arrivalsOf, type Stage } from '../../src/load/plan.js'
import { startStage } from '../../src/load/stage.js'
import { createTally } from '../../src/load/tally.js'
import { virtualClock } from './virtual-clock.js'

const TIMEOUT_MS = 10_000

const stageOf = (rate: number, forMs: number): Stage => ({
  rate: { from: rate, to: rate },
  forMs,
  arrivals: 'uniform',
  types: ['a'],
  seed: 1,
  shard: null,
  firstIndex: 0,
})

/** Runs a stage against so many workers that take a fixed time for each event. */
async function loaded(
  stage: Stage,
  {
    serviceMs,
    workers = 1,
    inFlight = 10_000,
    standsStill = 0,
  }: { serviceMs: number; workers?: number; inFlight?: number; standsStill?: number },
) {
  const { clock, run } = virtualClock()
  const tally = createTally(stage.forMs, TIMEOUT_MS)
  const free = Array.from({ length: workers }, () => 0)
  let mostOpen = 0
  let open = 0
  const dispatcher: Dispatcher<undefined> = {
    prepare: () => undefined,
    send(_, __, { started, first, settled }) {
      started()
      const now = clock.monotonic()
      const worker = free.indexOf(Math.min(...free))
      const end = Math.max(now, free[worker] ?? 0, standsStill) + serviceMs
      free[worker] = end
      mostOpen = Math.max(mostOpen, ++open)
      const isInTime = end - now <= TIMEOUT_MS
      clock.alarm(Math.min(TIMEOUT_MS, end - now), () => {
        open--
        const outcome = isInTime ? { kind: 'answered' as const, status: 200 } : { kind: 'timed_out' as const }
        first({ outcome, accepted: isInTime, serviceMs: Math.min(TIMEOUT_MS, end - now) })
        settled(isInTime, undefined)
      })
    },
  }
  const running = startStage(stage, [tally], {
    clock,
    dispatcher,
    seed: 1,
    start: 0,
    inFlight,
    drainMs: 60_000,
    onKey: () => {},
  })
  return { tally, load: await run(running.ended), mostOpen }
}

/** The latencies of a queue with one worker, by arithmetic. */
function computedQueue(stage: Stage, serviceMs: number, standsStill = 0) {
  const histogram = createHistogram()
  let free = standsStill
  for (const { atMs } of arrivalsOf(stage)) {
    free = Math.max(free, atMs) + serviceMs
    histogram.record(free - atMs)
  }
  return histogram.percentiles()
}

it('charges a slow receiver for its queue: the percentiles are those of the computed queue', async () => {
  const stage = stageOf(100, 5000)
  const { tally } = await loaded(stage, { serviceMs: 15 })
  expect(tally.latency.percentiles()).toEqual(computedQueue(stage, 15))
  // The last of 500 waits until all before it are done: 500 × 15 ms, less the 4990 ms at which it arrives.
  expect(tally.latency.percentiles()?.max).toBeCloseTo(7500 - 4990, -1)
})

it('charges a receiver that stands still for the events that arrive meanwhile, which a closed loop would not send', async () => {
  const stage = stageOf(100, 4000)
  const { tally } = await loaded(stage, { serviceMs: 1, standsStill: 2000 })
  expect(tally.latency.percentiles()).toEqual(computedQueue(stage, 1, 2000))
  expect(tally.latency.at(50)).toBeGreaterThan(200)
})

it('charges it for events that wait for a place in flight too, which are never more than allowed', async () => {
  const stage = stageOf(100, 2000)
  const { tally, load, mostOpen } = await loaded(stage, { serviceMs: 20, inFlight: 5 })
  expect(mostOpen).toBe(5)
  expect(load).toMatchObject({ mostInFlight: 5 })
  expect(load.heldBack).toBeGreaterThan(180)
  expect(tally.latency.percentiles()).toEqual(computedQueue(stage, 20))
  expect(tally.service.percentiles()?.max).toBeLessThan(101)
  expect(tally.counts).toMatchObject({ planned: 200, sent: 200, late: 0, accepted: 200, lost: 0 })
})

it('counts what is never sent or not answered at the end as lost, with the latency it has had so far', async () => {
  const stage = stageOf(100, 2000)
  const { tally } = await loaded(stage, { serviceMs: 2000, inFlight: 5 })
  const { planned, sent, notSent, accepted, lost } = tally.counts
  expect(planned).toBe(200)
  expect(notSent).toBe(200 - sent)
  expect(notSent).toBeGreaterThan(150)
  expect(lost).toBe(200 - accepted)
  expect(tally.latency.percentiles()?.max).toBeGreaterThan(60_000)
  expect(tally.firstMissed()).toBeLessThan(200)
})

it('names the moment and the rate at which the timeout was first missed', async () => {
  const stage: Stage = { ...stageOf(1, 60_000), rate: { from: 10, to: 40 } }
  const { tally } = await loaded(stage, { serviceMs: 50 })
  let free = 0
  const missed = [...arrivalsOf(stage)].find(({ atMs }) => {
    free = Math.max(free, atMs) + 50
    return free - atMs > TIMEOUT_MS
  })
  expect(tally.firstMissed()).toBe(missed?.atMs)
  expect(rateAt(stage.rate, missed?.atMs ?? 0, stage.forMs)).toBeGreaterThan(20)
})

it('finds the highest rate that a receiver holds, to five per cent, by the same steps each time', async () => {
  const search = () =>
    findLimit(20, 5000, async rate => {
      const { tally } = await loaded(stageOf(rate, 5000), { serviceMs: 30, workers: 3 })
      return judgeStep(tally, rate, TIMEOUT_MS)
    })
  const [limit, again] = await Promise.all([search(), search()])
  // Three workers of 30 ms hold 100/s.
  expect(limit.heldRate).toBeGreaterThan(94)
  expect(limit.heldRate).toBeLessThanOrEqual(103)
  expect(limit.missedRate).toBeLessThan((limit.heldRate ?? 0) * 1.051)
  expect(limit.why).toMatch(/was held in steps of 5 s; .*\/s was missed in two of them: its queue grew/)
  expect(limit.steps.slice(0, 5).map(({ rate, result }) => [rate, result])).toEqual([
    [20, 'held'],
    [40, 'held'],
    [80, 'held'],
    [160, 'missed'],
    [160, 'missed'],
  ])
  expect(again).toEqual(limit)
})
