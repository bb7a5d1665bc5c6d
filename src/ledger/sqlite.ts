// The ledger on SQLite: one file (or memory), one owner, grouped writes.
import { chmodSync, closeSync, openSync, realpathSync, rmSync, statSync } from 'node:fs'
import { EmulatorError } from '../core/errors.js'
import type { Ledger, LedgerRows } from '../core/ledger.js'
import { RECOVER } from '../core/storage-failure.js'
import { keepCounters } from './counters.js'
import type { Database } from './database.js'
import { writeDeliveries } from './delivery-writes.js'
import { keepKinds } from './kinds.js'
import { migrate, SCHEMA_VERSION, schemaVersion } from './migrate.js'
import { openDatabase } from './open-database.js'
import { inPlaceCheck, lockOwner } from './owner.js'
import { readRows } from './reads.js'
import { writeState } from './state-writes.js'
import { openSubjectIndex } from './subject-index.js'
import { loadTallies } from './tallies.js'
import { writeUpkeep } from './upkeep.js'
import { readVerifications, writeVerifications } from './verifications.js'
import { groupWrites, type Memory } from './write-group.js'

/** A checkpoint waits for the disk within a commit: one of 4 MB some 20 ms, one of 32 MB would hold up what is due for 150. */
const CHECKPOINT_BYTES = 4 << 20

/** Twice what a checkpoint leaves, so that the usual log is never cut. */
const LONGEST_LOG_BYTES = 2 * CHECKPOINT_BYTES

/** Where a ledger is, and how durable. */
export interface LedgerOptions {
  /** A file's path, created when it does not exist, or `:memory:`. */
  location: string
  /** `synchronous=FULL`: a commit survives a loss of power, not only the end of the process. */
  durable?: boolean | undefined
  /** One of `availableDrivers`; default the preferred one. */
  driver?: string | undefined
  /** How many entries of the index of subjects stay in memory until they are written in order; default 8192. */
  recentSubjects?: number | undefined
  /** Called before a ledger of an earlier version is migrated, with the size of its file. */
  onMigration?: ((bytes: number) => void) | undefined
}

/**
 * Opens the ledger and owns it until `close`. Throws EmulatorError `ledger_in_use` when it has another owner, `ledger_newer` when a
 * newer version wrote it, `ledger_broken` when the file is not a ledger, `invalid_file` when it cannot be opened, `storage_failed`
 * where there is no SQLite.
 */
export function openLedger({ location, durable = false, driver, recentSubjects, onMigration }: LedgerOptions): Ledger {
  const isNew = location !== ':memory:' && createPrivate(location)
  const db = openFile(location, driver)
  try {
    const isMigrated = own(db, durable, onMigration)
    return ledgerOn(db, recentSubjects, isMigrated)
  } catch (error) {
    db.close()
    // As on a full disk, where not even the first page can be written.
    if (isNew && statSync(location, { throwIfNoEntry: false })?.size === 0) rmSync(location)
    throw explained(error, location)
  }
}

/** Locks the file for as long as it is open, and migrates it when it is a ledger. Returns whether an earlier version had written it. */
function own(db: Database, durable: boolean, onMigration: LedgerOptions['onMigration']): boolean {
  // SQLite's own lock: it ends with the process, however that ends. From here on any other opener finds the file busy.
  db.pragma('locking_mode = EXCLUSIVE')
  const version = schemaVersion(db)
  // Of a new file: rows of 1 to 3 kB, such as subjects, would leave much of smaller pages empty, and a commit writes whole pages.
  if (version === 0) db.pragma('page_size = 8192')
  checkWhole(db)
  // Only now it is known to be a ledger: the mode of any other file stays.
  if (db.location !== ':memory:') makePrivate(db.location)
  db.pragma('journal_mode = WAL')
  db.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`)
  // In pages, which are smaller in a file of an earlier version.
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_BYTES / Number(db.pragma('page_size'))}`)
  // One large transaction, such as a reset, leaves no large log behind: beyond this many bytes the log is cut when it is begun anew.
  db.pragma(`journal_size_limit = ${LONGEST_LOG_BYTES}`)
  db.pragma('temp_store = MEMORY')
  // A commit that has split a page in the middle of an index walks the whole cache, so that a larger one costs more than it saves.
  db.pragma('cache_size = -16384')
  const isMigrated = version > 0 && version < SCHEMA_VERSION
  if (isMigrated) onMigration?.(statSync(db.location).size)
  migrate(db, version)
  db.exec('BEGIN EXCLUSIVE; COMMIT')
  return isMigrated
}

/** Throws for a file that ends within a page: SQLite would read zeros for the rest. A -wal may hold that page whole. */
function checkWhole(db: Database): void {
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (db.location === ':memory:' || sizeOf(`${db.location}-wal`) > 0) return
  if (sizeOf(db.location) % Number(db.pragma('page_size')) === 0) return
  throw Object.assign(new Error('its last page is cut off'), { code: 'SQLITE_CORRUPT' })
}

