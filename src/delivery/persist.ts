// Ledger writes that outlast a ledger in trouble: a full disk holds deliveries up, it does not lose them.
import type { Clock } from '../core/clock.js'
import type { Ledger, LedgerRows } from '../core/ledger.js'

/** Where what should not happen is reported; it is never swallowed. `doing` ends "failed while …". */
export type Trouble = (error: unknown, doing: string) => void

/** Writes, and tries again while the storage fails. Rejects when trying again is of no use, or after `halt`. */
export interface Persist {
  <T>(doing: string, work: (rows: LedgerRows) => T): Promise<T>
  /** Writes that keep failing are given up from now on. */
  halt(): void
  resume(): void
}

/** Pauses between tries, real ms; the last repeats. */
const PAUSES_MS = [50, 250, 1000, 5000]

/** The system's and SQLite's errors carry a code; a row that is not as expected is not mended by trying again. */
function mayPass(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') return false
  return !error.code.startsWith('SQLITE_CONSTRAINT')
}

/** The engine's way of writing. Each failure is reported as trouble. */
export function createPersist(ledger: Pick<Ledger, 'write'>, clock: Pick<Clock, 'alarm'>, trouble: Trouble): Persist {
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

  async function retry<T>(doing: string, work: (rows: LedgerRows) => T, first: unknown): Promise<T> {
    let error = first
    for (let tries = 0; ; tries++) {
      trouble(error, doing)
      if (halted || !mayPass(error)) throw error
      await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0)
      if (halted) throw error
      try {
        return await ledger.write(work)
      } catch (next) {
        error = next
      }
    }
  }

  return Object.assign(
    <T>(doing: string, work: (rows: LedgerRows) => T): Promise<T> =>
      ledger.write(work).catch((error: unknown) => retry(doing, work, error)),
    {
      halt() {
        halted = true
        for (const end of [...pauses]) end()
      },
      resume() {
        halted = false
      },
    },
  )
}
