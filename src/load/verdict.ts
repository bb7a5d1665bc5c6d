// Judges a run: its thresholds, each effect once, and whether this machine could send what it was to send.
import type { JudgedThreshold, LoadReport, LoadVerdict } from '../api/load-report.js'
import { createHistogram } from './histogram.js'
import { isLate } from './tally.js'
import {
  type CountMetric,
  isLatency,
  isMissed,
  type LatencyMetric,
  needsObserving,
  parseThreshold,
  type Threshold,
} from './thresholds.js'

/** What no run may do, unless a threshold says how much of it is too much. */
const DEFAULT_THRESHOLD = 'lost>0'

/** What else was due when a run was interrupted is not known. */
const INTERRUPTED = 'The run was interrupted.'

/** What is judged. */
export type Measured = Omit<LoadReport, 'thresholds' | 'verdict'>

const number = (value: number) => String(Math.round(value * 100) / 100)

/** Events whose first request was not accepted, or was never sent. What an interruption has cut off is no error. */
export const errorsOf = ({ counts, interrupted }: Pick<LoadReport, 'counts' | 'interrupted'>): number =>
  counts.refused + counts.timeouts + counts.broken + counts.own + (interrupted ? 0 : counts.notSent + counts.unfinished)

/** Why nothing can be judged; undefined where it can. */
function whyNotJudged({ counts, plan, limit, interrupted }: Measured): string | undefined {
  const { planned, sent, late, own, notSent, accepted, refused, timeouts, broken } = counts
  if (planned === 0) return 'Nothing was sent.'
  if (own > 0) return `This machine could not send ${own} of ${sent} requests.`
  if (broken === sent - counts.unfinished && accepted + refused + timeouts === 0)
    return `No request was ever answered: is anything listening at the receiver's URL?`
  if (limit === null && isLate(counts))
    return `This machine could not keep the rate: sent ${sent - late} of ${planned - notSent} on time. Use a faster machine, a lower rate${plan.ledger ? ', --no-ledger' : ''} or shards.`
  if (interrupted && limit !== null) return 'The search was interrupted.'
  return undefined
}

function countOf(report: Measured, metric: CountMetric): number | undefined {
  const { counts, effects } = report
  if (metric === 'errors') return errorsOf(report)
  if (metric === 'missing') return effects?.missing
  if (metric === 'doubled') return effects?.doubled
  return counts[metric]
}

/** A latency that is too long is not the receiver's where this machine's own lateness makes it so. */
function latencyVerdict(threshold: Threshold, metric: LatencyMetric, report: Measured): Omit<JudgedThreshold, 'text'> {
  const measured = report.latency.percentiles?.[metric]
  if (measured === undefined) return { status: 'not judged', measured: null, why: 'No request was answered.' }
  const shown = `${number(measured)} ms`
  if (!isMissed(threshold, measured)) return { status: 'passed', measured: shown, why: null }
  const own = report.machine.lateness.percentiles?.[metric] ?? 0
  if (isMissed(threshold, Math.max(0, measured - own))) return { status: 'failed', measured: shown, why: null }
  return { status: 'not judged', measured: shown, why: `${number(own)} ms of it may be this machine's own lateness.` }
}

function verdictOf(threshold: Threshold, report: Measured): Omit<JudgedThreshold, 'text'> {
  const { metric, unit, operator } = threshold
  if (isLatency(metric)) return latencyVerdict(threshold, metric, report)
  if (metric === 'rate') {
    const measured = report.limit === null ? report.acceptedRate : (report.limit.heldRate ?? 0)
    // The receiver may hold more than this machine could send.
    if (report.limit !== null && report.limit.missedRate === null && isMissed(threshold, measured))
      return { status: 'not judged', measured: `${number(measured)}/s`, why: 'No higher rate could be judged.' }
    return { status: isMissed(threshold, measured) ? 'failed' : 'passed', measured: `${number(measured)}/s`, why: null }
  }
  const count = countOf(report, metric)
  const { planned } = report.counts
  if (count === undefined) return { status: 'not judged', measured: null, why: 'Nothing was observed.' }
  const percent = planned === 0 ? 0 : (count / planned) * 100
  const measured = unit === '%' ? percent : count
  const shown = unit === '%' ? `${number(percent)}% (${count} of ${planned})` : `${count} of ${planned}`
  const isFailure = isMissed(threshold, measured)
  // What was seen is enough for a failure that more of it does not undo.
  if (report.effects?.unseen && needsObserving(metric) && !(isFailure && operator.startsWith('>')))
    return { status: 'not judged', measured: null, why: report.effects.unseen }
  return { status: isFailure ? 'failed' : 'passed', measured: shown, why: null }
}

