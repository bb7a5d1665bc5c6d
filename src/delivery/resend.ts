// What is done to a single delivery by hand, beside its schedule: one more attempt, or its cancellation.
import type { Clock } from '../core/clock.js'
import { type Attempt, type Delivery, isSettled } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { Ledger } from '../core/ledger.js'
import type { Prepare } from '../core/prepared.js'
import type { AttemptLog, AttemptResult, AttemptTask } from './attempt.js'
import type { Locks } from './locks.js'
import type { Recorder } from './recorder.js'
import { transitionAfter } from './transition.js'

/** What resending and cancelling depend on. */
export interface ResendParts {
  ledger: Ledger
  clock: Pick<Clock, 'now'>
  prepare: Prepare
  attempt: (task: AttemptTask, log: AttemptLog) => Promise<AttemptResult>
  recorder: Recorder
  locks: Locks
  /** Throws `conflict` once the engine has stopped. */
  refuseWhenStopped(): void
  /** Takes a claimed delivery out of its lane. */
  withdraw(deliveryId: string): Delivery | undefined
  /** Returns withdrawn deliveries to the schedule. */
  release(ids: readonly string[]): void
}

/** Resending and cancelling for one engine. */
export function createResends(parts: ResendParts) {
  const { ledger, clock, prepare, attempt, recorder, locks, refuseWhenStopped, withdraw, release } = parts

  function find(deliveryId: string): Delivery {
    const delivery = ledger.delivery(deliveryId)
    if (delivery !== undefined) return delivery
    throw new EmulatorError(`There is no delivery "${deliveryId}".`, { code: 'not_found' })
  }

  /** Resolves when what a claim under way takes is in its lane. */
  async function claimsLanded(): Promise<void> {
    await ledger.settled()
    await new Promise(resolve => void setImmediate(resolve))
  }

  /** Runs the work on a delivery that is in no lane meanwhile; what a claim puts there until it ends is the delivery as it was before. */
  async function apart<T>(deliveryId: string, work: (delivery: Delivery) => Promise<T>): Promise<T> {
    find(deliveryId)
    let isTaken = withdraw(deliveryId) !== undefined
    if (!isTaken) {
      await claimsLanded()
      isTaken = withdraw(deliveryId) !== undefined
    }
    try {
      return await work(find(deliveryId))
    } finally {
      await claimsLanded()
      const isClaimed = withdraw(deliveryId) !== undefined
      if ((isTaken || isClaimed) && ledger.delivery(deliveryId)?.status === 'attempting') release([deliveryId])
    }
  }

  /** The first attempt's exact message. */
  function originalOf(delivery: Delivery, body: string): AttemptTask['original'] {
    const first = ledger.attempts(delivery.id)[0]
    if (first === undefined)
      throw new EmulatorError(`Delivery "${delivery.id}" has not been attempted yet.`, {
        code: 'conflict',
        hint: 'There is no first message to send again; resend it instead.',
      })
    const { method, url, headers, bodyBase64, stampedAt } = first
    const bytes = bodyBase64 === null ? body : Buffer.from(bodyBase64, 'base64')
    return { message: { method, url, headers, body: bytes }, stampedAt }
  }

  async function attemptOnce(delivery: Delivery, cause: 'resend' | 'replay'): Promise<Attempt> {
    const prepared = await prepare(delivery)
    refuseWhenStopped()
    if (prepared === undefined)
      throw new EmulatorError(`The subscription of delivery "${delivery.id}" is removed or inactive.`, {
        code: 'conflict',
        hint: 'Activate it, or subscribe again and trigger the event again.',
      })
    const original = cause === 'replay' ? originalOf(delivery, prepared.body) : undefined
    const result = await attempt(
      { delivery, prepared, number: delivery.attempts + 1, cause, original },
      {
        started: begun => recorder.started(delivery, begun),
        ended: async made => {
          await recorder.ended(delivery, made, transitionAfter(made, delivery, prepared.plan, clock.now(), false))
        },
      },
    )
    if ('attempt' in result) return result.attempt
    throw new Error('Only a scheduled attempt can be postponed.')
  }

  return {
    attemptNow: (deliveryId: string, cause: 'resend' | 'replay'): Promise<Attempt> =>
      locks.hold(deliveryId, () => apart(deliveryId, delivery => attemptOnce(delivery, cause))),
    cancel: (deliveryId: string): Promise<Delivery> =>
      locks.hold(deliveryId, () =>
        apart(deliveryId, async delivery => {
          if (isSettled(delivery.status))
            throw new EmulatorError(`Delivery "${deliveryId}" is ${delivery.status} already.`, { code: 'conflict' })
          return recorder.cancel(delivery)
        }),
      ),
  }
}
