// The headers of a received request, read by the scheme's own description.
import type { Piece, SignatureScheme } from '../../provider/signature-scheme.js'
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
  'v1=',
  'v0=',
  'SHA256=',
  'Bearer ',
  'HMAC ',
]

/** Names of the causes that lie in the headers around a signature. */
export const HEADER_CAUSES: readonly string[] = [
  'signature-absent',
  'signature-empty',
  'signature-quoted',
  'prefix-added',
  'prefix-of-another-scheme',
  'prefix-missing',
  'header-incomplete',
  'timestamp-absent',
  'id-absent',
]

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

type HeaderShape = SignatureScheme['headers'][number]

/** The slots of a header's value, undefined where it has another shape. */
function slotsOf(pieces: HeaderShape['value'], text: string): Record<string, string> | undefined {
  // A list of name=value pairs may go on.
  const isList = pieces.some(piece => typeof piece === 'string' && piece.includes(','))
  const slots = pieces.flatMap(piece => (typeof piece === 'string' ? [] : [piece.slot]))
  const shape = pieces
    .map(piece => (typeof piece === 'string' ? escaped(piece) : slots.length > 1 ? '([^,]*)' : '(.*)'))
    .join('')
  const found = new RegExp(`^${shape}${isList && slots.length > 1 ? '(?:,.*)?' : ''}$`, 's').exec(text)
  return found === null ? undefined : Object.fromEntries(slots.map((slot, i) => [slot, found[i + 1] ?? '']))
}

/** The fixed text right before the signature. */
function prefixOf(pieces: HeaderShape['value']): string {
  const before = pieces[pieces.findIndex(piece => typeof piece !== 'string' && piece.slot === 'signature') - 1]
  return typeof before === 'string' ? before.replace(/^,/, '') : ''
}

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

/** Pieces in words: `t=<timestamp>,v1=<signature>`. */
export function shapeText(pieces: readonly Piece<string>[]): string {
  return pieces.map(piece => (typeof piece === 'string' ? piece : `<${piece.slot}>`)).join('')
}

/** Reads the headers (lower-case names). */
export function readHeaders(scheme: SignatureScheme, headers: Readonly<Record<string, string>>): Received {
  const carrier = scheme.headers.find(({ value }) =>
    value.some(piece => typeof piece !== 'string' && piece.slot === 'signature'),
  )
  if (carrier === undefined) throw new Error('the scheme has no header for its signature')
  const value = headers[carrier.name.toLowerCase()]
  const received: Received = {
    header: carrier.name,
    value,
    signatures: [],
    timestamp: undefined,
    id: undefined,
    causes: [],
  }
  // Headers of one name are joined by a comma and a space.
  const entries =
    carrier.several === undefined
      ? [value ?? '']
      : (value ?? '').replaceAll(', ', carrier.several).split(carrier.several)
  received.signatures = entries
    .slice(0, MOST_SIGNATURES)
    .map(entry => entry.trim())
    .flatMap(entry => (entry === '' ? [] : signaturesIn(carrier, entry)))
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
  else if (received.signatures.length === 0)
    received.causes.push(
      cause(
        'signature-empty',
        `The header ${carrier.name} holds no signature.`,
        `Send ${carrier.name} as ${shapeText(carrier.value)}.`,
      ),
    )
  for (const slot of ['timestamp', 'id'] as const) {
    const holder = scheme.headers.find(({ value: pieces }) =>
      pieces.some(piece => typeof piece !== 'string' && piece.slot === slot),
    )
    if (holder === undefined) continue
    const text = headers[holder.name.toLowerCase()]
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
  return received
}

/** The timestamp in a list whose shape is not the scheme's. */
const looseTimestamp = (text: string): string | undefined => /\bt=(\d+)/.exec(text)?.[1]
