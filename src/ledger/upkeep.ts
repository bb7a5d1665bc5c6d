// Upkeep of the whole record: recovering after a crash, forgetting what is old, forgetting everything.
import { DELIVERY_STATUSES, type DeliveryStatus, isSettled } from '../core/delivery.js'
import type { LedgerRows } from '../core/ledger.js'
import type { Outcome } from '../core/outcome.js'
import type { Database } from './database.js'
import { ATTEMPTS_EACH } from './rows.js'
import type { Tallies } from './tallies.js'

const INTERRUPTED: Outcome = { kind: 'interrupted', detail: 'The emulator stopped in the middle of this attempt.' }

const TABLES = [
  'attempts',
  'deliveries',
  'events',
  'subjects',
  'timers',
  'subscriptions',
  'counters',
  'provider_settings',
  'idempotency',
]

/** The writing that keeps the whole record in order. */
export type Upkeep = Pick<LedgerRows, 'recover' | 'prune' | 'clear'> & {
  /** Rows were rolled back: what is remembered of them may be wrong. */
  undo(): void
}

/** Prepares recover, prune and clear. `forget` drops what is remembered of rows that they change. */
export function writeUpkeep(db: Database, tallies: Tallies, forget: () => void): Upkeep {
  const interrupt = db.prepare<[string]>('UPDATE attempts SET outcome = ? WHERE outcome IS NULL')
  const takeUpAgain = db.prepare<[number, string]>(
    "UPDATE deliveries SET status = 'waiting', due_at = ?, due_reason = ? WHERE status = 'attempting'",
  )
  // Each status has its rows in order in the index. A delivery that is being resent right now is left alone.
  const oldestOf = (status: DeliveryStatus) => `SELECT * FROM (
      SELECT n FROM deliveries INDEXED BY deliveries_not_waiting
      WHERE status = '${status}' AND n NOT IN (SELECT n / ${ATTEMPTS_EACH} FROM attempts WHERE outcome IS NULL)
      ORDER BY n LIMIT ?
    )`
  const oldestSettled = db.prepare<number[], { n: number }>(
    `${DELIVERY_STATUSES.filter(isSettled).map(oldestOf).join(' UNION ALL ')} ORDER BY n LIMIT ?`,
  )
  const dropAttempts = db.prepare<[number, number]>('DELETE FROM attempts WHERE n > ? AND n < ?')
  const dropDelivery = db.prepare<[number], { status: DeliveryStatus; event: string }>(
    'DELETE FROM deliveries WHERE n = ? RETURNING status, event',
  )
  const dropEvent = db.prepare<[string], { n: number }>(
    `DELETE FROM events WHERE id = ? AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = events.id) RETURNING n`,
  )
  const eventKey = db.prepare<[string], { n: number }>('SELECT n FROM events WHERE id = ?')
  const dropNobodys = db.prepare<[number, number], { id: string }>(
    `DELETE FROM events WHERE n > ? AND n <= ? AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = events.id)
      RETURNING id`,
  )
  const dropIdempotency = db.prepare<[string]>('DELETE FROM idempotency WHERE id = ?')
  const clearing = TABLES.map(table => db.prepare<[]>(`DELETE FROM ${table}`))

  // Events up to this row have been searched for those without a delivery.
  let sweptTo = 0

  return {
    recover: now => {
      forget()
      const { changes: interrupted } = interrupt.run(JSON.stringify(INTERRUPTED))
      const { changes: again } = takeUpAgain.run(now, 'interrupted; again at once')
      const totals = tallies.changeTotals()
      totals.attempting -= again
      totals.waiting += again
      return interrupted
    },

    prune: keep => {
      const { delivered, exhausted, cancelled } = tallies.totals()
      const excess = delivered + exhausted + cancelled - Math.max(0, keep)
      if (excess <= 0) return 0
      forget()
      const totals = tallies.changeTotals()
      const old = oldestSettled.all(excess, excess, excess, excess)
      let newestEvent = 0
      for (const { n } of old) {
        totals.attempts -= dropAttempts.run(n * ATTEMPTS_EACH, (n + 1) * ATTEMPTS_EACH).changes
        const dropped = dropDelivery.get(n)
        if (dropped === undefined) continue
        totals[dropped.status]--
        const event = dropEvent.get(dropped.event)
        if (event !== undefined) dropIdempotency.run(dropped.event)
        newestEvent = Math.max(newestEvent, event?.n ?? eventKey.get(dropped.event)?.n ?? 0)
      }
      // Events without any delivery are as old as those around them, and go with them.
      for (const { id } of dropNobodys.all(sweptTo, newestEvent)) dropIdempotency.run(id)
      sweptTo = Math.max(sweptTo, newestEvent)
      return old.length
    },

    clear: () => {
      forget()
      for (const statement of clearing) statement.run()
      tallies.clear()
      sweptTo = 0
    },

    undo: () => {
      sweptTo = 0
    },
  }
}
