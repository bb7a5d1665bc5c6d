// The reads of the ledger: rows by id here, lists and due times from their own files.
import { DELIVERY_STATUSES, type DeliveryStatus } from '../core/delivery.js'
import { eventToSend } from '../core/event.js'
import type { LedgerReads } from '../core/ledger.js'
import type { Counters } from './counters.js'
import type { Database } from './database.js'
import { readDue } from './due.js'
import type { Kinds } from './kinds.js'
import { readLists } from './lists.js'
import { rowById } from './row-ids.js'
import {
  ATTEMPT_COLUMNS,
  ATTEMPTS_EACH,
  type AttemptRow,
  attemptOf,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryOf,
  EVENT_COLUMNS,
  type EventRow,
  eventOf,
  OF_EVENT,
  objectOf,
  SENT_EVENT_COLUMNS,
  type SentEventRow,
  SUBJECT_COLUMNS,
  SUBSCRIPTION_COLUMNS,
  type SubjectRow,
  type SubscriptionRow,
  subjectOf,
  subscriptionOf,
  TIMER_COLUMNS,
  type TimerRow,
  timerOf,
} from './rows.js'
import type { SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'
import type { VerificationReads } from './verifications.js'

/** How many due timers are returned at once. */
const DUE_TIMERS = 100

/** Prepares every query once. */
export function readRows(
  db: Database,
  tallies: Tallies,
  counters: Pick<Counters, 'value'>,
  index: Pick<SubjectIndex, 'find' | 'recentEvents'>,
  kinds: Kinds,
): Omit<LedgerReads, keyof VerificationReads> {
  const event = rowById<EventRow>(db, 'events', EVENT_COLUMNS)
  const sentEvent = rowById<SentEventRow>(db, 'events', SENT_EVENT_COLUMNS)
  const eventKey = rowById<{ n: number }>(db, 'events', 'n')
  const delivery = rowById<DeliveryRow>(db, 'deliveries', DELIVERY_COLUMNS)
  const deliveriesOfEvent = db.prepare<[number], DeliveryRow>(
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries
      WHERE n IN (SELECT d.n FROM events AS e CROSS JOIN deliveries AS d ON ${OF_EVENT} WHERE e.n = ?) ORDER BY n`,
  )
  const deliveryKey = rowById<{ n: number }>(db, 'deliveries', 'n')
  const attempts = db.prepare<[number, number], AttemptRow>(
    `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE n > ? AND n < ? ORDER BY n`,
  )
  const subscription = db.prepare<[string], SubscriptionRow>(
    `SELECT ${SUBSCRIPTION_COLUMNS} FROM subscriptions WHERE id = ?`,
  )
  const subscriptions = db.prepare<[], SubscriptionRow>(`SELECT ${SUBSCRIPTION_COLUMNS} FROM subscriptions ORDER BY n`)
  const subject = db.prepare<[number], SubjectRow>(`SELECT ${SUBJECT_COLUMNS} FROM subjects WHERE n = ?`)
  const subjectOfStory = db.prepare<[string, string, string], SubjectRow>(
    `SELECT ${SUBJECT_COLUMNS} FROM subjects WHERE provider = ? AND kind = ? AND story = ? ORDER BY n DESC LIMIT 1`,
  )
  const timers = db.prepare<[], TimerRow>(`SELECT ${TIMER_COLUMNS} FROM timers ORDER BY at, n`)
  const dueTimers = db.prepare<[now: number, limit: number], TimerRow>(
    `SELECT ${TIMER_COLUMNS} FROM timers WHERE at <= ? ORDER BY at, n LIMIT +?`,
  )
  const timer = db.prepare<[string, string, string], TimerRow>(
    `SELECT ${TIMER_COLUMNS} FROM timers WHERE provider = ? AND subject = ? AND name = ?`,
  )
  const nextTimer = db.prepare<[], { at: number | null }>('SELECT min(at) AS at FROM timers')
  const storyCount = db.prepare<[string, string, string], { value: number }>(
    'SELECT value FROM story_counters WHERE provider = ? AND story = ? AND type = ?',
  )
  const meta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?')
  const providerSettings = db.prepare<[string], { settings: string }>(
    'SELECT settings FROM provider_settings WHERE provider = ?',
  )
  const idempotency = db.prepare<[string], { digest: string; answer: string }>(
    'SELECT digest, answer FROM idempotency WHERE id = ?',
  )

  const toDelivery = (row: DeliveryRow) => deliveryOf(row, tallies.laneNumbered(row.lane).subscription, kinds)

  return {
    ...readLists(db, tallies, index, kinds),
    ...readDue(db, tallies),
    event: id => {
      const row = event(id)
      return row && eventOf(row, kinds)
    },
    eventToSend: id => {
      const row = sentEvent(id)
      return row && eventToSend(id, { type: kinds.numbered(row.kind).type, createdAt: row.createdAt }, row.payload)
    },
    delivery: id => {
      const row = delivery(id)
      return row && toDelivery(row)
    },
    deliveriesOfEvent: eventId => {
      const row = eventKey(eventId)
      return row === undefined ? [] : deliveriesOfEvent.all(row.n).map(toDelivery)
    },
    attempts: deliveryId => {
      const row = deliveryKey(deliveryId)
      if (row === undefined) return []
      const first = row.n * ATTEMPTS_EACH
      return attempts.all(first, first + ATTEMPTS_EACH).map(attempt => attemptOf(attempt, deliveryId))
    },
    subscription: id => {
      const row = subscription.get(id)
      return row && subscriptionOf(row)
    },
    subscriptions: ({ provider, channel, account } = {}) =>
      subscriptions
        .all()
        .filter(
          row =>
            (provider === undefined || row.provider === provider) &&
            (channel === undefined || row.channel === channel) &&
            (account === undefined || row.account === account),
        )
        .map(subscriptionOf),
    stats: subscriptionId => {
      const lane = tallies.lane(subscriptionId)
      return {
        delivered: lane?.delivered ?? 0,
        exhausted: lane?.exhausted ?? 0,
        attempts: lane?.attempts ?? 0,
        acceptedAttempts: lane?.acceptedAttempts ?? 0,
        lastAttemptAt: lane?.lastAttemptAt ?? null,
      }
    },
    subject: (provider, id) => {
      const n = index.find(provider, id)
      const row = n === undefined ? undefined : subject.get(n)
      return row && subjectOf(row)
    },
    subjectOfStory: (provider, kind, story) => {
      const row = subjectOfStory.get(provider, kind, story)
      return row && subjectOf(row)
    },
    timers: provider =>
      timers
        .all()
        .filter(row => provider === undefined || row.provider === provider)
        .map(timerOf),
    dueTimers: now => dueTimers.all(now, DUE_TIMERS).map(timerOf),
    timer: (provider, subject, name) => {
      const row = timer.get(provider, subject, name)
      return row && timerOf(row)
    },
    nextTimer: () => nextTimer.get()?.at ?? undefined,
    deliveryCounts: () => {
      const totals = tallies.totals()
      const counts: Record<DeliveryStatus, number> = {
        waiting: 0,
        attempting: 0,
        delivered: 0,
        exhausted: 0,
        cancelled: 0,
      }
      for (const status of DELIVERY_STATUSES) counts[status] = totals[status]
      return counts
    },
    attemptCount: () => tallies.totals().attempts,
    counter: counters.value,
    storyCount: (provider, story, type) => storyCount.get(provider, story, type)?.value ?? 0,
    meta: key => meta.get(key)?.value,
    providerSettings: provider => {
      const row = providerSettings.get(provider)
      return row === undefined ? {} : objectOf(row.settings)
    },
    idempotency: id => {
      const row = idempotency.get(id)
      return row && { digest: row.digest, answer: objectOf(row.answer) }
    },
  }
}
