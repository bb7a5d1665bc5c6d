// How a document's provider signs: Standard Webhooks, a described HMAC scheme, or not at all.
import { durationMs } from '../core/duration.js'
import type { ChannelBehaviour, ChannelTraits, SignInput } from '../provider/channel.js'
import { type Piece, type SignatureScheme, signBy } from '../provider/signature-scheme.js'
import { signatureTraits, scheme as standardScheme } from '../provider/standard-webhooks.js'
import { makeSecret, messageId, secretProblem } from '../providers/standard/signer.js'
import type { HmacDescription } from './extensions.js'

/** The part of a channel that signs. */
export interface Signing {
  scheme: SignatureScheme | undefined
  secret: Pick<ChannelBehaviour['secret'], 'make' | 'problem'>
  traits: Omit<ChannelTraits, 'idempotencyKey'>
  /** Name of the header, lower case, that holds the event's id. */
  idHeader: string | undefined
}

/** The pieces of a template: `t={timestamp},v1={signature}`. */
function piecesOf<Slot extends string>(template: string, slots: Readonly<Record<string, Slot>>): Piece<Slot>[] {
  return template
    .split(/(\{[^{}]*\})/)
    .filter(part => part !== '')
    .map(part => {
      const slot = part.startsWith('{') ? slots[part.slice(1, -1)] : undefined
      return slot === undefined ? part : { slot }
    })
}

const SIGNED = { id: 'id', timestamp: 'timestamp', body: 'payload' } as const
const HEADER = { id: 'id', timestamp: 'timestamp', signature: 'signature' } as const

const SECRET_BYTES = 32

/** A generated secret is text in the encoding that is decoded, or letters and digits. */
function secretText(hex: string, decoding: HmacDescription['secret']['decoding']): string {
  return decoding === 'base64' ? Buffer.from(hex, 'hex').toString('base64') : hex
}

/** What is wrong with a secret of a described scheme, as the end of a sentence. */
function problemOf(secret: string, { prefix, decoding }: HmacDescription['secret']): string | undefined {
  if (!secret.startsWith(prefix)) return `it must begin with "${prefix}"`
  const rest = secret.slice(prefix.length)
  if (rest === '') return 'it is empty'
  if (decoding === 'hex' && !/^([0-9a-f]{2})+$/i.test(rest)) return 'it must be hex: two digits for each byte'
  if (decoding === 'base64' && Buffer.from(rest, 'base64').toString('base64') !== rest)
    return 'it must be base64 with its padding'
  return undefined
}

function described(description: HmacDescription): Signing {
  const { signed, encoding, headers, secret, timestampUnit, separator, tolerance } = description
  const shapes = Object.entries(headers).map(([name, value]) => ({ name, value: piecesOf(value, HEADER) }))
  const holding = (slot: string) =>
    shapes.find(({ value }) => value.some(piece => typeof piece !== 'string' && piece.slot === slot))
  const only = (slot: string) =>
    shapes.find(({ value: [piece, ...more] }) => more.length === 0 && typeof piece === 'object' && piece.slot === slot)
  const timestampHeader = signed.includes('{timestamp}') ? only('timestamp')?.name.toLowerCase() : undefined
  const isSignatureHeader = (name: string) => name === holding('signature')?.name
  return {
    scheme: {
      // As UTF-8 text a secret is a key with its prefix.
      key: { prefix: secret.decoding === 'utf8' ? '' : secret.prefix, decoding: secret.decoding },
      payload: { form: 'raw' },
      signed: piecesOf(signed, SIGNED),
      timestampUnit,
      encoding,
      headers: shapes.map(shape =>
        separator !== undefined && isSignatureHeader(shape.name) ? { ...shape, several: separator } : shape,
      ),
    },
    secret: {
      make: random => secret.prefix + secretText(random.hex(2 * SECRET_BYTES), secret.decoding),
      problem: given => problemOf(given, secret),
    },
    traits: {
      signs: true,
      signatureHeaders: shapes.filter(({ name }) => isSignatureHeader(name)).map(({ name }) => name.toLowerCase()),
      signedOver: 'raw',
      ...(timestampHeader !== undefined && { timestampHeader }),
      ...(separator !== undefined && { severalSignatures: true }),
      ...(signed.includes('{timestamp}') && {
        freshness: { seconds: (durationMs(tolerance ?? '5m') ?? 0) / 1000, documented: tolerance !== undefined },
      }),
    },
    idHeader: only('id')?.name.toLowerCase(),
  }
}

/** The signing of a document's provider. */
export function signingOf(signature: HmacDescription | 'standard-webhooks' | 'none'): Signing {
  if (typeof signature === 'object') return described(signature)
  if (signature === 'standard-webhooks')
    return {
      scheme: standardScheme,
      secret: { make: makeSecret, problem: secretProblem },
      traits: signatureTraits,
      idHeader: 'webhook-id',
    }
  return {
    scheme: undefined,
    secret: { make: () => '' },
    traits: { signs: false, signatureHeaders: [] },
    idHeader: undefined,
  }
}

/** Signs one attempt. `eventId` is what the payload says of the event, where it does. */
export function signed(
  scheme: SignatureScheme | undefined,
  input: SignInput,
  eventId: string | undefined,
): ReturnType<typeof signBy> {
  if (scheme === undefined) return { headers: [] }
  // An id that ends a part of the signed string must not hold the text between the parts.
  const id = eventId !== undefined && /^[!-~]{1,200}$/.test(eventId) ? eventId : messageId(input.event)
  return signBy(scheme, input, scheme === standardScheme ? messageId(input.event) : id)
}
