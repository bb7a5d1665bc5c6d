// The harness that checks work with: events for the receiver under test, requests to it, and observation of what it did.

import type { Verdict } from '../api/verification.js'
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import type { Message } from '../core/message.js'
import { stream } from '../core/seed.js'
import type { Wire } from '../core/wire.js'
import type { Emulator } from '../emulator/contract.js'
import { catalogOf, findChannel, traitsOf } from '../provider/catalog.js'
import type { EventForm } from '../provider/channel.js'
import type { SubscriptionInput } from '../provider/port.js'
import type { SignatureRejection } from '../signature-debugger/explain-rejection.js'
import { type Campaign, type Deliveries, deliverCampaign } from './campaign.js'
import { type Exchange, isAccepted, statusOf } from './exchange.js'
import type { Finding } from './finding.js'
import { createGate } from './gate.js'
import { type KnownSecrets, knownSecrets, wrongSecretsOf } from './known-secrets.js'
import { type Lateness, measureLateness } from './lateness.js'
import { createLiveness, type Liveness, riskOf } from './liveness.js'
import type { Observation, Unobserved } from './observer.js'
import { explainRefusal } from './refusal.js'
import { createSettling, type Patience, type Settling } from './settling.js'
import { type Situation, situationOf } from './situation.js'
import { type SignedRequest, type SignOptions, signedRequest, type TestEvent, testEvent } from './test-event.js'

const SECOND_MS = 1000

export interface TestHarness extends KnownSecrets {
  situation: Situation
  /** A new event about a subject of its own, unless one is named; by default of the channel's first type. */
  event(input?: { type?: string; variant?: string; subject?: string }): Promise<TestEvent>
  /** The signed request of a new event of the channel's first type. */
  request(options?: SignOptions): Promise<SignedRequest>
  /** Events about one subject in the order they happen, a second apart; closer together they are all within one second. */
  story(steps: readonly EventForm[], apartMs?: number): Promise<TestEvent[]>
  send(request: SignedRequest | Message, what: string, wire?: Wire): Promise<Exchange>
  /** Deliveries as the emulator makes them: with the subscription's concurrency, and retries after short waits. */
  deliver(campaign: Campaign): Promise<Deliveries>
  /** Why the receiver may have refused a valid signature; undefined where requests are not signed with a secret. */
  explain(exchange: Exchange): Promise<SignatureRejection | undefined>
  /** The receiver's secret; undefined where requests are not signed with one. */
  secret: string | undefined
  /** A secret of the valid form that the receiver does not know. */
  wrongSecret: string
  /** That, and others that careless receivers take beside theirs. */
  wrongSecrets: readonly [what: string, secret: string][]
  /** Undefined where the user gave no way to observe the receiver. */
  observe: (() => Promise<Observation | Unobserved>) | undefined
  /** What the receiver takes to act; learnt from the first plain request whose effect was seen. */
  patience: Patience
  /** Waits for what the receiver does; undefined where the user gave no way to observe it. */
  settling: Settling | undefined
  /** Judges, beside the checks that follow, what can be seen only after a wait; the verdict is the worst of all findings. */
  later(judge: () => Promise<Finding>): void
  /** Every exchange of this check so far. */
  exchanges(): readonly Exchange[]
  /** Every exchange of this verification so far. */
  allExchanges(): readonly Exchange[]
  /** Real wall time, ms. */
  wall(): number
  /** Real ms for measuring; the zero is arbitrary. */
  monotonic(): number
  /** How many requests a check may have in flight side by side: one where the receiver is fast, more where it is slow. */
  atOnce(): number
  /** How long the receiver usually takes for an answer, real ms. */
  usualMs(): number
  /** The most that this machine was late since an instant (monotonic), real ms. */
  lateSince(at: number): number
  /** Waits, real ms. */
  pause(ms: number): Promise<void>
}

