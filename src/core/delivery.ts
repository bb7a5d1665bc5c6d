// One event owed to one subscription until it is settled, and the attempts made for it.
import type { Headers } from './message.js'
import type { Answer, Outcome } from './outcome.js'

/** Every status of a delivery; DeliveryStatus explains each. */
export const DELIVERY_STATUSES = ['waiting', 'attempting', 'delivered', 'exhausted', 'cancelled'] as const

/**
 * - `waiting`: the next attempt is due at `dueAt`.
 * - `attempting`: an attempt is in flight or about to be.
 * - `delivered`: an attempt was accepted.
 * - `exhausted`: the retry policy allows no further attempt.
 * - `cancelled`: by hand, or because the subscription is removed or inactive.
 * @example const pending: DeliveryStatus[] = ['waiting', 'attempting']
 */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** Every reason for which a delivery waits; WaitCause explains each. */
export const WAIT_CAUSES = ['first', 'schedule', 'fault', 'queue', 'restart', 'failure'] as const

/**
 * - `first`: the event happened, and the first attempt was due at once.
 * - `schedule`: the retry policy says so.
 * - `fault`: a fault held the attempt back.
 * - `queue`: it was due, but other deliveries of the subscription were in flight, or Standin was not running.
 * - `restart`: the attempt before was cut off when Standin stopped.
 * - `failure`: an error of this machine, or of the provider's own code.
 */
export type WaitCause = (typeof WAIT_CAUSES)[number]

/** True when the delivery is delivered, exhausted or cancelled: no attempt is owed any more. */
export function isSettled(status: DeliveryStatus): boolean {
  return status === 'delivered' || status === 'exhausted' || status === 'cancelled'
}

/**
 * One event owed to one subscription. Its id is `dl_<n>`.
 * @example
 * const { deliveries } = await emulator.trigger('standard', 'invoice.paid')
 * deliveries.map(({ id, status, attempts, dueAt }) => ({ id, status, attempts, dueAt }))
 */
export interface Delivery {
  id: string
  eventId: string
  subscriptionId: string
  provider: string
  channel: string
  type: string
  status: DeliveryStatus
  /** Attempts made so far; the next is this + 1. */
  attempts: number
  /** Attempts that the retry policy counts: all but interrupted ones, local errors and resends. */
  counted: number
  /** When the next attempt is due, emulator ms; null when settled. */
  dueAt: number | null
  /** Why it is due then: "first attempt", "500; attempt 2 of 8 5 s later". */
  dueReason: string | null
  /** The bytes to send as text, when they differ from the event's payload as compact JSON. */
  body: string | null
  /** Emulator ms. */
  createdAt: number
  /** Emulator ms; null while it is owed. */
  settledAt: number | null
}

/** The part of a delivery that an attempt, a cancellation or a postponement changes. */
export type DeliveryState = Pick<Delivery, 'status' | 'dueAt' | 'dueReason' | 'settledAt'>

/** A delivery as it was told of when it was created: waiting for its first attempt, be it for a moment. */
export function asCreated(delivery: Delivery): Delivery {
  const { createdAt } = delivery
  return {
    ...delivery,
    status: 'waiting',
    attempts: 0,
    counted: 0,
    dueAt: createdAt,
    dueReason: 'first attempt',
    settledAt: null,
  }
}

/**
 * One request made for a delivery, with its exact bytes and its outcome.
 * @example
 * const { attempts } = emulator.view('dl_1')
 * attempts.map(({ number, outcome, durationMs }) => [number, outcome?.status, durationMs]) // [[1, 500, 12], [2, 200, 8]]
 */
export interface Attempt {
  deliveryId: string
  /** From 1. */
  number: number
  /** `scheduled`: by the retry policy; `resend`: by hand; `replay`: by hand, the first attempt's exact message. */
  cause: 'scheduled' | 'resend' | 'replay'
  /** Emulator ms. */
  startedAt: number
  /** The timestamp of its signature, ms. */
  stampedAt: number
  /** When it was due, emulator ms. */
  dueAt: number
  dueReason: string
  method: string
  url: string
  headers: Headers
  /** The bytes sent, base64, when a fault changed them; null when they are the delivery's own. */
  bodyBase64: string | null
  /** Names of the faults that fired on it. */
  faults: string[]
  /** Null while it is in flight. */
  outcome: Outcome | null
  /** Whether the provider counts it as a success. */
  accepted: boolean
  answer: Answer | null
  /** Real milliseconds, connect to last byte. */
  durationMs: number | null
}
