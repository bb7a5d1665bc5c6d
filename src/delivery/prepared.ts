// What the engine is handed for a delivery: everything that depends on the provider, the subscription and its settings.
import type { Delivery } from '../core/delivery.js'
import type { Headers } from '../core/message.js'
import type { RetryPlan } from '../core/retry.js'
import type { Signed } from '../provider/channel.js'

/** What a signature is made for. */
export interface SignRequest {
  /** Number of the attempt, from 1. */
  attempt: number
  /** The stamp, ms. */
  at: number
  /** The text to sign and send instead of the prepared one. */
  body?: string | undefined
  /** The exact bytes to sign, where they are no text; sending them is for `Bending.message`. */
  bytes?: Uint8Array | undefined
  /** Sign with this instead of the subscription's secret. */
  secret?: string | null | undefined
  /** Sign with this too, as after a rotation. */
  previousSecret?: string | null | undefined
}

/** A delivery made ready to be sent. Whoever makes it may keep the parts that are the same for a revision of the subscription. */
export interface Prepared {
  method: string
  url: string
  /** Besides the signer's, which follow them. */
  headers: Headers
  /** The wrapped payload as text. */
  body: string
  plan: RetryPlan
  /** What it throws makes the attempt `unsigned`. */
  sign(request: SignRequest): Signed | Promise<Signed>
  /** The channel's throttle: concurrency now, from the accepted flags of the newest attempts (newest first, at most 20). */
  limit?(recentAccepted: readonly boolean[], present: number): number
}

/** Asked before each attempt; undefined when the subscription is gone or takes nothing any more: the delivery is cancelled. */
export type Prepare = (delivery: Delivery) => Prepared | undefined | Promise<Prepared | undefined>
