// Inserts events, and knows the newest one: its deliveries are inserted with it.
import { payloadText } from '../core/event.js'
import type { LedgerRows } from '../core/ledger.js'
import type { Counters } from './counters.js'
import type { Database, Value } from './database.js'
import { placeFor, rowById } from './row-ids.js'
import type { SubjectIndex } from './subject-index.js'

/** What a delivery keeps of its event: `id` is null where the number is the id. */
interface EventKey {
  n: number
  id: string | null
}

/** The writes of events. */
export interface EventWrites extends Pick<LedgerRows, 'insertEvent'> {
  /** The event of a delivery that is about to be inserted. Throws where it is not the newest: its deliveries have numbers in a row. */
  keyOf(eventId: string): EventKey
  /** Rows were rolled back or changed elsewhere. */
  forget(): void
}

/** Prepares the statements. */
export function writeEvents(
  db: Database,
  counters: Pick<Counters, 'value' | 'raise' | 'raiseTo'>,
  index: Pick<SubjectIndex, 'addEvent'>,
): EventWrites {
  const insert = db.prepare<Value[]>(
    `INSERT INTO events (n, id, deliveries_from, provider, channel, type, variant, subject, account, created_at, payload,
      warnings, any_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const columns = 'n, id, n = (SELECT max(n) FROM events) AS isNewest'
  const find = rowById<EventKey & { isNewest: number }>(db, 'events', columns)
  let last: (EventKey & { eventId: string }) | undefined
  return {
    insertEvent: (event, text = payloadText(event)) => {
      const { n, id } = placeFor(counters, 'events', event.id)
      insert.run(
        n,
        id,
        counters.value('delivery') + 1,
        event.provider,
        event.channel,
        event.type,
        event.variant,
        event.subject,
        event.account,
        event.createdAt,
        text,
        event.warnings === undefined ? null : JSON.stringify(event.warnings),
        event.anyState === true ? 1 : 0,
      )
      if (event.subject !== null) index.addEvent(event.subject, n)
      last = { eventId: event.id, n, id }
    },
    keyOf: eventId => {
      if (eventId === last?.eventId) return last
      const event = find(eventId)
      if (event === undefined) throw new Error(`The ledger has no event ${eventId}.`)
      if (event.isNewest === 0) throw new Error(`A delivery of ${eventId} must be inserted before the next event.`)
      return event
    },
    forget: () => {
      last = undefined
    },
  }
}
