// What an emulator can do: the one object behind the command line, the server and the library.
import type * as expectations from '../api/expectation.js'
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery, DeliveryStatus } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Evidence, ExpectationResult } from '../core/expectation.js'
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
import type { Settings } from '../provider/channel.js'
import type {
  NotDelivered,
  ProviderPort,
  SubscriptionChange,
  SubscriptionInput,
  TriggerInput,
  TriggerResult,
} from '../provider/port.js'
import type { Provider } from '../provider/provider.js'
import type { Relay } from '../relay/owner.js'
import type { Verifications } from './verifications.js'

/**
 * How an emulator is made; everything is optional.
 *
 * @example
 * const emulator = await createEmulator({ seed: 7, clock: 'manual', start: Date.UTC(2026, 0, 15) })
 */
export interface EmulatorOptions {
  /** Root of all randomness. Default: the one in the ledger, else a random one, which the emulator shows as `seed`. */
  seed?: number | undefined
  /** A SQLite file or `:memory:` (the default). */
  ledger?: string | undefined
  /** Called before a ledger of an earlier version is migrated, which takes some seconds for each GB, with the size of its file. */
  onMigration?: ((bytes: number) => void) | undefined
  /** Survives a power loss too (`synchronous=FULL`), not only a crash of the process. Default false. */
  durable?: boolean | undefined
  /** `system` (default) runs by itself; `manual` moves only with `advance` and `drain`. */
  clock?: 'system' | 'manual' | undefined
  /** Emulator time at the start, ms since 1970. Default: now. */
  start?: number | undefined
  /** How fast the system clock runs; 1 (default) is real time. */
  speed?: number | undefined
  /** The timestamp of signatures: real wall time (default), which receivers check, or the emulator's clock. */
  stamp?: 'wall' | 'clock' | undefined
  /** Retries every delivery until it is accepted, or at most this many times. Default false: as the subscription's settings say. */
  untilSuccess?: boolean | number | undefined
  /** The providers to emulate. Default: the built-in ones. */
  providers?: readonly Provider[] | undefined
  /** Provider-wide settings, by provider. */
  settings?: Record<string, JsonObject> | undefined
  /** Hosts that requests may go to: a name or address, `host:port`, `*.domain`. Default: all but link-local and metadata addresses, which are never targets. */
  allowTargets?: readonly string[] | undefined
  /** Extra certificate authorities (PEM) for https receivers. */
  ca?: string | undefined
  /** The client certificate (PEM) for receivers that want mutual TLS; it may hold the key too. */
  cert?: string | undefined
  /** The private key (PEM) of the client certificate. */
  key?: string | undefined
  /** The client certificate and its key as PKCS #12, in place of `cert` and `key`. */
  pfx?: Uint8Array | undefined
  /** Of an encrypted `key` or `pfx`. */
  passphrase?: string | undefined
  /** Accepts any certificate. Default false. */
  insecure?: boolean | undefined
  /** `kept` (default): connections are kept alive for the next request. `single`: each request has its own. */
  connections?: 'kept' | 'single' | undefined
  /** Hands requests to senders on other machines. The server connects it; certificates are then given to the senders. */
  relay?: Pick<Relay, 'transport' | 'own'> | undefined
  /** Handles requests to these URL prefixes in process instead of on a socket. */
  inProcess?: Record<string, (request: Request) => Response | Promise<Response>> | undefined
  /**
   * How many settled deliveries are kept in the ledger, how many events that nobody subscribed to, and how many subjects; the oldest
   * go first. What is owed is always kept, and subjects of owed deliveries or with timers. Default 100 000 of each.
   */
  keepSettled?: number | undefined
}

/**
 * Deliveries by status, and the number of attempts.
 * @example { delivered: 1, waiting: 2, exhausted: 0, cancelled: 0, attempts: 4 }
 */
export interface Counts {
  delivered: number
  /** Pending: waiting or in flight. */
  waiting: number
  exhausted: number
  cancelled: number
  attempts: number
}

/**
 * A delivery with its attempts and its exact body.
 * @example const { delivery, attempts, event, body } = emulator.view('dl_1')
 */
export interface DeliveryView extends Evidence {
  event: EmulatorEvent
  /** Undefined where it was removed. */
  subscription: Subscription | undefined
  /** The text that every attempt sends unless a fault changes it. */
  body: string
}

