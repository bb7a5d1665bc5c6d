// Ledger writes that are retried while the storage fails: a full disk holds deliveries up and loses none.
import type { Clock } from '../core/clock.js'
import type { Ledger, LedgerRows } from '../core/ledger.js'

/** Reports an internal error, which is never swallowed. `doing` ends the sentence "failed while …". */
export type ReportError = (error: unknown, doing: string) => void

/** Writes to the ledger and retries while the storage fails. Rejects when a retry cannot help, or after `halt`. */
export interface RetryingWrite {
  <T>(doing: string, work: (rows: LedgerRows) => T): Promise<T>
  /** From now on a write that fails is not retried. */
  halt(): void
  resume(): void
}

/** Pauses between tries, real ms; the last repeats. */
const PAUSES_MS = [50, 250, 1000, 5000]

/** The system's and SQLite's errors carry a code. A constraint that fails now fails again. */
function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') return false
  return !error.code.startsWith('SQLITE_CONSTRAINT')
}

/** The engine's way of writing; each failure is reported, also when a retry follows. */
export function createRetryingWrite(
  ledger: Pick<Ledger, 'write'>,
  clock: Pick<Clock, 'alarm'>,
  reportError: ReportError,
): RetryingWrite {
  let halted = false
  const pauses = new Set<() => void>()

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        callOff()
        pauses.delete(end)
        resolve()
      }
      const callOff = clock.alarm(ms, end)
      pauses.add(end)
    })
  }

  async function write<T>(doing: string, work: (rows: LedgerRows) => T): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await ledger.write(work)
      } catch (error) {
        reportError(error, doing)
        if (halted || !isTransient(error)) throw error
        await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0)
        if (halted) throw error
      }
    }
  }

  return Object.assign(write, {
    halt() {
      halted = true
      for (const end of [...pauses]) end()
    },
    resume() {
      halted = false
    },
  })
}
