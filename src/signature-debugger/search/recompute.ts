// Computes a signature by its scheme, from bytes, and keeps every value on the way.
import type { Headers } from '../../core/message.js'
import { filled, keyOf, payloadText, type SignatureScheme, timestampText } from '../../provider/signature-scheme.js'
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
  digest: Buffer
  signature: string
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

/** Computes the signature of a received body with the timestamp `at` (ms). The body must have the form that the scheme signs. */
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
  const key = keyOf(scheme.key, secret)
  const digest = hmacBytes('sha256', key, signed)
  const signature = digest.toString(scheme.encoding)
  const headers = scheme.headers.map(({ name, value }): Headers[number] => [
    name,
    filled(value, { id, timestamp, signature }),
  ])
  return { timestamp, id, payload, signed, key, digest, signature, headers }
}
