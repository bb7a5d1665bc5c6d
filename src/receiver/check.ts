// Checks whether a provider really made a request: signs the received bytes again and compares.
import { systemClock } from '../clock/system.js'
import { didYouMean, EmulatorError, unknownName } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../core/json.js'
import type { Signed } from '../core/signature.js'
import type { ChannelBehaviour, Settings } from '../provider/channel.js'
import type { Provider } from '../provider/provider.js'
import type { CheckedRequest, SignatureVerdict } from './received.js'

/** What a check compares with. */
export interface CheckOptions {
  provider: Provider
  /** Only this channel; default: the one whose type the body names. */
  channel?: string | undefined
  secret?: string | undefined
  /** Settings of the subscription that change how a message is signed. */
  settings?: JsonObject | undefined
  /** Whether the stamp must be near the time of arrival (default), as the provider's documents or good manners demand. */
  freshness?: boolean | undefined
  /** Names the settings in errors, e.g. the option they came from. */
  where?: string | undefined
}

interface Checkable {
  name: string
  behaviour: ChannelBehaviour
  settings: Settings
  types: ReadonlySet<string>
}

async function loadChannels({
  provider,
  channel,
  settings: given = {},
  where = 'settings',
}: CheckOptions): Promise<Checkable[]> {
  const wanted = provider.channels.filter(({ name }) => channel === undefined || name === channel)
  if (wanted.length === 0)
    throw unknownName(
      `channel of ${provider.name}`,
      channel ?? '',
      provider.channels.map(({ name }) => name),
    )
  const used = new Set<string>()
  const known = new Set<string>()
  const loaded = await Promise.all(
    wanted.map(async ({ name, eventTypes, load }) => {
      const behaviour = await load()
      const keys = Object.keys(behaviour.settings.parse({}))
      for (const key of keys) known.add(key)
      const own = Object.fromEntries(Object.entries(given).filter(([key]) => keys.includes(key)))
      for (const key of Object.keys(own)) used.add(key)
      const parsed = behaviour.settings.safeParse(own)
      if (!parsed.success)
        throw new EmulatorError(`A setting is wrong: ${parsed.error.issues.map(issue => issue.message).join('; ')}`, {
          code: 'invalid_setting',
          where: `${where} ${parsed.error.issues[0]?.path.join('.') ?? ''}`,
        })
      return { name, behaviour, settings: parsed.data, types: new Set(eventTypes.map(type => type.name)) }
    }),
  )
  const stray = Object.keys(given).find(key => !used.has(key))
  if (stray !== undefined)
    throw new EmulatorError(`Unknown setting "${stray}".`, {
      code: 'invalid_setting',
      where,
      hint: didYouMean(stray, known),
    })
  return loaded
}

/** Throws for a secret that no channel of the check can use. */
function checkSecret(channels: readonly Checkable[], secret: string | undefined): void {
  if (secret === undefined) return
  const problems = channels.map(({ behaviour, settings }) =>
    secret === '' ? 'it is empty' : behaviour.secret.problem?.(secret, settings),
  )
  const [problem] = problems
  if (problem === undefined || problems.includes(undefined)) return
  throw new EmulatorError(`The secret cannot be used: ${problem}.`, {
    code: 'invalid_secret',
    where: 'secret',
    hint: 'Give the one that the sender signs with.',
  })
}

/**
 * The channel a body came through: by its type name, known or not, else by its signature headers, else one whose bodies name no type.
 * One that signs nothing comes last, so that nobody gets past a check by an invented type.
 */
function channelOf(
  channels: readonly Checkable[],
  value: Json,
  headers: Record<string, string>,
): Checkable | undefined {
  const typeIn = ({ behaviour: { traits } }: Checkable) =>
    traits.typePath === undefined ? undefined : valueAt(value, traits.typePath)
  return (
    channels.find(channel => channel.types.has(String(typeIn(channel)))) ??
    channels.find(channel => typeof typeIn(channel) === 'string') ??
    channels.find(({ behaviour }) => behaviour.traits.signatureHeaders.some(name => headers[name] !== undefined)) ??
    channels.find(({ behaviour }) => behaviour.traits.typePath === undefined) ??
    channels[0]
  )
}

/** The instant (ms) that the request says it was signed at: seconds or milliseconds in the headers of the signature. */
function stampOf({ behaviour: { traits } }: Checkable, headers: Record<string, string>): number | undefined {
  const places = traits.timestampHeader === undefined ? traits.signatureHeaders : [traits.timestampHeader]
  for (const place of places) {
    const digits = /(?<!\w)\d{9,13}(?!\w)/.exec(headers[place] ?? '')?.[0]
    if (digits !== undefined) return digits.length > 11 ? Number(digits) : Number(digits) * 1000
  }
  return undefined
}

