// The Standard Webhooks specification (https://www.standardwebhooks.com) for providers that follow it: signature, secrets, settings, traits.
import * as z from 'zod'
import { LONGEST_REAL_WAIT_MS, parseDuration } from '../core/duration.js'
import { type MaxAttempts, type RetryPolicy, scheduled } from '../core/retry.js'
import type { ChannelTraits } from './channel.js'
import { headerValue } from './header-value.js'
import type { SignatureScheme } from './signature-scheme.js'

/** Every secret starts with this. Source: Standard Webhooks, "Signature scheme". */
export const SECRET_PREFIX = 'whsec_'

/** True for the prefix and non-empty base64 with its padding. */
export function isSecret(text: string): boolean {
  return /^whsec_(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
}

/**
 * The symmetric scheme `v1`: base64 HMAC-SHA256 of `<id>.<timestamp>.<body>`; during a rotation the new secret's signature comes first.
 * Source: Standard Webhooks, "Signature scheme" and "Webhook headers".
 */
export const scheme: SignatureScheme = {
  key: { prefix: SECRET_PREFIX, decoding: 'base64' },
  payload: { form: 'raw' },
  signed: [{ slot: 'id' }, '.', { slot: 'timestamp' }, '.', { slot: 'payload' }],
  encoding: 'base64',
  headers: [
    { name: 'webhook-id', value: [{ slot: 'id' }] },
    { name: 'webhook-timestamp', value: [{ slot: 'timestamp' }] },
    { name: 'webhook-signature', value: ['v1,', { slot: 'signature' }], several: ' ' },
  ],
}

/** What a receiver must check. A tolerance is required without a number (Standard Webhooks, "Verifying signatures"); the reference libraries take 300 s. */
export const signatureTraits = {
  signs: true,
  timestampHeader: 'webhook-timestamp',
  signatureHeaders: ['webhook-signature'],
  signedOver: 'raw',
  severalSignatures: true,
  freshness: { seconds: 300, documented: false },
} as const satisfies Partial<ChannelTraits>

/** Delays between attempts. Source: Standard Webhooks, "Deliverability and reliability", example retry schedule. */
export const EXAMPLE_DELAYS = ['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h']

/** What `retryDelays` is for, as its description in a settings schema. */
export const DELAYS_TITLE =
  'Delays before attempts 2, 3 and so on, each from the end of the previous attempt; the last one repeats.'

/** Settings of a subscription that have the same form at every provider of this kind. */
export const deliverySettings = {
  maxAttempts: z
    .union([z.number().int().min(1), z.literal('unlimited')])
    .default(10)
    .meta({ title: 'Attempts', group: 'Retries' })
    .describe('Attempts of one delivery, the first included, or "unlimited".'),
  // Source: Standard Webhooks, "Request timeouts": 15 to 30 s.
  responseTimeoutMs: z
    .number()
    .int()
    .min(1)
    .max(LONGEST_REAL_WAIT_MS)
    .default(15_000)
    .meta({ title: 'Response timeout', group: 'Request' })
    .describe('Milliseconds for one attempt, from connecting to the last byte of the response.'),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(10)
    .meta({ title: 'Concurrency', group: 'Request' })
    .describe('Deliveries of one subscription in flight at once.'),
  contentType: headerValue()
    .default('application/json')
    .meta({ title: 'Content-Type', group: 'Request' })
    .describe('Content-Type header of a delivery.'),
}

/** The retry policy of these settings; throws `invalid_input` for a delay that is no duration. */
export function retryPolicy(settings: {
  retryDelays: readonly (string | number)[]
  maxAttempts: MaxAttempts
}): RetryPolicy {
  return scheduled(
    settings.retryDelays.map(delay => parseDuration(delay, 'retryDelays')),
    settings.maxAttempts,
  )
}
