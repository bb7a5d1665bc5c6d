// Secrets, message ids and signatures of Standard Webhooks.
import { type Stream, stream } from '../../core/seed.js'
import type { Settings, SignInput } from '../../provider/channel.js'
import { keyOf, signBy } from '../../provider/signature-scheme.js'
import { isSecret, SECRET_KEY_PREFIX, SECRET_PREFIX, scheme, signingProblem } from '../../provider/standard-webhooks.js'
import { asSubscriptionSettings } from './settings.js'

// Source: Standard Webhooks, "Signature scheme": at least 24 bytes (192 bits, 512 maximum).
const MIN_BYTES = 24
const MAX_BYTES = 64

/** A generated secret: a prefix and base64 of 32 bytes, shared or the seed of a key pair. */
export function makeSecret(random: Stream, settings: Settings, like?: string | null): string {
  const isPair = like ? like.startsWith(SECRET_KEY_PREFIX) : asSubscriptionSettings(settings).signatureScheme === 'v1a'
  return (isPair ? SECRET_KEY_PREFIX : SECRET_PREFIX) + Buffer.from(random.hex(64), 'hex').toString('base64')
}

/** What is wrong with a secret, as the end of a sentence; undefined when nothing is. */
export function secretProblem(secret: string): string | undefined {
  return signingProblem(secret, sharedSecretProblem)
}

function sharedSecretProblem(secret: string): string | undefined {
  if (!secret.startsWith(SECRET_PREFIX))
    return `it must begin with "${SECRET_PREFIX}" (v1), or with "${SECRET_KEY_PREFIX}" (v1a)`
  if (secret !== SECRET_PREFIX && !isSecret(secret))
    return `what follows "${SECRET_PREFIX}" must be base64 with its padding`
  const { length } = keyOf(scheme.key, secret)
  if (length >= MIN_BYTES && length <= MAX_BYTES) return undefined
  return `it must hold ${MIN_BYTES} to ${MAX_BYTES} bytes, not ${length}`
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The message's id, the same for all its attempts and subscriptions; it has no full stop (Standard Webhooks, "Signature scheme"). An
 * event whose id already has this format keeps it: a receiver that checks a signature knows no other.
 */
export function messageId({ id, createdAt, payload }: SignInput['event']): string {
  if (/^msg_[0-9A-Za-z]{27}$/.test(id)) return id
  return `msg_${stream('message', id, createdAt, JSON.stringify(payload)).text(27, BASE62)}`
}

/** Signs one attempt; the timestamp is the attempt's time in whole seconds. */
export function sign(input: SignInput): ReturnType<typeof signBy> {
  return signBy(scheme, input, messageId(input.event))
}
