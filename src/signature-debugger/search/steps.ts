// How a signature is computed, step by step, with shortened values; of secrets and keys only the beginning is shown.
import { shapeText } from '../../provider/check-signature.js'
import { isPublicKey, type SignatureScheme } from '../../provider/signature-scheme.js'
import type { ReadBody } from './payloads.js'
import type { Received } from './received-headers.js'
import type { Computation } from './recompute.js'

/** One step of computing a signature. */
export interface SignatureStep {
  name: 'timestamp' | 'id' | 'body' | 'payload' | 'signed string' | 'key' | 'hmac' | 'signature' | 'header'
  /** What the step does. */
  about: string
  /** Length of the value in bytes. */
  bytes: number
  /** The value as text, shortened in the middle; of keys only the beginning. */
  value: string
}

const LONGEST = 160

/** A text with its middle left out where it is long. */
function middleOut(text: string, most = LONGEST): string {
  if (text.length <= most) return text
  const half = Math.floor((most - 1) / 2)
  return `${text.slice(0, half)}…${text.slice(-half)}`
}

/** The beginning of a secret: at most four characters, and never more than a quarter. */
function beginningOf(secret: string): string {
  return `${secret.slice(0, Math.min(4, Math.floor(secret.length / 4)))}…`
}

/** The steps of a scheme for one request with the timestamp `at` (ms); `whole`: long values are not shortened. */
export function stepsOf(
  scheme: SignatureScheme,
  computation: Computation,
  {
    secret,
    body,
    received,
    at,
    whole,
  }: { secret: string; body: ReadBody; received: Received; at: number; whole: boolean },
): SignatureStep[] {
  const steps: SignatureStep[] = []
  const step = (name: SignatureStep['name'], about: string, value: string, bytes = Buffer.byteLength(value)) =>
    steps.push({ name, about, bytes, value: whole ? value : middleOut(value) })
  const signs = (slot: string) => scheme.signed.some(piece => typeof piece !== 'string' && piece.slot === slot)
  const { timestamp, id, payload, signed, key, digest, signature, headers } = computation
  if (signs('timestamp'))
    step(
      'timestamp',
      `${scheme.timestampUnit ?? 'seconds'} since 1970, ${received.timestamp ? 'as received' : 'now, since the request has none'}: ${new Date(at).toISOString()}`,
      timestamp,
    )
  if (signs('id')) step('id', "the message's id, as received", id)
  step('body', 'the bytes received', body.text, body.bytes.length)
  step('payload', payloadAbout(scheme), payload.toString('utf8'), payload.length)
  step('signed string', shapeText(scheme.signed), signed.toString('utf8'), signed.length)
  const { prefix, decoding, publicPrefix } = scheme.key
  const isPublic = isPublicKey(scheme, secret)
  const taken = isPublic ? publicPrefix : prefix
  const what = isPublic ? 'public key' : 'secret'
  step(
    'key',
    decoding === 'utf8'
      ? `the secret as UTF-8 text, ${beginningOf(secret)}`
      : `the ${what}${taken ? ` without "${taken}"` : ''}, decoded from ${decoding}`,
    isPublic ? `${Buffer.from(key).toString('hex')} (hex)` : `${beginningOf(Buffer.from(key).toString('hex'))} (hex)`,
    key.length,
  )
  if (digest !== undefined)
    step('hmac', 'HMAC-SHA256 of the signed string under the key, shown as hex', digest.toString('hex'), digest.length)
  const written = scheme.encoding === 'hex' ? 'as lower-case hex' : 'as base64'
  if (signature !== undefined)
    step(
      'signature',
      digest === undefined ? `ed25519 signature of the signed string ${written}` : `the digest ${written}`,
      signature,
    )
  headers.forEach(([name, text], i) => {
    step('header', `${name}: ${shapeText(scheme.headers[i]?.value ?? [])}`, `${name}: ${text}`)
  })
  return steps
}

function payloadAbout({ payload }: SignatureScheme): string {
  if (payload.form === 'raw') return 'the body byte for byte'
  const { part, options } = payload
  const of = part === undefined ? 'the body' : `the body's "${part}"`
  const whitespace = options.indent ? `indented by ${options.indent}` : 'without whitespace'
  const arrays = options.sortInsideArrays === false ? ', everything inside arrays left as it is' : ' at every depth'
  return `${of} as JSON ${whitespace}, keys sorted${arrays}`
}
