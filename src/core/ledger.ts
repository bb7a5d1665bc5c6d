// The contract of the durable record: subscriptions, subjects, events, deliveries, attempts.
import type { Attempt, Delivery, DeliveryState, DeliveryStatus } from './delivery.js'
import type { EmulatorEvent } from './event.js'
import type { JsonObject } from './json.js'
import type { Answer, Outcome } from './outcome.js'
import type { Subject, Timer } from './subject.js'
import type { Subscription, SubscriptionStats } from './subscription.js'

/** A page of a list, newest first. `before` is the id of the last row of the page before. */
export interface Page {
  limit: number
  before?: string | undefined
}

export interface DeliveryFilter {
  status?: DeliveryStatus | undefined
  provider?: string | undefined
  type?: string | undefined
  subscription?: string | undefined
  event?: string | undefined
  /** Substring of the subscription's URL. */
  url?: string | undefined
}

export interface EventFilter {
  provider?: string | undefined
  type?: string | undefined
  subject?: string | undefined
}

export interface SubjectFilter {
  provider?: string | undefined
  kind?: string | undefined
  story?: string | undefined
  state?: string | undefined
  account?: string | undefined
}

/** How an attempt ended and what becomes of its delivery; one write. */
export interface AttemptEnd {
  deliveryId: string
  number: number
  outcome: Outcome
  accepted: boolean
  answer: Answer | null
  durationMs: number
  /** Adds one to what the retry policy counts. */
  counts: boolean
  /** The delivery afterwards; undefined leaves it as it is (a failed resend of a settled delivery). */
  delivery?: DeliveryState | undefined
}

/** Reading. Answers are fresh objects; undefined where there is no such row. */
export interface LedgerReads {
  event(id: string): EmulatorEvent | undefined
  /** An event to be sent, with its payload as compact JSON as well; the event's own is parsed when it is looked at. */
  eventToSend(id: string): { event: EmulatorEvent; text: string } | undefined
  events(filter: EventFilter, page: Page): EmulatorEvent[]
  delivery(id: string): Delivery | undefined
  deliveries(filter: DeliveryFilter, page: Page): Delivery[]
  deliveriesOfEvent(eventId: string): Delivery[]
  /** Oldest first. */
  attempts(deliveryId: string): Attempt[]
  subscription(id: string): Subscription | undefined
  /** Oldest first. */
  subscriptions(filter?: { provider?: string; channel?: string; account?: string | null }): Subscription[]
  stats(subscriptionId: string): SubscriptionStats
  subject(provider: string, id: string): Subject | undefined
  subjectOfStory(provider: string, kind: string, story: string): Subject | undefined
  subjects(filter: SubjectFilter, page: Page): Subject[]
  timers(provider?: string): Timer[]
  /** Timers due at `now`, earliest first, at most 100; they stay until removed. */
  dueTimers(now: number): Timer[]
  timer(provider: string, subject: string, name: string): Timer | undefined
  /** The earliest due instant among waiting deliveries, leaving out the subscriptions named. */
  nextDelivery(except?: readonly string[]): number | undefined
  nextTimer(): number | undefined
  /** Subscriptions that have a waiting delivery due at or before `now`. */
  dueSubscriptions(now: number): string[]
  deliveryCounts(): Record<DeliveryStatus, number>
  attemptCount(): number
  /** The present value of a counter; 0 when never raised. */
  counter(name: string): number
  meta(key: string): string | undefined
  /** Provider-wide settings as given; {} when none. */
  providerSettings(provider: string): JsonObject
  /** The idempotency record of a triggered event: a digest of the request, and whatever was answered. */
  idempotency(id: string): { digest: string; answer: JsonObject } | undefined
}

/** Writing; only inside `Ledger.write`. */
export interface LedgerRows extends LedgerReads {
  insertEvent(event: EmulatorEvent): void
  insertDelivery(delivery: Delivery): void
  /** Takes up to `limit` deliveries of a subscription due at `now`, earliest first, and marks them `attempting`. */
  claim(subscriptionId: string, now: number, limit: number): Delivery[]
  /** Gives claimed deliveries that were not attempted back: `waiting` again, due as before. */
  release(deliveryIds: readonly string[]): void
  /** Writes the attempt and raises the delivery's `attempts`; with `cause` scheduled the delivery is `attempting`. */
  startAttempt(attempt: Attempt): void
  finishAttempt(end: AttemptEnd): void
  /** Sets a delivery that is not in flight; used to cancel and to make a waiting one due at another time. */
  setDelivery(id: string, next: DeliveryState): void
  /** Cancels what is waiting for a subscription; answers the cancelled ids. */
  cancelWaiting(subscriptionId: string, at: number): string[]
  insertSubscription(subscription: Subscription): void
  updateSubscription(subscription: Subscription): void
  /** Removes it; its deliveries stay readable. */
  removeSubscription(id: string): void
  putSubject(subject: Subject): void
  setTimer(timer: Timer): void
  removeTimer(provider: string, subject: string, name?: string): void
  /** Raises a counter by one and answers the new value. */
  count(name: string): number
  setMeta(key: string, value: string): void
  setProviderSettings(provider: string, settings: JsonObject): void
  rememberIdempotency(id: string, digest: string, answer: JsonObject): void
  /**
   * After a crash: every unfinished attempt becomes `interrupted`, every `attempting` delivery `waiting` and due at `now`.
   * Answers how many attempts were interrupted.
   */
  recover(now: number): number
  /** Forgets settled deliveries, their attempts and events no longer owed, oldest first, until at most `keep` settled deliveries stay. */
  prune(keep: number): number
  /** Forgets every row but the meta entries. */
  clear(): void
}

/** The durable record. It has one owner; a second one gets EmulatorError `ledger_in_use`. */
export interface Ledger extends LedgerReads {
  /**
   * Runs `work` in a transaction shared with the other writes of this tick. When it throws, only its own changes are undone and
   * only its own promise rejects. Resolves after the commit. `work` runs again when another write of its tick fails, so it changes
   * nothing but rows.
   */
  write<T>(work: (rows: LedgerRows) => T): Promise<T>
  /** Resolves when every write asked for so far is committed. */
  settled(): Promise<void>
  /** Where it is: a file's path or `:memory:`. */
  readonly location: string
  /** Flushes and lets go of the file. Later calls throw. */
  close(): Promise<void>
}
