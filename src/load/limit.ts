// Searches for the highest rate that a receiver holds: doubled until one is missed twice, then halved between the two.
import type { LimitStep, LoadLimit } from '../api/load-report.js'
import { formatDuration } from '../core/duration.js'
import { isLate, type Tally } from './tally.js'

/** The highest rate that is tried, events per second. */
const HIGHEST = 50_000

/** The search ends when the rate that is missed is so much higher than the one that is held. */
const PRECISION = 0.05

/** Where a larger share of a step was sent late, it was another rate. */
const MOST_LATE = 0.1

/** So much of what arrives in a step must be answered in it, besides what is naturally on its way at its end. */
const KEEPS_UP = 0.97

const number = (rate: number) => `${Math.round(rate * 10) / 10}/s`

/** Judges a step from what was counted in it. */
export function judgeStep(tally: Tally, rate: number, timeoutMs: number): LimitStep {
  const { counts } = tally
  const errors = counts.refused + counts.timeouts + counts.broken + counts.notSent + counts.unfinished
  const step = {
    rate,
    planned: counts.planned,
    accepted: counts.acceptedAtFirst,
    errors,
    percentiles: tally.latency.percentiles(),
  }
  const of = `of ${counts.planned}`
  const late: LimitStep = {
    ...step,
    result: 'not judged',
    why: `this machine could not keep the rate: sent ${counts.sent - counts.late} ${of} on time`,
  }
  // What is sent late comes all at once: a receiver that holds even that holds the rate, unless too much of it was late.
  if (counts.own > 0 || counts.late > MOST_LATE * counts.sent) return late
  const missed = (why: string): LimitStep => (isLate(counts) ? late : { ...step, result: 'missed', why })
  if (counts.timeouts > 0) return missed(`${counts.timeouts} ${of} had no answer within ${formatDuration(timeoutMs)}`)
  if (errors > 0) return missed(`${errors} ${of} were not accepted at first`)
  if (tally.firstMissed() !== undefined)
    return missed(`an event was answered later than ${formatDuration(timeoutMs)} after its arrival`)
  const onTheWay = (rate * tally.service.at(10)) / 1000
  const answered = tally.answeredInTime() + onTheWay
  if (answered >= KEEPS_UP * counts.planned)
    return { ...step, result: 'held', why: 'each accepted, and the queue did not grow' }
  const untilMissed = (timeoutMs * counts.planned) / (counts.planned - tally.answeredInTime())
  return missed(
    `its queue grew: ${tally.answeredInTime()} ${of} were answered within the step, so that the timeout is missed after about ${formatDuration(untilMissed)}`,
  )
}

/** The result of a search so far. */
function conclude(
  steps: readonly LimitStep[],
  stepMs: number,
  held: number | null,
  missed: LimitStep | null,
): LoadLimit {
  const open = steps.findLast(({ result }) => result === 'not judged')
  const each = `in steps of ${formatDuration(stepMs)}`
  const limits =
    held === null
      ? missed === null
        ? 'No rate was judged'
        : `No rate was held ${each}`
      : `${number(held)} was held ${each}`
  const beyond =
    missed !== null
      ? `${number(missed.rate)} was missed in two of them: ${missed.why}.`
      : open !== undefined
        ? `${number(open.rate)} could not be judged: ${open.why}.`
        : 'no higher rate was tried.'
  return { stepMs, heldRate: held, missedRate: missed?.rate ?? null, why: `${limits}; ${beyond}`, steps: [...steps] }
}

/** Searches from `first` (events per second). `run` makes one step; the search ends early where it gives undefined. */
export async function findLimit(
  first: number,
  stepMs: number,
  run: (rate: number) => Promise<LimitStep | undefined>,
): Promise<LoadLimit> {
  const steps: LimitStep[] = []
  let held: number | null = null
  let missed: LimitStep | null = null

  /** Tried until two results are the same: one may have had another reason. One that is held is held. */
  const tried = async (rate: number): Promise<LimitStep | undefined> => {
    const results: LimitStep[] = []
    for (;;) {
      const step = await run(rate)
      if (step === undefined) return undefined
      steps.push(step)
      if (step.result === 'held' || results.some(({ result }) => result === step.result)) return step
      results.push(step)
    }
  }

  for (let rate = first; rate <= HIGHEST; ) {
    const step = await tried(rate)
    if (step === undefined || step.result === 'not judged') break
    if (step.result === 'held') held = rate
    else missed = step
    if (missed === null) rate *= 2
    else if (held === null) {
      // The first rate was too high already.
      rate = missed.rate / 2
      if (rate * (stepMs / 1000) < 1) break
    } else if (missed.rate <= held * (1 + PRECISION) || (missed.rate - held) * (stepMs / 1000) < 1) break
    else rate = (held + missed.rate) / 2
  }
  return conclude(steps, stepMs, held, missed)
}
