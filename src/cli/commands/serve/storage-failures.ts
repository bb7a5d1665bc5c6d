// Failures of the storage, as `standin serve` prints them.
import { EmulatorError } from '../../../core/errors.js'
import type { JournalEntry } from '../../../core/journal.js'
import type { Print } from '../../print.js'

const MINUTE_MS = 60_000

/** A listener that prints failures of the storage; one that is met again and again once a minute (of the emulator's time). */
export function storageFailures(print: Print): (entry: JournalEntry) => void {
  const printedAt = new Map<string, number>()
  return entry => {
    if (entry.kind !== 'internal-error' || entry.hint === undefined) return
    const { message, hint, doing, at } = entry
    if (at - (printedAt.get(message) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return
    printedAt.set(message, at)
    const code = 'storage_failed'
    print.error(new EmulatorError(`${message} (while ${doing}; it is tried again)`, { code, hint }))
  }
}
