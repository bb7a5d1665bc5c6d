// Records what the engine does with deliveries: first in the ledger and, once that is committed, in the journal.
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Journal } from '../core/journal.js'
import type { RetryingWrite } from './retrying-write.js'
import { applyTransition, hasSettled, type Transition } from './transition.js'

/** The writing of the engine; every method resolves after the commit, and `then` is called before that. */
export interface Recorder {
  /** Takes up to `limit` due deliveries of a subscription. */
  claim(subscriptionId: string, limit: number): Promise<Delivery[]>
  /** Returns claimed deliveries to the schedule, due as before. */
  release(deliveryIds: readonly string[]): Promise<void>
  started(delivery: Delivery, attempt: Attempt, then?: () => void): Promise<void>
  /** Resolves with the delivery as it is now. */
  ended(
    delivery: Delivery,
    attempt: Attempt,
    transition: Transition,
    then?: (after: Delivery) => void,
  ): Promise<Delivery>
  cancel(delivery: Delivery): Promise<Delivery>
  /** Makes a claimed delivery wait until an emulator ms, without an attempt. */
  postpone(delivery: Delivery, to: number, reason: string): Promise<void>
}

/** The recorder of one engine. */
export function createRecorder(
  write: RetryingWrite,
  journal: Pick<Journal, 'record'>,
  clock: Pick<Clock, 'now'>,
): Recorder {
  return {
    claim: (subscriptionId, limit) =>
      write('claiming deliveries', rows => rows.claim(subscriptionId, clock.now(), limit)),

    release: deliveryIds => write('releasing deliveries', rows => rows.release(deliveryIds)),

    started: (delivery, attempt, then) =>
      write(
        'starting an attempt',
        rows => rows.startAttempt(attempt),
        () => {
          const status = attempt.cause === 'scheduled' ? 'attempting' : delivery.status
          journal.record({
            kind: 'attempt.started',
            delivery: { ...delivery, status, attempts: Math.max(delivery.attempts, attempt.number) },
            attempt,
          })
          for (const fault of attempt.faults)
            journal.record({ kind: 'fault.fired', fault, deliveryId: delivery.id, attempt: attempt.number })
          then?.()
        },
      ),

    ended(delivery, attempt, transition, then) {
      const { outcome, accepted, answer, durationMs, number } = attempt
      if (outcome === null) throw new Error('An attempt without an outcome has not ended.')
      const { next, counts } = transition
      const end = {
        deliveryId: delivery.id,
        number,
        outcome,
        accepted,
        answer,
        durationMs: durationMs ?? 0,
        counts,
        delivery: next,
      }
      return write(
        'completing an attempt',
        rows => rows.finishAttempt(end),
        kept => {
          const after = applyTransition(delivery, attempt, kept === undefined ? transition : { next: kept, counts })
          journal.record({ kind: 'attempt.completed', delivery: after, attempt })
          if (hasSettled(delivery, after)) journal.record({ kind: 'delivery.settled', delivery: after })
          then?.(after)
          return after
        },
      )
    },

    async cancel(delivery) {
      const next = { status: 'cancelled' as const, dueAt: null, dueReason: null, settledAt: clock.now() }
      await write('cancelling a delivery', rows => rows.setDelivery(delivery.id, next))
      const after = { ...delivery, ...next }
      journal.record({ kind: 'delivery.settled', delivery: after })
      return after
    },

    postpone: (delivery, to, reason) =>
      write('postponing a delivery', rows =>
        rows.setDelivery(delivery.id, { status: 'waiting', dueAt: to, dueReason: reason, settledAt: null }),
      ),
  }
}
