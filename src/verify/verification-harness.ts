// The harness of a whole verification: what its checks share, and whether the receiver still answers.
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import { stream } from '../core/seed.js'
import type { Emulator } from '../emulator/contract.js'
import { createSettling } from '../observe/settling.js'
import { catalogOf, findChannel, traitsOf } from '../provider/catalog.js'
import type { SubscriptionInput } from '../provider/port.js'
import { type Exchange, isAccepted } from './exchange.js'
import { createGate } from './gate.js'
import { harnessMaker, type TestHarness } from './harness.js'
import { knownSecrets, wrongSecretsOf } from './known-secrets.js'
import { type Lateness, measureLateness } from './lateness.js'
import { createLiveness, type Liveness } from './liveness.js'
import { explainRefusal } from './refusal.js'
import { situationOf } from './situation.js'
import { signedRequest } from './test-event.js'

/** The harness of a whole verification. */
export interface Harness extends TestHarness {
  /** Measures how late this machine is; the returned function ends that. */
  measureLateness(): () => void
  /** What a check works with: events and exchanges of its own, whatever runs beside it, and connections too where kept ones are bad. */
  forCheck: ReturnType<typeof harnessMaker>
  /** From now on a message that failed is sent again, as a provider does: the receiver fails now and then. */
  sendAgain(): void
  /** Whether the receiver still answers. */
  liveness: Liveness
  /** The id of the check that an exchange is of. */
  checkOf(exchange: Exchange): string
  /** The exchanges of the newest harness of a check. */
  exchangesOf(id: string): readonly Exchange[]
}

/** Where requests go. */
export interface ReceiverAddress {
  provider: string
  channel: string
  url: string
  secret: string | null | undefined
  timeoutMs: number | undefined
}

export interface HarnessOptions {
  emulator: Emulator
  /** Makes another emulator, whose time begins at `start` (ms). */
  emulatorAt(start: number, seed: number): Promise<Emulator>
  address: ReceiverAddress
  seed: number
  observe: TestHarness['observe']
  /** How long the receiver may take to act, ms; undefined: learnt. */
  settleMs?: number | undefined
}

/** Before a message that failed is sent again, real ms. */
const AGAIN_MS = [50, 1000, 3000]

/** The harness of one verification. Sends nothing yet. */
export async function createHarness(options: HarnessOptions): Promise<Harness> {
  const { emulator, emulatorAt, address, seed, observe, settleMs } = options
  const { provider } = address
  const loaded = await emulator.load(provider)
  const channel = findChannel(loaded, address.channel)
  const wide = await emulator.settings(provider)
  const catalog = catalogOf(channel, wide)
  const [first] = catalog
  if (first === undefined)
    throw new EmulatorError(`Channel ${channel.name} of ${provider} has no event types with these settings.`, {
      code: 'usage',
      where: 'settings',
      hint: 'Declare some in its settings.',
    })
  const to: SubscriptionInput = { channel: channel.name, url: address.url, secret: address.secret }
  const { clock } = emulator
  const all: Exchange[] = []
  let controls = 0
  const byCheck = new Map<string, readonly Exchange[]>()
  const checkOf = new Map<Exchange, string>()
  const previewOf = (input: { type?: string; variant?: string; subject: string }) =>
    emulator.previewEvent(provider, input.type ?? first.name, to, {
      channel: channel.name,
      variant: input.variant,
      subject: input.subject,
    })
  const plain = await previewOf({ subject: 'verification-0' })
  const { plan } = plain.prepared
  const traits = traitsOf(channel.behaviour, plain.settings)
  const plainRequest = await signedRequest(plain, clock.wall())
  const situation = situationOf({
    provider,
    channel: channel.name,
    traits,
    plan,
    timeoutMs: address.timeoutMs,
    catalog,
    plainRequest,
  })
  const secret = address.secret ?? undefined
  const known = knownSecrets({
    secret,
    credentials: situation.signs ? [] : plainRequest.signed.map(([, value]) => value),
    settings: { ...wide, ...plain.settings } as Json,
    schemas: [loaded.behaviour.settings, channel.behaviour.settings],
  })
  const asked = { provider: loaded.provider, channel: channel.name, secret, settings: plain.settings }
  const made = channel.behaviour.secret.make(stream(seed, 'a stranger'), plain.settings, secret)
  const wrongSecret = made === '' ? 'not the secret of the receiver' : made
  const scheme = channel.behaviour.scheme?.(plain.settings)
  const pause: TestHarness['pause'] = ms => new Promise(resolve => void clock.alarm(ms, resolve))
  const probe = async () => {
    const own = forCheck({ id: 'observe', expects: 'accept' })
    const event = await own.event()
    // A copy that comes later has a signature of its own.
    const request = await event.sign({ at: clock.wall() - 2000 })
    const accepted = async () => isAccepted(await own.send(request, `a valid ${event.type}`))
    // The receiver may have been down.
    return { event, accepted: (await accepted()) || (await accepted()) }
  }
  const observed =
    observe &&
    (async () => {
      const seen = await observe()
      if (!('why' in seen)) return seen
      // It may be about to start again.
      await liveness.examine()
      return observe()
    })
  let lateness: Lateness | undefined
  let waitsAgain: readonly number[] = []
  const lateSince: TestHarness['lateSince'] = at => lateness?.since(at) ?? 0
  const { monotonic } = clock
  const settling = observed && createSettling({ observe: observed, settleMs, probe, pause, lateSince, monotonic })
  const liveness = createLiveness({
    timeoutMs: situation.timeoutMs,
    monotonic,
    alarm: clock.alarm,
    lateSince,
    async control(timeoutMs, wire) {
      const subject = `control-${++controls}`
      const { message, signedString } = await signedRequest(await previewOf({ subject }), clock.wall())
      const at = clock.wall()
      const sent = await emulator.send(message, { timeoutMs, wire })
      return { what: 'a valid request', message, wire: undefined, signedString, at, ...sent }
    },
  })

  const harnessOf = harnessMaker({
    shared: {
      situation,
      explain: exchange => explainRefusal(exchange, { ...asked, now: clock.wall() }),
      secret,
      wrongSecret,
      wrongSecrets: wrongSecretsOf(wrongSecret, secret, scheme),
      ...known,
      observe: observed,
      patience: settling?.patience ?? { settleMs, seenAfterMs: undefined },
      settling,
      allExchanges: () => all,
      wall: clock.wall,
      monotonic,
      atOnce: () => Math.min(liveness.isSlow() ? 4 : 1, plan.concurrency),
      usualMs: liveness.usualMs,
      lateSince,
      pause,
    },
    emulator,
    emulatorAt,
    seed,
    to,
    firstType: first.name,
    wide,
    preview: previewOf,
    liveness,
    inFlight: createGate(plan.concurrency),
    lateness: () => lateness,
    waitsAgain: () => waitsAgain,
    settleMs,
    onExchange(exchange, check) {
      all.push(exchange)
      checkOf.set(exchange, check)
    },
  })
  const forCheck: Harness['forCheck'] = (check, how) => {
    const own = harnessOf(check, how)
    byCheck.set(check.id, own.exchanges())
    return own
  }
  return {
    ...forCheck({ id: 'verification', expects: 'accept' }),
    forCheck,
    liveness,
    sendAgain() {
      waitsAgain = AGAIN_MS
    },
    measureLateness() {
      lateness = measureLateness(emulator)
      return lateness.stop
    },
    checkOf: exchange => checkOf.get(exchange) ?? '',
    exchangesOf: id => byCheck.get(id) ?? [],
  }
}
