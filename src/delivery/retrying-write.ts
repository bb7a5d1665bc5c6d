// Ledger writes that are retried while the storage fails: a full disk holds deliveries up and loses none.
import type { Clock } from '../core/clock.js'
import { EmulatorError } from '../core/errors.js'
import type { Ledger, LedgerRows } from '../core/ledger.js'
import { isTransient } from '../core/storage-failure.js'

/** Reports an internal error, which is never swallowed. `doing` ends the sentence "failed while …". */
export type ReportError = (error: unknown, doing: string) => void

/** Does work and repeats it while the storage fails. Rejects when a repetition cannot help, or after `halt`. */
export interface Persistence {
  <T>(doing: string, work: () => Promise<T>): Promise<T>
  <T, U>(doing: string, work: () => Promise<T>, done: ((result: T) => U) | undefined): Promise<T | U>
  /** From now on work that fails is not repeated. */
  halt(): void
  resume(): void
}

/**
 * Writes to the ledger and retries while the storage fails. Rejects when a retry cannot help, or after `halt`. Resolves with what
 * `committed` makes of the result: a promise less than to wait for the result and then make it.
 */
export interface RetryingWrite extends Pick<Persistence, 'halt' | 'resume'> {
  <T>(doing: string, work: (rows: LedgerRows) => T): Promise<T>
  <T, U>(doing: string, work: (rows: LedgerRows) => T, committed: (result: T) => U): Promise<U>
}

/** Pauses between tries, real ms; the last repeats. */
const PAUSES_MS = [50, 250, 1000, 5000]

/** Work that waits for the storage; each failure is reported, also when a repetition follows. */
export function createPersistence(clock: Pick<Clock, 'alarm'>, reportError: ReportError): Persistence {
  let halted = false
  const pauses = new Set<() => void>()

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        cancel()
        pauses.delete(end)
        resolve()
      }
      const cancel = clock.alarm(ms, end)
      pauses.add(end)
    })
  }

  async function again<T>(doing: string, work: () => Promise<T>, failure: unknown): Promise<T> {
    let error = failure
    for (let tries = 0; ; tries++) {
      reportError(error, doing)
      if (halted || !isTransient(error)) throw error
      await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0)
      if (halted) throw error
      try {
        return await work()
      } catch (next) {
        error = next
      }
    }
  }

  const persist = <T, U>(doing: string, work: () => Promise<T>, done?: (result: T) => U): Promise<T | U> =>
    work().then(done, (error: unknown) => again(doing, work, error).then(done))

  return Object.assign(persist, {
    halt() {
      halted = true
      for (const end of [...pauses]) end()
    },
    resume() {
      halted = false
    },
  })
}

/** The engine's way of writing. What a reset or a removal beside it makes impossible is the caller's to answer, not an internal error. */
export function createRetryingWrite(
  ledger: Pick<Ledger, 'write'>,
  clock: Pick<Clock, 'alarm'>,
  reportError: ReportError,
): RetryingWrite {
  const persist = createPersistence(clock, (error, doing) => {
    if (!(error instanceof EmulatorError)) reportError(error, doing)
  })
  const write = <T, U>(doing: string, work: (rows: LedgerRows) => T, committed?: (result: T) => U) =>
    persist(doing, () => ledger.write(work), committed)
  return Object.assign(write, { halt: persist.halt, resume: persist.resume })
}
