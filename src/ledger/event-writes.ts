// Inserts events, each with its deliveries.
import type { Delivery } from '../core/delivery.js'
import { payloadText } from '../core/event.js'
import type { LedgerRows } from '../core/ledger.js'
import type { Counters } from './counters.js'
import type { Database, Value } from './database.js'
import type { Kinds } from './kinds.js'
import { placeFor, rowById } from './row-ids.js'
import type { SubjectIndex } from './subject-index.js'

/** What a delivery keeps of its event, whose `id` is null where the number is the id, and the least number that it may have. */
interface EventKey {
  n: number
  id: string | null
  deliveriesFrom: number
}

/** The writes of events. */
export interface EventWrites extends Pick<LedgerRows, 'insertEvent'> {
  /** Returns the number of its row. Throws where its event is not the newest, or has later numbers: the deliveries of one have numbers in a row. */
  insertDelivery(delivery: Delivery, lane: number): number
  /** Rows were rolled back or changed elsewhere. */
  forget(): void
}

/** Why the first attempt of nearly every delivery is due. */
const FIRST = 'first attempt'

/** Prepares the statements. */
export function writeEvents(
  db: Database,
  counters: Pick<Counters, 'value' | 'raise' | 'raiseTo'>,
  index: Pick<SubjectIndex, 'addEvent'>,
  kinds: Pick<Kinds, 'numberOf'>,
): EventWrites {
  const insert = db.prepare<Value[]>(
    `INSERT INTO events (n, id, deliveries_from, kind, variant, subject, account, created_at, payload,
      warnings, any_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertDelivery = db.prepare<Value[]>(
    `INSERT INTO deliveries (n, id, event, event_id, lane, kind, status, attempts, counted, due_at, due_reason,
      created_at, settled_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  // As nearly all are when they are made: each bound value costs time.
  const insertNew = (status: 'waiting' | 'attempting') =>
    db.prepare<Value[]>(
      `INSERT INTO deliveries (n, event, lane, kind, status, attempts, counted, due_at, due_reason, created_at, body)
        VALUES (?, ?, ?, ?, '${status}', 0, 0, ?, '${FIRST}', ?, ?)`,
    )
  const insertWaiting = insertNew('waiting')
  const insertAttempting = insertNew('attempting')
  const columns = 'n, id, deliveries_from AS deliveriesFrom, n = (SELECT max(n) FROM events) AS isNewest'
  const find = rowById<EventKey & { isNewest: number }>(db, 'events', columns)
  let last: (EventKey & { eventId: string }) | undefined

  const keyOf = (eventId: string): EventKey => {
    if (eventId === last?.eventId) return last
    const event = find(eventId)
    if (event === undefined) throw new Error(`The ledger has no event ${eventId}.`)
    if (event.isNewest === 0) throw new Error(`A delivery of ${eventId} must be inserted before the next event.`)
    return event
  }

  return {
    insertEvent: (event, text = payloadText(event)) => {
      const { n, id } = placeFor(counters, 'events', event.id)
      const deliveriesFrom = counters.value('delivery') + 1
      insert.run(
        n,
        id,
        deliveriesFrom,
        kinds.numberOf(event),
        event.variant,
        event.subject,
        event.account,
        event.createdAt,
        text,
        event.warnings === undefined ? null : JSON.stringify(event.warnings),
        event.anyState === true ? 1 : 0,
      )
      if (event.subject !== null) index.addEvent(event.subject, n)
      last = { eventId: event.id, n, id, deliveriesFrom }
    },
    insertDelivery: (delivery, lane) => {
      const event = keyOf(delivery.eventId)
      const { n, id } = placeFor(counters, 'deliveries', delivery.id)
      if (n < event.deliveriesFrom)
        throw new Error(`Delivery ${delivery.id} must take its number after ${delivery.eventId} is inserted.`)
      const { status, attempts, counted, dueAt, dueReason, createdAt, settledAt, body } = delivery
      const kind = kinds.numberOf(delivery)
      const isUntried = attempts === 0 && counted === 0 && dueReason === FIRST && settledAt === null
      if (isUntried && (status === 'waiting' || status === 'attempting') && id === null && event.id === null)
        (status === 'waiting' ? insertWaiting : insertAttempting).run(n, event.n, lane, kind, dueAt, createdAt, body)
      else
        insertDelivery.run(
          n,
          id,
          event.n,
          event.id,
          lane,
          kind,
          status,
          attempts,
          counted,
          dueAt,
          dueReason,
          createdAt,
          settledAt,
          body,
        )
      return n
    },
    forget: () => {
      last = undefined
    },
  }
}
