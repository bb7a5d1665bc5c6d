// What every report of a load run says, as names and texts.
import type { JudgedThreshold, LoadReport } from '../../api/load-report.js'
import { formatDuration } from '../../core/duration.js'
import { createHistogram } from '../histogram.js'
import { errorsOf } from '../verdict.js'

/** A number for people: at most two decimals. */
export const number = (value: number): string => String(Math.round(value * 100) / 100)

/** A latency for people, from ms. */
export const latencyText = (ms: number): string => (ms >= 1000 ? `${number(ms / 1000)} s` : `${number(ms)} ms`)

/** A rate for people. */
export const rateText = (perSecond: number): string => `${number(perSecond)}/s`

/** What was to be sent, as one sentence. */
export function planText({ plan, provider, channel, limit }: LoadReport): string {
  const { rate, forMs, arrivals, types, events, shard } = plan
  const how =
    limit !== null
      ? `A search for the limit, in steps of ${formatDuration(limit.stepMs)}`
      : `${rate.from === rate.to ? rateText(rate.from) : `${rateText(rate.from)} to ${rateText(rate.to)}`} for ${formatDuration(forMs)}`
  const part = shard === null ? '' : `, of which this is shard ${shard.index}/${shard.of}`
  const path = plan.ledger
    ? `stored and retried (waits of at most ${formatDuration(plan.retryWaitMs)})`
    : 'without ledger and retries'
  return `${how}: ${events} events${part} (${types.join(', ')}) of ${provider}/${channel}, ${arrivals}, ${path}.`
}

/** By what a run is reproduced, as one sentence. */
export const aboutText = ({ startedAt, durationMs, seed, start, standin, interrupted }: LoadReport): string =>
  `${interrupted ? 'Interrupted. ' : ''}Begun ${startedAt}, took ${formatDuration(durationMs)}. Seed ${seed}, start ${start}. Standin ${standin}.`

/** The numbers of a run, by name. */
export function numbersOf(report: LoadReport): [name: string, text: string][] {
  const { counts, plan, acceptedRate, errorBudget, firstMissed, machine, effects, outcomes } = report
  const { planned, sent, late } = counts
  const budget = errorBudget.allowed === 0 ? '' : ` (${number((errorBudget.used / errorBudget.allowed) * 100)}% of it)`
  const rows: [string, string | undefined][] = [
    ['sent', `${sent} of ${planned}, ${sent - late} on time`],
    ['accepted', `${counts.accepted} (${counts.acceptedAtFirst} at first, ${rateText(acceptedRate)})`],
    ['refused', String(counts.refused)],
    ['timed out', `${counts.timeouts} (after ${formatDuration(plan.timeoutMs)})`],
    ['failed otherwise', counts.broken === 0 ? undefined : String(counts.broken)],
    ['lost', String(counts.lost)],
    ['sent again though perhaps taken', String(counts.duplicates)],
    ['retries caused', plan.ledger ? String(counts.retries) : 'none are made without the ledger'],
    ['never sent', counts.notSent === 0 ? undefined : String(counts.notSent)],
    ['unfinished', counts.unfinished === 0 ? undefined : String(counts.unfinished)],
    [
      'errors',
      `${errorsOf(report)}; the budget of ${number(errorBudget.percent)}% allows ${number(errorBudget.allowed)}${budget}`,
    ],
    [
      "first missed the provider's timeout",
      report.limit !== null
        ? undefined
        : firstMissed === null
          ? 'never'
          : `${formatDuration(firstMissed.atMs)} after the start, at ${rateText(firstMissed.rate)}`,
    ],
    [
      'in flight',
      `${machine.mostInFlight} at most, of ${plan.inFlight} allowed${machine.heldBack === 0 ? '' : `; ${machine.heldBack} events waited for one to end, which is in their latency`}`,
    ],
    [
      'this machine',
      `${Math.round(machine.cpu * 100)}% of a core; late by ${latencyText(machine.lateness.percentiles?.p99 ?? 0)} (p99)`,
    ],
    [
      'outcomes',
      Object.entries(outcomes)
        .map(([outcome, count]) => `${outcome}: ${count}`)
        .join(', '),
    ],
    ['effects', effects === null ? undefined : effectsText(effects)],
  ]
  return rows.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, text]]))
}

function effectsText({ events, once, missing, doubled, examples, unseen }: NonNullable<LoadReport['effects']>): string {
  if (unseen !== null && once + missing + doubled === 0) return `could not be seen: ${unseen}`
  const named = examples.length === 0 ? '' : `, such as ${examples.join(', ')}`
  return `of ${events} accepted events ${once} had exactly one, ${missing} none, ${doubled} several${named}${unseen === null ? '' : `; ${unseen}`}`
}

/** Latency and service time side by side: the percentile, from the planned arrival, from the start of the request. */
export function latencyRows({ latency, service }: LoadReport): [name: string, latency: string, service: string][] {
  const of = latency.percentiles
  if (of === null) return []
  return (Object.keys(of) as (keyof typeof of)[]).map(name => [
    name,
    latencyText(of[name]),
    service.percentiles === null ? '' : latencyText(service.percentiles[name]),
  ])
}

/** Why a threshold was not judged, where the conclusion does not say so of the whole run. */
export const ownReason = ({ why }: JudgedThreshold, { verdict }: LoadReport): string | null =>
  why === null || verdict.conclusion.includes(why) ? null : why

/** A threshold's verdict as one line. */
export function thresholdText(threshold: JudgedThreshold, report: LoadReport): string {
  const { text, status, measured } = threshold
  const why = ownReason(threshold, report)
  return `${status}: ${text}${measured === null ? '' : `, measured ${measured}`}${why === null ? '' : `. ${why}`}`
}

/** One part of the run, for tables and plots. */
export interface Moment {
  /** ms from the start. */
  atMs: number
  /** Events per second. */
  asked: number
  got: number
  errors: number
  /** ms; null where nothing was answered. */
  p50: number | null
  p99: number | null
}

/** The run over time; `most` of its parts. */
export function momentsOf({ intervals, plan }: LoadReport): Moment[] {
  return intervals.list.map(({ planned, accepted, errors, bins }, i) => {
    const seconds = Math.min(intervals.ms, Math.max(1, plan.forMs - i * intervals.ms)) / 1000
    const percentiles = createHistogram(bins).percentiles()
    return {
      atMs: i * intervals.ms,
      asked: planned / seconds,
      got: accepted / seconds,
      errors,
      p50: percentiles?.p50 ?? null,
      p99: percentiles?.p99 ?? null,
    }
  })
}
