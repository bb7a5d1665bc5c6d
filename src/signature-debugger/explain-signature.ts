// The signature debugger: recomputes a signature step by step and names the likely causes of a mismatch.
import { formatDuration } from '../core/duration.js'
import { EmulatorError, excerpt } from '../core/errors.js'
import { isTooDeep, MAX_DEPTH } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Settings } from '../provider/channel.js'
import { checkSignature, instantOf } from '../provider/check-signature.js'
import type { Provider } from '../provider/provider.js'
import { channelOfRequest, type ResolvedChannel, resolveChannels } from '../provider/request-channel.js'
import { keyProblem, type SignatureScheme, schemeFor } from '../provider/signature-scheme.js'
import { type Cause, cause } from './search/cause.js'
import { REWRITTEN_UP_TO_BYTES, type ReadBody, readBody } from './search/payloads.js'
import { type Received, readHeaders } from './search/received-headers.js'
import { computeSignature } from './search/recompute.js'
import { PAIRS_UP_TO_BYTES, search } from './search/search.js'
import { type SignatureStep, stepsOf } from './search/steps.js'

/**
 * One request whose signature is to be explained.
 * @example
 * {
 *   provider,
 *   secret: 'test_key',
 *   headers: [['x-signature', signature], ['x-timestamp', '1738784271']],
 *   body: Buffer.from(rawBody),
 *   now: Date.now(),
 * }
 */
export interface SignatureQuestion {
  provider: Provider
  /** Default: the channel that the request came through, by its event type or its headers. */
  channel?: string | undefined
  /** What the sender signs with. */
  secret: string
  /** Settings of the subscription that differ from the defaults. */
  settings?: Settings | undefined
  /** Complete provider-wide settings, where they differ from the defaults. */
  providerSettings?: Settings | undefined
  /** Names in any case. */
  headers: Headers
  /** The exact bytes that were received. */
  body: Uint8Array
  /** Wall time, ms since 1970: the age of the timestamp is counted from here. */
  now: number
  /** Shows the values of the steps in full; keys never are. Default false. */
  whole?: boolean | undefined
}

/**
 * How a signature is computed, and what explains a mismatch. Secrets and keys are never in it whole.
 * @example const advice = ({ causes }: SignatureExplanation) => causes.map(({ sentence, fix }) => `${sentence} ${fix}`)
 */
export interface SignatureExplanation {
  provider: string
  channel: string
  verdict: 'valid' | 'invalid'
  /** The result in a sentence or two. */
  summary: string
  /** The headers as they should be, with the received timestamp and id. */
  expected: Headers
  /** The same headers as they came; null where missing. */
  received: [name: string, value: string | null][]
  /** How the expected signature is computed. */
  steps: SignatureStep[]
  /** The likely causes of an invalid signature; empty when it is valid or no known cause fits. */
  causes: Cause[]
  /** Equally likely causes, which give the same signature of this body. */
  alternatives: Cause[][]
  /** Number of known causes of this scheme, and of signatures compared. */
  known: number
  tried: number
  /** Remarks, such as the age of the timestamp. */
  notes: string[]
}

/** The longest header value that is explained: Node takes no more for all headers together. */
const LONGEST_HEADER = 16_384

/** The channel a request came through, which must be one that signs. Throws `invalid_input` where it is not. */
function signingChannel(
  channels: readonly ResolvedChannel[],
  request: Parameters<typeof channelOfRequest>[1],
): ResolvedChannel & { scheme: SignatureScheme } {
  const found = channelOfRequest(channels, request)
  if (found?.scheme !== undefined) return { ...found, scheme: found.scheme }
  const names = found === undefined || channels.length === 1 ? channels : [found]
  throw new EmulatorError('Nothing is signed there under these settings.', {
    code: 'invalid_input',
    where: names.map(({ name }) => `channel ${name}`).join(', '),
    hint: 'Give the settings of the subscription that turn signing on, or another channel.',
  })
}

