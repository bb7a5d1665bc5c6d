// What an emulator can do: the one object behind the command line, the server and the library.
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery, DeliveryStatus } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Evidence, Expectation, ExpectationResult } from '../core/expectation.js'
import type { Journal } from '../core/journal.js'
import type { JsonObject } from '../core/json.js'
import type { LedgerReads } from '../core/ledger.js'
import type { Message } from '../core/message.js'
import type { Prepared } from '../core/prepared.js'
import type { Subject } from '../core/subject.js'
import type { Subscription } from '../core/subscription.js'
import type { SendOptions, Sent } from '../delivery/transport.js'
import type { Faults } from '../faults/faults.js'
import type { LoadedChannel, LoadedProvider } from '../provider/catalog.js'
import type { CallResult, Settings } from '../provider/channel.js'
import type {
  NotDelivered,
  ProviderPort,
  SubscriptionChange,
  SubscriptionInput,
  TriggerInput,
  TriggerResult,
} from '../provider/port.js'
import type { Provider } from '../provider/provider.js'

/** Everything an emulator can be made with; all of it optional. */
export interface EmulatorOptions {
  /** Root of all chance; made up when absent and always readable from the emulator. A ledger that has one keeps it. */
  seed?: number | undefined
  /** A SQLite file or `:memory:` (the default). */
  ledger?: string | undefined
  /** `synchronous=FULL`: survives loss of power too. */
  durable?: boolean | undefined
  clock?: 'system' | 'manual' | undefined
  /** Emulator time at the start, ms. */
  start?: number | undefined
  /** How fast the system clock runs; 1 is real. */
  speed?: number | undefined
  /** What signatures are stamped with: real wall time (default) or the emulator's clock. */
  stamp?: 'wall' | 'clock' | undefined
  /** Ignore the end of every retry schedule; a number is how many attempts a delivery then gets at the most. */
  untilSuccess?: boolean | number | undefined
  /** Providers besides or instead of the built-in ones. Default: the built-in list. */
  providers?: readonly Provider[] | undefined
  /** Provider-wide settings, by provider. */
  settings?: Record<string, JsonObject> | undefined
  /** Hosts that may be targets; undefined: any but link-local and metadata addresses. */
  allowTargets?: readonly string[] | undefined
  /** Extra certificate authorities (PEM) for https receivers. */
  ca?: string | undefined
  /** Accept any certificate. */
  insecure?: boolean | undefined
  /** `kept` (default): connections are kept alive for the next message. `single`: one each; for few messages, sent soon. */
  connections?: 'kept' | 'single' | undefined
  /** Handles requests to these URL prefixes in process instead of on a socket. */
  inProcess?: Record<string, (request: Request) => Response | Promise<Response>> | undefined
  /** Settled deliveries kept in the ledger; default 100 000. */
  keepSettled?: number | undefined
}

/** Counts at rest. */
export interface Counts {
  delivered: number
  waiting: number
  exhausted: number
  cancelled: number
  attempts: number
}

/** A delivery with its attempts and its exact body. */
export interface DeliveryView extends Evidence {
  event: EmulatorEvent
  subscription: Subscription | undefined
  /** The text every attempt sends unless a fault bent it. */
  body: string
}

/** A request as it would be sent, and the string that its signature covers. */
export interface Preview {
  message: Message
  signedString: string | undefined
  /** What is odd about the event's payload; of an attempt that was made, nothing is told again. */
  warnings: string[]
}

/** An event made for one URL, ready to be signed and sent; it is not stored. */
export interface EventPreview {
  event: EmulatorEvent
  prepared: Prepared
  channel: LoadedChannel
  settings: Settings
  /** What is odd about the payload, such as an unknown value of an enum. */
  warnings: string[]
}

export interface Emulator {
  readonly seed: number
  readonly clock: Clock
  readonly journal: Journal
  /** For reading only. */
  readonly ledger: LedgerReads & { readonly location: string }
  readonly providers: readonly Provider[]

