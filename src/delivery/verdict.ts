// What becomes of a delivery after an attempt: the life of a delivery as one pure function.
import { type Attempt, type Delivery, type DeliveryStatus, isSettled } from '../core/delivery.js'
import type { RetryPlan } from '../core/retry.js'

/** The delivery afterwards; undefined leaves it as it is. */
type Next =
  | { status: DeliveryStatus; dueAt: number | null; dueReason: string | null; settledAt: number | null }
  | undefined

/** What follows an attempt. */
export interface Verdict {
  next: Next
  /** The retry policy counts this attempt. */
  counts: boolean
}

/**
 * Judges a finished attempt. `now` is emulator ms at its end; `again` says whether the next attempt may follow in the same
 * pick-up when it is due at once, else the delivery waits for its turn.
 */
export function verdictOn(attempt: Attempt, delivery: Delivery, plan: RetryPlan, now: number, again: boolean): Verdict {
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
  const decision = plan.policy(delivery.counted + 1, outcome)
  if (!decision.again)
    return { counts: true, next: { status: 'exhausted', dueAt: null, dueReason: decision.reason, settledAt: now } }
  const status = decision.afterMs <= 0 && again ? 'attempting' : 'waiting'
  return {
    counts: true,
    next: { status, dueAt: now + Math.max(0, decision.afterMs), dueReason: decision.reason, settledAt: null },
  }
}

/** The delivery as it is after an attempt and its verdict. */
export function afterwards(delivery: Delivery, attempt: Attempt, { next, counts }: Verdict): Delivery {
  const after = {
    ...delivery,
    attempts: Math.max(delivery.attempts, attempt.number),
    counted: delivery.counted + (counts ? 1 : 0),
  }
  return next === undefined ? after : { ...after, ...next }
}

/** True when this attempt is what settled the delivery. */
export function hasSettled(before: Delivery, after: Delivery): boolean {
  return isSettled(after.status) && after.status !== before.status
}
