// Checks whether a provider really sent a request: signs the received bytes again and compares.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, parseReceived, valueAt } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Signed } from '../core/signature.js'
import type { Settings } from '../provider/channel.js'
import type { Provider } from '../provider/provider.js'
import { channelOfRequest, type ResolvedChannel, resolveChannels } from '../provider/request-channel.js'
import type { CheckedRequest, SignatureVerdict } from './received.js'

/** A request whose signature is invalid. */
export interface MismatchedRequest {
  provider: Provider
  channel: string
  secret: string
  settings: Settings
  headers: Headers
  body: Uint8Array
  /** Wall time of its arrival, ms. */
  now: number
}

/** What a check compares with. */
export interface CheckOptions {
  provider: Provider
  /** Only this channel. Default: the one the request came through, by its type or its headers. */
  channel?: string | undefined
  secret?: string | undefined
  /** Settings of the subscription that change how a message is signed. */
  settings?: JsonObject | undefined
  /** Whether the timestamp must be near the time of arrival (default), as far as the provider has a limit. */
  freshness?: boolean | undefined
  /** Names the settings in errors, e.g. the option they came from. */
  where?: string | undefined
}

/** What a check needs of the layers above. */
export interface CheckParts {
  /** Wall time, ms: the arrival of a request that states none. */
  wall(): number
  /** Finds the likely causes of an invalid signature. May throw an EmulatorError where the request cannot be explained. */
  explain(request: MismatchedRequest): Promise<{ causes: readonly { sentence: string; fix: string }[] }>
}

/** Throws `invalid_secret` for a secret that none of the channels can use. */
function checkSecret(channels: readonly ResolvedChannel[], secret: string | undefined): void {
  if (secret === undefined) return
  const problems = channels.map(({ behaviour, settings }) =>
    secret === '' ? 'it is empty' : behaviour.secret.problem?.(secret, settings),
  )
  const [problem] = problems
  if (problem === undefined || problems.includes(undefined)) return
  throw new EmulatorError(`The secret cannot be used: ${problem}.`, {
    code: 'invalid_secret',
    where: 'secret',
    hint: 'Give the secret that the sender signs with.',
  })
}

/** The instant (ms) that the request says it was signed at: seconds or milliseconds in the headers of the signature. */
function timestampIn({ traits }: ResolvedChannel, headers: Record<string, string>): number | undefined {
  const places = traits.timestampHeader === undefined ? traits.signatureHeaders : [traits.timestampHeader]
  for (const place of places) {
    const digits = /(?<!\w)\d{9,13}(?!\w)/.exec(headers[place] ?? '')?.[0]
    if (digits !== undefined) return digits.length > 11 ? Number(digits) : Number(digits) * 1000
  }
  return undefined
}

/** What a signature is judged to be, before its age. */
type Compared = SignatureVerdict & {
  /** Set when the signature itself differs: what to say where no known cause fits. */
  mismatch?: string
}

function compare({ traits }: ResolvedChannel, signed: Signed, headers: Record<string, string>): Compared {
  const names = signed.headers.map(([name]) => name.toLowerCase())
  if (names.length === 0) {
    const unasked = traits.signatureHeaders.find(name => headers[name] !== undefined)
    return unasked === undefined
      ? { verdict: 'unchecked', reason: 'the provider sends no credentials with these settings' }
      : { verdict: 'unchecked', reason: `${unasked} was sent, but no secret was given to check it with` }
  }
  const missing = names.find(name => headers[name] === undefined)
  if (missing !== undefined) return { verdict: 'invalid', reason: `the header ${missing} is missing` }
  for (const [name, expected] of signed.headers) {
    const received = headers[name.toLowerCase()] ?? ''
    if (received === expected) continue
    if (traits.severalSignatures && received.split(' ').includes(expected)) continue
    return {
      verdict: 'invalid',
      reason: `${name} is "${received}", but this secret makes "${expected}" of the received bytes`,
      mismatch: 'another secret, or a changed body',
    }
  }
  return { verdict: 'valid', reason: 'as the provider signs' }
}

