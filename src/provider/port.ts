// What a provider's routes, moves and timers can do in the emulator that plays it.
import type { Faker } from '@faker-js/faker'
import type { Attempt, Delivery } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Stream } from '../core/seed.js'
import type { Subject, SubjectChange } from '../core/subject.js'
import type { Subscription, SubscriptionStats } from '../core/subscription.js'
import type { Settings } from './channel.js'

/** What a provider's routes, moves and timers can do; the emulator hands it in. */
export interface ProviderPort {
  readonly provider: string
  /** Provider-wide settings, complete. */
  settings(): Settings
  /** Emulator time, ms. */
  now(): number
  /** Real wall time, ms, for judging stamps that a client made by its own clock. */
  wall?(): number
  /** Repeatable chance, named by a label. */
  random(...label: (string | number)[]): Stream
  /** A faker of the provider's locale on the stream of this label. */
  fake(...label: (string | number)[]): Promise<Faker>
  /** The next value (from 1) of a durable counter. */
  count(name: string): Promise<number>
  /** Memory of this provider in this emulator (tokens, rate windows); gone with the process. */
  memory: Map<string, unknown>

  subscriptions(filter?: { channel?: string; account?: string | null }): Subscription[]
  subscription(id: string): Subscription | undefined
  subscribe(input: SubscriptionInput): Promise<Subscription>
  updateSubscription(id: string, change: SubscriptionChange): Promise<Subscription>
  unsubscribe(id: string): Promise<void>
  stats(subscriptionId: string): SubscriptionStats

  subject(id: string): Subject | undefined
  /** Newest first. */
  subjects(
    filter: { kind?: string; story?: string; account?: string },
    page?: { limit: number; before?: string },
  ): Subject[]
  /** Makes or moves a subject. A new root subject's data are the story's facts; give `story` to join one. */
  putSubject(change: SubjectChange & { story?: string; account?: string | null }): Promise<Subject>
  /** The facts a story has or would have: made once, from the story's own stream, and kept as the root subject. */
  facts(story: string, given?: JsonObject): Promise<JsonObject>

  trigger(type: string, options?: TriggerInput): Promise<TriggerResult>
  /** Sends one event to one URL now, one attempt, recorded nowhere but in the journal. */
  sendOnce(input: {
    channel: string
    type: string
    url: string
    secret?: string | null
    settings?: JsonObject
    set?: Record<string, Json>
  }): Promise<Attempt>

  setTimer(subject: string, name: string, at: number, data?: JsonObject): Promise<void>
  clearTimer(subject: string, name?: string): Promise<void>
}

export interface SubscriptionInput {
  channel?: string | undefined
  url: string
  /** Names, or `['*']`; default everything. */
  eventTypes?: readonly string[] | undefined
  /** Absent: made up where the channel uses secrets. Null: none, where the channel allows it. */
  secret?: string | null | undefined
  active?: boolean | undefined
  settings?: JsonObject | undefined
  notes?: JsonObject | undefined
  account?: string | null | undefined
  id?: string | undefined
}

export type SubscriptionChange = Partial<
  Pick<SubscriptionInput, 'url' | 'eventTypes' | 'secret' | 'active' | 'settings' | 'notes'>
>

export interface TriggerInput {
  channel?: string | undefined
  variant?: string | undefined
  /** Path to value; checked against the type's schema before anything is stored. */
  set?: Record<string, Json> | undefined
  unset?: readonly string[] | undefined
  /** The whole payload instead of a made one (still checked unless `unchecked`). */
  raw?: JsonObject | undefined
  /** An existing subject's id, or a label that names a story. */
  subject?: string | undefined
  /** Left out: the account of the subject's story. */
  account?: string | null | undefined
  /** Idempotency id. */
  id?: string | undefined
  /** Only these subscriptions, whatever they asked for. */
  only?: readonly string[] | undefined
}

/** Why a subscription did not get an event, in one sentence. */
export interface NotDelivered {
  subscriptionId: string
  why: string
}

export interface TriggerResult {
  event: EmulatorEvent
  deliveries: Delivery[]
  notDelivered: NotDelivered[]
  /** e.g. an unknown value of a known enum. */
  warnings: string[]
  /** True when the idempotency id was known and the first answer is given again. */
  repeated: boolean
}
