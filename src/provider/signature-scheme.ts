// A signature scheme as data: signers follow it, and the signature debugger explains it.
import { type Json, valueAt } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Signed } from '../core/signature.js'
import { type CanonicalOptions, canonicalJson, hmacSha256 } from './signing.js'

/**
 * Fixed text, or a slot that is filled for each message.
 * @example const value: Piece<'timestamp' | 'signature'>[] = ['t=', { slot: 'timestamp' }, ',v1=', { slot: 'signature' }]
 */
export type Piece<Slot extends string> = string | { slot: Slot }

/**
 * What of the body is signed: its bytes, or its value (with `part`: the value of that key) as JSON with sorted keys.
 * @example { form: 'canonical', part: 'data', options: { sortInsideArrays: false } }
 */
export type SignedPayload = { form: 'raw' } | { form: 'canonical'; part?: string; options: CanonicalOptions }

/**
 * One scheme of HMAC-SHA256 signatures.
 *
 * @example
 * const scheme: SignatureScheme = {
 *   key: { prefix: '', decoding: 'utf8' },
 *   payload: { form: 'raw' },
 *   signed: [{ slot: 'timestamp' }, '.', { slot: 'payload' }],
 *   encoding: 'hex',
 *   headers: [{ name: 'x-signature', value: ['t=', { slot: 'timestamp' }, ',v1=', { slot: 'signature' }] }],
 * }
 */
export interface SignatureScheme {
  /** The key bytes: the secret without this prefix (empty: none) as UTF-8, or decoded from base64. */
  key: { prefix: string; decoding: 'utf8' | 'base64' }
  /** What of the body is signed. */
  payload: SignedPayload
  /** The signed string, in order. */
  signed: readonly Piece<'id' | 'timestamp' | 'payload'>[]
  /** What the timestamp counts since 1970, rounded down. Default seconds. */
  timestampUnit?: 'seconds' | 'milliseconds'
  /** Hex is lower case; base64 has its padding. */
  encoding: 'hex' | 'base64'
  /** In the order in which they are sent; `several` stands between the signatures of several secrets. */
  headers: readonly { name: string; value: readonly Piece<'id' | 'timestamp' | 'signature'>[]; several?: string }[]
}

/**
 * What of a request goes into its signature.
 * @example { body: '{"id":1}', value: { id: 1 }, secret: 'test_key', previousSecret: null, at: 1738784271042 }
 */
export interface Signable {
  /** The exact text that is sent. */
  body: string
  /** Set when a fault sends bytes that are no text: sign these instead of `body`, where bytes are signed. */
  bytes?: Uint8Array | undefined
  /** The same, parsed; do not change it. */
  value: Json
  /** Null: nothing is signed. */
  secret: string | null
  /** Still valid after a rotation; null when there is none. */
  previousSecret: string | null
  /** Timestamp of the signature, ms; schemes that count seconds round down. */
  at: number
}

/** The text of pieces with their slots filled. */
export function filled<Slot extends string>(
  pieces: readonly Piece<Slot>[],
  slots: Readonly<Record<Slot, string>>,
): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : slots[piece.slot]
  return text
}

/** The key that a secret stands for. */
export function keyOf({ prefix, decoding }: SignatureScheme['key'], secret: string): Uint8Array {
  return Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, decoding)
}

/** An instant (ms) as the scheme writes its timestamp. */
export function timestampText(
  { timestampUnit = 'seconds' }: Pick<SignatureScheme, 'timestampUnit'>,
  at: number,
): string {
  return String(timestampUnit === 'seconds' ? Math.floor(at / 1000) : Math.floor(at))
}

/** The text that stands for the body in the signed string. */
export function payloadText(payload: SignedPayload, body: string, value: Json): string {
  if (payload.form === 'raw') return body
  const { part, options } = payload
  return canonicalJson(part === undefined ? value : (valueAt(value, [part]) ?? null), options)
}

/** What is signed: the signed string, with the body's own bytes where it is not text. */
function signedBytes(
  { signed, payload }: SignatureScheme,
  slots: Readonly<Record<'id' | 'timestamp' | 'payload', string>>,
  bytes: Uint8Array | undefined,
): string | Uint8Array {
  if (bytes === undefined || payload.form !== 'raw') return filled(signed, slots)
  const parts = signed.map(piece =>
    typeof piece === 'string' ? Buffer.from(piece) : piece.slot === 'payload' ? bytes : Buffer.from(slots[piece.slot]),
  )
  return Buffer.concat(parts)
}

/**
 * Signs one message by its scheme; without a secret there are no headers. Only a header with `several` carries the signature of the
 * previous secret too.
 * @example const sign: ChannelBehaviour['sign'] = input => signBy(scheme, { ...input, id: input.event.id })
 */
export function signBy(
  scheme: SignatureScheme,
  { body, bytes, value, secret, previousSecret, at, id }: Signable & { id: string },
): Signed {
  if (secret === null) return { headers: [] }
  const timestamp = timestampText(scheme, at)
  const slots = { id, timestamp, payload: payloadText(scheme.payload, body, value) }
  const signedString = filled(scheme.signed, slots)
  const toSign = bytes === undefined ? signedString : signedBytes(scheme, slots, bytes)
  const several = previousSecret !== null && scheme.headers.some(header => header.several !== undefined)
  const signatures = (several ? [secret, previousSecret] : [secret]).map(one =>
    hmacSha256(keyOf(scheme.key, one), toSign, scheme.encoding),
  )
  const headers = scheme.headers.map((header): Headers[number] => {
    const values = signatures.map(signature => filled(header.value, { id, timestamp, signature }))
    return [header.name, header.several === undefined ? (values[0] ?? '') : values.join(header.several)]
  })
  return { headers, signedString }
}
