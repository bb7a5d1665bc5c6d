// A thing of the control API that is read, and read again when the journal says that it may have changed.
import { type ReadonlySignal, signal } from '@preact/signals'
import type { JournalEntry } from '../../api/journal-entry.js'
import { listen } from '../stream.js'

/** What is read, as it was last read. */
export interface Live<T> {
  /** Undefined until it was read. */
  readonly value: ReadonlySignal<T | undefined>
  /** Why it could not be read the last time; undefined where it could. */
  readonly failure: ReadonlySignal<unknown>
  /** Reads it again; while it is being read, once more afterwards. */
  again(): void
  /** Reads it and keeps it up to date until the returned function is called. */
  follow(): () => void
}

/** Follows what `read` gets; `concerns` says which entries of the journal may have changed it. */
export function liveOf<T>(
  read: (abort: AbortSignal) => Promise<T>,
  concerns: (entry: JournalEntry, known: T | undefined) => boolean,
): Live<T> {
  const value = signal<T | undefined>(undefined)
  const failure = signal<unknown>(undefined)
  let control = new AbortController()
  let isReading = false
  let isStale = false

  const again = () => {
    isStale = true
    if (!isReading) void readAll()
  }

  async function readAll(): Promise<void> {
    isReading = true
    while (isStale) {
      isStale = false
      const { signal } = control
      try {
        const got = await read(signal)
        if (signal.aborted) continue
        value.value = got
        failure.value = undefined
      } catch (error) {
        if (!signal.aborted) failure.value = error
      }
    }
    isReading = false
  }

  return {
    value,
    failure,
    again,
    follow() {
      const own = new AbortController()
      control = own
      const stop = listen({
        entries: entries => {
          if (entries.some(entry => entry.kind === 'reset' || concerns(entry, value.value))) again()
        },
        missed: again,
      })
      again()
      return () => {
        stop()
        own.abort()
      }
    },
  }
}
