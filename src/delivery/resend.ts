// What is done to a single delivery by hand, beside its schedule: one more attempt, or no more at all.
import type { Clock } from '../core/clock.js'
import { type Attempt, type Delivery, isSettled } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { Ledger } from '../core/ledger.js'
import type { Prepare } from '../core/prepared.js'
import type { Ended, Record, Task } from './attempt.js'
import type { Books } from './books.js'
import type { Hands } from './hands.js'
import { verdictOn } from './verdict.js'

export interface ResendParts {
  ledger: Ledger
  clock: Pick<Clock, 'now'>
  prepare: Prepare
  attempt: (task: Task, record: Record) => Promise<Ended>
  books: Books
  hands: Hands
  /** Takes a claimed delivery out of its lane. */
  withdraw(deliveryId: string): Delivery | undefined
  /** Gives a withdrawn delivery back to the schedule. */
  giveBack(ids: readonly string[]): void
}

/** The engine's dealings by hand. */
export function createResends(parts: ResendParts) {
  const { ledger, clock, prepare, attempt, books, hands, withdraw, giveBack } = parts

  function find(deliveryId: string): Delivery {
    const delivery = ledger.delivery(deliveryId)
    if (delivery !== undefined) return delivery
    throw new EmulatorError(`There is no delivery "${deliveryId}".`, { code: 'not_found' })
  }

  /** The delivery out of its lane and out of everybody's hands. A claim that is just being answered is waited for. */
  async function takeOut(deliveryId: string): Promise<Delivery> {
    find(deliveryId)
    if (withdraw(deliveryId) === undefined) {
      await ledger.settled()
      await new Promise(resolve => void setImmediate(resolve))
      withdraw(deliveryId)
    }
    return find(deliveryId)
  }

  /** The first attempt's message, exactly. */
  function originalOf(delivery: Delivery, body: string): Task['original'] {
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

  async function once(delivery: Delivery, cause: 'resend' | 'replay'): Promise<Attempt> {
    const prepared = await prepare(delivery)
    if (prepared === undefined)
      throw new EmulatorError(`The subscription of delivery "${delivery.id}" is gone or takes nothing.`, {
        code: 'conflict',
        hint: 'Activate it, or subscribe again and trigger the event anew.',
      })
    const original = cause === 'replay' ? originalOf(delivery, prepared.body) : undefined
    const ended = await attempt(
      { delivery, prepared, number: delivery.attempts + 1, cause, original },
      {
        started: begun => books.started(delivery, begun),
        ended: async made => {
          await books.ended(delivery, made, verdictOn(made, delivery, prepared.plan, clock.now(), false))
        },
      },
    )
    if ('attempt' in ended) return ended.attempt
    throw new Error('Only a scheduled attempt can be put off.')
  }

  return {
    attemptNow: (deliveryId: string, cause: 'resend' | 'replay'): Promise<Attempt> =>
      hands.hold(deliveryId, async () => {
        const delivery = await takeOut(deliveryId)
        try {
          return await once(delivery, cause)
        } finally {
          if (delivery.status === 'attempting' && ledger.delivery(deliveryId)?.status === 'attempting')
            giveBack([deliveryId])
        }
      }),
    cancel: (deliveryId: string): Promise<Delivery> =>
      hands.hold(deliveryId, async () => {
        const delivery = await takeOut(deliveryId)
        if (isSettled(delivery.status))
          throw new EmulatorError(`Delivery "${deliveryId}" is ${delivery.status} already.`, { code: 'conflict' })
        return books.cancel(delivery)
      }),
  }
}
