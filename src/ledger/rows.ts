// The ledger's rows as the objects of the core, and back.
import type { Attempt, Delivery, DeliveryStatus } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { JsonObject } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'
import type { Subject, Timer } from '../core/subject.js'
import type { Subscription } from '../core/subscription.js'
import type { Value } from './database.js'
import type { Kind, Kinds } from './kinds.js'
import { idOf } from './row-ids.js'

/** Parses JSON that the ledger has written. */
function parsed<T>(text: string): T {
  return JSON.parse(text)
}

/** A row of `events` as EVENT_COLUMNS select it. */
export type EventRow = Omit<
  EmulatorEvent,
  'id' | keyof Omit<Kind, 'n'> | 'payload' | 'raw' | 'warnings' | 'anyState'
> & {
  n: number
  kind: number
  id: string | null
  payload: string
  warnings: string | null
  anyState: number
}

/** The columns of an event. */
export const EVENT_COLUMNS = `n, id, kind, variant, subject, account, created_at AS createdAt, payload,
  warnings, any_state AS anyState`

/** The payload is parsed when it is first read, which sending does not always need. A text that is not compact JSON was given as text. */
export function eventOf(row: EventRow, kinds: Pick<Kinds, 'numbered'>): EmulatorEvent {
  const { provider, channel, type } = kinds.numbered(row.kind)
  let payload: JsonObject | undefined
  return {
    id: idOf('events', row.n, row.id),
    provider,
    channel,
    type,
    variant: row.variant,
    subject: row.subject,
    account: row.account,
    createdAt: row.createdAt,
    ...(row.warnings !== null && { warnings: parsed<string[]>(row.warnings) }),
    ...(row.anyState === 1 && { anyState: true }),
    get payload() {
      payload ??= parsed<JsonObject>(row.payload)
      return payload
    },
    get raw() {
      return JSON.stringify(this.payload) === row.payload ? undefined : row.payload
    },
  }
}

/** What sending reads of an event: each column of a row costs time. */
export type SentEventRow = Pick<EventRow, 'kind' | 'createdAt' | 'payload'>

/** The columns of an event that sending reads. */
export const SENT_EVENT_COLUMNS = 'kind, created_at AS createdAt, payload'

/** A row of `deliveries` as DELIVERY_COLUMNS select it. */
export interface DeliveryRow extends Omit<Delivery, 'id' | 'eventId' | 'subscriptionId' | keyof Omit<Kind, 'n'>> {
  n: number
  id: string | null
  event: number
  eventId: string | null
  lane: number
  kind: number
}

/** More attempts than one delivery can have; the attempt's key is the delivery's number times this, plus its own. */
export const ATTEMPTS_EACH = 2 ** 21

/** SQL: `d` is a delivery of the event `e`. They were inserted together, so that no index is needed. */
export const OF_EVENT = `d.n >= e.deliveries_from AND d.n < ifnull(
    (SELECT next.deliveries_from FROM events AS next WHERE next.n > e.n ORDER BY next.n LIMIT 1), ${Number.MAX_SAFE_INTEGER}
  ) AND d.event = e.n`

/** The columns of a delivery. Its row counts an attempt once it has ended, which saves a write; one in flight has a row of its own. */
export const DELIVERY_COLUMNS = `n, id, event, event_id AS eventId, lane, kind, status, attempts + EXISTS (
    SELECT 1 FROM attempts AS next WHERE next.n = deliveries.n * ${ATTEMPTS_EACH} + deliveries.attempts + 1
  ) AS attempts, counted, due_at AS dueAt, due_reason AS dueReason, created_at AS createdAt, settled_at AS settledAt, body`

/** `subscriptionId` is that of the row's lane. */
export function deliveryOf(row: DeliveryRow, subscriptionId: string, kinds: Pick<Kinds, 'numbered'>): Delivery {
  const { provider, channel, type } = kinds.numbered(row.kind)
  return {
    id: idOf('deliveries', row.n, row.id),
    eventId: idOf('events', row.event, row.eventId),
    subscriptionId,
    provider,
    channel,
    type,
    status: row.status,
    attempts: row.attempts,
    counted: row.counted,
    dueAt: row.dueAt,
    dueReason: row.dueReason,
    body: row.body,
    createdAt: row.createdAt,
    settledAt: row.settledAt,
  }
}

/** What a change of a delivery's status and tallies needs. */
export interface DeliveryRef {
  n: number
  lane: number
  status: DeliveryStatus
}

/** The key of an attempt in its table. */
export function attemptKey(delivery: number, number: number): number {
  if (!Number.isInteger(number) || number < 1 || number >= ATTEMPTS_EACH)
    throw new RangeError(`An attempt's number is between 1 and ${ATTEMPTS_EACH - 1}, not ${number}.`)
  return delivery * ATTEMPTS_EACH + number
}

/** A row of `attempts` as ATTEMPT_COLUMNS select it. */
export interface AttemptRow {
  n: number
  cause: Attempt['cause']
  startedAt: number
  stampedAt: number
  dueAt: number
  dueReason: string
  method: string
  url: string
  headers: string
  faults: string | null
  outcome: string | null
  accepted: number
  durationMs: number | null
  answer: string | null
  bodyBase64: string | null
}

