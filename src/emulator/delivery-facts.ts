// What an expectation can ask of one delivery, each fact read from the ledger when it is first asked for and at most once.
import type { Attempt, Delivery } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import { jsonOrText } from '../core/json.js'
import type { LedgerReads } from '../core/ledger.js'
import type { Observed } from './mismatches.js'

/** A delivery, what is compared of it, and its attempts. */
export interface DeliveryFacts {
  readonly delivery: Delivery
  readonly observed: Observed
  /** Oldest first. */
  attempts(): Attempt[]
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}

/** The facts of a delivery; `event` where it is at hand. */
export function factsOfDelivery(ledger: LedgerReads, delivery: Delivery, event?: EmulatorEvent): DeliveryFacts {
  const about = once(() => event ?? ledger.event(delivery.eventId))
  return {
    delivery,
    observed: {
      provider: delivery.provider,
      type: delivery.type,
      event: delivery.eventId,
      subscription: delivery.subscriptionId,
      url: once(() => ledger.subscription(delivery.subscriptionId)?.url ?? ''),
      subject: () => about()?.subject ?? null,
      bodies: once(() => [about()?.payload, ...(delivery.body === null ? [] : [jsonOrText(delivery.body)])]),
    },
    attempts: once(() => ledger.attempts(delivery.id)),
  }
}
