// Faults of signatures and credentials: old and future stamps, other secrets, none at all, two at once, a payload changed afterwards.
import type { FaultKind, FaultOf } from '../../core/fault.js'
import { type Json, valueAt, withValueAt } from '../../core/json.js'
import type { Headers } from '../../core/message.js'
import type { Stream } from '../../core/seed.js'
import { type Effect, encoded, type Making, payloadOf, signedWith } from './making.js'
import { leaves, near, nearText } from './near.js'

type Bender<K extends FaultKind> = (fault: FaultOf<K>, making: Making, random: Stream) => Effect | Promise<Effect>

const NOT_SIGNED = 'nothing is signed'

const same = (one: Headers, other: Headers) => JSON.stringify(one) === JSON.stringify(other)

async function stamped(making: Making, byMs: number): Promise<Effect> {
  const at = (making.sign.at ?? making.draft.at) + byMs
  const now = await signedWith(making)
  if (now.signedString === undefined) return NOT_SIGNED
  const then = await signedWith(making, { at })
  if (same(now.headers, then.headers)) return 'the signature states no time'
  making.sign.at = at
  return true
}

const stale: Bender<'stale'> = ({ by }, making) => stamped(making, -by)
const future: Bender<'future'> = ({ by }, making) => stamped(making, by)

/** Credentials that are as well-formed as the right ones. */
function spoiled(value: string): string {
  const basic = /^(basic\s+)([A-Za-z0-9+/=]+)$/i.exec(value)
  if (basic === null) return nearText(value)
  const [, scheme = '', credentials = ''] = basic
  return scheme + Buffer.from(nearText(Buffer.from(credentials, 'base64').toString())).toString('base64')
}

const wrongSecret: Bender<'wrongSecret'> = async (_, making, random) => {
  const right = await signedWith(making)
  if (right.signedString !== undefined) {
    making.sign.secret = making.behaviour.secret.make(random)
    making.sign.previousSecret = null
    return true
  }
  if (right.headers.length === 0) return 'neither a signature nor credentials are sent'
  making.edits.push((message, signed) => ({
    ...message,
    headers: message.headers.map(header =>
      signed.headers.includes(header) ? [header[0], spoiled(header[1])] : header,
    ),
  }))
  return true
}

const omitSignature: Bender<'omitSignature'> = async (_, making) => {
  const { headers } = await signedWith(making)
  if (headers.length === 0) return 'neither a signature nor credentials are sent'
  const { signatureHeaders } = making.behaviour.traits
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const known = signatureHeaders.filter(name => names.has(name))
  const gone = known.length > 0 ? new Set(known) : names
  making.edits.push((message, signed) => ({
    ...message,
    headers: message.headers.filter(header => !signed.headers.includes(header) || !gone.has(header[0].toLowerCase())),
  }))
  return true
}

const rotate: Bender<'rotate'> = async (_, making, random) => {
  const right = making.subscription.secret
  if (right === null) return NOT_SIGNED
  const two = { secret: making.behaviour.secret.make(random), previousSecret: right }
  const both = await signedWith(making, two)
  const one = await signedWith(making, { ...two, previousSecret: null })
  if (same(both.headers, one.headers)) return 'its signatures stand alone'
  Object.assign(making.sign, two)
  return true
}

/** Where a change goes unnoticed but for the signature: not the type, no known value, not the key that receivers deduplicate by. */
function placeToTamper(value: Json, { behaviour, draft }: Making, random: Stream): string[] | undefined {
  const { typePath, idempotencyKey, enumPaths = [] } = behaviour.traits
  const loud = new Set([typePath, idempotencyKey, ...enumPaths])
  const all = leaves(value)
  const quiet = all.filter(leaf => !loud.has(leaf.path.join('.')) && leaf.value !== draft.delivery.type)
  const from = quiet.length > 0 ? quiet : all
  return from[random.int(from.length)]?.path
}

const tamper: Bender<'tamper'> = ({ path, value: given }, making, random) => {
  const { body, bytes } = making
  const send = (changed: string | Uint8Array): Effect => {
    making.edits.push(message => ({ ...message, body: changed }))
    return true
  }
  if (bytes !== undefined) return send(bytes.with(0, (bytes[0] ?? 0) ^ 1))
  const value = payloadOf(making)
  // Written anew a text that another fault has bent would lose that bend: then a single character is changed.
  if (value === undefined || encoded(making, value) !== body) return send(nearText(body))
  const at = path ?? placeToTamper(value, making, random)
  if (at === undefined) return send(nearText(body))
  const old = valueAt(value, at)
  if (old === undefined) return `the payload has nothing at ${path}`
  return send(encoded(making, withValueAt(value, at, given ?? near(old))))
}

export const signatureFaults = { stale, future, wrongSecret, omitSignature, rotate, tamper }
