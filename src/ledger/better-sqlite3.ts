// The driver on the package better-sqlite3, where it is installed and its native part loads.
import { createRequire } from 'node:module'
import type SQLite from 'better-sqlite3'
import type { Driver } from './database.js'

const require = createRequire(import.meta.url)

/**
 * Node 24.19 and later abort when an object of better-sqlite3 before version 13 is garbage-collected. There, some sixty closed
 * statements for each ledger are kept for the life of the process.
 */
const uncollected: unknown[] = []

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** The major version of the package; throws where it is not installed. */
function installedVersion(): number {
  const { version }: { version: string } = createRequire(require.resolve('better-sqlite3'))('../package.json')
  return Number.parseInt(version, 10)
}

/** Opens a connection; the package's error for a missing folder has no code. */
function opened(open: () => SQLite.Database): SQLite.Database {
  try {
    return open()
  } catch (error) {
    if (typeof error === 'object' && error !== null && !('code' in error))
      Object.assign(error, { code: 'SQLITE_CANTOPEN' })
    throw error
  }
}

/** Throws where the package is not installed, or has no native part that loads here. */
export function betterSqlite3(): Driver {
  const installed = installedVersion()
  // It needs Node 22 and does not say so: it crashes.
  if (installed >= 13 && major < 22) throw new Error(`better-sqlite3 ${installed} does not run on Node ${major}`)
  const Connection: typeof SQLite = require('better-sqlite3')
  // The native part is loaded with the first connection.
  new Connection(':memory:').close()
  const abortsOnCollection = installed < 13 && (major > 24 || (major === 24 && minor >= 19))
  const keep = <T>(object: T): T => {
    if (abortsOnCollection) uncollected.push(object)
    return object
  }
  return {
    name: 'better-sqlite3',
    open(location, timeout) {
      const sqlite = keep(opened(() => new Connection(location, { timeout })))
      return {
        location,
        prepare: <_P extends unknown[], R>(sql: string) => keep(sqlite.prepare<unknown[], R>(sql)),
        exec: sql => void sqlite.exec(sql),
        pragma: text => {
          const statement = keep(sqlite.prepare<unknown[], unknown>(`PRAGMA ${text}`))
          return statement.reader ? statement.pluck().get() : void statement.run()
        },
        inTransaction: () => sqlite.inTransaction,
        close: () => void sqlite.close(),
      }
    },
  }
}