  /** A provider by name, loaded. Throws `unknown_name` with "did you mean". */
  load(provider: string): Promise<LoadedProvider>
  /** Provider-wide settings, complete. */
  settings(provider: string): Promise<Settings>
  /** Changes provider-wide settings; null takes a key back to its default. Refused whole when one is wrong. */
  changeSettings(provider: string, change: JsonObject): Promise<Settings>
  /** A made-up payload of a type; nothing is stored. */
  previewPayload(provider: string, type: string, options?: { channel?: string; variant?: string }): Promise<JsonObject>

  subscribe(provider: string, input: SubscriptionInput): Promise<Subscription>
  updateSubscription(id: string, change: SubscriptionChange): Promise<Subscription>
  unsubscribe(id: string): Promise<void>
  /** Replaces a secret. `validUntil` (ms) is when the old one stops being signed with, null where at once. */
  rotateSecret(id: string, secret?: string): Promise<{ subscription: Subscription; validUntil: number | null }>

  /** Deliberate misbehaviour of the sender. */
  readonly faults: Faults

  /** Answered after the commit. Everything wrong is refused before anything is stored. */
  trigger(provider: string, type: string, input?: TriggerInput): Promise<TriggerResult>
  /** The signed request a trigger would make to this subscription input; nothing is stored or sent. */
  preview(provider: string, type: string, to: SubscriptionInput, input?: TriggerInput): Promise<Preview>
  /** An event made for one URL, ready to be signed and sent; nothing is stored. */
  previewEvent(provider: string, type: string, to: SubscriptionInput, input?: TriggerInput): Promise<EventPreview>
  /** Sends a message as it is, under the same rules as deliveries (targets, certificates). Rejects never. */
  send(message: Message, options: SendOptions): Promise<Sent>
  /** The request of an attempt signed again as it was, to show what its signature covers. */
  explain(attempt: Attempt): Promise<Preview>
  /** One sentence per subscription of the event's provider: why it was or was not delivered. */
  why(eventId: string): Promise<(NotDelivered & { status?: DeliveryStatus })[]>

  view(deliveryId: string): DeliveryView
  /** One more attempt now; answers when it has ended. `original` repeats the first attempt's message byte for byte. */
  resend(deliveryId: string, options?: { original?: boolean }): Promise<Attempt>
  cancel(deliveryId: string): Promise<Delivery>
  /** Resolves once it is so, or with `met: false` after `timeoutMs` of real time. */
  wait(
    deliveryId: string,
    options?: { until?: 'delivered' | 'settled'; timeoutMs?: number },
  ): Promise<{ met: boolean; delivery: Delivery }>
  expect(expectation: Expectation): Promise<ExpectationResult>
  /** How an expectation stands right now; waits for nothing. */
  judge(expectation: Expectation): ExpectationResult

  /** Moves a manual clock exactly that far, stopping at every due on the way; answers at rest. */
  advance(byMs: number): Promise<Counts>
  /** Moves a manual clock to the last due within `upToMs` (default: until nothing is owed); answers at rest. */
  drain(options?: { upToMs?: number }): Promise<Counts>
  /** Resolves when nothing is in flight and nothing is due. */
  rest(): Promise<Counts>
  counts(): Counts
  /** When the next delivery or timer is due, ms; undefined when nothing is owed. */
  nextDue(): number | undefined

  /** One request to the receiver's side, under the same rules as deliveries (targets, certificates). Rejects never. */
  ask(request: Message & { body: string; timeoutMs: number }): Promise<CallResult>
  /** Moves a subject on; throws with the states it can go to. */
  move(subjectId: string, to: string): Promise<Subject>
  /** What a provider's routes work with. */
  port(provider: string): Promise<ProviderPort>

  /** Forgets everything but the seed. */
  reset(): Promise<void>
  /** Takes no more, lets attempts in flight end (at most `graceMs`, default 5000), leaves the rest owed. */
  stop(graceMs?: number): Promise<void>
}
