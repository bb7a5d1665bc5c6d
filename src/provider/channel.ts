// The contract of a channel: one webhook system of a provider, with everything it can differ in.
import type { Faker } from '@faker-js/faker'
import type { output, ZodType } from 'zod'
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Outcome } from '../core/outcome.js'
import type { RetryPlan } from '../core/retry.js'
import type { Stream } from '../core/seed.js'
import type { Signed } from '../core/signature.js'
import type { Subject, SubjectChange } from '../core/subject.js'
import type { Subscription } from '../core/subscription.js'
import type { Signable, SignatureScheme } from './signature-scheme.js'

/**
 * An event type as plain data: cheap to load, enough to list.
 *
 * @example
 * { name: 'parcel.shipped', title: 'A parcel was shipped', subject: 'parcel', variants: [], documented: true }
 */
export interface EventType {
  /** The provider's own spelling. */
  name: string
  /** One line for lists. */
  title: string
  /** Kind of the subject it is about: a key of the provider's `subjects`. */
  subject: string
  /** Named forms that set dependent fields together; the first is the default. Empty where there is only one form. */
  variants: readonly { name: string; title: string }[]
  /** False where the provider's documents do not name it and the name is ours. */
  documented: boolean
  /** Name of the assumption that the name is, where it is ours. Fields: `.meta({ assumption })` in the definition's schema. */
  assumption?: string
  /** Sent only to subscriptions that name it, never by `*` (a test event). */
  onlyByName?: boolean
}

/**
 * What a payload is made from.
 * @example { type: 'parcel.shipped', variant: undefined, now: Date.UTC(2026, 0, 15), facts: { parcel_id: 'p-1' }, settings: {} }
 */
export interface MakeContext {
  /** Name of the event type. */
  type: string
  /** Name of the variant; undefined where the type has none. */
  variant: string | undefined
  /** True when the trigger named the variant, false when it is the type's default. */
  variantGiven?: boolean
  /** When the event happens: emulator time, ms since 1970. */
  now: number
  /** The story's facts (the root subject's data): ids, names, dates that all its events share. */
  facts: JsonObject
  /** The known subject whose id the trigger gave: of several of its kind in a story, the one that is meant. */
  about?: Subject | undefined
  /** Provider-wide settings, complete. */
  settings: Settings
}

/**
 * The names in a catalog, and what an editor can know of each: its payload and its variants. Type only.
 * @example type ParcelEvents = EventsOf<typeof eventTypes, typeof definitions>
 */
export type EventsOf<Types extends readonly EventType[], Definitions> = {
  [Type in Types[number] as Type['name'] & keyof Definitions]: {
    payload: Definitions[Type['name'] & keyof Definitions] extends EventDefinition<infer Schema>
      ? output<Schema>
      : JsonObject
    variant: Type['variants'][number]['name']
  }
}

/**
 * Settings after their schema: complete, typed by the schema's author.
 * @example { maxAttempts: 4, signed: true }
 */
export type Settings = Record<string, unknown>

/**
 * How payloads of one event type are made and checked.
 *
 * @example
 * const shipped: EventDefinition = {
 *   schema: z.strictObject({ event: z.literal('parcel.shipped'), id: z.string() }),
 *   make: (fake, { facts }) => ({ event: 'parcel.shipped', id: String(facts.parcel_id) }),
 *   subjects: ({ id }) => [{ id: String(id), kind: 'parcel', state: 'shipped' }],
 * }
 */
export interface EventDefinition<Schema extends ZodType = ZodType> {
  /** Loose where the documents leave keys open: unknown keys are kept. */
  schema: Schema
  /**
   * Where a user's own schema may take long to check: a function that counts the work of checks before they are made (with `path`, of the
   * value there). It throws `invalid_input` when the checks of one payload come to too much.
   */
  checkBudget?(): (payload: JsonObject, path?: readonly string[]) => void
  /** A payload in documented key order. Takes all randomness from `fake` and the time from `now`: the same seed makes the same bytes. */
  make(fake: Faker, context: MakeContext): JsonObject
  /** Values that depend on others (a description of a code) after `set`; those at `given` paths (dotted) are the user's and stay. */
  agree?(payload: JsonObject, given: ReadonlySet<string>, context: MakeContext): JsonObject
  /** The subjects that the event makes or moves; the first is the one it is about. */
  subjects(payload: JsonObject, context: MakeContext): SubjectChange[]
}

/**
 * One request that is to be signed.
 * @example
 * const sign: ChannelBehaviour['sign'] = ({ body, secret, at }: SignInput) => ({
 *   headers: [['x-signature', hmacSha256(secret ?? '', `${Math.floor(at / 1000)}.${body}`, 'hex')]],
 * })
 */
