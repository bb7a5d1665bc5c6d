// A signature scheme as data: signers follow it, and the signature debugger explains it.
import { type Json, valueAt } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Signed } from '../core/signature.js'
import {
  type CanonicalOptions,
  canonicalJson,
  ED25519_BYTES,
  ed25519PublicKey,
  ed25519Signature,
  hmacBy,
  hmacKey,
} from './signing.js'

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
 * One scheme of signatures: HMAC-SHA256, or ed25519.
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
  /** Default HMAC-SHA256. With ed25519 the key is a seed of 32 bytes, or that and its public key. */
  algorithm?: 'hmac-sha256' | 'ed25519'
  /**
   * The key bytes: the secret without this prefix (empty: none) as UTF-8, or decoded from base64 or hex. With `publicPrefix` it is a public key,
   * which verifies and cannot sign.
   */
  key: { prefix: string; decoding: 'utf8' | 'base64' | 'hex'; publicPrefix?: string }
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
  /** How messages are signed with a secret that has one of this scheme's prefixes instead; its headers have the same names in the same order. */
  asymmetric?: SignatureScheme
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
  /** The timestamp as text, in place of that of `at`. */
  timestamp?: string | undefined
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

/** The scheme that a secret asks for by its prefix: the asymmetric one, or the scheme itself. */
export function schemeFor(scheme: SignatureScheme, secret: string): SignatureScheme {
  const { asymmetric } = scheme
  if (asymmetric === undefined) return scheme
  const { prefix, publicPrefix } = asymmetric.key
  return [prefix, publicPrefix].some(own => own && secret.startsWith(own)) ? asymmetric : scheme
}

/** True where a secret is a public key of the scheme, which cannot sign. */
export function isPublicKey(scheme: SignatureScheme, secret: string): boolean {
  const { publicPrefix } = schemeFor(scheme, secret).key
  return publicPrefix !== undefined && secret.startsWith(publicPrefix)
}

/** The public key (32 bytes) of a secret of an ed25519 scheme, or the one that it is. */
export function publicKeyOf({ key }: SignatureScheme, secret: string): Uint8Array {
  const { prefix, publicPrefix, decoding } = key
  return publicPrefix !== undefined && secret.startsWith(publicPrefix)
    ? keyOf({ prefix: publicPrefix, decoding }, secret)
    : ed25519PublicKey(keyOf({ prefix, decoding }, secret))
}

/** What is wrong with a key of an ed25519 scheme, secret or public, as the end of a sentence; undefined when nothing is. */
export function keyProblem(scheme: SignatureScheme, secret: string): string | undefined {
  const { algorithm, key } = schemeFor(scheme, secret)
  if (algorithm !== 'ed25519') return undefined
  const isPublic = isPublicKey(scheme, secret)
  const core = secret.slice((isPublic ? key.publicPrefix : key.prefix)?.length)
  const bytes = Buffer.from(core, key.decoding)
  if (key.decoding === 'base64' && bytes.toString('base64') !== core)
    return `what follows "${secret.slice(0, -core.length)}" must be base64 with its padding`
  const lengths = isPublic ? [ED25519_BYTES] : [ED25519_BYTES, 2 * ED25519_BYTES]
  return lengths.includes(bytes.length) ? undefined : `it must hold ${lengths.join(' or ')} bytes, not ${bytes.length}`
}

/** How many keys of a scheme are kept, each of a secret of at most so many characters. */
const MOST_KEYS = 1000
const LONGEST_SECRET = 200

// Making one costs as much as half a signature.
const hmacKeys = new WeakMap<SignatureScheme['key'], Map<string, ReturnType<typeof hmacKey>>>()

function hmacKeyOf(key: SignatureScheme['key'], secret: string): ReturnType<typeof hmacKey> {
  if (secret.length > LONGEST_SECRET) return hmacKey(keyOf(key, secret))
  let known = hmacKeys.get(key)
  if (known === undefined || known.size >= MOST_KEYS) {
    known = new Map()
    hmacKeys.set(key, known)
  }
  let made = known.get(secret)
  if (made === undefined) {
    made = hmacKey(keyOf(key, secret))
    known.set(secret, made)
  }
  return made
}

/** The signature of a text or bytes by a secret, in the algorithm and the encoding of its scheme. */
export function signatureOf(scheme: SignatureScheme, secret: string, signed: string | Uint8Array): string {
  const own = schemeFor(scheme, secret)
  return own.algorithm === 'ed25519'
    ? ed25519Signature(keyOf(own.key, secret), signed).toString(own.encoding)
    : hmacBy(hmacKeyOf(own.key, secret), signed, own.encoding)
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

/** What is signed: the signed string, with the body's own bytes where bytes are signed. */
export function signedBytes(
  { signed, payload }: Pick<SignatureScheme, 'signed' | 'payload'>,
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
 * previous secret too. `id` is the message's, for schemes that have it. Hand the input on as it is: a copy of it would parse the body.
 * @example const sign: ChannelBehaviour['sign'] = input => signBy(scheme, input, input.event.id)
 */
export function signBy(scheme: SignatureScheme, input: Signable, id = ''): Signed {
  const { body, bytes, secret, previousSecret, at, timestamp = timestampText(scheme, at) } = input
  if (secret === null) return { headers: [] }
  const payload = scheme.payload.form === 'raw' ? body : payloadText(scheme.payload, body, input.value)
  const slots = { id, timestamp, payload }
  const signedString = filled(scheme.signed, slots)
  const toSign = bytes === undefined ? signedString : signedBytes(scheme, slots, bytes)
  const signedBy = (one: string) => ({
    shapes: schemeFor(scheme, one).headers,
    slots: { id, timestamp, signature: signatureOf(scheme, one, toSign) },
  })
  const several = previousSecret !== null && scheme.headers.some(header => header.several !== undefined)
  const [own, previous] = [signedBy(secret), several ? signedBy(previousSecret) : undefined]
  const headers = scheme.headers.map(({ name, value, several: between }, i): Headers[number] => {
    const text = filled(own.shapes[i]?.value ?? value, own.slots)
    if (previous === undefined || between === undefined) return [name, text]
    return [name, `${text}${between}${filled(previous.shapes[i]?.value ?? value, previous.slots)}`]
  })
  return { headers, signedString }
}
