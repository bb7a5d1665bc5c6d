// Computes a signature by its scheme, from bytes, and keeps every value on the way.
import type { Headers } from '../../core/message.js'
import {
  filled,
  isPublicKey,
  keyOf,
  payloadText,
  publicKeyOf,
  type SignatureScheme,
  signatureOf,
  timestampText,
} from '../../provider/signature-scheme.js'
import { hmacBytes } from '../../provider/signing.js'
import type { ReadBody } from './payloads.js'
import type { SignedPieces } from './signed-strings.js'

/** Every value on the way to a signature. */
export interface Computation {
  timestamp: string
  id: string
  payload: Buffer
  signed: Buffer
  key: Uint8Array
  /** Undefined where the signature is no HMAC. */
  digest: Buffer | undefined
  /** Undefined where the key is a public one. */
  signature: string | undefined
  headers: Headers
}

/** The signed string of these parts, as bytes. */
export function signedBytes(pieces: SignedPieces, slots: { id: string; timestamp: string; payload: Buffer }): Buffer {
  return Buffer.concat(
    pieces.map(piece => {
      const part = typeof piece === 'string' ? piece : slots[piece.slot]
      return typeof part === 'string' ? Buffer.from(part) : part
    }),
  )
}

/**
 * Computes the signature of a received body with the timestamp `at` (ms). The body must have the form that the scheme signs. A public key
 * makes no signature: its place is named in words.
 */
export function computeSignature(
  scheme: SignatureScheme,
  { secret, body, id, at }: { secret: string; body: ReadBody; id: string; at: number },
): Computation {
  const timestamp = timestampText(scheme, at)
  const payload =
    scheme.payload.form === 'raw'
      ? body.bytes
      : Buffer.from(payloadText(scheme.payload, body.text, body.json?.value ?? null))
  const signed = signedBytes(scheme.signed, { id, timestamp, payload })
  const isPublic = isPublicKey(scheme, secret)
  const key = isPublic ? publicKeyOf(scheme, secret) : keyOf(scheme.key, secret)
  const digest = scheme.algorithm === 'ed25519' ? undefined : hmacBytes('sha256', key, signed)
  const signature = isPublic ? undefined : (digest?.toString(scheme.encoding) ?? signatureOf(scheme, secret, signed))
  const headers = scheme.headers.map(({ name, value }): Headers[number] => [
    name,
    filled(value, { id, timestamp, signature: signature ?? '<made with the secret key>' }),
  ])
  return { timestamp, id, payload, signed, key, digest, signature, headers }
}