export interface SignInput extends Signable {
  /** Complete subscription settings. */
  settings: Settings
  /** What happened; its payload is the one before `wrap`. */
  event: Pick<EmulatorEvent, 'id' | 'type' | 'payload' | 'createdAt'>
  subscription: Pick<Subscription, 'id' | 'url' | 'account'>
  /** Number of the attempt, from 1. */
  attempt: number
  /** Sends a request of the signer's own (to a token endpoint). Never rejects: a failure is an outcome. */
  call(request: { method: string; url: string; headers: Headers; body: string; timeoutMs: number }): Promise<CallResult>
  /** Memory of this provider in this emulator, for tokens; lost when the process ends. */
  memory: Map<string, unknown>
  /** Emulator time, ms since 1970. */
  now: number
}

/**
 * Answer of another server, or why there is none.
 * @example
 * { outcome: { kind: 'answered', status: 200 }, headers: [], body: '{"access_token":"t-1","expires_in":3600}' }
 * { outcome: { kind: 'timed_out' }, headers: [], body: '' }
 */
export interface CallResult {
  outcome: Outcome
  headers: Headers
  body: string
}

/**
 * The secret of a channel's subscriptions.
 * @example { use: 'required', make: random => `whsec_${random.hex(32)}`, overlapMs: () => 86_400_000 }
 */
export interface SecretRules {
  /**
   * `required`: one is made when none is given; `optional`: one is made unless null is given; `given`: one is kept when given and
   * never generated; `none`: the channel has none.
   */
  use: 'required' | 'optional' | 'given' | 'none'
  /** Makes a secret under these settings, or of the same kind as another; takes all randomness from the stream. */
  make(random: Stream, settings: Settings, like?: string | null): string
  /** What is invalid about a given secret, one sentence; undefined where nothing is. */
  problem?(secret: string, settings: Settings): string | undefined
  /** Subscriptions of one group share their secret; undefined: each has its own. */
  group?(settings: Settings): string | undefined
  /** How long messages are signed with the old secret too after a rotation, ms; 0: it is replaced at once. */
  overlapMs(settings: Settings): number
}

/**
 * The loaded part of a channel: what it sends, how it signs and when it retries.
 *
 * @example
 * const webhooks: ChannelBehaviour = {
 *   settings: z.strictObject({ maxAttempts: z.union([z.int().min(1), z.literal('unlimited')]).default(4) }),
 *   definition: type => definitions[type],
 *   secret: { use: 'required', make: random => random.hex(32), overlapMs: () => 0 },
 *   sign: ({ body, secret }) => ({ headers: [['x-signature', hmacSha256(secret ?? '', body, 'hex')]] }),
 *   retry: () => ({ policy: scheduled([30_000], 4), accepts: status => status === 200, timeoutMs: 10_000, concurrency: 5 }),
 *   traits: { signs: true, signatureHeaders: ['x-signature'], idempotencyKey: 'id', typePath: 'type' },
 * }
 */
export interface ChannelBehaviour {
  /** Subscription settings with a default for each; closed keys. Must hold `maxAttempts` (a number or "unlimited"). */
  settings: ZodType<Settings>
  /** Definition of a type in the channel's catalog; undefined for any other name. */
  definition(type: string, providerSettings: Settings): EventDefinition | undefined
  secret: SecretRules
  /** Why a subscription does not get an event of a type it asks for, one sentence; undefined: it gets it. */
  refuses?(event: EmulatorEvent, settings: Settings, subscription: Subscription): string | undefined
  /** The payload as sent to one subscription. Default: as it is. */
  wrap?(payload: JsonObject, to: { subscription: Subscription; settings: Settings; event: EmulatorEvent }): Json
  /** The wrapped payload as text. Default, and where this gives undefined: compact JSON. */
  encode?(value: Json, settings: Settings): string | undefined
  /** Method and headers besides the signer's; `version` is Standin's own. Default: POST and application/json. */
  request?(settings: Settings, version: string): { method: string; headers: Headers }
  /** The headers that prove to the receiver who sends; called again for each attempt, last of all, over the exact bytes. */
  sign(input: SignInput): Signed | Promise<Signed>
  /** The scheme that `sign` follows under these settings, as data for the signature debugger; undefined: nothing is signed. */
  scheme?(settings: Settings): SignatureScheme | undefined
  /** When to retry, what answers are accepted, how long to wait for one. */
  retry(settings: Settings): RetryPlan
  /** Deliveries in flight at once from now on, from whether the newest attempts were accepted (newest first, at most 20) and the present limit. */
  limit?(recentAccepted: readonly boolean[], present: number, settings: Settings): number
  /** What is invalid about a subscription's URL, one sentence; undefined where nothing is. Default: http is for loopback and private hosts. */
  urlProblem?(url: URL, settings: Settings, isPrivateHost: boolean): string | undefined
  /** Id of a new subscription in the provider's form. Default `sub_<n>`. */
  subscriptionId?(random: Stream): string
  /** What a receiver must check, under the default settings. */
  traits: ChannelTraits
  /** The same under other settings. Default: `traits`. */
  traitsFor?(settings: Settings): ChannelTraits
}

