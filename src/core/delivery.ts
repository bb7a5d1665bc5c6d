// One event owed to one subscription until it is settled, and the attempts made for it.
import type { Headers } from './message.js'
import type { Answer, Outcome } from './outcome.js'

export const DELIVERY_STATUSES = ['waiting', 'attempting', 'delivered', 'exhausted', 'cancelled'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** True once nothing more is owed. */
export function isSettled(status: DeliveryStatus): boolean {
  return status === 'delivered' || status === 'exhausted' || status === 'cancelled'
}

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
  /** Attempts the retry policy counts: without interrupted ones and resends. */
  counted: number
  /** When the next attempt is due, emulator ms; null when settled. */
  dueAt: number | null
  /** Why then: "first attempt", "500; attempt 2 of 8 5 s later". */
  dueReason: string | null
  /** The bytes to send as text, when they differ from the event's payload as compact JSON. */
  body: string | null
  createdAt: number
  settledAt: number | null
}

/** The part of a delivery that an attempt, a cancellation or a postponement changes. */
export type DeliveryState = Pick<Delivery, 'status' | 'dueAt' | 'dueReason' | 'settledAt'>

export interface Attempt {
  deliveryId: string
  /** From 1. */
  number: number
  /** `scheduled` by the policy, `resend` by hand, `replay` the first attempt's exact message again. */
  cause: 'scheduled' | 'resend' | 'replay'
  /** Emulator ms. */
  startedAt: number
  /** What signatures were stamped with, ms. */
  stampedAt: number
  dueAt: number
  dueReason: string
  method: string
  url: string
  headers: Headers
  /** Null when the bytes are the delivery's own; else what faults made of them, base64. */
  bodyBase64: string | null
  /** Faults that fired on it, by name. */
  faults: string[]
  /** Null while it is in flight. */
  outcome: Outcome | null
  /** Whether the provider's rule of success accepted it. */
  accepted: boolean
  answer: Answer | null
  /** Real milliseconds, connect to last byte. */
  durationMs: number | null
}