/** The causes in the headers beside the signature. */
function timestampCauses({ timestampUnit = 'seconds' }: SignatureScheme, { timestamp }: Received): Cause[] {
  if (timestamp === undefined || timestamp === '') return []
  const at = instantOf(timestamp)
  const fix = `Use whole ${timestampUnit} since 1970.`
  if (at === undefined || String(Number(timestamp)) !== timestamp)
    return [cause('header-timestamp-no-number', `The timestamp sent, "${timestamp}", is not a whole number.`, fix)]
  const isMilliseconds = timestamp.length >= 12
  if (isMilliseconds === (timestampUnit === 'milliseconds')) return []
  return [
    cause(
      isMilliseconds ? 'header-timestamp-in-milliseconds' : 'header-timestamp-in-seconds',
      `The timestamp sent, ${timestamp}, counts ${isMilliseconds ? 'milliseconds' : 'seconds'} instead of ${timestampUnit}.`,
      fix,
    ),
  ]
}

function notExplainable(message: string, hint: string): EmulatorError {
  return new EmulatorError(message, { code: 'invalid_input', where: 'body', hint })
}

/** Throws `invalid_input` for a body that this scheme cannot sign. */
function checkBody({ payload }: SignatureScheme, { json, text }: ReadBody): void {
  if (isTooDeep(text))
    throw notExplainable(`The body is nested more than ${MAX_DEPTH} levels deep.`, 'Give the body of a real message.')
  if (payload.form === 'canonical' && json === undefined)
    throw notExplainable(
      'The body is not JSON, and this scheme signs JSON with sorted keys.',
      'Give the file exactly the bytes that were sent.',
    )
}

/** Throws `invalid_secret` for a key of an asymmetric scheme that is none. */
function checkKey(scheme: SignatureScheme, secret: string): void {
  const problem = keyProblem(scheme, secret)
  if (problem === undefined) return
  throw new EmulatorError(`The secret cannot be used: ${problem}.`, {
    code: 'invalid_secret',
    where: 'secret',
    hint: 'Give the public key of the sender, or the secret that it signs with.',
  })
}

/** The scheme beside the one in use: the asymmetric one, or the one with a shared secret. */
function otherOf(own: SignatureScheme, used: SignatureScheme): SignatureScheme | undefined {
  return used === own ? own.asymmetric : own
}

function notesOf(
  { traits }: ResolvedChannel,
  received: Received,
  { bytes }: ReadBody,
  now: number,
  pairs: boolean,
): string[] {
  const notes: string[] = []
  const at = received.timestamp === undefined ? undefined : instantOf(received.timestamp)
  const limit = traits.freshness?.seconds
  if (at !== undefined && limit !== undefined && Math.abs(now - at) > limit * 1000)
    notes.push(
      `The timestamp is ${formatDuration(Math.round(Math.abs(now - at) / 1000) * 1000)} ${at < now ? 'old' : 'ahead'}; receivers reject more than ${formatDuration(limit * 1000)}, even with a valid signature.`,
    )
  if (!pairs)
    notes.push(
      `The body has ${bytes.length} bytes; above ${PAIRS_UP_TO_BYTES} neither two causes together nor other moments are tried.`,
    )
  if (bytes.length > REWRITTEN_UP_TO_BYTES)
    notes.push(`Above ${REWRITTEN_UP_TO_BYTES} bytes the JSON is not written again in other ways either.`)
  return notes
}

/** Hashes by the length of their digests, bytes. */
const DIGESTS: Readonly<Record<number, string>> = {
  16: 'HMAC-MD5 does',
  20: 'HMAC-SHA1 does',
  28: 'HMAC-SHA224 does',
  48: 'HMAC-SHA384 does',
  64: 'HMAC-SHA512 and ed25519 do',
}