/**
 * The thresholds that a run is judged by: those given; that nothing is lost, where none is about lost events or errors; and one effect each,
 * where effects are seen.
 */
function thresholdsFor(report: Measured, given: readonly string[]): Threshold[] {
  const read = given.map(text => parseThreshold(text, 'fail-if'))
  const also = [
    // A latency says little of a receiver that refuses everything at once.
    ...(report.limit === null && !read.some(({ metric }) => metric === 'errors') ? [DEFAULT_THRESHOLD] : []),
    ...(report.effects === null ? [] : ['missing>0', 'doubled>0']),
  ].map(text => parseThreshold(text, 'fail-if'))
  return [...read, ...also.filter(one => !read.some(({ metric }) => metric === one.metric))]
}

function conclude(report: Measured, thresholds: readonly JudgedThreshold[], because: string | undefined): LoadVerdict {
  const failed = thresholds.filter(({ status }) => status === 'failed')
  const open = thresholds.filter(({ status }) => status === 'not judged')
  const named = (some: readonly JudgedThreshold[]) =>
    some.map(({ text, measured }) => `${text}${measured === null ? '' : ` (${measured})`}`).join(', ')
  const { limit } = report
  const found = limit === null ? '' : ` ${limit.why}`
  if (because !== undefined) return { status: 'not judged', conclusion: `Not judged. ${because}${found}`, exitCode: 2 }
  if (failed.length > 0) return { status: 'failed', conclusion: `Failed: ${named(failed)}.${found}`, exitCode: 1 }
  if (open.length > 0)
    return {
      status: 'not judged',
      conclusion: `Not judged: ${open.map(({ text, why }) => `${text}: ${why}`).join(' ')}${found}`,
      exitCode: 2,
    }
  const { planned, accepted } = report.counts
  if (limit !== null) {
    const isFound = limit.missedRate !== null || limit.steps.every(({ result }) => result === 'held')
    return isFound
      ? { status: 'passed', conclusion: `Passed.${found}`, exitCode: 0 }
      : { status: 'not judged', conclusion: `The limit was not found.${found}`, exitCode: 2 }
  }
  return {
    status: 'passed',
    conclusion: `Passed: ${accepted} of ${planned} events accepted.`,
    exitCode: 0,
  }
}

/** The report with its verdict; thresholds are as they were given. `unusable`: why nothing can be told from it. */
export function judgeLoad(report: Measured, given: readonly string[], unusable?: string): LoadReport {
  const because = unusable ?? whyNotJudged(report)
  const thresholds = thresholdsFor(report, given).map(threshold => {
    const { text, metric } = threshold
    const own = verdictOf(threshold, report)
    if (because !== undefined) return { text, ...own, status: 'not judged' as const, why: because }
    // What failed until then has failed; the rest of the run might have failed too.
    const isOpen = report.interrupted && (own.status === 'passed' || metric === 'rate')
    return { text, ...own, ...(isOpen && { status: 'not judged' as const, why: INTERRUPTED }) }
  })
  return { ...report, thresholds, verdict: conclude(report, thresholds, because) }
}

/** What can be computed from what was counted: for a run, and for merged shards again. */
export function derived(
  counted: Pick<LoadReport, 'counts' | 'plan' | 'interrupted' | 'durationMs'>,
  given: readonly string[],
): Pick<LoadReport, 'errorBudget' | 'acceptedRate'> {
  const { counts, plan, interrupted, durationMs } = counted
  const lastedMs = interrupted ? Math.max(1, Math.min(plan.forMs, durationMs)) : plan.forMs
  const own = given
    .map(text => parseThreshold(text, 'fail-if'))
    .find(({ metric, unit }) => metric === 'errors' && unit === '%')
  const percent = own?.value ?? DEFAULT_BUDGET
  return {
    acceptedRate: Math.round((counts.acceptedAtFirst / (lastedMs / 1000)) * 100) / 100,
    errorBudget: { percent, allowed: (counts.planned * percent) / 100, used: errorsOf(counted) },
  }
}

/** Per cent of the events that may fail at first where no threshold says otherwise: 99.9 per cent are to be accepted. */
const DEFAULT_BUDGET = 0.1

/** Percentiles of what was recorded. */
export const distributionOf = (bins: LoadReport['latency']['bins']): LoadReport['latency'] => ({
  percentiles: createHistogram(bins).percentiles(),
  bins,
})
