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

const isSqliteFailure = (code: string) => code.startsWith('SQLITE_') && !MISTAKES.test(code)

/** Whether the storage or the system failed, so that the same may succeed later: their errors carry a code. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && (isSqliteFailure(code) || /^E[A-Z0-9]+$/.test(code))
}

/** A failed write of the ledger as `storage_failed`, with a hint; any other error stays what it is. */
export function explainStorageFailure(error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined || !(isSqliteFailure(code) || DISK.test(code))) return error
  const why = error instanceof Error ? error.message : String(error)
  return new EmulatorError(`The ledger cannot be written: ${why} (${code}).`, {
    code: 'storage_failed',
    hint: 'Free space on the disk of the ledger, and check that it may be written; then ask again.',
    cause: error,
  })
}
