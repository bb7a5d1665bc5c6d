// Ledger writes that outlast a ledger in reportError: a full disk holds deliveries up, it does not lose them.
import type { Clock } from '../core/clock.js'
import type { Ledger, LedgerRows } from '../core/ledger.js'

/** Where what should not happen is reported; it is never swallowed. `doing` ends "failed while …". */
export type ReportError = (error: unknown, doing: string) => void

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

function unwritten(doing: string): never {
  throw new Error(`The ledger answered without ${doing}.`)
}

/** Writes of one tick, in the order they were asked for. */
interface Batch {
  works: ((rows: LedgerRows) => void)[]
  /** Resolves after the commit of all of them. */
  done: Promise<void>
}

/**
 * The engine's way of writing. All that is asked for in a tick is one writer to the ledger, which spares each of them a savepoint;
 * when one fails, none is written and each is tried by itself. Each failure is reported as trouble.
 */
export function createPersist(
  ledger: Pick<Ledger, 'write'>,
  clock: Pick<Clock, 'alarm'>,
  reportError: ReportError,
): Persist {
  let halted = false
  let batch: Batch | undefined
  const pauses = new Set<() => void>()

  function open(): Batch {
    const works: Batch['works'] = []
    const done = ledger.write(rows => {
      batch = undefined
      for (const work of works) work(rows)
    })
    return { works, done }
  }

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

  /** Reports a failure and waits for a better moment; throws it when there will be none. */
  async function bear(error: unknown, doing: string, tries: number): Promise<void> {
    reportError(error, doing)
    if (halted || !mayPass(error)) throw error
    await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0)
    if (halted) throw error
  }

  async function alone<T>(doing: string, work: (rows: LedgerRows) => T, before: number): Promise<T> {
    for (let tries = before; ; tries++) {
      try {
        return await ledger.write(work)
      } catch (error) {
        await bear(error, doing, tries)
      }
    }
  }

  async function write<T>(doing: string, work: (rows: LedgerRows) => T): Promise<T> {
    batch ??= open()
    const mine = batch
    let written: { value: T } | undefined
    mine.works.push(rows => {
      written = { value: work(rows) }
    })
    try {
      await mine.done
    } catch (error) {
      // A write that is refused before it begins leaves its batch open.
      if (batch === mine) batch = undefined
      // With others in it, the failure may be somebody else's.
      const own = mine.works.length === 1
      if (own) await bear(error, doing, 0)
      return alone(doing, work, own ? 1 : 0)
    }
    // Assigned by the work, which has run.
    return (written ?? unwritten(doing)).value
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
