// Carries one claimed delivery: an attempt, and further ones while the next is due at once.
import pRetry from 'p-retry'
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { EventToSend } from '../core/event.js'
import { countsForReceiver, type Outcome } from '../core/outcome.js'
import type { Prepare, Prepared } from '../core/prepared.js'
import type { RetryPlan } from '../core/retry.js'
import type { AttemptLog, AttemptResult, AttemptTask } from './attempt.js'
import type { Claimed } from './lane.js'
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
  /** Whether attempts may be started: the engine has not stopped. */
  mayStart(): boolean
  /** A delivery waits again until this emulator ms. */
  waiting(until: number): void
  /** A delivery is exhausted; `action` is what its plan does with the subscription. */
  exhausted(delivery: Delivery, action: NonNullable<RetryPlan['onExhausted']>): void
}

/** The next attempt of a delivery is due at once. */
class DueAtOnce extends Error {
  constructor() {
    super('The next attempt is due at once.')
    this.name = 'DueAtOnce'
  }
}

/** Thrown again and again: an error that nobody sees needs no stack of its own. */
const DUE_AT_ONCE = new DueAtOnce()

/** The provider's policy sets the limit; later retries wait in the ledger. Frozen, since p-retry copies a frozen object 20 times faster. */
const RETRY_AT_ONCE = Object.freeze({
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 0,
  shouldRetry: ({ error }: { error: Error }) => error === DUE_AT_ONCE,
})

/** How long a delivery waits that a provider's failure kept from being sent or judged, emulator ms. */
const AFTER_FAILURE_MS = 60_000

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** One claimed delivery on its way. */
interface Trip {
  delivery: Delivery
  readonly event: EventToSend | undefined
  readonly lane: LaneCallbacks
  readonly mayContinue: () => boolean
  /** The attempt that is stored as begun; undefined once it is stored as ended. */
  open: Attempt | undefined
  /** A write is under way, or has failed: then no other is tried, and the delivery is resumed at the next start. */
  writing: boolean
}

/** What a plan does with the subscription of a delivery that is exhausted with this outcome. */
function actionOf(plan: RetryPlan, outcome: Outcome | null) {
  const dismissed = outcome?.status !== undefined && plan.dismissedBy?.(outcome.status)
  return dismissed ? 'deactivate' : (plan.onExhausted ?? 'keep')
}

/**
 * Creates the function that carries a claimed delivery. It neither throws nor rejects: an internal error is reported, and the delivery stays owed.
 * A retry that is due at once is made only while `mayContinue`. What has no attempt in flight when the engine stops is given back.
 */
export function createCourier(parts: CourierParts) {
  const { clock, prepare, attempt, recorder, reportError, mayStart, waiting, exhausted } = parts

  async function postpone(delivery: Delivery, to: number, reason: string): Promise<void> {
    await recorder.postpone(delivery, to, reason)
    waiting(to)
  }

  /** Waits for what writes and is the trip's end. */
  function stored(trip: Trip, write: Promise<unknown>): Promise<void> {
    trip.writing = true
    return write.then(() => {
      trip.writing = false
    })
  }

  /** Makes one attempt. Throws DUE_AT_ONCE when the next is. */
  async function attemptOnce(trip: Trip): Promise<void> {
    const { delivery, event, lane } = trip
    let prepared: Prepared | undefined
    try {
      const preparing = prepare(delivery, event)
      prepared = preparing instanceof Promise ? await preparing : preparing
    } catch (error) {
      reportError(error, `preparing delivery ${delivery.id}`)
      const reason = `could not be prepared: ${messageOf(error)}`
      return stored(trip, postpone(delivery, clock.now() + AFTER_FAILURE_MS, reason))
    }
    if (!mayStart()) return stored(trip, recorder.release([delivery.id]))
    if (prepared === undefined) return stored(trip, recorder.cancel(delivery))
    lane.prepared(prepared)
    const result = await attempt(
      { delivery, prepared, number: delivery.attempts + 1, cause: 'scheduled' },
      logOf(trip, prepared),
    )
    if ('postponed' in result) return stored(trip, postpone(delivery, result.postponed.to, result.postponed.reason))
    const { status, dueAt } = trip.delivery
    if (status === 'waiting') waiting(dueAt ?? clock.now())
    if (status === 'exhausted') exhausted(trip.delivery, actionOf(prepared.plan, result.attempt.outcome))
    if (status === 'attempting') throw DUE_AT_ONCE
  }

  function logOf(trip: Trip, prepared: Prepared): AttemptLog {
    const before = trip.delivery
    return {
      started(begun) {
        trip.writing = true
        return recorder.started(before, begun, () => {
          trip.writing = false
          trip.open = begun
        })
      },
      ended: made => {
        trip.open = made
        const transition = transitionAfter(made, before, prepared.plan, clock.now(), trip.mayContinue())
        if (made.outcome !== null && countsForReceiver(made.outcome)) judged(trip, made, prepared)
        trip.writing = true
        const writing = recorder.ended(before, made, transition, after => {
          trip.writing = false
          trip.delivery = after
          trip.open = undefined
        })
        // Released before the write, so that the start of the lane's next delivery shares its commit.
        if (transition.next?.status !== 'attempting') trip.lane.released()
        return writing
      },
    }
  }

  function judged({ delivery, lane }: Trip, attempt: Attempt, prepared: Prepared): void {
    try {
      lane.judged(attempt, prepared)
    } catch (error) {
      reportError(error, `throttling the subscription of delivery ${delivery.id}`)
    }
  }

  /** After a failure of the provider: ends the attempt, and the delivery waits. */
  async function putOff({ delivery, open }: Trip, failure: string): Promise<void> {
    const to = clock.now() + AFTER_FAILURE_MS
    if (open === undefined) return postpone(delivery, to, failure)
    const outcome = open.outcome ?? { kind: 'interrupted' as const, detail: failure }
    const next = { status: 'waiting' as const, dueAt: to, dueReason: failure, settledAt: null }
    await recorder.ended(delivery, { ...open, outcome, accepted: false }, { counts: false, next })
    waiting(to)
  }

  async function failed(trip: Trip, error: unknown): Promise<void> {
    const { id } = trip.delivery
    // Its subscription was removed, and it was pruned before it could be written.
    if (trip.writing && error instanceof EmulatorError && error.code === 'not_found') return
    reportError(error, `carrying delivery ${id}`)
    if (trip.writing || trip.delivery.status !== 'attempting') return
    await putOff(trip, `the provider failed: ${messageOf(error)}`).catch((again: unknown) =>
      reportError(again, `putting off delivery ${id}`),
    )
  }

  function again(trip: Trip): Promise<void> {
    return pRetry(() => attemptOnce(trip), RETRY_AT_ONCE).catch((error: unknown) => failed(trip, error))
  }

  return function carry({ delivery, event }: Claimed, lane: LaneCallbacks, mayContinue: () => boolean): Promise<void> {
    const trip: Trip = { delivery, event, lane, mayContinue, open: undefined, writing: false }
    // Most deliveries are made at once, and p-retry costs more than the rest of this.
    return attemptOnce(trip).catch((error: unknown) => (error === DUE_AT_ONCE ? again(trip) : failed(trip, error)))
  }
}
