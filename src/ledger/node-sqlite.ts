// The driver on Node's own node:sqlite, which Node 22.13 and later have without a flag.
import { resolve } from 'node:path'
import type { Driver, Statement } from './database.js'

/** The parts of node:sqlite that are used; the oldest Node that is supported has no types for it. */
interface Builtin {
  DatabaseSync: new (location: string) => Connection
}

interface Connection {
  prepare(sql: string): Prepared
  exec(sql: string): void
  close(): void
  /** Since Node 22.16. */
  readonly isTransaction?: boolean
}

interface Prepared {
  run(...values: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  get(...values: unknown[]): unknown
  all(...values: unknown[]): unknown[]
}

/** SQLite's primary result codes, by number (https://www.sqlite.org/rescode.html). */
const CODES: Readonly<Record<number, string>> = {
  1: 'ERROR',
  2: 'INTERNAL',
  3: 'PERM',
  4: 'ABORT',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  12: 'NOTFOUND',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  21: 'MISUSE',
  22: 'NOLFS',
  23: 'AUTH',
  24: 'FORMAT',
  25: 'RANGE',
  26: 'NOTADB',
}

/** Calls node:sqlite; an error of SQLite gets SQLite's own `code`, as the other driver gives it. */
function named<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number') {
      // The low byte is the primary code of an extended one.
      const code = CODES[error.errcode & 0xff]
      if (code !== undefined) Object.assign(error, { code: `SQLITE_${code}` })
    }
    throw error
  }
}

/** Before Node 22.16 only SQLite's refusal of a second transaction tells. */
function isInTransaction(sqlite: Connection): boolean {
  if (sqlite.isTransaction !== undefined) return sqlite.isTransaction
  try {
    sqlite.exec('BEGIN')
  } catch {
    return true
  }
  sqlite.exec('ROLLBACK')
  return false
}

/** Loads node:sqlite without the warning that Node 22 prints, which users could do nothing about. Undefined where there is none. */
function load(): Builtin | undefined {
  // Node 20.16 and 22.3 introduced it; a test runner may have a process object of its own, and the warning goes to Node's.
  const { getBuiltinModule }: { getBuiltinModule?: (name: string) => unknown } = process
  const host = getBuiltinModule?.('node:process') as NodeJS.Process | undefined
  if (host === undefined) return undefined
  const { emitWarning } = host
  host.emitWarning = () => {}
  try {
    return getBuiltinModule?.('node:sqlite') as Builtin | undefined
  } finally {
    host.emitWarning = emitWarning
  }
}

/** Throws where this Node has no node:sqlite. */
export function nodeSqlite(): Driver {
  const builtin = load()
  if (builtin === undefined) throw new Error(`Node ${process.versions.node} has no node:sqlite`)
  const { DatabaseSync } = builtin
  return {
    name: 'node:sqlite',
    open(location, timeout) {
      // A relative name could be taken for a file: URI.
      const sqlite = named(() => new DatabaseSync(location === ':memory:' ? location : resolve(location)))
      sqlite.exec(`PRAGMA busy_timeout = ${timeout}`)
      return {
        location,
        prepare: <P extends unknown[], R>(sql: string): Statement<P, R> => {
          const statement = named(() => sqlite.prepare(sql))
          return {
            run: (...values) => {
              const { changes, lastInsertRowid } = named(() => statement.run(...values))
              return { changes: Number(changes), lastInsertRowid }
            },
            get: (...values) => named(() => statement.get(...values)) as R | undefined,
            all: (...values) => named(() => statement.all(...values)) as R[],
          }
        },
        exec: sql => named(() => sqlite.exec(sql)),
        pragma: text => Object.values(named(() => sqlite.prepare(`PRAGMA ${text}`).get()) ?? {})[0],
        inTransaction: () => isInTransaction(sqlite),
        close: () => sqlite.close(),
      }
    },
  }
}