/**
 * What a receiver of a channel must check: `standin verify`, `receive` and the signature debugger go by it.
 * @example
 * {
 *   signs: true,
 *   signatureHeaders: ['x-signature'],
 *   timestampHeader: 'x-timestamp',
 *   freshness: { seconds: 300, documented: true },
 *   idempotencyKey: 'id',
 *   typePath: 'type',
 * }
 */
export interface ChannelTraits {
  /** Messages can be signed (HMAC over the body). */
  signs: boolean
  /** The signature covers a timestamp header; its name, lower case. */
  timestampHeader?: string
  /** Header(s) that carry the signature, lower case. */
  signatureHeaders: readonly string[]
  /** Over the raw bytes or over canonical JSON. */
  signedOver?: 'raw' | 'canonical'
  /** One signature header may hold several. */
  severalSignatures?: boolean
  /** The exact status the documents demand, where they do. */
  exactStatus?: number
  /** The age from which a receiver should reject a timestamp, seconds, and whether the documents say so. */
  freshness?: { seconds: number; documented: boolean }
  /** Where a receiver finds the key of idempotency: a payload path, several joined by `+` (values joined by a colon), or `header:<name>`. */
  idempotencyKey: string
  /** Payload paths that hold a known enum, for unknown values. */
  enumPaths?: readonly string[]
  /** Payload path of the event type; undefined where the body names none. */
  typePath?: string
  /** A type and the payload path of a text in it that may be anything a person writes. */
  freeText?: { type: string; path: string }
  /** Events of one subject in the order they happen; whatever the order they come in, the last of them decides its state. */
  story?: readonly EventForm[]
  /** `event` changes nothing once `after` was taken, though it may come later. Default: the first of the story after its last. */
  late?: { after: EventForm; event: EventForm }
  /** Pairs of final events of one subject: the later one stands, whichever comes first. */
  finals?: readonly (readonly [earlier: EventForm, later: EventForm])[]
  /** Of two final events the first to come stands: nothing tells which happened later. */
  doesFirstStand?: boolean
  /** An event that may happen several times about one subject, with the same state each time. */
  repeatable?: EventForm
  /** Subjects are made by calls to the provider's API, so an event can arrive before the answer to the call. */
  createdByCall?: boolean
  /** Where the documents ask for what a check demands, by the check's id or family. */
  sources?: Readonly<Record<string, string>>
  /** The assumption that a check rests on where they leave it open, by the check's id or family. */
  assumed?: Readonly<Record<string, string>>
}

/**
 * An event type in one of its forms.
 * @example { type: 'parcel.shipped', variant: 'express' }
 */
export interface EventForm {
  type: string
  variant?: string
}

/**
 * One webhook system of a provider. Listing one costs nothing: `load` brings schemas, factories and the signer.
 * @example { name: 'webhooks', title: 'Webhooks', eventTypes, load: async () => channelBehaviour }
 */
export interface Channel {
  name: string
  /** One line for lists. */
  title: string
  /** Types that exist whatever the settings. */
  eventTypes: readonly EventType[]
  /** The provider's own name for all event types in a subscription, such as `all`, and what it is. It is never sent. Default: none but `*`. */
  wildcard?: { name: string; title: string }
  /** Name of the event type that the provider sends to a receiver on request, to try it; nothing of it is stored. Default: it has none. */
  testEvent?: string
  /** The event types under these complete provider-wide settings, where they change them. Default: `eventTypes`. */
  catalog?(settings: Settings): readonly EventType[]
  /** Loads the rest on first use. */
  load(): Promise<ChannelBehaviour>
}

/**
 * A channel, as it is given; for type inference.
 * @example const webhooks = defineChannel({ name: 'webhooks', title: 'Webhooks', eventTypes, load: async () => channelBehaviour })
 */
export function defineChannel(channel: Channel): Channel {
  return channel
}