function ledgerOn(db: Database, recentSubjects: number | undefined, isMigrated: boolean): Ledger {
  const tallies = loadTallies(db)
  const counters = keepCounters(db)
  const kinds = keepKinds(db)
  const index = openSubjectIndex(db, recentSubjects)
  // A part of the migration: of a large ledger it would hold up the first request for a second.
  if (isMigrated) index.open()
  const reads = { ...readRows(db, tallies, counters, index, kinds), ...readVerifications(db) }
  const deliveries = writeDeliveries(db, tallies, counters, index, kinds)
  const upkeep = writeUpkeep(db, tallies, counters, index, deliveries.forget)
  const state = writeState(db, tallies, counters, index)
  const rows: LedgerRows = { ...reads, ...deliveries, ...state, ...writeVerifications(db), ...upkeep }
  const forget = () => {
    kinds.forget()
    deliveries.forget()
    upkeep.undo()
  }
  const checkInPlace = inPlaceCheck(db.location)
  const memory: Memory = {
    begin: () => {
      checkInPlace()
      tallies.begin()
      counters.begin()
      index.begin()
    },
    undo: () => {
      forget()
      tallies.undo()
      counters.undo()
      index.undo()
    },
    beforeCommit: () => {
      tallies.beforeCommit()
      counters.beforeCommit()
      index.beforeCommit()
    },
    undoGroup: () => {
      forget()
      tallies.undoGroup()
      counters.undoGroup()
      index.undoGroup()
    },
    committed: () => {
      tallies.committed()
      counters.committed()
      index.committed()
    },
  }
  const group = groupWrites(db, memory, rows)
  let closed = false
  return {
    ...reads,
    location: db.location,
    write: work => (closed ? Promise.reject(new Error(`The ledger ${db.location} is closed.`)) : group.write(work)),
    settled: group.settled,
    close: async () => {
      if (closed) return
      closed = true
      group.flush()
      if (db.location !== ':memory:') index.beforeClose()
      tallies.close()
      counters.clear()
      db.close()
    },
  }
}

/**
 * Creates a file that only its owner can read: a ledger holds secrets. SQLite gives the same mode to the files beside it (-wal, -shm).
 * What prevents its making is left for SQLite to tell. Returns whether it was made now.
 */
function createPrivate(location: string): boolean {
  try {
    closeSync(openSync(location, 'wx', 0o600))
    return true
  } catch {
    return false
  }
}

/**
 * Lets only the owner read a ledger that existed before, and the files beside it. A file of another owner keeps its mode, and one that
 * its owner may not write stays so.
 */
function makePrivate(location: string): void {
  for (const suffix of ['', '-wal', '-shm'])
    try {
      const file = `${realpathSync(location)}${suffix}`
      chmodSync(file, statSync(file).mode & 0o600)
    } catch {}
}

function openFile(location: string, driver: string | undefined): Database {
  if (location === '')
    throw new EmulatorError('The ledger has no file name.', {
      code: 'invalid_input',
      hint: 'Use a file, or :memory: for a ledger that ends with the process.',
    })
  try {
    return openDatabase(location, driver)
  } catch (error) {
    throw explained(error, location)
  }
}

interface Coded {
  code: string
  message: string
}

const isCoded = (error: unknown): error is Coded =>
  typeof error === 'object' && error !== null && 'message' in error && 'code' in error && typeof error.code === 'string'

/** The EmulatorError for a failure that the user can fix; any other error as it is. */
function explained(error: unknown, location: string): unknown {
  // A test runner may have an Error of its own, of which those of SQLite are no instances.
  if (error instanceof EmulatorError || !isCoded(error)) return error
  const { code } = error
  const is = (...starts: string[]) => starts.some(start => code.startsWith(start))
  if (is('SQLITE_BUSY', 'SQLITE_LOCKED')) return inUse(location, error)
  if (is('SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_FORMAT'))
    return new EmulatorError(`${location} is not a ledger, or it is damaged (${error.message}).`, {
      code: 'ledger_broken',
      where: location,
      hint: `Use another file; this one was not changed. ${RECOVER}`,
      cause: error,
    })
  if (is('SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_IOERR', 'SQLITE_FULL'))
    return cannotOpen(location, error)
  return error
}

function inUse(location: string, cause: Coded): EmulatorError {
  const pid = lockOwner(location)
  const elsewhere = pid !== undefined && pid !== process.pid
  return new EmulatorError(
    `The ledger ${location} is in use by another emulator${elsewhere ? ` (process ${pid})` : ''}.`,
    {
      code: 'ledger_in_use',
      where: location,
      hint: `Stop the other one${elsewhere ? ` (kill ${pid})` : ''}, or use another file (or :memory:).`,
      cause,
    },
  )
}

function cannotOpen(location: string, cause: Coded): EmulatorError {
  return new EmulatorError(`The ledger ${location} cannot be opened: ${cause.message}.`, {
    code: 'invalid_file',
    where: location,
    hint: cause.code.startsWith('SQLITE_FULL')
      ? 'Free space on its disk, or use a file on another one.'
      : 'Its folder must exist, both must be writable, and neither its disk nor a limit on the size of files may be full.',
    cause,
  })
}