/**
 * A request as it would be sent, and the string that its signature covers.
 * @example
 * const to = { url: 'http://127.0.0.1:3000/webhooks' }
 * const { message, signedString } = await emulator.preview('standard', 'invoice.paid', to)
 */
export interface Preview {
  message: Message
  /** Undefined where nothing is signed. */
  signedString: string | undefined
  /** What is unusual about the event's payload; empty for an attempt that was made. */
  warnings: string[]
}

/**
 * A subject after a move.
 * @example const { state, warnings } = await emulator.move('inv_1', 'paid')
 */
export interface MovedSubject extends Subject {
  /** What is unusual about the events that the move triggered. */
  warnings: readonly string[]
}

/** An event made for one URL, ready to be signed and sent; it is not stored. */
export interface EventPreview {
  event: EmulatorEvent
  prepared: Prepared
  channel: LoadedChannel
  settings: Settings
  /** What is unusual about the payload, such as an unknown value of an enum. */
  warnings: string[]
}

/**
 * An outcome that is waited for, in milliseconds. Which deliveries are meant: every given field must match (`event`, `subject` and
 * `subscription` are ids, `url` is a part of the URL, `where` maps payload paths to values, compared deeply).
 *
 * @example
 * await emulator.expect({ type: 'invoice.paid', outcome: 'delivered', withinMs: 60_000 })
 */
export interface Expectation extends Omit<expectations.Expectation, 'within' | 'neverWithin' | 'timeout'> {
  /** Emulator ms from the event's creation to the outcome. */
  withinMs?: number | undefined
  /** Met when the outcome does not come within this, emulator ms from now. */
  neverWithinMs?: number | undefined
  /** Maximum real ms to wait; default 10 000. */
  timeoutMs?: number | undefined
}

/**
 * An emulator of providers. Methods throw EmulatorError for a user's mistakes: unknown names, invalid input, what cannot be done now.
 *
 * @example
 * const emulator = await createEmulator()
 * await emulator.subscribe('acme', { url: 'http://127.0.0.1:3000/webhooks' })
 * const { deliveries } = await emulator.trigger('acme', 'parcel.shipped')
 * const { met } = await emulator.wait(deliveries[0]?.id ?? '', { until: 'delivered' })
 * await emulator.stop()
 */
export interface Emulator {
  /** Root of all randomness. */
  readonly seed: number
  readonly clock: Clock
  /** The live stream of what happens. */
  readonly journal: Journal
  /** For reading only. */
  readonly ledger: LedgerReads & { readonly location: string }
  /** The providers it emulates. */
  readonly providers: readonly Provider[]
  /**
   * Aborted, with an EmulatorError (`conflict`) as its reason, when what the emulator holds now is deleted by a reset or the emulator
   * stops. Calls that are under way then reject with that reason. After a reset there is another one.
   */
  lifetime(): AbortSignal

  /** A provider by name, loaded. Throws `unknown_name` with "did you mean". */
  load(provider: string): Promise<LoadedProvider>
  /** Provider-wide settings, complete. Throws `unknown_name`. */
  settings(provider: string): Promise<Settings>
  /** Changes provider-wide settings; null: back to the default. Throws `unknown_name`, and `invalid_setting`: nothing is changed then. */
  changeSettings(provider: string, change: JsonObject): Promise<Settings>
  /** A generated payload of a type; nothing is stored. Throws `unknown_name`. */
  previewPayload(provider: string, type: string, options?: { channel?: string; variant?: string }): Promise<JsonObject>

  /** Makes a subscription. Throws `not_allowed` for a target that nothing may be sent to, `invalid_url`, `invalid_secret`, `invalid_setting`, `unknown_name`; `conflict` for an id that exists. */
  subscribe(provider: string, input: SubscriptionInput): Promise<Subscription>
  /** Changes a subscription. Throws as `subscribe` does, and `not_found`. */
  updateSubscription(id: string, change: SubscriptionChange): Promise<Subscription>
  /** Removes a subscription and cancels its pending deliveries. Throws `not_found`. */
  unsubscribe(id: string): Promise<void>
  /**
   * Replaces a secret. `validUntil` (emulator ms) is when the old one stops being signed with, null where at once. Throws `not_found`,
   * `invalid_secret`, and `conflict` where the channel has no secret or generates none.
   */
  rotateSecret(id: string, secret?: string): Promise<{ subscription: Subscription; validUntil: number | null }>

  /** Deliberate misbehaviour of the sender. */
  readonly faults: Faults

