// The live stream of what happens; it feeds the command line, the server's event stream and tests.
import type { Attempt, Delivery } from './delivery.js'
import type { EmulatorEvent } from './event.js'
import type { Subject } from './subject.js'

/** What can happen. `delivery` in an entry is the state after it. */
export type Happening =
  | { kind: 'event.triggered'; event: EmulatorEvent; deliveries: Delivery[] }
  | { kind: 'attempt.started'; delivery: Delivery; attempt: Attempt }
  | { kind: 'attempt.completed'; delivery: Delivery; attempt: Attempt }
  | { kind: 'delivery.settled'; delivery: Delivery }
  | { kind: 'subject.moved'; subject: Subject }
  | { kind: 'subscription.changed'; subscriptionId: string; change: 'created' | 'updated' | 'removed' }
  | { kind: 'call.received'; provider: string; method: string; path: string; status: number }
  | { kind: 'fault.fired'; fault: string; deliveryId: string; attempt: number }
  | { kind: 'clock.moved'; to: number }
  | { kind: 'internal-error'; doing: string; message: string }
  | { kind: 'reset' }

/**
 * One entry of the journal: `seq` rises by one, `at` is emulator ms.
 * @example { seq: 7, at: 1738784271042, kind: 'fault.fired', fault: 'fl_1', deliveryId: 'dl_1', attempt: 1 }
 */
export type JournalEntry = Happening & { seq: number; at: number }

/**
 * Records what happens, and passes it on.
 *
 * @example
 * const stop = standin.journal.listen(entry => {
 *   if (entry.kind === 'attempt.completed') console.log(entry.attempt.outcome)
 * })
 */
export interface Journal {
  record(happening: Happening): void
  /** Calls `listener` with every later entry, in order, as it is recorded; returns a function that stops it. */
  listen(listener: (entry: JournalEntry) => void): () => void
  /** The kept entries after `seq`, oldest first; `missed` when some are no longer kept. */
  since(seq: number): { entries: JournalEntry[]; missed: boolean }
  lastSeq(): number
}

/** Creates a journal that keeps the newest `keep` entries (default 10,000) in memory. A listener must not throw. */
export function createJournal({ now, keep = 10_000 }: { now: () => number; keep?: number }): Journal {
  const listeners = new Set<(entry: JournalEntry) => void>()
  let kept: JournalEntry[] = []
  let seq = 0
  return {
    record(happening) {
      // Each happening is created for this call, and a copy would cost as much as the rest.
      const entry: JournalEntry = Object.assign(happening, { seq: ++seq, at: now() })
      kept.push(entry)
      if (kept.length > keep * 2) kept = kept.slice(-keep)
      for (const listener of listeners) listener(entry)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    since(after) {
      const entries = kept.filter(entry => entry.seq > after).slice(-keep)
      return { entries, missed: after < seq && (entries[0]?.seq ?? seq + 1) > after + 1 }
    },
    lastSeq: () => seq,
  }
}