/** The columns of an attempt. */
export const ATTEMPT_COLUMNS = `n, cause, started_at AS startedAt, stamped_at AS stampedAt, due_at AS dueAt, due_reason AS dueReason,
  method, url, headers, faults, outcome, accepted, duration_ms AS durationMs, answer, body_base64 AS bodyBase64`

/** The attempt in a row. */
export function attemptOf(row: AttemptRow, deliveryId: string): Attempt {
  return {
    deliveryId,
    number: row.n % ATTEMPTS_EACH,
    cause: row.cause,
    startedAt: row.startedAt,
    stampedAt: row.stampedAt,
    dueAt: row.dueAt,
    dueReason: row.dueReason,
    method: row.method,
    url: row.url,
    headers: parsed<Headers>(row.headers),
    bodyBase64: row.bodyBase64,
    faults: row.faults === null ? [] : parsed<string[]>(row.faults),
    outcome: row.outcome === null ? null : parsed<Outcome>(row.outcome),
    accepted: row.accepted === 1,
    answer: row.answer === null ? null : parsed<Answer>(row.answer),
    durationMs: row.durationMs,
  }
}

/** Bytes of a duration and of longer column headers. */
const DURATION_BYTES = 12

/** More room than this is not kept. */
const MOST_ROOM = 1024

/**
 * The answer of an attempt that has none yet: JSON null with room for what its end adds to the row, which is `length` characters if it is
 * like the one before. A row that grows where its page is full splits that page, and with it each commit looks through the whole page cache.
 */
export function roomFor(length: number): string {
  return 'null'.padEnd(Math.min(MOST_ROOM, length + DURATION_BYTES))
}

/** In the order of the table's columns; `headers` are the attempt's as JSON. */
export function attemptValues(attempt: Attempt, key: number, noAnswer: string, headers: string): Value[] {
  return [
    key,
    attempt.cause,
    attempt.startedAt,
    attempt.stampedAt,
    attempt.dueAt,
    attempt.dueReason,
    attempt.method,
    attempt.url,
    headers,
    attempt.faults.length === 0 ? null : JSON.stringify(attempt.faults),
    attempt.outcome === null ? null : JSON.stringify(attempt.outcome),
    attempt.accepted ? 1 : 0,
    attempt.durationMs,
    attempt.answer === null ? noAnswer : JSON.stringify(attempt.answer),
    attempt.bodyBase64,
  ]
}

/** A row of `subscriptions` as SUBSCRIPTION_COLUMNS select it. */
export interface SubscriptionRow {
  id: string
  provider: string
  channel: string
  url: string
  eventTypes: string
  active: number
  secret: string | null
  previousSecret: string | null
  settings: string
  notes: string
  account: string | null
  createdAt: number
  updatedAt: number
}

/** The columns of a subscription. */
export const SUBSCRIPTION_COLUMNS = `id, provider, channel, url, event_types AS eventTypes, active, secret,
  previous_secret AS previousSecret, settings, notes, account, created_at AS createdAt, updated_at AS updatedAt`

/** The subscription in a row. */
export function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    ...row,
    eventTypes: parsed<string[]>(row.eventTypes),
    active: row.active === 1,
    previousSecret:
      row.previousSecret === null ? null : parsed<NonNullable<Subscription['previousSecret']>>(row.previousSecret),
    settings: parsed<JsonObject>(row.settings),
    notes: parsed<JsonObject>(row.notes),
  }
}

/** All but the id, in the order of the table's columns. */
export function subscriptionValues(subscription: Subscription): Value[] {
  return [
    subscription.provider,
    subscription.channel,
    subscription.url,
    JSON.stringify(subscription.eventTypes),
    subscription.active ? 1 : 0,
    subscription.secret,
    subscription.previousSecret === null ? null : JSON.stringify(subscription.previousSecret),
    JSON.stringify(subscription.settings),
    JSON.stringify(subscription.notes),
    subscription.account,
    subscription.createdAt,
    subscription.updatedAt,
  ]
}

/** A row of `subjects` as SUBJECT_COLUMNS select it. */
export type SubjectRow = Omit<Subject, 'data'> & { data: string }

/** The columns of a subject. */
export const SUBJECT_COLUMNS =
  'id, provider, kind, story, state, account, created_at AS createdAt, updated_at AS updatedAt, data'

/** The subject in a row. */
export function subjectOf(row: SubjectRow): Subject {
  return { ...row, data: parsed<JsonObject>(row.data) }
}

/** A row of `timers` as TIMER_COLUMNS select it. */
export type TimerRow = Omit<Timer, 'data'> & { data: string }

/** The columns of a timer. */
export const TIMER_COLUMNS = 'provider, subject, name, at, data'

/** The timer in a row. */
export function timerOf(row: TimerRow): Timer {
  return { ...row, data: parsed<JsonObject>(row.data) }
}

/** A JSON object stored as text. */
export function objectOf(text: string): JsonObject {
  return parsed<JsonObject>(text)
}
