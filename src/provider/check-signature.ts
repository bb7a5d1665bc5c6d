// Checks the signature of a received request by its scheme: the one way of checking that every part shares.
import type { Json } from '../core/json.js'
import {
  filled,
  type Piece,
  payloadText,
  publicKeyOf,
  type SignatureScheme,
  schemeFor,
  signatureOf,
  signedBytes,
} from './signature-scheme.js'
import { ed25519Verifier } from './signing.js'

/** What a signature is checked against. */
export interface SignedRequest {
  /** What the sender signs with, or in an asymmetric scheme its public key. */
  secret: string
  /** Names in lower case; values of a repeated header are joined by ", ". */
  headers: Readonly<Record<string, string>>
  /** The exact bytes that were received. */
  body: Uint8Array
  /** The body parsed; undefined where it is not JSON. */
  value: Json | undefined
}

/** Whether a signature is valid, whatever its age. */
export interface CheckedSignature {
  valid: boolean
  /** In one sentence. */
  reason: string
  /** The instant (ms) of the timestamp that is signed; undefined where none is, or none that can be read. */
  timestamp: number | undefined
  /** The headers are complete, and the signature in them differs. */
  differs: boolean
}

type Shape = SignatureScheme['headers'][number]
type Slot = 'id' | 'timestamp' | 'signature'

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The slots of a header's value, undefined where it has another shape. */
export function slotsOf(pieces: Shape['value'], text: string): Partial<Record<Slot, string>> | undefined {
  // A list of name=value pairs may go on.
  const isList = pieces.some(piece => typeof piece === 'string' && piece.includes(','))
  const slots = pieces.flatMap(piece => (typeof piece === 'string' ? [] : [piece.slot]))
  const shape = pieces
    .map(piece => (typeof piece === 'string' ? escaped(piece) : slots.length > 1 ? '([^,]*)' : '(.*)'))
    .join('')
  const found = new RegExp(`^${shape}${isList && slots.length > 1 ? '(?:,.*)?' : ''}$`, 's').exec(text)
  return found === null ? undefined : Object.fromEntries(slots.map((slot, i) => [slot, found[i + 1] ?? '']))
}

/** True where a header's value holds the slot. */
export function holds({ value }: Shape, slot: Slot): boolean {
  return value.some(piece => typeof piece !== 'string' && piece.slot === slot)
}

/** The fixed text right before the signature. */
export function prefixOf(pieces: Shape['value']): string {
  const before = pieces[pieces.findIndex(piece => typeof piece !== 'string' && piece.slot === 'signature') - 1]
  return typeof before === 'string' ? before.replace(/^,/, '') : ''
}

/** The values in a header that may hold several, each with one signature. */
export function entriesOf({ several }: Shape, value: string): string[] {
  // Headers of one name are joined by a comma and a space.
  const entries = several === undefined ? [value] : value.replaceAll(', ', several).split(several)
  return entries.map(entry => entry.trim()).filter(entry => entry !== '')
}

/** The signatures of the scheme's own form in a header: one of each value, and in a list of name=value pairs those of the same name. */
function signaturesIn(shape: Shape, value: string): string[] {
  return entriesOf(shape, value).flatMap(entry => {
    const own = slotsOf(shape.value, entry)?.signature
    if (own === undefined) return []
    const isOne = shape.value.filter(piece => typeof piece !== 'string').length === 1
    const prefix = prefixOf(shape.value)
    const more = isOne || prefix === '' ? [] : entry.split(',').filter(part => part.startsWith(prefix))
    return [...new Set([own, ...more.map(part => part.slice(prefix.length))])]
  })
}

/** The instant (ms) that a timestamp names: 12 digits and more are milliseconds. */
export function instantOf(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  return text.length < 12 ? Number(text) * 1000 : Number(text)
}

/** The instant (ms) of a timestamp in exactly the scheme's form. */
function stated({ timestampUnit = 'seconds' }: SignatureScheme, text: string): number | undefined {
  const isOfUnit = text.length >= 12 === (timestampUnit === 'milliseconds')
  return isOfUnit && String(Number(text)) === text ? instantOf(text) : undefined
}

/** Pieces in words: `t=<timestamp>,v1=<signature>`. */
export function shapeText(pieces: readonly Piece<string>[]): string {
  return pieces.map(piece => (typeof piece === 'string' ? piece : `<${piece.slot}>`)).join('')
}

/** Checks a signature over the received bytes. The secret must be one of the scheme. */
export function checkSignature(
  scheme: SignatureScheme,
  { secret, headers, body, value }: SignedRequest,
): CheckedSignature {
  const own = schemeFor(scheme, secret)
  const slots: Partial<Record<Slot, string>> = {}
  const invalid = (reason: string, timestamp?: number, differs = false): CheckedSignature => ({
    valid: false,
    reason,
    timestamp,
    differs,
  })
  let carrier: { name: string; shape: Shape; text: string } | undefined
  for (const shape of own.headers) {
    const name = shape.name.toLowerCase()
    const text = headers[name]?.trim()
    if (text === undefined) return invalid(`the header ${name} is missing`)
    if (holds(shape, 'signature')) carrier = { name, shape, text }
    const found = entriesOf(shape, text).map(entry => slotsOf(shape.value, entry))
    for (const slot of ['id', 'timestamp'] as const)
      if (holds(shape, slot)) {
        slots[slot] = found.find(one => one?.[slot])?.[slot]
        if (slots[slot] === undefined) return invalid(`${name} names no ${slot}: "${text}"`)
      }
  }
  if (carrier === undefined) throw new Error('the scheme has no header for its signature')
  const { timestamp: written } = slots
  const timestamp = written === undefined ? undefined : stated(own, written)
  if (written !== undefined && timestamp === undefined) {
    const name = own.headers.find(shape => holds(shape, 'timestamp'))?.name.toLowerCase()
    return invalid(`${name} is not a timestamp: "${written}"`)
  }
  if (own.payload.form === 'canonical' && value === undefined) return invalid('the body is not JSON', timestamp)
  const text = { id: slots.id ?? '', timestamp: written ?? '' }
  const signed = signedBytes(own, { ...text, payload: payloadText(own.payload, '', value ?? null) }, body)
  const received = signaturesIn(carrier.shape, carrier.text)
  const differs = (how: string) => invalid(`${carrier.name} is "${carrier.text}", ${how}`, timestamp, true)
  const valid: CheckedSignature = { valid: true, reason: 'as the provider signs', timestamp, differs: false }
  if (own.algorithm === 'ed25519') {
    const verify = ed25519Verifier(publicKeyOf(own, secret))
    const isOwn = (one: string) =>
      Buffer.from(one, own.encoding).toString(own.encoding) === one &&
      verify(Buffer.from(signed), Buffer.from(one, own.encoding))
    return received.some(isOwn) ? valid : differs('but no signature in it is of the received bytes by this key')
  }
  const signature = signatureOf(own, secret, signed)
  if (received.includes(signature)) return valid
  const expected = filled(carrier.shape.value, { ...text, signature })
  return differs(`but this secret makes "${expected}" of the received bytes`)
}
