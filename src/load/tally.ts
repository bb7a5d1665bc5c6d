// Counts what happens in a run, in memory that does not grow with it.
import type { Bins, LoadCounts, LoadInterval } from '../api/load-report.js'
import { describeOutcome, type Outcome } from '../core/outcome.js'
import { binOf, createHistogram, type Histogram } from './histogram.js'

/** An event that this machine sends later than this, ms, is late: it was not sent as planned. */
const LATE_MS = 50

/** So many parts of a run are plotted at most. */
const MOST_INTERVALS = 120

/** Lengths of such a part, ms. */
const LENGTHS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map(seconds => seconds * 1000)

/** The first request of an event, once it has ended. All times in ms. */
export interface FirstRequest {
  /** Planned arrival. */
  atMs: number
  /** From the planned arrival to the start. */
  waitedMs: number
  /** From the start to the end. */
  serviceMs: number
  outcome: Outcome
  accepted: boolean
}

/** What is counted. All times in ms from the beginning of the run. */
export interface Tally {
  readonly counts: LoadCounts
  readonly outcomes: Map<string, number>
  readonly latency: Histogram
  readonly service: Histogram
  /** How late this machine itself was. */
  readonly lateness: Histogram
  readonly intervals: { ms: number; list: readonly LoadInterval[] }
  /** The planned arrival of the first event that missed the timeout; undefined while none has. */
  firstMissed(): number | undefined
  /** How many first requests were answered before the end of the run's plan. */
  answeredInTime(): number
  planned(atMs: number): void
  /** `lateMs` is this machine's own. */
  sent(atMs: number, lateMs: number): void
  first(request: FirstRequest): void
  retried(outcome: Outcome): void
  duplicate(): void
  accepted(): void
  lost(count?: number): void
  /** Planned at `atMs`, and not sent by `endMs`. */
  notSent(atMs: number, endMs: number): void
  /** Sent, and its first request had not ended by `endMs`. */
  unfinished(atMs: number, endMs: number): void
}

/** Whether so many events were sent late that what became of them says little: more than one in a hundred, and more than one. */
export const isLate = ({ sent, late }: Pick<LoadCounts, 'sent' | 'late'>): boolean => late > Math.max(1, sent / 100)

/** The length of the parts that a run is shown in, ms. */
const intervalMs = (forMs: number): number =>
  LENGTHS_MS.find(length => forMs / length <= MOST_INTERVALS) ?? Math.ceil(forMs / MOST_INTERVALS)

/** An empty tally of so much time. `timeoutMs` is the provider's. */
export function createTally(forMs: number, timeoutMs: number): Tally {
  const counts: LoadCounts = {
    planned: 0,
    sent: 0,
    late: 0,
    accepted: 0,
    acceptedAtFirst: 0,
    refused: 0,
    timeouts: 0,
    broken: 0,
    own: 0,
    notSent: 0,
    unfinished: 0,
    lost: 0,
    retries: 0,
    duplicates: 0,
  }
  const outcomes = new Map<string, number>()
  const [latency, service, lateness] = [createHistogram(), createHistogram(), createHistogram()]
  const length = intervalMs(forMs)
  const parts = Array.from({ length: Math.max(1, Math.ceil(forMs / length)) }, () => ({
    planned: 0,
    sent: 0,
    answered: 0,
    accepted: 0,
    errors: 0,
    bins: new Map<number, number>(),
  }))
  const last = parts.length - 1
  const partAt = (atMs: number) => parts[Math.min(last, Math.floor(atMs / length))] as (typeof parts)[number]
  let inTime = 0
  let missedAt: number | undefined

  const count = (outcome: Outcome) => {
    const word = describeOutcome(outcome)
    outcomes.set(word, (outcomes.get(word) ?? 0) + 1)
  }
  const late = (atMs: number, latencyMs: number) => {
    if (latencyMs > timeoutMs) missedAt = Math.min(missedAt ?? atMs, atMs)
  }
  /** It took at least until then: left out, it would make the others look better. */
  const longer = (atMs: number, endMs: number) => {
    latency.record(endMs - atMs)
    late(atMs, endMs - atMs)
  }

  return {
    counts,
    outcomes,
    latency,
    service,
    lateness,
    get intervals() {
      const list = parts.map(({ bins, ...part }) => ({ ...part, bins: [...bins].sort(([a], [b]) => a - b) as Bins }))
      return { ms: length, list }
    },
    firstMissed: () => missedAt,
    answeredInTime: () => inTime,
    planned(atMs) {
      counts.planned++
      partAt(atMs).planned++
    },
    sent(atMs, lateMs) {
      counts.sent++
      partAt(atMs).sent++
      lateness.record(lateMs)
      if (lateMs > LATE_MS) counts.late++
    },
    first({ atMs, waitedMs, serviceMs, outcome, accepted }) {
      count(outcome)
      const part = partAt(atMs)
      const latencyMs = waitedMs + serviceMs
      const { kind } = outcome
      if (kind === 'local_error' || kind === 'interrupted' || kind === 'unsigned' || kind === 'blocked') {
        counts.own++
        part.errors++
        return
      }
      if (accepted) counts.acceptedAtFirst++
      else if (kind === 'answered') counts.refused++
      else if (kind === 'timed_out') counts.timeouts++
      else counts.broken++
      if (accepted) part.accepted++
      else part.errors++
      if (kind !== 'answered' && kind !== 'timed_out') return
      late(atMs, kind === 'timed_out' ? Number.POSITIVE_INFINITY : latencyMs)
      latency.record(latencyMs)
      service.record(serviceMs)
      const bin = binOf(latencyMs)
      part.bins.set(bin, (part.bins.get(bin) ?? 0) + 1)
      if (kind !== 'answered') return
      part.answered++
      if (atMs + latencyMs <= forMs) inTime++
    },
    retried(outcome) {
      count(outcome)
      counts.retries++
    },
    duplicate() {
      counts.duplicates++
    },
    accepted() {
      counts.accepted++
    },
    lost(number = 1) {
      counts.lost += number
    },
    notSent(atMs, endMs) {
      counts.notSent++
      partAt(atMs).errors++
      longer(atMs, endMs)
    },
    unfinished(atMs, endMs) {
      counts.unfinished++
      partAt(atMs).errors++
      longer(atMs, endMs)
    },
  }
}
