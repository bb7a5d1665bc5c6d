// The headers of a received request, read by the scheme's own description.
import { entriesOf, holds, prefixOf, shapeText, slotsOf } from '../../provider/check-signature.js'
import type { SignatureScheme } from '../../provider/signature-scheme.js'
import { type Cause, cause } from './cause.js'

/** A text that may be the signature, with the mistakes in what surrounds it. */
export interface ReceivedSignature {
  text: string
  causes: Cause[]
}

/** What the headers hold. */
export interface Received {
  /** The header that carries the signature. */
  header: string
  /** Undefined where the header is missing. */
  value: string | undefined
  signatures: ReceivedSignature[]
  timestamp: string | undefined
  id: string | undefined
  /** What is missing or empty. */
  causes: Cause[]
}

/** So many signatures of a header are compared: a rotation makes two, and each costs as much as the search itself. */
const MOST_SIGNATURES = 10

/** What other schemes put before a signature. */
const PREFIXES = [
  'sha256=',
  'sha512=',
  'sha1=',
  'hmac-sha256=',
  'hmac=',
  'v1,',
  'v1a,',
  'v1=',
  'v0=',
  'v0,',
  'v2=',
  'v2,',
  'SHA256=',
  'Bearer ',
  'HMAC ',
]

/** Names of the causes that lie in the headers around a signature. */
export const HEADER_CAUSES: readonly string[] = [
  'signature-absent',
  'header-renamed',
  'asymmetric-signature',
  'symmetric-signature',
  'signature-empty',
  'signature-quoted',
  'prefix-added',
  'prefix-of-another-scheme',
  'prefix-missing',
  'header-incomplete',
  'timestamp-absent',
  'id-absent',
]

type HeaderShape = SignatureScheme['headers'][number]

