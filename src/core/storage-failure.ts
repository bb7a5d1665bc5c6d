// Failures of the storage below the ledger, told from mistakes of the program by their codes.
import { EmulatorError } from './errors.js'

/** SQLite's codes for mistakes of the program, which a repetition repeats. */
const MISTAKES = /^SQLITE_(CONSTRAINT|ERROR|MISUSE|RANGE|MISMATCH|TOOBIG)/

/** The system's codes for a disk that takes no more. */
const DISK = /^E(NOSPC|DQUOT|ROFS|IO)$/

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What to do about a ledger that is damaged. */
export const RECOVER =
  'Of a damaged ledger the command ".recover" of the program sqlite3 saves what can be read; work on a copy.'

/** SQLite's codes for a file with other bytes than it wrote. */
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|FORMAT)/

const isSqliteFailure = (code: string) => code.startsWith('SQLITE_') && !MISTAKES.test(code)

/** Whether the storage or the system failed, so that the same may succeed later: their errors carry a code. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && (isSqliteFailure(code) || /^E[A-Z0-9]+$/.test(code))
}

/** Whether the file of the ledger is no longer where it was opened. */
export const isLedgerGone = (error: unknown): boolean => codeOf(error) === 'SQLITE_READONLY_DBMOVED'

/** A failure of the ledger's storage, or a lack of file descriptors, as `storage_failed`, or `ledger_broken`, with a hint; any other error stays what it is. */
export function explainStorageFailure(error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'EMFILE' || code === 'ENFILE')
    return new EmulatorError(`There is no file descriptor left (${code}).`, {
      code: 'storage_failed',
      hint: 'Raise the limit (see ulimit -n), or close connections to Standin; then ask again.',
      cause: error,
    })
  if (code === undefined || !(isSqliteFailure(code) || DISK.test(code))) return error
  // A test runner may have an Error of its own, of which those of SQLite are no instances.
  const why = String(Object(error).message ?? error)
  if (DAMAGED.test(code))
    return new EmulatorError(`The ledger is damaged: ${why} (${code}).`, {
      code: 'ledger_broken',
      hint: `Stop Standin, and start it with another ledger. ${RECOVER}`,
      cause: error,
    })
  if (isLedgerGone(error))
    return new EmulatorError(`The ledger cannot be written: ${why}.`, {
      code: 'storage_failed',
      hint: 'Put the file back, with its -wal; or stop Standin, which loses what was not in the file, and start it again.',
      cause: error,
    })
  return new EmulatorError(`The ledger cannot be written: ${why} (${code}).`, {
    code: 'storage_failed',
    hint: 'Free space on the disk of the ledger, and check that it may be written; then ask again.',
    cause: error,
  })
}