/** What a signature is judged to be, before its age. */
type Compared = SignatureVerdict & {
  /** It is another one than it should be; what to say where nothing is known of what it was made from. */
  unlike?: string
}

function compare({ behaviour }: Checkable, signed: Signed, headers: Record<string, string>): Compared {
  const names = signed.headers.map(([name]) => name.toLowerCase())
  if (names.length === 0) {
    const stray = behaviour.traits.signatureHeaders.find(name => headers[name] !== undefined)
    return stray === undefined
      ? { verdict: 'unchecked', reason: 'the provider sends no credentials with these settings' }
      : { verdict: 'unchecked', reason: `${stray} was sent, but no secret was given to check it with` }
  }
  const missing = names.find(name => headers[name] === undefined)
  if (missing !== undefined) return { verdict: 'wrong', reason: `the header ${missing} is missing` }
  for (const [name, expected] of signed.headers) {
    const got = headers[name.toLowerCase()] ?? ''
    if (got === expected) continue
    if (behaviour.traits.severalSignatures && got.split(' ').includes(expected)) continue
    return {
      verdict: 'wrong',
      reason: `${name} is "${got}", but this secret makes "${expected}" of the received bytes`,
      unlike: 'another secret, or a changed body',
    }
  }
  return { verdict: 'valid', reason: 'as the provider signs' }
}

/** Longer bodies are not searched for causes: whoever sends wrong signatures must not keep the receiver busy. */
const LONGEST_EXPLAINED = 65_536

/** What the wrong signature was most likely made from; undefined where no known cause fits. */
async function likelyCause(
  { provider, secret }: CheckOptions,
  { name, behaviour, settings }: Checkable,
  { headers, bytes, at }: { headers: Record<string, string>; bytes: Uint8Array; at: number },
): Promise<string | undefined> {
  if (secret === undefined || behaviour.anatomy?.(settings) === undefined || bytes.length > LONGEST_EXPLAINED)
    return undefined
  const { explainSignature } = await import('../signature-debugger/explain-signature.js')
  try {
    const { causes } = await explainSignature({
      provider,
      channel: name,
      secret,
      settings,
      headers: Object.entries(headers),
      body: bytes,
      now: at,
    })
    return causes.length === 0 ? undefined : causes.map(({ sentence, change }) => `${sentence} ${change}`).join(' ')
  } catch (error) {
    // A body that the scheme cannot sign leaves nothing to explain.
    if (error instanceof EmulatorError) return undefined
    throw error
  }
}

/** A check of one provider's requests. Throws for an unknown channel or setting, and a secret that cannot be one. */
export async function createCheck(
  options: CheckOptions,
): Promise<(request: CheckedRequest) => Promise<SignatureVerdict>> {
  const { secret, freshness = true } = options
  const channels = await loadChannels(options)
  checkSecret(channels, secret)
  const { wall } = systemClock()
  return async ({ headers, body, bytes = Buffer.from(body), at = wall() }) => {
    let value: Json
    try {
      value = JSON.parse(body)
    } catch {
      return { verdict: 'wrong', reason: 'the body is not JSON' }
    }
    const from = channelOf(channels, value, headers)
    if (from === undefined) return { verdict: 'unchecked', reason: 'the provider has no channel' }
    const { traits } = from.behaviour
    const stamp = stampOf(from, headers)
    if (traits.timestampHeader !== undefined && headers[traits.timestampHeader] !== undefined && stamp === undefined)
      return { verdict: 'wrong', reason: `${traits.timestampHeader} is no time: "${headers[traits.timestampHeader]}"` }
    const payload = isJsonObject(value) ? value : {}
    const idHeader = /^header:(.+)$/.exec(traits.idempotencyKey)?.[1]?.toLowerCase()
    const type = traits.typePath === undefined ? undefined : valueAt(value, traits.typePath)
    const signed = await from.behaviour.sign({
      body,
      value,
      secret: secret ?? null,
      previousSecret: null,
      settings: from.settings,
      at: stamp ?? at,
      event: {
        id: (idHeader === undefined ? undefined : headers[idHeader]) ?? '',
        type: typeof type === 'string' ? type : '',
        payload,
        createdAt: stamp ?? at,
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
    const { unlike, ...verdict } = compare(from, signed, headers)
    if (unlike !== undefined) {
      const why = (await likelyCause(options, from, { headers, bytes, at })) ?? unlike
      return { ...verdict, reason: `${verdict.reason}: ${why}` }
    }
    if (verdict.verdict !== 'valid' || stamp === undefined || traits.freshness === undefined || !freshness)
      return verdict
    const ageSeconds = Math.abs(at - stamp) / 1000
    return ageSeconds <= traits.freshness.seconds
      ? verdict
      : {
          verdict: 'wrong',
          reason: `the signature is right but ${Math.round(ageSeconds)} s away from the time of its arrival; ${traits.freshness.seconds} s are allowed`,
        }
  }
}
