// Checks whether a provider really sent a request: signs the received bytes again and compares.

import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, parseReceived, valueAt } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Signed } from '../core/signature.js'
import type { Settings } from '../provider/channel.js'
import { checkSignature } from '../provider/check-signature.js'
import { keyHeaderOf } from '../provider/idempotency-key.js'
import type { Provider } from '../provider/provider.js'
import { channelOfRequest, type ResolvedChannel, resolveChannels } from '../provider/request-channel.js'
import { isPublicKey, keyProblem } from '../provider/signature-scheme.js'
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

/** Characters of the shortest secret that is taken without its prefix: base64 of 24 bytes. */
const SHORTEST_BARE = 32

/** What is wrong with a secret that a channel's messages are to be checked with; undefined when nothing is. */
function secretProblem({ behaviour, settings, scheme }: ResolvedChannel, secret: string): string | undefined {
  if (secret === '') return 'it is empty'
  if (scheme !== undefined && isPublicKey(scheme, secret)) return keyProblem(scheme, secret)
  const problem = behaviour.secret.problem?.(secret, settings)
  // Libraries take secrets without their prefix too.
  const { prefix } = scheme?.key ?? { prefix: '' }
  const isBare = prefix !== '' && secret.length >= SHORTEST_BARE && !/^[a-z]+_/.test(secret)
  return problem !== undefined && isBare ? behaviour.secret.problem?.(prefix + secret, settings) && problem : problem
}

/** Throws `invalid_secret` for a secret that none of the channels can use. */
function checkSecret(channels: readonly ResolvedChannel[], secret: string | undefined): void {
  if (secret === undefined) return
  const problems = channels.map(channel => secretProblem(channel, secret))
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
    const digits = /(?<!\w)\d{9,13}(?!\w)/.exec(headers[place.toLowerCase()] ?? '')?.[0]
    if (digits !== undefined) return digits.length > 11 ? Number(digits) : Number(digits) * 1000
  }
  return undefined
}

/** Compares what a channel without a scheme would send, credentials for example, with what came. */
function compare({ traits }: ResolvedChannel, signed: Signed, headers: Record<string, string>): SignatureVerdict {
  const names = signed.headers.map(([name]) => name.toLowerCase())
  if (names.length === 0) {
    const unasked = traits.signatureHeaders.find(name => headers[name.toLowerCase()] !== undefined)
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
      reason: `${name} is "${received}", but this secret makes "${expected}" of the received bytes: ${MISMATCH}`,
    }
  }
  return { verdict: 'valid', reason: 'as the provider signs' }
}

/** What to say of a signature that differs where no known cause fits. */
const MISMATCH = 'another secret, or a changed body'

const invalid = (reason: string): SignatureVerdict => ({ verdict: 'invalid', reason })

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

  /** Signs the received body again, by a channel that has no scheme. */
  const signAgain = async (from: ResolvedChannel, { headers, body, at }: Required<CheckedRequest>, value: Json) => {
    const { traits, behaviour } = from
    const stated = timestampIn(from, headers)
    const named = traits.timestampHeader
    if (named !== undefined && headers[named.toLowerCase()] !== undefined && stated === undefined)
      return invalid(`${named} is not a timestamp: "${headers[named.toLowerCase()]}"`)
    const timestamp = stated ?? at
    const idHeader = keyHeaderOf(traits)
    const type = traits.typePath === undefined ? undefined : valueAt(value, traits.typePath)
    const signed = await behaviour.sign({
      body,
      value,
      secret: secret ?? null,
      previousSecret: null,
      settings: from.settings,
      at: timestamp,
      event: {
        id: (idHeader === undefined ? undefined : headers[idHeader]) ?? '',
        type: typeof type === 'string' ? type : '',
        payload: isJsonObject(value) ? value : {},
        createdAt: timestamp,
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
    if (signed.failed !== undefined) return { verdict: 'unchecked', reason: signed.failed } as const
    const verdict = compare(from, signed, headers)
    return verdict.verdict === 'valid' ? fresh(from, stated, at) : verdict
  }

  /** The verdict on a valid signature: its timestamp must be near the time of arrival. */
  const fresh = ({ traits }: ResolvedChannel, timestamp: number | undefined, at: number): SignatureVerdict => {
    const ageSeconds = timestamp === undefined ? 0 : Math.abs(at - timestamp) / 1000
    if (!freshness || traits.freshness === undefined || ageSeconds <= traits.freshness.seconds)
      return { verdict: 'valid', reason: 'as the provider signs' }
    return invalid(
      `the signature is valid, but its timestamp is ${Math.round(ageSeconds)} s away from the time of arrival; ${traits.freshness.seconds} s are allowed`,
    )
  }

  return async ({ headers, body, bytes = Buffer.from(body), at = wall() }) => {
    let value: Json | undefined
    let unreadable = 'the body is not JSON'
    try {
      value = parseReceived(body)
    } catch (error) {
      if (error instanceof EmulatorError) unreadable = 'the body is nested too deep'
    }
    const from = channelOfRequest(channels, { body: value, headers })
    if (from === undefined) return { verdict: 'unchecked', reason: 'the provider has no channel' }
    const { scheme } = from
    // Bytes that are signed as they are need not be JSON.
    if (value === undefined && scheme?.payload.form !== 'raw') return invalid(unreadable)
    if (scheme === undefined || secret === undefined)
      return signAgain(from, { headers, body, bytes, at }, value ?? null)
    const { valid, reason, timestamp, differs } = checkSignature(scheme, { secret, headers, body: bytes, value })
    if (valid) return fresh(from, timestamp, at)
    if (!differs) return invalid(reason)
    return invalid(`${reason}: ${(await likelyCause(from, Object.entries(headers), bytes, at)) ?? MISMATCH}`)
  }
}
