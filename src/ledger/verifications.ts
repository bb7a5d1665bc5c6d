// Verifications in the ledger: read, written as they go on, pruned.
import { EmulatorError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { LedgerReads, LedgerRows } from '../core/ledger.js'
import type { PlannedCheck, StoredVerification } from '../core/verification.js'
import type { Database, Statement, Value } from './database.js'

/** A row as COLUMNS select it. */
type Row = Omit<StoredVerification, 'asked' | 'checks' | 'waits'> & {
  asked: string
  checks: string
  waits: string | null
}

const COLUMNS = `id, provider, channel, receiver AS "to", level, seed, status, reason, started_at AS startedAt,
  duration_ms AS durationMs, asked, checks, passed, failed, not_judged AS notJudged, exit_code AS exitCode, waits`

function verificationOf(row: Row): StoredVerification {
  return {
    ...row,
    asked: JSON.parse(row.asked) as JsonObject,
    checks: JSON.parse(row.checks) as PlannedCheck[],
    waits: row.waits === null ? null : (JSON.parse(row.waits) as JsonObject),
  }
}

/** The columns that count verdicts, by status. */
const COUNTS = { passed: 'passed', failed: 'failed', 'not judged': 'not_judged' } as const

/** The reads of verifications. */
export type VerificationReads = Pick<LedgerReads, 'verification' | 'verifications' | 'verdicts'>

/** Prepares the reads; a list's statement is made when it is first asked for. */
export function readVerifications(db: Database): VerificationReads {
  const one = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM verifications WHERE id = ?`)
  const verdicts = db.prepare<[string], { verdict: string }>(
    'SELECT verdict FROM verdicts WHERE verification = (SELECT n FROM verifications WHERE id = ?) ORDER BY place',
  )
  const numberOf = db.prepare<[string], { n: number }>('SELECT n FROM verifications WHERE id = ?')
  const lists = new Map<string, Statement<Value[], Row>>()
  const list = (where: string): Statement<Value[], Row> => {
    const known =
      lists.get(where) ??
      db.prepare<Value[], Row>(`SELECT ${COLUMNS} FROM verifications${where} ORDER BY n DESC LIMIT +?`)
    lists.set(where, known)
    return known
  }
  return {
    verification: id => {
      const row = one.get(id)
      return row && verificationOf(row)
    },
    verifications: ({ provider, to }, { limit, before }) => {
      const from = before === undefined ? undefined : numberOf.get(before)?.n
      if (before !== undefined && from === undefined)
        throw new EmulatorError(`There is no "${before}" to continue the list from.`, {
          code: 'invalid_input',
          where: 'before',
          hint: 'It may have been deleted since: start again with the first page.',
        })
      const conditions: [sql: string, value: Value | undefined][] = [
        ['provider = ?', provider],
        ['receiver = ?', to],
        ['n < ?', from],
      ]
      const given = conditions.filter((one): one is [string, Value] => one[1] !== undefined)
      const where = given.length === 0 ? '' : ` WHERE ${given.map(([sql]) => sql).join(' AND ')}`
      return list(where)
        .all(...given.map(([, value]) => value), limit)
        .map(verificationOf)
    },
    verdicts: id => verdicts.all(id).map(({ verdict }) => JSON.parse(verdict) as JsonObject),
  }
}

/** The writes of verifications. */
export type VerificationWrites = Pick<
  LedgerRows,
  'insertVerification' | 'addVerdict' | 'endVerification' | 'removeVerification' | 'pruneVerifications'
>

/** Prepares the writes. */
export function writeVerifications(db: Database): VerificationWrites {
  const insert = db.prepare<Value[]>(
    `INSERT INTO verifications (id, provider, channel, receiver, level, seed, status, reason, started_at, duration_ms, asked,
      checks, passed, failed, not_judged, exit_code, waits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertVerdict = db.prepare<[number, string, string]>(
    'INSERT OR REPLACE INTO verdicts SELECT n, ?, ? FROM verifications WHERE id = ?',
  )
  const counting = (column: string) =>
    db.prepare<[string]>(`UPDATE verifications SET ${column} = ${column} + 1 WHERE id = ?`)
  const count = {
    passed: counting(COUNTS.passed),
    failed: counting(COUNTS.failed),
    'not judged': counting(COUNTS['not judged']),
  }
  const end = db.prepare<Value[]>(
    'UPDATE verifications SET status = ?, reason = ?, duration_ms = ?, exit_code = ?, waits = ? WHERE id = ?',
  )
  const remove = db.prepare<[string], { n: number }>('DELETE FROM verifications WHERE id = ? RETURNING n')
  const old = db.prepare<[number], { id: string }>(
    "SELECT id FROM verifications WHERE status <> 'running' ORDER BY n DESC LIMIT -1 OFFSET ?",
  )
  const removeVerdicts = db.prepare<[number]>('DELETE FROM verdicts WHERE verification = ?')
  const removeVerification = (id: string): boolean => {
    const row = remove.get(id)
    if (row !== undefined) removeVerdicts.run(row.n)
    return row !== undefined
  }
  return {
    insertVerification: given => {
      insert.run(
        given.id,
        given.provider,
        given.channel,
        given.to,
        given.level,
        given.seed,
        given.status,
        given.reason,
        given.startedAt,
        given.durationMs,
        JSON.stringify(given.asked),
        JSON.stringify(given.checks),
        given.passed,
        given.failed,
        given.notJudged,
        given.exitCode,
        given.waits && JSON.stringify(given.waits),
      )
    },
    addVerdict: (id, { place, status, verdict }) => {
      const { changes } = insertVerdict.run(place, JSON.stringify(verdict), id)
      if (changes > 0) count[status].run(id)
    },
    endVerification: (id, { status, reason, durationMs, exitCode, waits }) => {
      end.run(status, reason, durationMs, exitCode, waits && JSON.stringify(waits), id)
    },
    removeVerification,
    pruneVerifications: keep => {
      for (const { id } of old.all(keep)) removeVerification(id)
    },
  }
}
