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
import type { SubjectChange } from '../core/subject.js'
import type { Subscription } from '../core/subscription.js'
import type { Anatomy, Signable } from './anatomy.js'

/** An event type as plain data: cheap to load, enough to list. */
export interface EventType {
  /** The provider's own spelling. */
  name: string
  title: string
  /** Kind of the subject it is about. */
  subject: string
  /** Named forms; the first is the default. Empty where there is only one form. */
  variants: readonly { name: string; title: string }[]
  /** False where the provider's documents do not name it and the name is ours. */
  documented: boolean
  /** Not sent to `*` subscriptions unless asked for by name (a test event). */
  onlyByName?: boolean
}

/** What a payload is made from. */
export interface MakeContext {
  type: string
  /** Name of the variant; undefined where the type has none. */
  variant: string | undefined
  /** True when the variant was asked for by name, not taken as the type's default. */
  variantGiven?: boolean
  /** Emulator time, ms: when the event happens. */
  now: number
  /** The story's facts (the root subject's data): ids, names, dates that all its events share. */
  facts: JsonObject
  /** Provider-wide settings, complete. */
  settings: Settings
}

/** The names in a catalog, and what an editor can know of each: its payload and its variants. Type only. */
export type EventsOf<Types extends readonly EventType[], Definitions> = {
  [Type in Types[number] as Type['name'] & keyof Definitions]: {
    payload: Definitions[Type['name'] & keyof Definitions] extends EventDefinition<infer Schema>
      ? output<Schema>
      : JsonObject
    variant: Type['variants'][number]['name']
  }
}

/** Settings after their schema: complete, typed by whoever wrote the schema. */
export type Settings = Record<string, unknown>

/** How payloads of one event type are made and checked. */
export interface EventDefinition<Schema extends ZodType = ZodType> {
  /** Loose where the documents leave keys open: unknown keys are kept. */
  schema: Schema
  /** A payload in documented key order; every call with the same faker state and context gives the same. */
  make(fake: Faker, context: MakeContext): JsonObject
  /** What the event makes of its subjects; the first named is the one the event is about. */
  subjects(payload: JsonObject, context: MakeContext): SubjectChange[]
}

/** One request that is to be signed. */
export interface SignInput extends Signable {
  /** Complete subscription settings. */
  settings: Settings
  event: Pick<EmulatorEvent, 'id' | 'type' | 'payload' | 'createdAt'>
  subscription: Pick<Subscription, 'id' | 'url' | 'account'>
  attempt: number
  /** Asks another server (a token endpoint). Rejects never: what went wrong is the outcome. */
  call(request: { method: string; url: string; headers: Headers; body: string; timeoutMs: number }): Promise<CallResult>
  /** Memory of this provider in this emulator, for tokens; gone with the process. */
  memory: Map<string, unknown>
  /** Emulator time, ms. */
  now: number
}

/** Answer of another server, or why there is none. */
export interface CallResult {
  outcome: Outcome
  headers: Headers
  body: string
}

/** The secret of a channel's subscriptions. */
export interface SecretRules {
  /**
   * `required`: one is made when none is given; `optional`: one is made unless null is given; `given`: one is kept when given and
   * never made up; `none`: the channel has none.
   */
  use: 'required' | 'optional' | 'given' | 'none'
  make(random: Stream): string
  /** What is wrong with a given secret, one sentence; undefined when nothing is. */
  problem?(secret: string, settings: Settings): string | undefined
  /** Subscriptions of one group share their secret (the key belongs to what they share). */
  group?(settings: Settings): string | undefined
  /** How long an old secret stays valid after a rotation, ms; 0: it is replaced at once. */
  overlapMs(settings: Settings): number
}

/** The loaded part of a channel. */
export interface ChannelBehaviour {
  /** Subscription settings with a default for each; closed keys. Must hold `maxAttempts` (a number or "unlimited"). */
  settings: ZodType<Settings>
  /** Definition of a type in the channel's catalog; undefined for any other name. */
  definition(type: string, providerSettings: Settings): EventDefinition | undefined
  secret: SecretRules
  /** Why a subscription does not get an event it has asked for (a general URL, an event of a step); undefined: it gets it. */
  refuses?(event: EmulatorEvent, settings: Settings, subscription: Subscription): string | undefined
  /** The payload as sent to one subscription. Default: as it is. */
  wrap?(payload: JsonObject, to: { subscription: Subscription; settings: Settings; event: EmulatorEvent }): Json
  /** The wrapped payload as text. Default: compact JSON. */
  encode?(value: Json, settings: Settings): string
  /** Method and headers besides the signer's; `version` is Standin's own. Default: POST and application/json. */
  request?(settings: Settings, version: string): { method: string; headers: Headers }
  sign(input: SignInput): Signed | Promise<Signed>
  /** How messages are signed under these settings, as data that `sign` is built from; undefined: nothing is signed. */
  anatomy?(settings: Settings): Anatomy | undefined
  retry(settings: Settings): RetryPlan
  /** Concurrency now, from the accepted flags of the newest attempts (newest first, at most 20) and the present limit. */
  limit?(recentAccepted: readonly boolean[], present: number, settings: Settings): number
  /** What is wrong with a subscription URL, one sentence; undefined when nothing is. http to public hosts is refused unless given. */
  urlProblem?(url: URL, settings: Settings, isPrivateHost: boolean): string | undefined
  /** Id for a new subscription in the provider's form. Default `sub_<n>`. */
  subscriptionId?(random: Stream): string
  /** Facts for judging receivers (`standin verify`). */
  traits: ChannelTraits
  /** The same where settings change them. Default: `traits`. */
  traitsFor?(settings: Settings): ChannelTraits
}

/** What a receiver of this channel must check, for the catalogue of checks. */
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
  /** The age at which a receiver should refuse a stamp, seconds, and whether the documents say so. */
  freshness?: { seconds: number; documented: boolean }
  /** Where a receiver finds what to deduplicate by: a payload path or `header:<name>`. */
  idempotencyKey: string
  /** Payload paths that hold a known enum, for unknown values. */
  enumPaths?: readonly string[]
  /** Payload path of the type name; undefined where the wire has none. */
  typePath?: string
  /** A type and the payload path of a text in it that may be anything a person writes. */
  freeText?: { type: string; path: string }
  /** Events of one subject in the order they happen; whatever the order they come in, the last of them decides its state. */
  story?: readonly EventForm[]
  /** `event` changes nothing once `after` was taken, though it may come later. Default: the first of the story after its last. */
  late?: { after: EventForm; event: EventForm }
  /** A call of the receiver's side makes the subjects, so that an event can overtake the answer to it. */
  createdByCall?: boolean
  /** Where the documents ask for what a check demands, by the check's id or family. */
  sources?: Readonly<Record<string, string>>
}

/** An event type in one of its forms. */
export interface EventForm {
  type: string
  variant?: string
}

/** One webhook system of a provider. */
export interface Channel {
  name: string
  title: string
  /** Types that exist whatever the settings. */
  eventTypes: readonly EventType[]
  /** Types that provider-wide settings add or take away; given the complete settings, answers the whole catalog. */
  catalog?(settings: Settings): readonly EventType[]
  load(): Promise<ChannelBehaviour>
}

/** Identity, for inference and for a place to hang the contract's words. */
export function defineChannel(channel: Channel): Channel {
  return channel
}
