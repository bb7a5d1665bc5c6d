// Retry policies: pure functions from an attempt's number and outcome to the next delay or a stop.
import { formatDuration } from './duration.js'
import { describeOutcome, type Outcome } from './outcome.js'

/** A number of attempts, the first included, or `unlimited`: the last delay repeats until an attempt is accepted. */
export type MaxAttempts = number | 'unlimited'

/** What follows an attempt that was not accepted. */
export type RetryDecision = { again: true; afterMs: number; reason: string } | { again: false; reason: string }

/**
 * Decides after attempt `attempt` (from 1, without interrupted ones and local errors). The delay (ms) starts at the end of that attempt.
 * @example
 * const hourly: RetryPolicy = attempt =>
 *   attempt < 5 ? { again: true, afterMs: 3_600_000, reason: 'one hour later' } : { again: false, reason: 'the fifth was the last' }
 */
export type RetryPolicy = (attempt: number, outcome: Outcome) => RetryDecision

/**
 * How a subscription's deliveries are sent and retried, from its settings.
 * @example { policy: scheduled([5000, 60_000], 3), accepts: status => status === 200, timeoutMs: 10_000, concurrency: 5 }
 */
export interface RetryPlan {
  policy: RetryPolicy
  /** Whether the provider counts this HTTP status as a success. */
  accepts(status: number): boolean
  /** Whole attempt, connect to last byte, in real milliseconds. */
  timeoutMs: number
  /** The most deliveries of one subscription in flight at once. */
  concurrency: number
  /** The longest wait that a Retry-After header of the receiver can ask for, ms; 0 or undefined: it is ignored. */
  retryAfterUpToMs?: number
  /** What is done with the subscription when a delivery is exhausted; default `keep`. */
  onExhausted?: 'keep' | 'deactivate'
  /** Whether this status asks for no more deliveries (410 Gone): the subscription is then deactivated. */
  dismissedBy?(status: number): boolean
}

/**
 * A policy from a table of delays in ms: delay n follows failed attempt n; with more attempts than delays the last one repeats.
 *
 * @example
 * scheduled([5000, 60_000], 3) // attempt 2 after 5 s, attempt 3 after 1 min, then stop
 */
export function scheduled(delaysMs: readonly number[], maxAttempts: MaxAttempts): RetryPolicy {
  const last = delaysMs.at(-1) ?? 0
  return (attempt, outcome) => {
    if (maxAttempts !== 'unlimited' && attempt >= maxAttempts)
      return { again: false, reason: `${describeOutcome(outcome)}; attempt ${attempt} of ${maxAttempts} was the last` }
    const afterMs = delaysMs[attempt - 1] ?? last
    const of = maxAttempts === 'unlimited' ? '' : ` of ${maxAttempts}`
    return {
      again: true,
      afterMs,
      reason: `${describeOutcome(outcome)}; attempt ${attempt + 1}${of} ${formatDuration(afterMs)} later`,
    }
  }
}

/**
 * A policy of growing delays: `firstMs × factor^(n-1)` after failed attempt n, at most `maxMs`.
 *
 * @example
 * exponential({ firstMs: 1000, factor: 2, maxMs: 60_000 }, 'unlimited') // 1 s, 2 s, 4 s … 60 s, 60 s …
 */
export function exponential(
  { firstMs, factor, maxMs }: { firstMs: number; factor: number; maxMs: number },
  maxAttempts: MaxAttempts,
): RetryPolicy {
  const delays: number[] = []
  for (let delay = firstMs; delays.length < 64; delay = Math.min(maxMs, delay * factor)) {
    delays.push(Math.min(maxMs, delay))
    if (delay >= maxMs) break
  }
  return scheduled(delays, maxAttempts)
}

/** The delays (ms) before attempts 2, 3, … when every response is a 500; at most `limit` of them. */
export function timetable(policy: RetryPolicy, limit = 100): number[] {
  const delays: number[] = []
  for (let attempt = 1; attempt <= limit; attempt++) {
    const decision = policy(attempt, { kind: 'answered', status: 500 })
    if (!decision.again) break
    delays.push(decision.afterMs)
  }
  return delays
}