/** What a header value may hold as a signature, the likeliest first. */
function signaturesIn({ name, value: pieces }: HeaderShape, entry: string): ReceivedSignature[] {
  const own = prefixOf(pieces)
  const unquoted = /^(["'])(.*)\1$/s.exec(entry)?.[2]
  if (unquoted !== undefined)
    return signaturesIn({ name, value: pieces }, unquoted).map(({ text, causes }) => ({
      text,
      causes: [
        cause('signature-quoted', `The value of ${name} is in quotes.`, 'Send the value without quotes.'),
        ...causes,
      ],
    }))
  const matched = slotsOf(pieces, entry)?.signature
  const found: ReceivedSignature[] = matched === undefined ? [] : [{ text: matched, causes: [] }]
  for (const prefix of PREFIXES) {
    const text = matched ?? entry
    if (!text.startsWith(prefix) || (matched === undefined && prefix === own)) continue
    found.push({
      text: text.slice(prefix.length),
      causes: [
        own === '' || matched !== undefined
          ? cause('prefix-added', `The signature came with "${prefix}" before it.`, `Send it without "${prefix}".`)
          : cause(
              'prefix-of-another-scheme',
              `The signature came with "${prefix}" instead of "${own}" before it.`,
              `Put "${own}" before it.`,
            ),
      ],
    })
  }
  if (matched !== undefined) return found
  const form = `Write ${name} as ${shapeText(pieces)}.`
  if (pieces.filter(piece => typeof piece !== 'string').length > 1) {
    const incomplete = cause('header-incomplete', `${name} is not of the form ${shapeText(pieces)}.`, form)
    for (const part of entry.split(',', MOST_SIGNATURES))
      found.push({ text: part.replace(/^\s*\w*=/, ''), causes: [incomplete] })
  } else
    found.push({
      text: entry,
      causes: [cause('prefix-missing', `The signature came without "${own}" before it.`, form)],
    })
  return found
}

/** Endings of names that other providers and libraries give these headers. */
const ENDINGS: Readonly<Record<string, RegExp>> = {
  signature: /(?:^|-)signature(?:-?256)?$|^x-hmac(?:-sha256)?$/,
  timestamp: /(?:^|-)timestamp$/,
  id: /^(?:x-|svix-|message-)?(?:webhook-|message-|event-)?id$/,
}

/** The one header that holds by its name what a slot is for. */
function otherName(headers: Readonly<Record<string, string>>, slot: string): string | undefined {
  const found = Object.keys(headers).filter(name => ENDINGS[slot]?.test(name))
  return found.length === 1 ? found[0] : undefined
}

/** One cause for all headers with other names. */
function distinctIds(renamed: readonly Cause[]): Cause[] {
  const [first] = renamed
  if (first === undefined) return []
  return [
    {
      ...first,
      sentence: renamed.map(({ sentence }) => sentence).join(' '),
      fix: renamed.map(({ fix }) => fix).join(' '),
    },
  ]
}

/** Bytes of an ed25519 signature. */
const ED25519_SIGNATURE_BYTES = 64

/** Whether a header's value is a signature of the scheme's own kind by its form. */
function isOf({ algorithm, encoding }: SignatureScheme, shape: HeaderShape | undefined, entry: string): boolean {
  const text = shape === undefined ? undefined : slotsOf(shape.value, entry)?.signature
  if (text === undefined) return false
  return algorithm !== 'ed25519' || Buffer.from(text, encoding).length === ED25519_SIGNATURE_BYTES
}

/** The cause where every signature is of the other scheme, which the secret is not for. */
function otherScheme({ algorithm, key }: SignatureScheme, other: SignatureScheme, name: string): Cause {
  const tag = (scheme: SignatureScheme) =>
    prefixOf(scheme.headers.find(header => holds(header, 'signature'))?.value ?? []).replace(/\W+$/, '')
  return algorithm === 'ed25519'
    ? cause(
        'symmetric-signature',
        `${name} holds a ${tag(other)} signature (HMAC-SHA256), which a key pair neither makes nor verifies.`,
        `Check it with the shared secret, "${other.key.prefix}…", or have the sender sign with its secret key.`,
      )
    : cause(
        'asymmetric-signature',
        `${name} holds a ${tag(other)} signature (ed25519, asymmetric), which the shared secret "${key.prefix}…" neither makes nor verifies.`,
        `Check it with the public key of the sender, "${other.key.publicPrefix}…", or have the sender sign with the shared secret too.`,
      )
}

/** Reads the headers (lower-case names). `other` is a scheme of the same headers that the secret is not for. */
export function readHeaders(
  scheme: SignatureScheme,
  headers: Readonly<Record<string, string>>,
  other?: SignatureScheme,
): Received {
  const carrier = scheme.headers.find(header => holds(header, 'signature'))
  if (carrier === undefined) throw new Error('the scheme has no header for its signature')
  const renamed: Cause[] = []
  const textOf = ({ name }: HeaderShape, slot: string): string | undefined => {
    const own = headers[name.toLowerCase()]
    const other = own === undefined ? otherName(headers, slot) : undefined
    if (other === undefined || scheme.headers.some(header => header.name.toLowerCase() === other)) return own
    renamed.push(
      cause(
        'header-renamed',
        `There is no header ${name}, but ${other}.`,
        `Send it as ${name}, and read it by that name.`,
      ),
    )
    return headers[other]
  }
  const value = textOf(carrier, 'signature')
  const received: Received = {
    header: carrier.name,
    value,
    signatures: [],
    timestamp: undefined,
    id: undefined,
    causes: [],
  }
  const entries = entriesOf(carrier, value ?? '')
  const otherCarrier = other?.headers.find(header => holds(header, 'signature'))
  const mine = entries.filter(entry => other === undefined || !isOf(other, otherCarrier, entry))
  received.signatures = mine
    .slice(0, MOST_SIGNATURES)
    .flatMap(entry => signaturesIn(carrier, entry))
    .filter(({ text }) => text !== '')
    .slice(0, MOST_SIGNATURES)
  if (value === undefined)
    received.causes.push(
      cause(
        'signature-absent',
        `There is no header ${carrier.name}.`,
        `Send ${carrier.name} as ${shapeText(carrier.value)}; look for proxies that take headers away.`,
      ),
    )
  else if (mine.length < entries.length && other !== undefined && received.signatures.length === 0)
    received.causes.push(otherScheme(scheme, other, carrier.name))
  else if (received.signatures.length === 0)
    received.causes.push(
      cause(
        'signature-empty',
        `The header ${carrier.name} holds no signature.`,
        `Send ${carrier.name} as ${shapeText(carrier.value)}.`,
      ),
    )
  for (const slot of ['timestamp', 'id'] as const) {
    const holder = scheme.headers.find(header => holds(header, slot))
    if (holder === undefined) continue
    const text = holder === carrier ? value : textOf(holder, slot)
    const found =
      text === undefined
        ? undefined
        : (slotsOf(holder.value, text.trim())?.[slot] ?? (holder === carrier ? looseTimestamp(text) : text.trim()))
    received[slot] = found
    if ((found === undefined || found === '') && (holder !== carrier || received.causes.length === 0))
      received.causes.push(
        cause(
          `${slot}-absent`,
          holder === carrier ? `${holder.name} names no ${slot}.` : `There is no header ${holder.name}.`,
          `Send ${holder.name} as ${shapeText(holder.value)}.`,
        ),
      )
  }
  received.causes.push(...distinctIds(renamed))
  return received
}

/** The timestamp in a list whose shape is not the scheme's. */
const looseTimestamp = (text: string): string | undefined => /\bt=(\d+)/.exec(text)?.[1]