  /**
   * Makes an event and its deliveries, and returns when they are stored. Throws, and stores nothing: `unknown_name`; `invalid_input` for
   * a path or value that the type does not allow; `not_found` for a subscription in `only`; `conflict` for the id of another event.
   */
  trigger(provider: string, type: string, input?: TriggerInput): Promise<TriggerResult>
  /**
   * The signed request a trigger would make to this subscription input; nothing is stored or sent. Throws as `subscribe` and `trigger`
   * do, and `unreachable` where there are no credentials to sign with.
   */
  preview(provider: string, type: string, to: SubscriptionInput, input?: TriggerInput): Promise<Preview>
  /**
   * An event made for one URL, or for the subscription of an id, ready to be signed and sent; nothing is stored. Throws as `subscribe`
   * and `trigger` do.
   */
  previewEvent(
    provider: string,
    type: string,
    to: SubscriptionInput | string,
    input?: TriggerInput,
  ): Promise<EventPreview>
  /** One attempt of a previewed event, signed and judged as one of a delivery, but not recorded. `started` is called when it is about to leave. */
  attemptOnce(preview: EventPreview, started?: () => void): Promise<Attempt>
  /** Sends a request as it is, under the same rules as deliveries (targets, certificates). Never rejects. */
  send(message: Message, options: SendOptions): Promise<Sent>
  /** The request of an attempt signed again as it was, to show what its signature covers. Throws `not_found` where the subscription was removed. */
  explain(attempt: Attempt): Promise<Preview>
  /** One sentence for each subscription, of other providers too: why the event was or was not delivered. Throws `not_found`. */
  why(eventId: string): Promise<(NotDelivered & { status?: DeliveryStatus })[]>

  /** A delivery with its attempts. Throws `not_found`. */
  view(deliveryId: string): DeliveryView
  /**
   * Makes one more attempt now, and returns when it has ended. `original` sends the first attempt's request again, byte for byte. Throws
   * `not_found`, and `conflict` where the subscription is gone or inactive, or there was no first attempt.
   */
  resend(deliveryId: string, options?: { original?: boolean }): Promise<Attempt>
  /** Cancels a pending delivery. Throws `not_found`, and `conflict` where it is settled. */
  cancel(deliveryId: string): Promise<Delivery>
  /**
   * Waits until a delivery is settled (default) or delivered; `met: false` where that cannot happen any more, after `timeoutMs` of
   * real time (default 10 000), or when `signal` is aborted. Throws `not_found`, and `conflict` when the emulator is reset or stops.
   */
  wait(
    deliveryId: string,
    options?: { until?: 'delivered' | 'settled'; timeoutMs?: number; signal?: AbortSignal | undefined },
  ): Promise<{ met: boolean; delivery: Delivery }>
  /**
   * Waits until an expectation is met, cannot be met any more, its time is up, or `signal` is aborted. Throws `conflict` when the
   * emulator is reset or stops.
   */
  expect(expectation: Expectation, options?: { signal?: AbortSignal | undefined }): Promise<ExpectationResult>
  /** Judges an expectation at once, without waiting. */
  judge(expectation: Expectation): ExpectationResult

  /** Moves a manual clock by that many ms, with a stop at every due time on the way; returns at rest. Throws `conflict` for a system clock. */
  advance(byMs: number): Promise<Counts>
  /** Moves a manual clock to the last due time within `upToMs` (default: a year); returns at rest. Throws `conflict` for a system clock. */
  drain(options?: { upToMs?: number }): Promise<Counts>
  /** Resolves when nothing is in flight and nothing is due. */
  rest(): Promise<Counts>
  /** The counts at the moment. */
  counts(): Counts
  /** When the next delivery or timer is due, ms since 1970; undefined when nothing is pending. */
  nextDue(): number | undefined

  /** Moves a subject. Throws `not_found`, `unknown_name` with the moves it allows, and `conflict` where it allows none. */
  move(subjectId: string, to: string): Promise<MovedSubject>
  /** What the routes of a provider may do. Throws `unknown_name`. */
  port(provider: string): Promise<ProviderPort>

  /** Verifications of receivers that are kept. */
  readonly verifications: Verifications

  /** Deletes everything but the seed. */
  reset(): Promise<void>
  /** Stops: attempts in flight may end (within `graceMs`, default 5000), the rest stays pending in the ledger. */
  stop(graceMs?: number): Promise<void>
}
