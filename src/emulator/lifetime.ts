// How long what an emulator holds lasts: until a reset deletes it, or the emulator stops.
import { EmulatorError } from '../core/errors.js'
import { explainStorageFailure } from '../core/storage-failure.js'

/** The lifetime of what an emulator holds. */
export interface Lifetime {
  /** Aborted at the end of the lifetime; its reason is an EmulatorError (`conflict`). The next lifetime has another one. */
  signal(): AbortSignal
  /** Ends it: whoever waits for something gets the reason. */
  end(how: 'reset' | 'stopped'): void
  /** Begins the next one, after a reset. */
  begin(): void
  /** Runs work; what fails in it because the lifetime ended meanwhile fails with that reason, a failed storage with `storage_failed`. */
  within<T>(work: () => T | Promise<T>): Promise<T>
}

const REASONS = {
  reset: () =>
    new EmulatorError('The emulator was reset meanwhile: everything it held is deleted.', {
      code: 'conflict',
      hint: 'Ask again once the reset is done.',
    }),
  stopped: () =>
    new EmulatorError('The emulator has stopped.', {
      code: 'conflict',
      hint: 'Start another one; a ledger file goes on where this one ended.',
    }),
}

/** The error to answer: of a lifetime that ended meanwhile its reason, of a failed storage `storage_failed`; a user's mistake stays what it is. */
export function errorWithin(signal: AbortSignal, error: unknown): unknown {
  if (error instanceof EmulatorError) return error
  return signal.aborted ? signal.reason : explainStorageFailure(error)
}

/** A lifetime that has begun. */
export function createLifetime(): Lifetime {
  let controller = new AbortController()
  return {
    signal: () => controller.signal,
    end: how => controller.abort(REASONS[how]()),
    begin() {
      controller = new AbortController()
    },
    within(work) {
      const { signal } = controller
      const fail = (error: unknown) => Promise.reject(errorWithin(signal, error))
      try {
        const working = work()
        return working instanceof Promise ? working.catch(fail) : Promise.resolve(working)
      } catch (error) {
        return fail(error)
      }
    },
  }
}
