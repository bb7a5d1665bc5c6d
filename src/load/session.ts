// What a load run works with: an emulator of its own with one subscription, checked before anything is sent.
import { systemClock } from '../clock/system.js'
import { EmulatorError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Emulator, EmulatorOptions } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import { type Observation, observer, type Unobserved } from '../observe/observer.js'
import { catalogOf, findChannel, findType, traitsOf } from '../provider/catalog.js'
import { builtInProviders } from '../providers/index.js'
import { type Dispatcher, dispatcherOf } from './dispatcher.js'
import { pacedProvider } from './paced-provider.js'
import { warmUp } from './warm-up.js'

/** Which receiver, and how requests are made. */
export interface SessionOptions
  extends Pick<
    EmulatorOptions,
    'providers' | 'ca' | 'insecure' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'allowTargets' | 'durable'
  > {
  provider: string
  to: string
  channel?: string | undefined
  secret?: string | undefined
  settings?: JsonObject | undefined
  types?: readonly string[] | undefined
  timeoutMs?: number | undefined
  /** A SQLite file, by default `:memory:`; false: events are not stored, and not retried. */
  ledger?: string | false | undefined
  observe?: string | (() => Observation | Promise<Observation>) | undefined
  seed: number
  /** Emulator time at the start, ms. */
  start: number
  retryWaitMs: number
  inFlight: number
}

/** A run that may begin. */
export interface Session {
  emulator: Emulator
  dispatcher: Dispatcher<unknown>
  channel: string
  types: string[]
  timeoutMs: number
  /** Whether the run has an idempotency key to look for. */
  observe: (() => Promise<Observation | Unobserved>) | undefined
  /** What the receiver had done before. */
  before: Observation
  stop(): Promise<void>
}

/** Settled deliveries that are kept: what is read of them is read as it happens. */
const KEEP_SETTLED = 5000

function secretOf({ provider, secret }: SessionOptions, use: string): string | null | undefined {
  if (secret === '' || (use === 'required' && secret === undefined))
    throw new EmulatorError(
      secret === ''
        ? 'The secret is empty.'
        : `Requests of ${provider} are always signed: the receiver's secret is required.`,
      {
        code: secret === '' ? 'invalid_secret' : 'usage',
        where: 'secret',
        hint: 'Give the secret that the receiver checks signatures with.',
      },
    )
  // No secret where none was given: the receiver would refuse a generated one.
  return secret ?? (use === 'optional' ? null : undefined)
}

/** Deliveries of an earlier run would be sent beside those of this one, and its events have the same ids. */
function requireEmpty(emulator: Emulator): void {
  if (emulator.ledger.subscriptions().length === 0) return
  throw new EmulatorError(`The ledger ${emulator.ledger.location} is not empty.`, {
    code: 'conflict',
    where: 'ledger',
    hint: 'Name a file that does not exist yet.',
  })
}

/** Makes the emulator of a run and checks everything that can be. Throws EmulatorError; nothing was sent to the receiver then. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { provider, seed, ledger, retryWaitMs, inFlight, timeoutMs } = options
  const { providers = builtInProviders, ca, insecure, cert, key, pfx, passphrase, allowTargets, durable } = options
  const emulator = await createEmulator({
    providers: providers.map(one =>
      one.name === provider ? pacedProvider(one, { retryWaitMs, inFlight, timeoutMs }) : one,
    ),
    ...{ ca, insecure, cert, key, pfx, passphrase, allowTargets, durable },
    ledger: ledger === false ? ':memory:' : ledger,
    seed,
    keepSettled: KEEP_SETTLED,
  })
  try {
    requireEmpty(emulator)
    return await prepared(options, emulator)
  } catch (error) {
    await emulator.stop(0)
    throw error
  }
}

async function prepared(options: SessionOptions, emulator: Emulator): Promise<Session> {
  const { provider, to, start } = options
  const loaded = await emulator.load(provider)
  await emulator.changeSettings(provider, options.settings ?? {})
  const wide = await emulator.settings(provider)
  const [named] = options.types ?? []
  const channel =
    named === undefined || options.channel !== undefined
      ? findChannel(loaded, options.channel)
      : findType(loaded, named, undefined, wide, 'types').channel
  const [first] = catalogOf(channel, wide)
  const types = options.types?.length ? [...new Set(options.types)] : first === undefined ? [] : [first.name]
  if (types.length === 0)
    throw new EmulatorError(`Channel ${channel.name} of ${provider} has no event types with these settings.`, {
      code: 'usage',
      where: 'settings',
      hint: 'Declare some in its settings.',
    })
  for (const type of types) findType(loaded, type, channel.name, wide, 'types')
  const secret = secretOf(options, channel.behaviour.secret.use)
  const subscription = { channel: channel.name, secret, eventTypes: types }
  const { id } = await emulator.subscribe(provider, { ...subscription, url: to })
  const preview = await emulator.previewEvent(provider, types[0] ?? '', id, {
    channel: channel.name,
    subject: 'load-preview',
    at: start,
  })
  const signed = await preview.prepared.sign({ attempt: 1, at: emulator.clock.wall() })
  if (signed.failed !== undefined)
    throw new EmulatorError(`Requests cannot be signed: ${signed.failed}`, {
      code: 'unreachable',
      hint: 'Check the secret and the settings of the credentials.',
    })
  const observe = options.observe === undefined ? undefined : observer(options.observe, emulator)
  const before = (await observe?.()) ?? { effects: {}, states: {} }
  if ('why' in before)
    throw new EmulatorError(`What the receiver does cannot be observed: ${before.why}`, {
      code: 'unreachable',
      where: 'observe',
      hint: 'See docs/verify.md for what it must answer.',
    })
  const target = {
    emulator,
    provider,
    channel: channel.name,
    subscriptionId: id,
    traits: traitsOf(channel.behaviour, preview.settings),
    needsKeys: observe !== undefined,
  }
  const isDurable = options.ledger !== false
  await warmUp(target, subscription, { type: types[0] ?? '', at: start, isDurable })
  return {
    emulator,
    dispatcher: dispatcherOf(target, isDurable),
    channel: channel.name,
    types,
    timeoutMs: preview.prepared.plan.timeoutMs,
    observe,
    // A function may answer with the object that it goes on to count in.
    before: { ...before, effects: { ...before.effects } },
    stop: () => emulator.stop(0),
  }
}

/** Real time, before there is an emulator: ms since 1970, and a wait. */
export const realTime = () => {
  const { wall, alarm } = systemClock()
  return { wall, pause: (ms: number) => new Promise<void>(resolve => void alarm(ms, resolve)) }
}
