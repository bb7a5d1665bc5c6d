// The contract of the durable record: subscriptions, subjects, events, deliveries, attempts.
import type { Attempt, Delivery, DeliveryState, DeliveryStatus } from './delivery.js'
import type { EmulatorEvent, EventToSend } from './event.js'
import type { JsonObject } from './json.js'
import type { Answer, Outcome } from './outcome.js'
import type { Subject, Timer } from './subject.js'
import type { Subscription, SubscriptionStats } from './subscription.js'
import type { StoredVerdict, StoredVerification, VerificationEnd } from './verification.js'

/** A page of a list, newest first. `before` is the id of the previous page's last row. */
export interface Page {
  limit: number
  before?: string | undefined
}

/** Which deliveries a list has; every field given must match. */
export interface DeliveryFilter {
  status?: DeliveryStatus | undefined
  provider?: string | undefined
  type?: string | undefined
  subscription?: string | undefined
  event?: string | undefined
  /** Substring of the subscription's URL. */
  url?: string | undefined
  /** Subject of the event. */
  subject?: string | undefined
  /** A text in an id, the provider, type, subject, URL or payload; the case of ASCII letters is ignored. */
  text?: string | undefined
  /** Id of the oldest delivery that is looked at. */
  from?: string | undefined
}

/** A delivery as a list shows it. */
export interface ListedDelivery {
  delivery: Delivery
  /** Subject of its event. */
  subject: string | null
  /** URL of its subscription, which may be removed since. */
  url: string
  /** Outcome of the last attempt; null before the first has ended, and while another is in flight. */
  lastOutcome: Outcome | null
}

/** Which events a list has; every field given must match. */
export interface EventFilter {
  provider?: string | undefined
  type?: string | undefined
  subject?: string | undefined
  /** About any subject of this story. */
  story?: string | undefined
}

/** Which subjects a list has; every field given must match. */
export interface SubjectFilter {
  provider?: string | undefined
  kind?: string | undefined
  story?: string | undefined
  state?: string | undefined
  account?: string | undefined
}

/** Which verifications a list has; every field given must match. */
export interface VerificationFilter {
  provider?: string | undefined
  /** The receiver's URL. */
  to?: string | undefined
}

/** The end of an attempt and the new state of its delivery, in one write. */
export interface AttemptEnd {
  deliveryId: string
  number: number
  outcome: Outcome
  accepted: boolean
  answer: Answer | null
  durationMs: number
  /** Whether the retry policy counts this attempt. */
  counts: boolean
  /** The delivery afterwards; undefined leaves it as it is (a failed resend of a settled delivery). */
  delivery?: DeliveryState | undefined
}

/** Reads. They return fresh objects, undefined when there is no such row. */
export interface LedgerReads {
  event(id: string): EmulatorEvent | undefined
  /** An event with its payload as compact JSON; `event.payload` is parsed when it is read. */
  eventToSend(id: string): EventToSend | undefined
  events(filter: EventFilter, page: Page): EmulatorEvent[]
  delivery(id: string): Delivery | undefined
  deliveries(filter: DeliveryFilter, page: Page): Delivery[]
  /** The same deliveries with what is in other tables. */
  listedDeliveries(filter: DeliveryFilter, page: Page): ListedDelivery[]
  /** Id of the newest delivery that has at least `rows` others above it, those older than `before` counted; undefined: there are fewer. */
  deliveryBelow(rows: number, before?: string): string | undefined
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
  /** At most 100 timers due at `now`, earliest first; they stay until removed. */
  dueTimers(now: number): Timer[]
  timer(provider: string, subject: string, name: string): Timer | undefined
  /** When the earliest waiting delivery is due, of those due later than `after`; emulator ms. */
  nextDelivery(after?: number): number | undefined
  nextTimer(): number | undefined
  /** Subscriptions with a waiting delivery due at or before `now`, and later than `after`; of very many also others that are due at `now`. */
  dueSubscriptions(now: number, after?: number): string[]
  deliveryCounts(): Record<DeliveryStatus, number>
  attemptCount(): number
  /** The value of a counter; 0 when it was never raised. */
  counter(name: string): number
  /** How many events of this type a story has had; 0 when none, or when the story was pruned. */
  storyCount(provider: string, story: string, type: string): number
  meta(key: string): string | undefined
  /** Provider-wide settings as given; {} when none. */
  providerSettings(provider: string): JsonObject
  /** The idempotency record of a triggered event: a digest of the request, and its answer. */
  idempotency(id: string): { digest: string; answer: JsonObject } | undefined
  verification(id: string): StoredVerification | undefined
  verifications(filter: VerificationFilter, page: Page): StoredVerification[]
  /** The verdicts of a verification so far, in the order of reports. */
  verdicts(verificationId: string): JsonObject[]
}

