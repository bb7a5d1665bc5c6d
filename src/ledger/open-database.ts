// Opens a SQLite database with the first driver that loads here.
import { EmulatorError } from '../core/errors.js'
import { betterSqlite3 } from './better-sqlite3.js'
import type { Database, Driver } from './database.js'
import { nodeSqlite } from './node-sqlite.js'

/** How long an owner that is closing the file is waited for, ms; the process is blocked meanwhile. */
const LOCK_TIMEOUT_MS = 100

/** In order of preference. */
const LOADERS: readonly (() => Driver)[] = [betterSqlite3, nodeSqlite]

function* drivers(failures: unknown[] = []): Generator<Driver> {
  for (const load of LOADERS)
    try {
      yield load()
    } catch (error) {
      failures.push(error)
    }
}

/** The names of the drivers that load here, the preferred one first. */
export const availableDrivers = (): string[] => [...drivers()].map(({ name }) => name)

function findDriver(named: string | undefined): Driver {
  const failures: unknown[] = []
  for (const driver of drivers(failures)) if (named === undefined || driver.name === named) return driver
  const [first] = failures
  // The list of paths that were tried, which the first line announces, helps nobody.
  const [line = ''] = String((first as { message?: unknown } | undefined)?.message).split('\n')
  const why = line.replace(/\.? Tried:$|\.$/, '')
  throw new EmulatorError(
    `The ledger needs SQLite, but better-sqlite3 does not load here (${why}), and Node ${process.versions.node} has no node:sqlite.`,
    {
      code: 'storage_failed',
      hint: 'Run "npm rebuild better-sqlite3" (where install scripts are blocked, first "npm install-scripts approve better-sqlite3", or "pnpm approve-builds"), or use Node 22.13 or later, which needs no binding.',
      cause: first,
    },
  )
}

/**
 * Opens a file, created when it does not exist, or `:memory:`. `driver` is one of `availableDrivers`, default the preferred one. Errors
 * carry SQLite's own `code`; throws `storage_failed` when no driver loads.
 */
export function openDatabase(location: string, driver?: string): Database {
  return findDriver(driver).open(location, LOCK_TIMEOUT_MS)
}
