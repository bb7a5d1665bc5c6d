// The life of a delivery as pure functions: the state that follows an attempt.
import { type Attempt, type Delivery, type DeliveryState, isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import { countsForReceiver } from '../core/outcome.js'
import type { RetryPlan } from '../core/retry.js'
import { retryAfterMs } from '../core/retry-after.js'

/** Pauses after errors of this machine, emulator ms: the first doubles until it reaches the longest. */
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

/** What an attempt changes about its delivery. */
export interface Transition {
  /** The next state; undefined leaves the delivery as it is. */
  next: DeliveryState | undefined
  /** Whether the retry policy counts this attempt. */
  counts: boolean
}

/**
 * The transition after a finished attempt. `now` is emulator ms at its end. A retry that is due at once stays `attempting` when
 * `mayContinue`, else the delivery waits for its turn.
 */
export function transitionAfter(
  attempt: Attempt,
  delivery: Delivery,
  plan: RetryPlan,
  now: number,
  mayContinue: boolean,
): Transition {
  const { outcome, accepted, cause } = attempt
  const scheduled = cause === 'scheduled'
  if (accepted)
    return {
      counts: scheduled,
      next:
        delivery.status === 'delivered'
          ? undefined
          : { status: 'delivered', dueAt: null, dueReason: null, settledAt: now },
    }
  if (!scheduled || outcome === null) return { counts: false, next: undefined }
  if (outcome.kind === 'interrupted')
    return {
      counts: false,
      next: { status: 'waiting', dueAt: now, dueReason: 'interrupted; again at once', settledAt: null },
    }
  if (!countsForReceiver(outcome)) {
    const uncounted = Math.max(0, attempt.number - 1 - delivery.counted)
    const afterMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** uncounted)
    const dueReason = `an error of this machine; again ${formatDuration(afterMs)} later`
    return { counts: false, next: { status: 'waiting', dueAt: now + afterMs, dueReason, settledAt: null } }
  }
  const decision = plan.policy(delivery.counted + 1, outcome)
  if (!decision.again)
    return { counts: true, next: { status: 'exhausted', dueAt: null, dueReason: decision.reason, settledAt: now } }
  const { afterMs, reason } = putOff(decision, attempt, plan)
  const status = afterMs <= 0 && mayContinue ? 'attempting' : 'waiting'
  return {
    counts: true,
    next: { status, dueAt: now + Math.max(0, afterMs), dueReason: reason, settledAt: null },
  }
}

/** The wait before the next attempt: as the policy says, or longer where the receiver asked for that and the plan allows it. */
function putOff(
  { afterMs, reason }: { afterMs: number; reason: string },
  { answer, stampedAt }: Attempt,
  { retryAfterUpToMs = 0 }: RetryPlan,
): { afterMs: number; reason: string } {
  const asked = retryAfterUpToMs > 0 && answer !== null ? retryAfterMs(answer.headers, stampedAt) : undefined
  if (asked === undefined) return { afterMs, reason }
  const given = Math.min(asked, retryAfterUpToMs)
  if (given <= afterMs) return { afterMs, reason }
  const bound = asked > given ? ', of which retryAfterUpTo allows that much' : ''
  return {
    afterMs: given,
    reason: `${reason}, put off to ${formatDuration(given)} by Retry-After (${formatDuration(asked)}${bound})`,
  }
}

/** The delivery after an attempt and its transition. */
export function applyTransition(delivery: Delivery, attempt: Attempt, { next, counts }: Transition): Delivery {
  const after = {
    ...delivery,
    attempts: Math.max(delivery.attempts, attempt.number),
    counted: delivery.counted + (counts ? 1 : 0),
  }
  return next === undefined ? after : { ...after, ...next }
}

/** True when the change from `before` to `after` settled the delivery. */
export function hasSettled(before: Delivery, after: Delivery): boolean {
  return isSettled(after.status) && after.status !== before.status
}
