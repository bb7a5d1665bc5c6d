// Upkeep of the whole ledger: recovery after a crash, pruning of old rows, clearing.
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

/** The writes of the upkeep. */
export type Upkeep = Pick<LedgerRows, 'recover' | 'prune' | 'clear'> & {
  /** Rows were rolled back: what is cached of them may be wrong. */
  undo(): void
}

/** Prepares recover, prune and clear. `forget` drops what is cached of the rows that they change. */
export function writeUpkeep(db: Database, tallies: Tallies, forget: () => void): Upkeep {
  const interrupt = db.prepare<[string]>('UPDATE attempts SET outcome = ? WHERE outcome IS NULL')
  const resume = db.prepare<[number, string]>(
    "UPDATE deliveries SET status = 'waiting', due_at = ?, due_reason = ? WHERE status = 'attempting'",
  )
  // Within a status the index has the rows in order. A delivery that is being resent is left alone.
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
  const dropUndelivered = db.prepare<[number, number], { id: string }>(
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
      const { changes: resumed } = resume.run(now, 'interrupted; again at once')
      const totals = tallies.changeTotals()
      totals.attempting -= resumed
      totals.waiting += resumed
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
      // Events without a delivery go with those that are as old.
      for (const { id } of dropUndelivered.all(sweptTo, newestEvent)) dropIdempotency.run(id)
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
