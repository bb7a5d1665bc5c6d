// The live stream of what happens; it feeds the command line, the server's event stream and tests.
import { BRIEF_BYTES, createBriefs } from './journal-briefs.js'
import type { Happening, JournalEntry } from './journal-entry.js'
import { type Bodies, type KeptEntry, keptEntry, wholeEntry } from './journal-kept.js'

export type { JournalEntry }

/**
 * Records what happens, and passes it on.
 *
 * @example
 * const stop = standin.journal.listen(entry => {
 *   if (entry.kind === 'attempt.completed') console.log(entry.attempt.outcome)
 * })
 */
export interface Journal {
  /** `data` is that of the subject that moved as JSON, where already written. */
  record(happening: Happening, data?: string): void
  /**
   * Calls `listener` with every later entry, in order, as it is recorded; returns a function that stops it. What a listener throws
   * is recorded as an internal error; the others and the emulator go on.
   */
  listen(listener: (entry: JournalEntry) => void): () => void
  /** The kept entries after `seq`, oldest first, at most `limit`; `missed` when some before or between them are no longer kept. */
  since(seq: number, limit?: number): { entries: JournalEntry[]; missed: boolean }
  lastSeq(): number
}

/** The most entries that are kept. */
const MOST_ENTRIES = 10_000

/** About how many bytes the kept entries take at most: a reader that resumes needs the newest, and memory stays flat. */
const MOST_BYTES = 16 * 1024 * 1024

/** What a journal needs. */
export interface JournalOptions {
  now: () => number
  /** Reads back what the journal does not keep. */
  bodies: Bodies
  /** The most entries that are kept. Default 10,000. */
  keep?: number | undefined
  /** About how many bytes they take at most. Default 16 MB. */
  keepBytes?: number | undefined
}

const bytesOf = (kept: KeptEntry | undefined) => (typeof kept === 'number' ? BRIEF_BYTES : (kept?.bytes ?? 0))

/** Creates a journal that keeps the newest entries in memory, bounded in number and bytes. A reset drops what it keeps. */
export function createJournal({ now, bodies, keep = MOST_ENTRIES, keepBytes = MOST_BYTES }: JournalOptions): Journal {
  const listeners = new Set<(entry: JournalEntry) => void>()
  const briefs = createBriefs(keep)
  let kept: (KeptEntry | undefined)[] = []
  /** Where the kept entries begin: moving all of them for each dropped one would cost more. */
  let first = 0
  let bytes = 0
  let seq = 0

  const store = (entry: JournalEntry, data: string | undefined) => {
    // The bodies of earlier entries are gone, and their ids may come again.
    if (entry.kind === 'reset') {
      kept = []
      first = 0
      bytes = 0
    }
    const one = keptEntry(entry, briefs, data)
    kept.push(one)
    bytes += bytesOf(one)
    while (kept.length - first > keep || (bytes > keepBytes && kept.length - first > 1)) {
      bytes -= bytesOf(kept[first])
      kept[first++] = undefined
    }
    if (first > kept.length / 2) {
      kept = kept.slice(first)
      first = 0
    }
  }

  const listenerFailed = (error: unknown, heard: Happening) => {
    // A listener that fails with its own failure too is told of no third one.
    if (heard.kind === 'internal-error') return
    const message = error instanceof Error ? error.message : String(error)
    record({ kind: 'internal-error', doing: 'calling a listener of the journal', message })
  }

  function record(happening: Happening, data?: string): void {
    // Each happening is created for this call, and a copy would cost as much as the rest.
    const entry = happening as JournalEntry
    entry.seq = ++seq
    entry.at = now()
    store(entry, data)
    for (const listener of listeners) {
      try {
        const result: unknown = listener(entry)
        if (result instanceof Promise) result.catch((error: unknown) => listenerFailed(error, entry))
      } catch (error) {
        listenerFailed(error, entry)
      }
    }
  }

  return {
    record,
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    since(after, limit = Number.POSITIVE_INFINITY) {
      const oldest = seq + 1 - (kept.length - first)
      let missed = after + 1 < oldest && after < seq
      const entries: JournalEntry[] = []
      for (let i = first + Math.max(0, after + 1 - oldest); i < kept.length && entries.length < limit; i++) {
        const one = kept[i]
        if (one === undefined) continue
        const entry = wholeEntry(one, oldest + i - first, briefs, bodies)
        if (entry === undefined) missed = true
        else entries.push(entry)
      }
      return { entries, missed }
    },
    lastSeq: () => seq,
  }
}
