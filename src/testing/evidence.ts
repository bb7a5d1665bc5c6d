// Deliveries as the control API answers them, as the rows that assertions, handles and timelines read.
import type * as attempts from '../api/attempt.js'
import type * as deliveries from '../api/delivery.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { instantOf } from '../core/duration.js'
import type { Evidence } from '../core/expectation.js'

const msOf = (time: string) => instantOf(time) ?? 0
const maybeMsOf = (time: string | null) => (time === null ? null : msOf(time))
const pairs = (headers: { name: string; value: string }[]) =>
  headers.map(({ name, value }): [string, string] => [name, value])

/** An attempt as the ledger keeps it. */
export function attemptOf({ request, response, startedAt, stampedAt, dueAt, ...same }: attempts.Attempt): Attempt {
  const { method, url, headers, bodyBase64 } = request
  return {
    ...same,
    startedAt: msOf(startedAt),
    stampedAt: msOf(stampedAt),
    dueAt: msOf(dueAt),
    method,
    url,
    headers: pairs(headers),
    bodyBase64,
    answer: response && { ...response, headers: pairs(response.headers) },
  }
}

/** A delivery as the ledger keeps it. The API does not tell which attempts the retry policy counts: all that were made are said to. */
export function deliveryOf({ attemptCount, dueAt, createdAt, settledAt, ...same }: deliveries.Delivery): Delivery {
  const { id, eventId, subscriptionId, provider, channel, type, status, dueReason } = same
  return {
    ...{ id, eventId, subscriptionId, provider, channel, type, status, dueReason },
    attempts: attemptCount,
    counted: attemptCount,
    dueAt: maybeMsOf(dueAt),
    body: null,
    createdAt: msOf(createdAt),
    settledAt: maybeMsOf(settledAt),
  }
}

/** A delivery with its attempts. */
export const evidenceOf = (detail: deliveries.DeliveryDetail): Evidence => ({
  delivery: { ...deliveryOf(detail), body: detail.body },
  attempts: detail.attempts.map(attemptOf),
})