/** The harness of a whole verification. */
export interface Harness extends TestHarness {
  /** Measures how late this machine is; the returned function ends that. */
  measureLateness(): () => void
  /** What a check works with: events and exchanges of its own, whatever runs beside it, and connections too where kept ones are bad. */
  forCheck(
    check: Pick<Verdict, 'id' | 'expects'> & { exclusive?: boolean; isTimed?: boolean; takes?: { waitMs?: number } },
    how?: Partial<Pick<TestHarness, 'later'>> & { isOnOwnConnections?: boolean },
  ): TestHarness
  /** Whether the receiver still answers. */
  liveness: Liveness
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
  let stories: Promise<unknown> = Promise.resolve()
  const byCheck = new Map<string, readonly Exchange[]>()
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
    const sent = async () => ({ event, exchange: await own.send(request, `a valid ${event.type}`) })
    const first = await sent()
    // The receiver may have been down.
    return isAccepted(first.exchange) ? first : sent()
  }
  let lateness: Lateness | undefined
  const lateSince: TestHarness['lateSince'] = at => lateness?.since(at) ?? 0
  const { monotonic } = clock
  const settling = observe && createSettling({ observe, settleMs, probe, pause, lateSince, monotonic })
  const inFlight = createGate(plan.concurrency)
  const liveness = createLiveness({
    timeoutMs: situation.timeoutMs,
    monotonic,
    alarm: clock.alarm,
    async control(timeoutMs, wire) {
      const subject = `control-${++controls}`
      const { message, signedString } = await signedRequest(await previewOf({ subject }), clock.wall())
      const at = clock.wall()
      const sent = await emulator.send(message, { timeoutMs, wire })
      return { what: 'a valid request', message, wire: undefined, signedString, at, ...sent }
    },
  })

  const forCheck: Harness['forCheck'] = ({ id, expects, exclusive = false, isTimed, takes }, how = {}) => {
    const { later = () => {}, isOnOwnConnections } = how
    const exchanges: Exchange[] = []
    byCheck.set(id, exchanges)
    let subjects = 0
    let campaigns = 0
    let sending = 0
    // Labelled by the check, so that neither a check beside it nor one left out changes its events.
    const nextSubject = () => `${id.replace('/', '-')}-${++subjects}`
    const kept = <T extends Exchange>(exchange: T): T => {
      exchanges.push(exchange)
      all.push(exchange)
      return exchange
    }
    const event: TestHarness['event'] = async (input = {}) =>
      testEvent(
        await previewOf({ ...input, subject: input.subject ?? nextSubject() }),
        wide,
        input.variant ?? null,
        clock.wall,
      )

    return {
      situation,
      event,
      request: async options => (await event()).sign(options),
      story(steps, apartMs = SECOND_MS) {
        const subject = nextSubject()
        const make = async () => {
          const events: TestEvent[] = []
          if (apartMs < SECOND_MS) await emulator.advance(SECOND_MS - (clock.now() % SECOND_MS))
          for (const { type, variant } of steps) {
            events.push(await event({ type, ...(variant !== undefined && { variant }), subject }))
            // Stored, for no subscription, so that the subject's next event knows what happened before.
            await emulator.trigger(provider, type, { channel: channel.name, variant, subject, only: [] })
            await emulator.advance(apartMs)
          }
          return events
        }
        // One after the other: the time that one lets pass is not to come between the events of another.
        const made = stories.then(make)
        stories = made.catch(() => {})
        return made
      },
      send(request, what, wire) {
        const { message, signedString } = 'message' in request ? request : { message: request, signedString: undefined }
        const transmit = async () => {
          const leave = exclusive || wire?.idleMs ? () => {} : await inFlight.enter(`${id} ${++sending}`)
          const at = clock.wall()
          const control = isTimed && lateness?.beside(message, wire, takes?.waitMs ?? 0)
          const { timeoutMs } = situation
          const sent = await emulator.send(message, { timeoutMs, wire: wire ?? (isOnOwnConnections ? {} : undefined) })
          leave()
          await control
          return kept({ what, message, wire, signedString, at, ...sent })
        }
        const risk = riskOf(expects, message, wire)
        const sent = liveness.send({ check: id, what, ...risk, transmit })
        sent.catch(() => {}) // A check that has ended does not wait for it any more.
        return sent
      },
      async deliver(campaign) {
        const own = stream(seed, 'campaign', id, ++campaigns).int(2 ** 32)
        const delivered = await deliverCampaign(campaign, {
          emulatorAt: start => emulatorAt(start, own),
          provider,
          to,
          type: first.name,
          plan,
          wall: clock.wall(),
          onDoubt: () => void liveness.examine().catch(() => {}),
          orStopped: liveness.orStopped,
          settleMs,
          pause,
        })
        const attempts = delivered.all.flatMap(one => one.attempts)
        for (const attempt of attempts) kept(attempt)
        if (attempts.some(attempt => statusOf(attempt) === 0)) await liveness.examine()
        return delivered
      },
      explain: exchange => explainRefusal(exchange, { ...asked, now: clock.wall() }),
      secret,
      wrongSecret,
      wrongSecrets: wrongSecretsOf(wrongSecret, secret, scheme),
      ...known,
      observe,
      patience: settling?.patience ?? { settleMs, seenAfterMs: undefined },
      settling,
      later,
      exchanges: () => exchanges,
      allExchanges: () => all,
      wall: clock.wall,
      monotonic,
      atOnce: () => Math.min(liveness.isSlow() ? 4 : 1, plan.concurrency),
      usualMs: liveness.usualMs,
      lateSince,
      pause,
    }
  }
  return {
    ...forCheck({ id: 'verification', expects: 'accept' }),
    forCheck,
    liveness,
    measureLateness() {
      lateness = measureLateness(emulator)
      return lateness.stop
    },
    exchangesOf: id => byCheck.get(id) ?? [],
  }
}
