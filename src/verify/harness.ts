// The harness that a check works with: events for the receiver under test, requests to it, and observation of what it did.

import type { Verdict } from '../api/verification.js'
import type { Message } from '../core/message.js'
import { type Stream, stream } from '../core/seed.js'
import type { Wire } from '../core/wire.js'
import type { Emulator, EventPreview } from '../emulator/contract.js'
import type { Observation, Unobserved } from '../observe/observer.js'
import type { Patience, Settling } from '../observe/settling.js'
import type { EventForm, Settings } from '../provider/channel.js'
import type { SubscriptionInput } from '../provider/port.js'
import type { SignatureRejection } from '../signature-debugger/explain-rejection.js'
import { type Campaign, type Deliveries, deliverCampaign } from './campaign.js'
import { type Exchange, statusOf } from './exchange.js'
import type { Finding } from './finding.js'
import type { Gate } from './gate.js'
import type { KnownSecrets } from './known-secrets.js'
import type { Lateness } from './lateness.js'
import type { Liveness } from './liveness.js'
import type { Situation } from './situation.js'
import { isDoubtful, riskOf } from './suspects.js'
import { type SignedRequest, type SignOptions, type TestEvent, testEvent } from './test-event.js'

const SECOND_MS = 1000

/** How a request may be signed that is as plain as one signed now. */
const PLAINLY: ReadonlySet<string> = new Set(['at', 'attempt'] satisfies (keyof SignOptions)[])

export interface TestHarness extends KnownSecrets {
  situation: Situation
  /** A new event about a subject of its own, unless one is named; by default of the channel's first type. */
  event(input?: { type?: string; variant?: string; subject?: string }): Promise<TestEvent>
  /** The signed request of a new event of the channel's first type. */
  request(options?: SignOptions): Promise<SignedRequest>
  /**
   * Events about one subject in the order they happen, each in the second after that of the one before, the last at a smaller fraction of
   * it than the one before; with `apartMs` all within one second.
   */
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
  settling: Settling<TestEvent> | undefined
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
  /** The check is run again alone: it sends one request after the other. */
  isAgain: boolean
  /** How many requests a check may have in flight side by side: one where the receiver is fast, more where it is slow. */
  atOnce(): number
  /** How long the receiver usually takes for an answer, real ms. */
  usualMs(): number
  /** The most that this machine was late since an instant (monotonic), real ms. */
  lateSince(at: number): number
  /** Waits, real ms. */
  pause(ms: number): Promise<void>
}

/** What of a check its harness depends on. */
export type HarnessedCheck = Pick<Verdict, 'id' | 'expects'> & {
  exclusive?: boolean
  isTimed?: boolean
  takes?: { waitMs?: number }
}

/** What of its harness is a check's own. */
type Own = 'event' | 'request' | 'story' | 'send' | 'deliver' | 'later' | 'exchanges' | 'isAgain'

/** What the checks of one verification share. */
export interface HarnessParts {
  shared: Omit<TestHarness, Own>
  emulator: Emulator
  /** Makes another emulator, whose time begins at `start` (ms). */
  emulatorAt(start: number, seed: number): Promise<Emulator>
  seed: number
  to: SubscriptionInput
  /** Name of the channel's first event type. */
  firstType: string
  /** The provider's settings. */
  wide: Settings
  preview(input: { type?: string | undefined; variant?: string | undefined; subject: string }): Promise<EventPreview>
  liveness: Liveness
  /** For as many messages at once as the provider sends. */
  inFlight: Gate
  /** Waits before a message that failed is sent again, real ms: some where the receiver is known to fail now and then. */
  waitsAgain(): readonly number[]
  /** Undefined before it is measured. */
  lateness(): Lateness | undefined
  /** How long the receiver may take to act, ms; undefined: learnt. */
  settleMs: number | undefined
  /** Called with every exchange, and the id of its check. */
  onExchange(exchange: Exchange, check: string): void
}

/** At which fraction of its second an event of a story happens, ms: large for the last but one, smaller for the last, smallest for others. */
function fractionMs(left: number, random: Stream): number {
  return (left === 1 ? 400 : left === 2 ? 700 : 0) + 1 + random.int(298)
}