/** Writes; only inside `Ledger.write`. */
export interface LedgerRows extends LedgerReads {
  /**
   * `text` is the payload's text where it is already written. An id `ev_<n>` comes from `count('event')`; one of another form takes a
   * number from that counter too.
   */
  insertEvent(event: EmulatorEvent, text?: string): void
  /** Of the newest event. An id `dl_<n>` comes from `count('delivery')`, which is called once the event is inserted. */
  insertDelivery(delivery: Delivery): void
  /** Takes up to `limit` deliveries of a subscription due at `now`, earliest first, and marks them `attempting`. */
  claim(subscriptionId: string, now: number, limit: number): Delivery[]
  /** Returns claimed deliveries that were not attempted to `waiting`, due as before. */
  release(deliveryIds: readonly string[]): void
  /** Writes the attempt, which the delivery's `attempts` count from now on; with `cause` scheduled the delivery is `attempting`. */
  startAttempt(attempt: Attempt): void
  /**
   * Ends an attempt. A delivery that was cancelled meanwhile stays so unless this attempt delivers it: its state is returned then.
   */
  finishAttempt(end: AttemptEnd): DeliveryState | undefined
  /** Sets a delivery that is not in flight; used to cancel and to make a waiting one due at another time. A cancelled one never waits again. */
  setDelivery(id: string, next: DeliveryState): void
  /** Cancels a subscription's waiting deliveries; returns their ids. */
  cancelWaiting(subscriptionId: string, at: number): string[]
  /** Cancels a subscription's claimed deliveries, also those with an attempt in flight; returns their ids. */
  cancelAttempting(subscriptionId: string, at: number): string[]
  insertSubscription(subscription: Subscription): void
  updateSubscription(subscription: Subscription): void
  /** Removes it; its deliveries stay readable. */
  removeSubscription(id: string): void
  /** `text` is the JSON of its data where it is already written. */
  putSubject(subject: Subject, text?: string): void
  setTimer(timer: Timer): void
  removeTimer(provider: string, subject: string, name?: string): void
  /** Raises a counter by one; returns the new value. */
  count(name: string): number
  /** Counts one more event of this type in a story; returns the new number. */
  countInStory(provider: string, story: string, type: string): number
  setMeta(key: string, value: string): void
  setProviderSettings(provider: string, settings: JsonObject): void
  rememberIdempotency(id: string, digest: string, answer: JsonObject): void
  insertVerification(verification: StoredVerification): void
  /** Adds a verdict and counts it; nothing where the verification was removed. */
  addVerdict(verificationId: string, verdict: StoredVerdict): void
  endVerification(id: string, end: VerificationEnd): void
  /** False where there was none. */
  removeVerification(id: string): boolean
  /** Keeps at most so many verifications that have ended; the oldest go first. */
  pruneVerifications(keep: number): void
  /**
   * After a crash: every unfinished attempt becomes `interrupted`, every `attempting` delivery `waiting` and due at `now`, every
   * verification that ran `interrupted`.
   * Returns the number of interrupted attempts.
   */
  recover(now: number): number
  /**
   * Keeps at most `keep` settled deliveries (with their attempts and events), events without a delivery, and subjects; the oldest go
   * first. Subjects go by their last change, with their whole story, unless one of it has a timer or an owed delivery. One call does a
   * bounded part of the work. Returns the number of deliveries deleted.
   */
  prune(keep: number): number
  /** Deletes every row but the meta entries. */
  clear(): void
}

/** The durable record. It has one owner; opening it a second time throws EmulatorError `ledger_in_use`. */
export interface Ledger extends LedgerReads {
  /**
   * Runs `work` in a transaction shared with the other writes of this tick. When it throws, only its own changes are undone and
   * only its own promise rejects. Resolves after the commit. `work` runs again when another write of its tick fails, so it changes
   * nothing but rows.
   */
  write<T>(work: (rows: LedgerRows) => T): Promise<T>
  /** Resolves when every write requested so far is committed or has failed. */
  settled(): Promise<void>
  /** Where it is: a file's path or `:memory:`. */
  readonly location: string
  /** Commits what was requested and closes the file. Later calls throw. */
  close(): Promise<void>
}
