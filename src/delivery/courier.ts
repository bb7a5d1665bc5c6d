// Carries one delivery through one pick-up: an attempt, and further ones while the next is due at once.
import pRetry from 'p-retry'
import type { Clock } from '../core/clock.js'
import type { Delivery } from '../core/delivery.js'
import type { Outcome } from '../core/outcome.js'
import type { Prepare, Prepared } from '../core/prepared.js'
import type { RetryPlan } from '../core/retry.js'
import type { Ended, Record, Task } from './attempt.js'
import type { Books } from './books.js'
import type { ReportError } from './retrying-write.js'
import { verdictOn } from './verdict.js'

/** What a courier tells and asks along the way. */
export interface Companion {
  /** How deliveries of this subscription are sent now; it may change between two attempts. */
  prepared(prepared: Prepared): void
  /** An attempt was judged. */
  judged(accepted: boolean, prepared: Prepared): void
  /** The receiver is not bothered by this pick-up any more; only the books are still being kept. */
  free(): void
  /** Whether a next attempt that is due at once may follow in this pick-up. */
  mayGoOn(): boolean
}

export interface CourierParts {
  clock: Pick<Clock, 'now'>
  prepare: Prepare
  attempt: (task: Task, record: Record) => Promise<Ended>
  books: Books
  reportError: ReportError
  /** A delivery waits again; the earliest emulator ms at which something is due may have changed. */
  waiting(until: number): void
  /** A delivery was exhausted; what its plan wants done with the subscription. */
  exhausted(delivery: Delivery, wish: NonNullable<RetryPlan['onExhausted']>): void
}

/** Thrown to go on, never seen outside; one for all, since making an error costs more than the loop. */
const AGAIN = new Error('due again at once')

/** Given whole, once: p-retry only drives the loop, the provider's policy decides when it ends. */
const LOOP = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 0,
  maxTimeout: 0,
  factor: 1,
  randomize: false,
  maxRetryTime: Number.POSITIVE_INFINITY,
  unref: false,
  onFailedAttempt: () => {},
  shouldRetry: ({ error }: { error: Error }) => error === AGAIN,
  shouldConsumeRetry: () => true,
}

/** How long a delivery that could not even be prepared waits before it is tried again, emulator ms. */
const UNPREPARED_MS = 60_000

/** What a plan wants done with the subscription whose delivery ended with this outcome. */
function wishOf(plan: RetryPlan, outcome: Outcome | null) {
  const dismissed = outcome?.status !== undefined && plan.dismissedBy?.(outcome.status)
  return dismissed ? 'deactivate' : (plan.onExhausted ?? 'keep')
}

/** Gives the function that carries a claimed delivery. It never rejects: what should not happen is reportError, and the row stays owed. */
export function createCourier({ clock, prepare, attempt, books, reportError, waiting, exhausted }: CourierParts) {
  async function putOff(delivery: Delivery, to: number, reason: string): Promise<void> {
    await books.postpone(delivery, to, reason)
    waiting(to)
  }

  async function step(delivery: Delivery, companion: Companion): Promise<Delivery> {
    let prepared: Prepared | undefined
    try {
      const preparing = prepare(delivery)
      prepared = preparing instanceof Promise ? await preparing : preparing
    } catch (error) {
      reportError(error, `preparing delivery ${delivery.id}`)
      await putOff(delivery, clock.now() + UNPREPARED_MS, `could not be prepared: ${String(error)}`)
      return delivery
    }
    if (prepared === undefined) return books.cancel(delivery)
    const ready = prepared
    companion.prepared(ready)
    let after = delivery
    const ended = await attempt(
      { delivery, prepared: ready, number: delivery.attempts + 1, cause: 'scheduled' },
      {
        started: begun => books.started(delivery, begun),
        ended: async made => {
          const verdict = verdictOn(made, delivery, ready.plan, clock.now(), companion.mayGoOn())
          if (made.outcome?.kind !== 'interrupted') companion.judged(made.accepted, ready)
          const writing = books.ended(delivery, made, verdict)
          // The next delivery's start then shares a commit with this one's end.
          if (verdict.next?.status !== 'attempting') companion.free()
          after = await writing
        },
      },
    )
    if ('postponed' in ended) await putOff(delivery, ended.postponed.to, ended.postponed.reason)
    else if (after.status === 'waiting') waiting(after.dueAt ?? clock.now())
    else if (after.status === 'exhausted') exhausted(after, wishOf(ready.plan, ended.attempt.outcome))
    return after
  }

  return async function carry(claimed: Delivery, companion: Companion): Promise<void> {
    let delivery = claimed
    try {
      await pRetry(async () => {
        const before = delivery
        delivery = await step(before, companion)
        if (delivery !== before && delivery.status === 'attempting') throw AGAIN
      }, LOOP)
    } catch (error) {
      // The ledger has reported its own trouble; this is for what nobody thought of.
      reportError(error, `carrying delivery ${delivery.id}`)
    }
  }
}
