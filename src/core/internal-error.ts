// An error that no caller is told of, as an entry of the journal.
import { EmulatorError } from './errors.js'
import type { Happening } from './journal-entry.js'
import { explainStorageFailure } from './storage-failure.js'

/** The entry for an error met while `doing`; a failure of the storage is explained and has a hint. */
export function internalError(error: unknown, doing: string): Happening {
  const cause = explainStorageFailure(error)
  const message = cause instanceof Error ? cause.message : String(cause)
  const hint = cause instanceof EmulatorError ? cause.hint : undefined
  return { kind: 'internal-error', doing, message, ...(hint === undefined ? {} : { hint }) }
}
