// Upkeep of the whole ledger: recovery after a crash, pruning, clearing.
import type { LedgerRows } from '../core/ledger.js'
import type { Outcome } from '../core/outcome.js'
import type { Counters } from './counters.js'
import type { Database } from './database.js'
import { pruneRows } from './prune.js'
import { ATTEMPTS_EACH } from './rows.js'
import type { SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'

const INTERRUPTED: Outcome = { kind: 'interrupted', detail: 'The emulator stopped in the middle of this attempt.' }

const TABLES = [
  'attempts',
  'attempts_beside',
  'deliveries',
  'events',
  'subjects',
  'timers',
  'subscriptions',
  'tallies',
  'story_counters',
  'provider_settings',
  'idempotency',
  'verdicts',
  'verifications',
  'subject_index',
]

/** The writes of the upkeep. */
export type Upkeep = Pick<LedgerRows, 'recover' | 'prune' | 'clear'> & {
  /** Rows were rolled back: what is cached of them may be wrong. */
  undo(): void
}

/** Prepares recover, prune and clear. `forget` drops what is cached of the rows that they change. */
export function writeUpkeep(
  db: Database,
  tallies: Tallies,
  counters: Pick<Counters, 'clear'>,
  index: SubjectIndex,
  forget: () => void,
): Upkeep {
  const attempting = "SELECT n FROM deliveries INDEXED BY deliveries_not_waiting WHERE status = 'attempting'"
  // The next number is that of an attempt in flight, if any; one begun by an earlier version is counted already.
  const countInterrupted = db.prepare<[]>(
    `UPDATE deliveries SET attempts = attempts + 1
      WHERE n IN (${attempting} UNION SELECT n / ${ATTEMPTS_EACH} FROM attempts_beside)
        AND EXISTS (SELECT 1 FROM attempts AS next WHERE next.n = deliveries.n * ${ATTEMPTS_EACH} + deliveries.attempts + 1)`,
  )
  const interrupt = db.prepare<[string]>(
    `UPDATE attempts SET outcome = ? WHERE outcome IS NULL AND n IN (
      SELECT n FROM attempts_beside UNION SELECT n * ${ATTEMPTS_EACH} + attempts FROM deliveries WHERE n IN (${attempting})
    )`,
  )
  const forgetBeside = db.prepare<[]>('DELETE FROM attempts_beside')
  // One that was handed over and had no attempt is due as before.
  const resume = db.prepare<[number, string]>(
    `UPDATE deliveries SET status = 'waiting', due_at = CASE attempts WHEN 0 THEN due_at ELSE ? END,
      due_reason = CASE attempts WHEN 0 THEN due_reason ELSE ? END WHERE status = 'attempting'`,
  )
  const interruptVerifications = db.prepare<[string]>(
    "UPDATE verifications SET status = 'interrupted', reason = ? WHERE status = 'running'",
  )
  const pruning = pruneRows(db, tallies, index, forget)
  const clearing = TABLES.map(table => db.prepare<[]>(`DELETE FROM ${table}`))

  return {
    recover: now => {
      forget()
      countInterrupted.run()
      const { changes: interrupted } = interrupt.run(JSON.stringify(INTERRUPTED))
      forgetBeside.run()
      const { changes: resumed } = resume.run(now, 'interrupted; again at once')
      interruptVerifications.run('Standin stopped while it ran.')
      const totals = tallies.changeTotals()
      totals.attempting -= resumed
      totals.waiting += resumed
      return interrupted
    },

    prune: pruning.prune,

    clear: () => {
      forget()
      for (const statement of clearing) statement.run()
      tallies.clear()
      counters.clear()
      index.clear()
      pruning.restart()
    },

    undo: pruning.restart,
  }
}
