// The making of a signature by the scheme's own description, from bytes and with every value between kept.
import type { Headers } from '../../core/message.js'
import { type Anatomy, filled, keyOf, payloadText, timestampText } from '../../provider/anatomy.js'
import { hmacBytes } from '../../provider/signing.js'
import type { Layout } from './layouts.js'
import type { ReadBody } from './payloads.js'

/** Every value on the way to a signature. */
export interface Making {
  timestamp: string
  id: string
  payload: Buffer
  signed: Buffer
  key: Uint8Array
  digest: Buffer
  signature: string
  headers: Headers
}

/** The bytes that a layout makes of its parts. */
export function signedBytes(layout: Layout, slots: { id: string; timestamp: string; payload: Buffer }): Buffer {
  return Buffer.concat(
    layout.map(piece => {
      const part = typeof piece === 'string' ? piece : slots[piece.slot]
      return typeof part === 'string' ? Buffer.from(part) : part
    }),
  )
}

/** Signs a body that came, stamped with `at` (ms). The body must have the form that the scheme signs. */
export function makeSignature(
  anatomy: Anatomy,
  { secret, body, id, at }: { secret: string; body: ReadBody; id: string; at: number },
): Making {
  const timestamp = timestampText(anatomy, at)
  const payload =
    anatomy.payload.form === 'raw'
      ? body.bytes
      : Buffer.from(payloadText(anatomy.payload, body.text, body.json?.value ?? null))
  const signed = signedBytes(anatomy.signed, { id, timestamp, payload })
  const key = keyOf(anatomy.key, secret)
  const digest = hmacBytes('sha256', key, signed)
  const signature = digest.toString(anatomy.encoding)
  const headers = anatomy.headers.map(({ name, value }): Headers[number] => [
    name,
    filled(value, { id, timestamp, signature }),
  ])
  return { timestamp, id, payload, signed, key, digest, signature, headers }
}
