// The signature debugger: recomputes a signature step by step and says what a wrong one was most likely made from.
import { formatDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { Headers } from '../core/message.js'
import type { Anatomy } from '../provider/anatomy.js'
import type { Settings } from '../provider/channel.js'
import type { Provider } from '../provider/provider.js'
import { channelOfRequest, type ResolvedChannel, resolveChannels } from '../provider/request-channel.js'
import { type Cause, cause } from './search/cause.js'
import { depthOf } from './search/json-text.js'
import { makeSignature } from './search/making.js'
import { type ReadBody, readBody } from './search/payloads.js'
import { type Received, readHeaders } from './search/received.js'
import { PAIRS_UP_TO_BYTES, search } from './search/search.js'
import { instantOf } from './search/stamps.js'
import { type SignatureStep, stepsOf } from './search/steps.js'

/** One request whose signature is in question. */
export interface SignatureQuestion {
  provider: Provider
  /** Default: the channel whose headers or event type the request has. */
  channel?: string | undefined
  secret: string
  /** Settings of the subscription that differ from the defaults. */
  settings?: Settings | undefined
  /** Complete provider-wide settings, where they differ from the defaults. */
  providerSettings?: Settings | undefined
  /** Names in any case. */
  headers: Headers
  body: Uint8Array
  /** Wall time, ms. */
  now: number
}

/** What the debugger says. Secrets and key bytes are never in it whole. */
export interface SignatureExplanation {
  provider: string
  channel: string
  verdict: 'valid' | 'invalid'
  /** What was found, in a sentence or two. */
  summary: string
  /** The headers as they should be, with the received timestamp and id. */
  expected: Headers
  /** The same headers as they came; null where missing. */
  received: [name: string, value: string | null][]
  steps: SignatureStep[]
  /** What a wrong signature was made from; empty when it is right or no known cause fits. */
  causes: Cause[]
  /** Other causes that make the same signature of this body. */
  alternatives: Cause[][]
  /** Number of known causes of this scheme, and of signatures compared. */
  known: number
  tried: number
  /** What else is worth knowing. */
  notes: string[]
}

/** JSON nested deeper than this is not taken apart. */
const DEEPEST = 500

/** The channel a request came through, which must be one that signs. Throws `invalid_input` where it is not. */
function signingChannel(
  channels: readonly ResolvedChannel[],
  request: Parameters<typeof channelOfRequest>[1],
): ResolvedChannel & { anatomy: Anatomy } {
  const found = channelOfRequest(channels, request)
  if (found?.anatomy !== undefined) return { ...found, anatomy: found.anatomy }
  const names = found === undefined || channels.length === 1 ? channels : [found]
  throw new EmulatorError('Nothing is signed there under these settings.', {
    code: 'invalid_input',
    where: names.map(({ name }) => `channel ${name}`).join(', '),
    hint: 'Give the settings of the subscription that turn signing on, or another channel.',
  })
}

/** The causes that lie in the headers beside the signature. */
function stampCauses({ timestampUnit = 'seconds' }: Anatomy, { timestamp }: Received): Cause[] {
  if (timestamp === undefined || timestamp === '') return []
  const at = instantOf(timestamp)
  const fix = `Stamp with whole ${timestampUnit} since 1970.`
  if (at === undefined || String(Number(timestamp)) !== timestamp)
    return [cause('header-timestamp-no-number', `The timestamp sent, "${timestamp}", is no whole number.`, fix)]
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

function untriable(message: string, hint: string): EmulatorError {
  return new EmulatorError(message, { code: 'invalid_input', where: 'body', hint })
}

/** Refuses a body that this scheme cannot sign at all. */
function checkBody({ payload }: Anatomy, { json, text }: ReadBody): void {
  if (depthOf(text) > DEEPEST)
    throw untriable(`The body is nested more than ${DEEPEST} levels deep.`, 'Give the body of a real message.')
  if (payload.form === 'canonical' && json === undefined)
    throw untriable(
      'The body is not JSON, and this scheme signs JSON with sorted keys.',
      'Give the file exactly the bytes that were sent.',
    )
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
      `The timestamp is ${formatDuration(Math.round(Math.abs(now - at) / 1000) * 1000)} ${at < now ? 'old' : 'ahead'}; receivers refuse more than ${formatDuration(limit * 1000)}, however right the signature is.`,
    )
  if (!pairs)
    notes.push(
      `The body has ${bytes.length} bytes; above ${PAIRS_UP_TO_BYTES} neither two causes together nor other moments are tried.`,
    )
  return notes
}

/** Explains a signature. Throws for what cannot be tried: unknown names and settings, a scheme that signs nothing, a body it cannot sign. */
export async function explainSignature(question: SignatureQuestion): Promise<SignatureExplanation> {
  const { provider, secret, now } = question
  if (secret === '')
    throw new EmulatorError('There is no secret to sign with.', {
      code: 'invalid_secret',
      hint: 'Give the secret that the sender signs with.',
    })
  const headers: Record<string, string> = {}
  for (const [name, value] of question.headers) {
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  const body = readBody(Buffer.from(question.body))
  const { channel, settings, providerSettings } = question
  const channels = await resolveChannels(provider, { channel, own: settings, providerWide: providerSettings })
  const chosen = signingChannel(channels, { body: body.json?.value, headers })
  const { anatomy } = chosen
  checkBody(anatomy, body)

  const received = readHeaders(anatomy, headers)
  const stamp = instantOf(received.timestamp ?? '') ?? now
  const making = makeSignature(anatomy, { secret, body, id: received.id ?? '', at: stamp })
  const found = search(anatomy, { secret, body, received, now })
  const beside = [...received.causes, ...stampCauses(anatomy, received)]
  const causes = [...beside, ...(found.causes ?? [])]
  const fits = found.causes !== undefined
  const verdict = fits && causes.length === 0 ? 'valid' : 'invalid'
  return {
    provider: provider.name,
    channel: chosen.name,
    verdict,
    summary: summaryOf(verdict, causes, fits || received.signatures.length === 0, found),
    expected: making.headers,
    received: making.headers.map(([name]) => [name, headers[name.toLowerCase()] ?? null]),
    steps: stepsOf(anatomy, making, { secret, body, received, at: stamp }),
    causes,
    alternatives: found.alternatives,
    known: found.known,
    tried: found.tried,
    notes: notesOf(chosen, received, body, now, found.pairs),
  }
}

function summaryOf(
  verdict: 'valid' | 'invalid',
  causes: readonly Cause[],
  explained: boolean,
  { known, tried, pairs }: { known: number; tried: number; pairs: boolean },
): string {
  if (verdict === 'valid') return 'The signature is valid.'
  const unknown = `The signature was made from none of the ${known} known causes${pairs ? ' nor two of them together' : ''} (${tried} signatures compared): most likely another secret, or another body than this one.`
  return [...causes.map(({ sentence }) => sentence), ...(explained ? [] : [unknown])].join(' ')
}