/** Makes the function that makes the harness of one check; on connections of its own where kept ones are bad. */
export function harnessMaker({ shared, emulator, emulatorAt, seed, to, firstType, wide, ...parts }: HarnessParts) {
  const { preview, liveness, inFlight, lateness, settleMs, waitsAgain, onExchange } = parts
  const { situation, pause } = shared
  const { provider, channel, plan, timeoutMs } = situation
  const { clock } = emulator
  let stories: Promise<unknown> = Promise.resolve()
  const times = new Map<string, number>()
  /** Plain valid requests, unchanged. */
  const proven = new WeakSet<SignedRequest>()

  return (
    { id, expects, exclusive = false, isTimed, takes }: HarnessedCheck,
    {
      later = () => {},
      isOnOwnConnections,
      isAgain = false,
    }: Partial<Pick<TestHarness, 'later' | 'isAgain'>> & { isOnOwnConnections?: boolean } = {},
  ): TestHarness => {
    const exchanges: Exchange[] = []
    let subjects = 0
    let campaigns = 0
    let sending = 0
    const time = (times.get(id) ?? 0) + 1
    times.set(id, time)
    // Labelled by the check, so that neither a check beside it nor one left out changes its events; one that is run again has others,
    // since the receiver knows those of the first time.
    const label = `${id.replace('/', '-')}${time > 1 ? `-again-${time}` : ''}`
    const nextSubject = () => `${label}-${++subjects}`
    const kept = <T extends Exchange>(exchange: T): T => {
      exchanges.push(exchange)
      onExchange(exchange, id)
      return exchange
    }
    const event: TestHarness['event'] = async (input = {}) => {
      const { variant = null } = input
      const made = await testEvent(
        await preview({ ...input, subject: input.subject ?? nextSubject() }),
        wide,
        variant,
        clock.wall,
      )
      const sign: typeof made.sign = async options => {
        const request = await made.sign(options)
        const isPlain = variant === null && Object.keys(options ?? {}).every(name => PLAINLY.has(name))
        if (isPlain && (expects === 'accept' || options === undefined)) proven.add(request)
        return request
      }
      return { ...made, sign }
    }

    return {
      ...shared,
      event,
      request: async options => (await event()).sign(options),
      story(steps, apartMs) {
        const subject = nextSubject()
        const make = async () => {
          const events: TestEvent[] = []
          const random = stream(seed, 'story', subject)
          const toSecond = () => emulator.advance((SECOND_MS - (clock.now() % SECOND_MS)) % SECOND_MS)
          await toSecond()
          for (const [i, { type, variant }] of steps.entries()) {
            if (apartMs === undefined) await emulator.advance(fractionMs(steps.length - i, random))
            events.push(await event({ type, ...(variant !== undefined && { variant }), subject }))
            // Stored, for no subscription, so that the subject's next event knows what happened before.
            await emulator.trigger(provider, type, { channel, variant, subject, only: [] })
            // What is made next happens after all of them.
            if (apartMs === undefined || i === steps.length - 1) await toSecond()
            else await emulator.advance(apartMs)
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
        // On a connection of its own a request is as plain as on a kept one.
        const isPlainlyWritten = wire === undefined || Object.keys(wire).length === 0
        const transmit = async () => {
          const leave = exclusive || wire?.idleMs ? () => {} : await inFlight.enter(`${id} ${++sending}`)
          const at = clock.wall()
          const control = isTimed && lateness()?.beside(message, wire, takes?.waitMs ?? 0)
          const sent = await emulator.send(message, { timeoutMs, wire: wire ?? (isOnOwnConnections ? {} : undefined) })
          leave()
          await control
          return kept({ what, message, wire: isPlainlyWritten ? undefined : wire, signedString, at, ...sent })
        }
        const isProven = isPlainlyWritten && 'message' in request && proven.has(request)
        const risk = riskOf(isProven ? 'accept' : expects, message, wire)
        const outgoing = { check: id, what, isProven, ...risk, transmit }
        const sent = liveness.send(outgoing).then(async first => {
          let exchange = first
          for (const ms of waitsAgain()) {
            if (!isDoubtful(exchange) || risk.isCut) break
            await pause(ms)
            exchange = await liveness.send(outgoing)
          }
          return exchange
        })
        sent.catch(() => {}) // A check that has ended does not wait for it any more.
        return sent
      },
      async deliver(campaign) {
        const own = stream(seed, 'campaign', id, time, ++campaigns).int(2 ** 32)
        const delivered = await deliverCampaign(campaign, {
          emulatorAt: start => emulatorAt(start, own),
          provider,
          to,
          type: firstType,
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
      later,
      isAgain,
      atOnce: () => (isAgain ? 1 : shared.atOnce()),
      exchanges: () => exchanges,
    }
  }
}
