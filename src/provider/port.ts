// What a provider's routes, moves and timers can do in the emulator that plays it.
import type { Faker } from '@faker-js/faker'
import type * as subscriptions from '../api/subscription.js'
import type { Trigger } from '../api/trigger.js'
import type { Given } from '../api/values.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Stream } from '../core/seed.js'
import type { Subject, SubjectChange } from '../core/subject.js'
import type { Subscription, SubscriptionStats } from '../core/subscription.js'
import type { Settings } from './channel.js'

/**
 * The emulator as one provider sees it: its own subscriptions, subjects, timers and settings. Methods throw EmulatorError where the
 * emulator's would.
 * @example
 * const ship: Route['handler'] = async ({ params, port }) => {
 *   const subject = await port.putSubject({ id: params.id ?? '', kind: 'order', state: 'shipped' })
 *   return { status: 200, body: subject.data, after: async () => void (await port.trigger('order.shipped', { subject: subject.id })) }
 * }
 */
export interface ProviderPort {
  /** The provider's name. */
  readonly provider: string
  /** Provider-wide settings, complete. */
  settings(): Settings
  /** Emulator time, ms since 1970. */
  now(): number
  /** Real wall time, ms since 1970, for judging timestamps that a client made by its own clock. */
  wall?(): number
  /** Repeatable randomness: the same label gives the same stream in every run with the same seed. */
  random(...label: (string | number)[]): Stream
  /** A faker in the provider's locale on the stream of this label. */
  fake(...label: (string | number)[]): Promise<Faker>
  /** The next value (from 1) of a durable counter. */
  count(name: string): Promise<number>
  /** Memory of this provider in this emulator (tokens, rate windows); lost when the process ends. */
  memory: Map<string, unknown>

  /** The provider's subscriptions, oldest first. */
  subscriptions(filter?: { channel?: string; account?: string | null }): Subscription[]
  /** One subscription; undefined where there is none of this provider. */
  subscription(id: string): Subscription | undefined
  /** Makes a subscription, as `emulator.subscribe` does. */
  subscribe(input: SubscriptionInput): Promise<Subscription>
  /** Throws what `subscribe` would throw; nothing is made. */
  checkSubscription(input: SubscriptionInput): Promise<void>
  /** Changes a subscription. Throws `not_found` for one of another provider. */
  updateSubscription(id: string, change: SubscriptionChange): Promise<Subscription>
  /** Removes a subscription and cancels its pending deliveries. Throws `not_found`. */
  unsubscribe(id: string): Promise<void>
  /** Counts of a subscription's deliveries and attempts. */
  stats(subscriptionId: string): SubscriptionStats

  /** One subject; undefined where there is none. */
  subject(id: string): Subject | undefined
  /** Subjects, newest first; by default at most 1000. */
  subjects(
    filter: { kind?: string; story?: string; account?: string },
    page?: { limit: number; before?: string },
  ): Subject[]
  /** Makes or moves a subject. The data of a new root subject are the story's facts; give `story` to join one. */
  putSubject(change: SubjectChange & { story?: string; account?: string | null }): Promise<Subject>
  /** The facts of a story: made once, from the story's own stream, and stored as its root subject. `given` wins over what is generated. */
  facts(story: string, given?: JsonObject): Promise<JsonObject>

  /** The newest event about a subject as the first subscription that got it was to get it; undefined where none did. */
  lastSent(subject: string): Json | undefined
  /** Triggers an event of this provider. */
  trigger(type: string, options?: TriggerInput): Promise<TriggerResult>
  /** Sends one event to one URL now, with one attempt that only the journal records. */
  sendOnce(input: {
    channel: string
    type: string
    url: string
    secret?: string | null
    settings?: JsonObject
    set?: Record<string, Json>
  }): Promise<Attempt>

  /** Sets a timer of a subject, or moves it; it fires at `at` (emulator ms) through `onTimer`. */
  setTimer(subject: string, name: string, at: number, data?: JsonObject): Promise<void>
  /** Removes one timer of a subject, or all of them. */
  clearTimer(subject: string, name?: string): Promise<void>
}

/**
 * A new subscription. By default it is on the channel of its event types or the provider's first, gets all event types (`['*']`), is
 * active, has a generated secret where its channel uses secrets, and an id in the provider's form. `settings` are those that differ from
 * the provider-wide ones and the defaults.
 *
 * @example
 * await emulator.subscribe('acme', { url: 'http://127.0.0.1:3000/webhooks', eventTypes: ['*'] })
 */
export interface SubscriptionInput extends Given<Omit<subscriptions.SubscriptionInput, 'provider'>> {
  /** Anything; kept and returned. */
  notes?: JsonObject | undefined
}

/**
 * Changes of a subscription. A setting that is null goes back to its default.
 *
 * @example
 * await emulator.updateSubscription('sub_1', { active: false, settings: { maxAttempts: null } })
 */
export interface SubscriptionChange extends Given<subscriptions.SubscriptionChange> {
  /** Anything; kept and returned. */
  notes?: JsonObject | undefined
}

/**
 * How to make an event. `set` maps payload paths to values and `unset` lists paths to leave out, both checked against the type's schema
 * before anything is stored; `raw` is the whole payload, as an object or as the text of
 * one, which is sent byte for byte; what does not fit the schema is a warning. `subject` is the id of a subject,
 * or a label: events with the same label are about the same subject. The same `id` again returns the first result again. `only` are the
 * ids of the only subscriptions to deliver to, whatever event types they ask for. An event that cannot follow the state of its subject is
 * a warning too, unless `anyState` is true.
 *
 * @example
 * await emulator.trigger('acme', 'order.shipped', { subject: 'order-1', set: { 'data.carrier': 'DHL' } })
 */
export interface TriggerInput extends Given<Omit<Trigger, 'provider' | 'type'>> {
  /** When it happened, emulator ms. Default: now. */
  at?: number | undefined
}

/**
 * Why a subscription does not get an event, in one sentence.
 * @example { subscriptionId: 'sub_2', why: 'it is not active' }
 */
export interface NotDelivered {
  subscriptionId: string
  why: string
}

/**
 * An event with its deliveries.
 * @example const { event, deliveries, notDelivered, warnings } = await emulator.trigger('standard', 'invoice.paid')
 */
export interface TriggerResult {
  event: EmulatorEvent
  /**
   * One for each subscription that gets the event, `waiting` even where its first attempt is under way already: that depends on how busy
   * its receiver is, and the ledger tells it. The same id again tells them as they are then.
   */
  deliveries: Delivery[]
  /** The provider's other subscriptions. */
  notDelivered: NotDelivered[]
  /** What is unusual about the event: an unknown value of a known enum, a state of its subject that it cannot follow, an id that is one of another kind of subject. */
  warnings: string[]
  /** True when the id was known and this is the first result again. */
  repeated: boolean
  /** The payload as JSON, where it was written just now; absent where the payload was given as text. */
  payloadJson?: string | undefined
}
