// The Standard Webhooks specification (https://www.standardwebhooks.com) for providers that follow it: signature, secrets, settings, traits.
import * as z from 'zod'
import { LONGEST_REAL_WAIT_MS, parseDuration } from '../core/duration.js'
import { type MaxAttempts, type RetryPolicy, scheduled } from '../core/retry.js'
import type { ChannelTraits } from './channel.js'
import { headerValue } from './header-value.js'
import { keyProblem, publicKeyOf, type SignatureScheme } from './signature-scheme.js'

/** Every secret starts with this. Source: Standard Webhooks, "Signature scheme". */
export const SECRET_PREFIX = 'whsec_'

const BASE64 = /^(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** True for the prefix and non-empty base64 with its padding. */
export function isSecret(text: string): boolean {
  return text.startsWith(SECRET_PREFIX) && BASE64.test(text.slice(SECRET_PREFIX.length))
}

/**
 * The symmetric scheme `v1`: base64 HMAC-SHA256 of `<id>.<timestamp>.<body>`; during a rotation the new secret's signature comes first.
 * Source: Standard Webhooks, "Signature scheme" and "Webhook headers".
 */
const symmetric: SignatureScheme = {
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

/** A secret key and a public key of the asymmetric scheme start with these. Source: Standard Webhooks, "Signature scheme". */
export const SECRET_KEY_PREFIX = 'whsk_'
export const PUBLIC_KEY_PREFIX = 'whpk_'

/**
 * The asymmetric scheme `v1a`: base64 ed25519 signature of the same string; the secret is the 32 bytes of a seed, or these and the public
 * key. Source: Standard Webhooks, "Signature scheme".
 */
const asymmetric: SignatureScheme = {
  ...symmetric,
  algorithm: 'ed25519',
  key: { prefix: SECRET_KEY_PREFIX, publicPrefix: PUBLIC_KEY_PREFIX, decoding: 'base64' },
  headers: [
    ...symmetric.headers.slice(0, 2),
    { name: 'webhook-signature', value: ['v1a,', { slot: 'signature' }], several: ' ' },
  ],
}

/** How messages are signed: by `v1`, or by `v1a` where the secret is a key pair's; during a rotation from one to the other by both. */
export const scheme: SignatureScheme = { ...symmetric, asymmetric }

/**
 * What is wrong with a secret that a sender signs with, as the end of a sentence; undefined when nothing is. `symmetricProblem` is asked
 * about a secret that is neither a secret key nor a public one.
 */
export function signingProblem(
  secret: string,
  symmetricProblem: (secret: string) => string | undefined,
): string | undefined {
  if (secret.startsWith(PUBLIC_KEY_PREFIX))
    return `it is a public key, which verifies signatures and cannot make them: the sender signs with the secret key, "${SECRET_KEY_PREFIX}…"`
  if (secret.startsWith(SECRET_KEY_PREFIX)) return keyProblem(scheme, secret)
  return symmetricProblem(secret)
}

/** The public key of a secret key, as receivers get it. */
export function publicKeyText(secret: string): string {
  return PUBLIC_KEY_PREFIX + Buffer.from(publicKeyOf(asymmetric, secret)).toString('base64')
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