/** Longer bodies are not searched for causes: a sender of invalid signatures must not keep the receiver busy. */
const LONGEST_EXPLAINED = 65_536

/** A check of one provider's requests. Throws for an unknown channel or setting, and a secret that cannot be one. */
export async function createCheck(
  { provider, secret, channel, settings, where, freshness = true }: CheckOptions,
  { wall, explain }: CheckParts,
): Promise<(request: CheckedRequest) => Promise<SignatureVerdict>> {
  const channels = await resolveChannels(provider, { channel, own: settings, where })
  checkSecret(channels, secret)

  /** The likely causes of an invalid signature; undefined where no known cause fits. */
  const likelyCause = async (from: ResolvedChannel, headers: Headers, body: Uint8Array, now: number) => {
    if (secret === undefined || from.scheme === undefined || body.length > LONGEST_EXPLAINED) return undefined
    try {
      const { name: channel, settings } = from
      const { causes } = await explain({ provider, channel, secret, settings, headers, body, now })
      return causes.length === 0 ? undefined : causes.map(({ sentence, fix }) => `${sentence} ${fix}`).join(' ')
    } catch (error) {
      // A body that the scheme cannot sign leaves nothing to explain.
      if (error instanceof EmulatorError) return undefined
      throw error
    }
  }

  return async ({ headers, body, bytes = Buffer.from(body), at = wall() }) => {
    let value: Json
    try {
      value = parseReceived(body)
    } catch (error) {
      const reason = error instanceof EmulatorError ? 'the body is nested too deep' : 'the body is not JSON'
      return { verdict: 'invalid', reason }
    }
    const from = channelOfRequest(channels, { body: value, headers })
    if (from === undefined) return { verdict: 'unchecked', reason: 'the provider has no channel' }
    const { traits, behaviour } = from
    const timestamp = timestampIn(from, headers)
    if (
      traits.timestampHeader !== undefined &&
      headers[traits.timestampHeader] !== undefined &&
      timestamp === undefined
    )
      return {
        verdict: 'invalid',
        reason: `${traits.timestampHeader} is not a timestamp: "${headers[traits.timestampHeader]}"`,
      }
    const payload = isJsonObject(value) ? value : {}
    const idHeader = /^header:(.+)$/.exec(traits.idempotencyKey)?.[1]?.toLowerCase()
    const type = traits.typePath === undefined ? undefined : valueAt(value, traits.typePath)
    const signed = await behaviour.sign({
      body,
      value,
      secret: secret ?? null,
      previousSecret: null,
      settings: from.settings,
      at: timestamp ?? at,
      event: {
        id: (idHeader === undefined ? undefined : headers[idHeader]) ?? '',
        type: typeof type === 'string' ? type : '',
        payload,
        createdAt: timestamp ?? at,
      },
      subscription: { id: '', url: '', account: null },
      attempt: 1,
      call: async () => ({
        outcome: { kind: 'unreachable', detail: 'a receiver cannot ask for the token that the provider got' },
        headers: [],
        body: '',
      }),
      memory: new Map(),
      now: at,
    })
    if (signed.failed !== undefined) return { verdict: 'unchecked', reason: signed.failed }
    const { mismatch, ...verdict } = compare(from, signed, headers)
    if (mismatch !== undefined) {
      const why = (await likelyCause(from, Object.entries(headers), bytes, at)) ?? mismatch
      return { ...verdict, reason: `${verdict.reason}: ${why}` }
    }
    if (verdict.verdict !== 'valid' || timestamp === undefined || traits.freshness === undefined || !freshness)
      return verdict
    const ageSeconds = Math.abs(at - timestamp) / 1000
    return ageSeconds <= traits.freshness.seconds
      ? verdict
      : {
          verdict: 'invalid',
          reason: `the signature is valid, but its timestamp is ${Math.round(ageSeconds)} s away from the time of arrival; ${traits.freshness.seconds} s are allowed`,
        }
  }
}
