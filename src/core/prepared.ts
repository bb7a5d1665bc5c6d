// A delivery ready to be sent: everything that depends on the provider, the subscription and its settings.
import type { Delivery } from './delivery.js'
import type { EventToSend } from './event.js'
import type { Headers } from './message.js'
import type { RetryPlan } from './retry.js'
import type { Signed, SignRequest } from './signature.js'

/** How one delivery is sent. */
export interface Prepared {
  method: string
  url: string
  /** The headers before the signer's own. */
  headers: Headers
  /** The wrapped payload as text. */
  body: string
  plan: RetryPlan
  /** Signs one attempt. What it throws makes the attempt `unsigned`. */
  sign(request: SignRequest): Signed | Promise<Signed>
  /** The channel's throttle: concurrency now, from the accepted flags of the newest attempts (newest first, at most 20). */
  limit?: ((recentAccepted: readonly boolean[], present: number) => number) | undefined
}

/**
 * Prepares a delivery before each attempt; undefined when its subscription is gone or inactive: the delivery is cancelled. Its event is
 * read from the ledger where it is not given.
 */
export type Prepare = (delivery: Delivery, event?: EventToSend) => Prepared | undefined | Promise<Prepared | undefined>
