// Journal entries about deliveries as they are kept: in columns, without what the ledger has. Every delivery makes three, and an object for
// each would be moved twice by the garbage collector, which costs more than recording it.
import { DELIVERY_STATUSES, type DeliveryState } from './delivery.js'
import type { JournalEntry } from './journal-entry.js'

export const BRIEF = ['attempt.started', 'attempt.completed', 'delivery.settled'] as const

/** What an entry about a delivery has that the ledger has otherwise later. */
export interface BriefEntry extends DeliveryState {
  at: number
  kind: (typeof BRIEF)[number]
  deliveryId: string
  attempts: number
  counted: number
  /** Number of the attempt; 0: the entry has none. */
  number: number
}

/** The newest brief entries, each by its place. */
export interface Briefs {
  /** Keeps one in place of the oldest; returns its place. */
  keep(entry: JournalEntry & Pick<BriefEntry, 'kind'>, number: number): number
  read(place: number): BriefEntry
}

/** About how many bytes of memory one takes. */
export const BRIEF_BYTES = 128

/** Numbers of each: kind and status, at, attempts, counted, due, settled, number of the attempt. */
const NUMBERS = 7

/** Room for as many as a journal keeps entries, taken when needed. */
export function createBriefs(most: number): Briefs {
  const numbers: number[] = []
  const ids: string[] = []
  const reasons: (string | null)[] = []
  let next = 0

  const orNull = (instant: number | undefined) => (instant === undefined || Number.isNaN(instant) ? null : instant)

  return {
    keep({ at, kind, delivery }, number) {
      const { id, status, attempts, counted, dueAt, dueReason, settledAt } = delivery
      const place = next
      next = place + 1 === most ? 0 : place + 1
      const from = place * NUMBERS
      numbers[from] = BRIEF.indexOf(kind) + BRIEF.length * DELIVERY_STATUSES.indexOf(status)
      numbers[from + 1] = at
      numbers[from + 2] = attempts
      numbers[from + 3] = counted
      numbers[from + 4] = dueAt ?? Number.NaN
      numbers[from + 5] = settledAt ?? Number.NaN
      numbers[from + 6] = number
      ids[place] = id
      reasons[place] = dueReason
      return place
    },
    read(place) {
      const from = place * NUMBERS
      const [code = 0, at = 0, attempts = 0, counted = 0, dueAt, settledAt, number = 0] = numbers.slice(
        from,
        from + NUMBERS,
      )
      return {
        at,
        kind: BRIEF[code % BRIEF.length] ?? BRIEF[0],
        deliveryId: ids[place] ?? '',
        status: DELIVERY_STATUSES[Math.floor(code / BRIEF.length)] ?? 'waiting',
        attempts,
        counted,
        dueAt: orNull(dueAt),
        dueReason: reasons[place] ?? null,
        settledAt: orNull(settledAt),
        number,
      }
    },
  }
}
