// One event made for the receiver under test: its payload, and its request signed in any way a check asks for.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type JsonObject, withValueAt } from '../core/json.js'
import type { Headers, Message } from '../core/message.js'
import { declaredFields } from '../core/mutate/declared-fields.js'
import {
  type Encode,
  type KeyFields,
  parsed,
  similarText,
  similarValue,
  tamperableLeaves,
} from '../core/mutate/payload.js'
import type { SignRequest } from '../core/signature.js'
import type { EventPreview } from '../emulator/contract.js'
import { definitionOf, traitsOf } from '../provider/catalog.js'
import type { Settings } from '../provider/channel.js'
import { keyOf } from '../provider/idempotency-key.js'

/** How a request is signed; by default as the provider signs it, now, at the first attempt. */
export type SignOptions = Partial<SignRequest>

/** A request with its signature or credentials. */
export interface SignedRequest {
  message: Message
  /** The signer's headers, which are among the message's. */
  signed: Headers
  signedString: string | undefined
}

/** One event for the receiver, not yet sent. */
export interface TestEvent {
  type: string
  variant: string | null
  subject: string | null
  /** The idempotency key; undefined where the request has none. */
  key: string | undefined
  body: string
  value: JsonObject
  /** Writes a payload as JSON text, in the channel's way. */
  encode: Encode
  /** Dotted paths of the fields that the payload has and its schema calls optional. */
  optional: readonly string[]
  /** Dotted paths of those that its schema allows to be null. */
  nullable: readonly string[]
  sign(options?: SignOptions): Promise<SignedRequest>
}

/** Signs the request of an event, by default at `now` (ms). Throws `unreachable` where its credentials cannot be had. */
export async function signedRequest(
  { prepared }: EventPreview,
  now: number,
  options: SignOptions = {},
): Promise<SignedRequest> {
  const { headers, signedString, failed } = await prepared.sign({ attempt: 1, at: now, ...options })
  if (failed !== undefined)
    throw new EmulatorError(`Requests cannot be signed: ${failed}`, {
      code: 'unreachable',
      hint: 'Check the secret and the settings of the credentials.',
    })
  const message: Message = {
    method: prepared.method,
    url: prepared.url,
    headers: [...prepared.headers, ...headers],
    body: options.bytes ?? options.body ?? prepared.body,
  }
  return { message, signed: headers, signedString }
}

/** The request with other headers than were signed. */
export function withHeaders(request: SignedRequest, change: (headers: Headers) => Headers): SignedRequest {
  return { ...request, message: { ...request.message, headers: change(request.message.headers) } }
}

/** The request with another body than was signed. */
export function withBody(request: SignedRequest, body: Message['body']): SignedRequest {
  return { ...request, message: { ...request.message, body } }
}

/** Names of the signer's headers, lower case. */
export const signedNames = ({ signed }: SignedRequest): string[] => signed.map(([name]) => name.toLowerCase())

/** The body of an event with one text changed: the deepest, since a receiver may check the signature of a part only. */
export function tamperedBody({ body, value, type, encode }: TestEvent, fields: KeyFields): string {
  const free = tamperableLeaves(value, fields, type)
  const [deepest] = free
    .filter(leaf => typeof leaf.value === 'string' && leaf.value !== '')
    .sort((a, b) => b.path.length - a.path.length)
  const leaf = deepest ?? free[0]
  if (leaf === undefined) return similarText(body)
  return encode(withValueAt(value, leaf.path, similarValue(leaf.value)))
}

/** Makes the test event of an event that is not stored; `now` tells the time of signatures, ms. */
export async function testEvent(
  preview: EventPreview,
  wide: Settings,
  variant: string | null,
  now: () => number,
): Promise<TestEvent> {
  const { event, prepared, channel, settings } = preview
  const { behaviour } = channel
  const body = parsed(prepared.body)
  const value = isJsonObject(body) ? body : {}
  const { schema } = definitionOf(channel, event.type, wide)
  const declared = declaredFields(schema, value)
  return {
    type: event.type,
    variant,
    subject: event.subject,
    key: keyOf(traitsOf(behaviour, settings), (await signedRequest(preview, now())).message.headers, value),
    body: prepared.body,
    value,
    encode: given => behaviour.encode?.(given, settings) ?? JSON.stringify(given),
    optional: declared.flatMap(field => (field.optional ? [field.path.join('.')] : [])),
    nullable: declared.flatMap(field => (field.nullable ? [field.path.join('.')] : [])),
    sign: options => signedRequest(preview, now(), options),
  }
}
