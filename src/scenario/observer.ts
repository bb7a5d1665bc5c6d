// What happens during a run, read from the journal: its events, its attempts, and the order in which deliveries were accepted.
import type { Tally } from '../api/run.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Journal } from '../core/journal.js'

/** What has happened in a run so far. */
export interface Observer {
  /** Oldest first. */
  events(): readonly EmulatorEvent[]
  /** Rises with everything that happens to an event; 0 for one that is not of this run. */
  revision(eventId: string): number
  /** The place of a delivery in the order of acceptance; undefined while it is not accepted. */
  acceptedAt(deliveryId: string): number | undefined
  /** Sets the label that a step gave as an event's subject. */
  label(eventId: string, label: string): void
  labelOf(eventId: string): string | undefined
  tally(): Tally
  close(): void
}

/** Observes from now on. */
export function createObserver(journal: Pick<Journal, 'listen'>): Observer {
  const events = new Map<string, EmulatorEvent>()
  const revisions = new Map<string, number>()
  const accepted = new Map<string, number>()
  const labels = new Map<string, string>()
  const tally: Tally = { events: 0, deliveries: 0, attempts: 0, answered: 0, delivered: 0, exhausted: 0 }
  const close = journal.listen(entry => {
    if (entry.kind === 'event.triggered') {
      events.set(entry.event.id, entry.event)
      revisions.set(entry.event.id, entry.seq)
      tally.events++
      tally.deliveries += entry.deliveries.length
    } else if (entry.kind === 'attempt.completed') {
      revisions.set(entry.delivery.eventId, entry.seq)
      tally.attempts++
      if (entry.attempt.outcome?.kind === 'answered') tally.answered++
      if (entry.attempt.accepted && !accepted.has(entry.delivery.id)) accepted.set(entry.delivery.id, entry.seq)
    } else if (entry.kind === 'delivery.settled') {
      revisions.set(entry.delivery.eventId, entry.seq)
      if (entry.delivery.status === 'delivered') tally.delivered++
      if (entry.delivery.status === 'exhausted') tally.exhausted++
    }
  })
  return {
    events: () => [...events.values()],
    revision: id => revisions.get(id) ?? 0,
    acceptedAt: id => accepted.get(id),
    label: (id, label) => void labels.set(id, label),
    labelOf: id => labels.get(id),
    tally: () => ({ ...tally }),
    close,
  }
}

/** What was added between two tallies. */
export function difference(after: Tally, before: Tally): Tally {
  const counts = { ...after }
  for (const key of Object.keys(counts) as (keyof Tally)[]) counts[key] -= before[key]
  return counts
}