/** What the length of an unexplained signature tells. */
function lengthNotes(scheme: SignatureScheme, { signatures }: Received): string[] {
  const [text = ''] = signatures.map(one => one.text)
  const bytes = /^(?:[0-9a-f]{2})+$/i.test(text) ? text.length / 2 : Buffer.from(text, 'base64').length
  const like = DIGESTS[bytes]
  return scheme.algorithm === 'ed25519' || like === undefined
    ? []
    : [`The signature received has ${bytes} bytes, as ${like}; HMAC-SHA256 makes 32.`]
}

/**
 * Explains the signature of a request. Throws `unknown_name`, `invalid_setting` and `invalid_secret`, and `invalid_input` where nothing is
 * signed under these settings or where the scheme cannot sign the body.
 * @example
 * const { verdict, summary, causes } = await explainSignature({
 *   provider,
 *   secret: 'test_key',
 *   headers: [['x-signature', signature], ['x-timestamp', timestamp]],
 *   body: Buffer.from(rawBody),
 *   now: Date.now(),
 * })
 */
export async function explainSignature(question: SignatureQuestion): Promise<SignatureExplanation> {
  const { provider, secret, now } = question
  if (secret === '')
    throw new EmulatorError('There is no secret to sign with.', {
      code: 'invalid_secret',
      hint: 'Give the secret that the sender signs with.',
    })
  const headers: Record<string, string> = {}
  for (const [name, value] of question.headers) {
    if (value.length > LONGEST_HEADER)
      throw new EmulatorError(`The header ${excerpt(name)} has more than ${LONGEST_HEADER} characters.`, {
        code: 'invalid_input',
        where: 'headers',
        hint: 'Give the headers of a real request.',
      })
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  const body = readBody(Buffer.from(question.body))
  const { channel, settings, providerSettings } = question
  const channels = await resolveChannels(provider, { channel, own: settings, providerWide: providerSettings })
  const chosen = signingChannel(channels, { body: body.json?.value, headers })
  const scheme = schemeFor(chosen.scheme, secret)
  checkKey(scheme, secret)
  checkBody(scheme, body)

  const received = readHeaders(scheme, headers, otherOf(chosen.scheme, scheme))
  const at = instantOf(received.timestamp ?? '') ?? now
  const computation = computeSignature(scheme, { secret, body, id: received.id ?? '', at })
  const found = search(scheme, { secret, body, received, now })
  const besides = [...received.causes, ...timestampCauses(scheme, received)]
  const checked = checkSignature(scheme, { secret, headers, body: body.bytes, value: body.json?.value })
  const verdict = checked.valid ? 'valid' : 'invalid'
  // Without the header nobody knows which timestamp was right.
  const isUnstated = received.causes.some(({ id }) => id === 'timestamp-absent')
  const inSignature = (found.causes ?? []).filter(({ id }) => !(isUnstated && id.startsWith('timestamp-of-')))
  const causes = checked.valid ? [] : [...besides, ...inSignature]
  const isExplained = found.causes !== undefined || received.signatures.length === 0
  return {
    provider: provider.name,
    channel: chosen.name,
    verdict,
    summary: summaryOf(verdict, causes, isExplained, found),
    expected: computation.headers,
    received: computation.headers.map(([name]) => [name, headers[name.toLowerCase()] ?? null]),
    steps: stepsOf(scheme, computation, { secret, body, received, at, whole: question.whole ?? false }),
    causes,
    alternatives: checked.valid ? [] : found.alternatives,
    known: found.known,
    tried: found.tried,
    notes: [
      ...(checked.valid || isExplained ? [] : lengthNotes(scheme, received)),
      ...notesOf(chosen, received, body, now, found.pairs),
    ],
  }
}

function summaryOf(
  verdict: 'valid' | 'invalid',
  causes: readonly Cause[],
  explained: boolean,
  { known, tried, pairs }: { known: number; tried: number; pairs: boolean },
): string {
  if (verdict === 'valid') return 'The signature is valid.'
  const unknown = `None of the ${known} known causes explains the signature${pairs ? ', nor do two of them together' : ''} (${tried} signatures compared): most likely another secret or another body.`
  return [...causes.map(({ sentence }) => sentence), ...(explained ? [] : [unknown])].join(' ')
}
