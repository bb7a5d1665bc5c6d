// Carries one claimed delivery: an attempt, and further ones while the next is due at once.
import pRetry from 'p-retry'
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { countsForReceiver, type Outcome } from '../core/outcome.js'
import type { Prepare, Prepared } from '../core/prepared.js'
import type { RetryPlan } from '../core/retry.js'
import type { AttemptLog, AttemptResult, AttemptTask } from './attempt.js'
import type { LaneCallbacks } from './lanes.js'
import type { Recorder } from './recorder.js'
import type { ReportError } from './retrying-write.js'
import { transitionAfter } from './transition.js'

/** What carrying a delivery depends on. */
export interface CourierParts {
  clock: Pick<Clock, 'now'>
  prepare: Prepare
  attempt: (task: AttemptTask, log: AttemptLog) => Promise<AttemptResult>
  recorder: Recorder
  reportError: ReportError
  /** A delivery waits again until this emulator ms. */
  waiting(until: number): void
  /** A delivery is exhausted; `action` is what its plan does with the subscription. */
  exhausted(delivery: Delivery, action: NonNullable<RetryPlan['onExhausted']>): void
}

/** An attempt that the receiver did not accept; whether the next one is due at once. */
class AttemptFailed extends Error {
  readonly retryAtOnce: boolean

  constructor({ deliveryId, number }: Attempt, { status }: Delivery) {
    super(`Attempt ${number} of ${deliveryId} was not accepted.`)
    this.name = 'AttemptFailed'
    this.retryAtOnce = status === 'attempting'
  }
}

/** The provider's policy sets the limit; later retries wait in the ledger. Frozen, since p-retry copies a frozen object 20 times faster. */
const RETRY_AT_ONCE = Object.freeze({
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 0,
  shouldRetry: ({ error }: { error: Error }) => error instanceof AttemptFailed && error.retryAtOnce,
})

/** How long a delivery waits that a provider's failure kept from being sent or judged, emulator ms. */
const AFTER_FAILURE_MS = 60_000

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** What a plan does with the subscription of a delivery that is exhausted with this outcome. */
function actionOf(plan: RetryPlan, outcome: Outcome | null) {
  const dismissed = outcome?.status !== undefined && plan.dismissedBy?.(outcome.status)
  return dismissed ? 'deactivate' : (plan.onExhausted ?? 'keep')
}

/**
 * Creates the function that carries a claimed delivery. It never rejects: an internal error is reported, and the delivery stays owed.
 * A retry that is due at once is made only while `mayContinue`.
 */
export function createCourier({ clock, prepare, attempt, recorder, reportError, waiting, exhausted }: CourierParts) {
  async function postpone(delivery: Delivery, to: number, reason: string): Promise<void> {
    await recorder.postpone(delivery, to, reason)
    waiting(to)
  }

  return async function carry(claimed: Delivery, lane: LaneCallbacks, mayContinue: () => boolean): Promise<void> {
    let delivery = claimed
    /** The attempt that is stored as begun; undefined once it is stored as ended. */
    let open: Attempt | undefined
    let ledgerFailed = false

    /** Waits for a write. After one that failed no other is tried: the delivery is resumed at the next start. */
    async function stored<T>(write: Promise<T>): Promise<T> {
      try {
        return await write
      } catch (error) {
        ledgerFailed = true
        throw error
      }
    }

    /** After a failure of the provider: ends the attempt, and the delivery waits. */
    async function putOff(failure: string): Promise<void> {
      const to = clock.now() + AFTER_FAILURE_MS
      if (open === undefined) return postpone(delivery, to, failure)
      const outcome = open.outcome ?? { kind: 'interrupted' as const, detail: failure }
      const next = { status: 'waiting' as const, dueAt: to, dueReason: failure, settledAt: null }
      await recorder.ended(delivery, { ...open, outcome, accepted: false }, { counts: false, next })
      waiting(to)
    }

    /** Makes one attempt. Throws AttemptFailed when it was not accepted. */
    async function attemptOnce(): Promise<void> {
      let prepared: Prepared | undefined
      try {
        const preparing = prepare(delivery)
        prepared = preparing instanceof Promise ? await preparing : preparing
      } catch (error) {
        reportError(error, `preparing delivery ${delivery.id}`)
        return stored(postpone(delivery, clock.now() + AFTER_FAILURE_MS, `could not be prepared: ${messageOf(error)}`))
      }
      if (prepared === undefined) return void (await stored(recorder.cancel(delivery)))
      lane.prepared(prepared)
      const result = await attempt(
        { delivery, prepared, number: delivery.attempts + 1, cause: 'scheduled' },
        logOf(delivery, prepared),
      )
      if ('postponed' in result) return stored(postpone(delivery, result.postponed.to, result.postponed.reason))
      if (delivery.status === 'waiting') waiting(delivery.dueAt ?? clock.now())
      if (delivery.status === 'exhausted') exhausted(delivery, actionOf(prepared.plan, result.attempt.outcome))
      if (!result.attempt.accepted) throw new AttemptFailed(result.attempt, delivery)
    }

    function logOf(before: Delivery, prepared: Prepared): AttemptLog {
      return {
        started: async begun => {
          await stored(recorder.started(before, begun))
          open = begun
        },
        ended: async made => {
          open = made
          const transition = transitionAfter(made, before, prepared.plan, clock.now(), mayContinue())
          if (made.outcome !== null && countsForReceiver(made.outcome)) judged(made.accepted, prepared)
          const writing = stored(recorder.ended(before, made, transition))
          // Released before the write, so that the start of the lane's next delivery shares its commit.
          if (transition.next?.status !== 'attempting') lane.released()
          delivery = await writing
          open = undefined
        },
      }
    }

    function judged(accepted: boolean, prepared: Prepared): void {
      try {
        lane.judged(accepted, prepared)
      } catch (error) {
        reportError(error, `throttling the subscription of delivery ${delivery.id}`)
      }
    }

    try {
      await pRetry(attemptOnce, RETRY_AT_ONCE)
    } catch (error) {
      if (error instanceof AttemptFailed) return
      reportError(error, `carrying delivery ${delivery.id}`)
      if (ledgerFailed || delivery.status !== 'attempting') return
      await putOff(`the provider failed: ${messageOf(error)}`).catch((again: unknown) =>
        reportError(again, `putting off delivery ${delivery.id}`),
      )
    }
  }
}
