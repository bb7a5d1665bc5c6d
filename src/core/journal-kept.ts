// Entries of the journal as they are kept: without what the ledger has too, from which it is read back.
import { type Attempt, asCreated, type Delivery } from './delivery.js'
import { EmulatorError } from './errors.js'
import type { EmulatorEvent } from './event.js'
import type { BriefEntry, Briefs } from './journal-briefs.js'
import type { JournalEntry } from './journal-entry.js'
import type { JsonObject } from './json.js'
import type { LedgerReads } from './ledger.js'
import type { Subject } from './subject.js'

/** The reads that bring back what is not kept. */
export type Bodies = Pick<LedgerReads, 'event' | 'deliveriesOfEvent' | 'delivery' | 'attempts'>

/** An entry as it is kept, in few objects, since the garbage collector moves each of them twice; a number is the place of a brief one. */
export type KeptEntry = WholeEntry | TriggeredEntry | MovedEntry | number

interface WholeEntry {
  /** About how many bytes of memory it takes. */
  bytes: number
  entry: JournalEntry
}

/** A new event; its deliveries are those that the ledger has. */
interface TriggeredEntry {
  bytes: number
  at: number
  kind: 'event.triggered'
  eventId: string
}

/** A subject as it was then. Its data is kept as JSON: one text costs the garbage collector far less than many values. */
interface MovedEntry extends Omit<Subject, 'kind' | 'data'> {
  bytes: number
  at: number
  kind: 'subject.moved'
  /** The subject's own. */
  subjectKind: string
  data: string
}

/** Longer bodies are read back, characters: a copy of the usual ones costs less than a read. */
const LONGEST_KEPT = 1024

/** Stands for a body that is read back. */
const CUT = '(in the ledger)'

const isLong = (text: string | null | undefined) => text != null && text.length > LONGEST_KEPT

/** About how many bytes of memory a value takes. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length
  if (typeof value !== 'object' || value === null) return 8
  let bytes = 32
  for (const part of Object.values(value)) bytes += bytesOf(part)
  return bytes
}

function cutDelivery(delivery: Delivery): Delivery {
  return isLong(delivery.body) ? { ...delivery, body: CUT } : delivery
}

function cutAttempt(attempt: Attempt): Attempt {
  const { bodyBase64, answer } = attempt
  if (!isLong(bodyBase64) && !isLong(answer?.body)) return attempt
  return {
    ...attempt,
    bodyBase64: isLong(bodyBase64) ? CUT : bodyBase64,
    answer: answer && isLong(answer.body) ? { ...answer, body: CUT } : answer,
  }
}

/** An event without its payload, which is always read back. */
function cutEvent({ id, provider, channel, type, variant, subject, account, createdAt }: EmulatorEvent): EmulatorEvent {
  return { id, provider, channel, type, variant, subject, account, createdAt, payload: {} }
}

function cut(entry: JournalEntry): JournalEntry {
  switch (entry.kind) {
    case 'event.triggered':
      return { ...entry, event: cutEvent(entry.event), deliveries: entry.deliveries.map(cutDelivery) }
    case 'attempt.started':
    case 'attempt.completed':
      return { ...entry, delivery: cutDelivery(entry.delivery), attempt: cutAttempt(entry.attempt) }
    case 'delivery.settled':
      return { ...entry, delivery: cutDelivery(entry.delivery) }
    default:
      return entry
  }
}

function triggered({ at, kind, event }: JournalEntry & { kind: 'event.triggered' }): TriggeredEntry {
  return { bytes: 256, at, kind, eventId: event.id }
}

function moved(entry: JournalEntry & { kind: 'subject.moved' }, text?: string): MovedEntry {
  const { at, kind, subject } = entry
  const data = text ?? JSON.stringify(subject.data)
  const bytes = 512 + data.length
  // Named one by one: a copy of the rest of an object costs ten times as much.
  const { id, provider, kind: subjectKind, story, state, account, createdAt, updatedAt } = subject
  return { bytes, at, kind, id, provider, subjectKind, story, state, account, createdAt, updatedAt, data }
}

/** An entry as the journal keeps it. `data` is that of the subject that moved as JSON, where already written. */
export function keptEntry(entry: JournalEntry, briefs: Briefs, data?: string): KeptEntry {
  switch (entry.kind) {
    case 'event.triggered':
      return triggered(entry)
    case 'subject.moved':
      return moved(entry, data)
    case 'attempt.started':
    case 'attempt.completed':
      return briefs.keep(entry, entry.attempt.number)
    case 'delivery.settled':
      return briefs.keep(entry, 0)
    default:
      return { bytes: bytesOf(entry), entry }
  }
}

function readEvent(kept: TriggeredEntry, seq: number, bodies: Bodies): JournalEntry | undefined {
  const { at, kind, eventId } = kept
  const event = bodies.event(eventId)
  if (event === undefined) return undefined
  // Those that are left: a settled one may be pruned before another of the event.
  const deliveries = bodies.deliveriesOfEvent(eventId).map(asCreated)
  const { warnings } = event
  return { kind, event, deliveries, ...(warnings && { warnings }), seq, at }
}

/** The entry in whole; undefined when the ledger no longer has its rows. */
function readBrief(kept: BriefEntry, seq: number, bodies: Bodies): JournalEntry | undefined {
  const { at, kind, deliveryId, status, attempts, counted, dueAt, dueReason, settledAt, number } = kept
  const row = bodies.delivery(deliveryId)
  if (row === undefined) return undefined
  const delivery = { ...row, status, attempts, counted, dueAt, dueReason, settledAt }
  if (kind === 'delivery.settled') return { kind, delivery, seq, at }
  const attempt = bodies.attempts(deliveryId).find(one => one.number === number)
  if (attempt === undefined) return undefined
  const inFlight = { outcome: null, accepted: false, answer: null, durationMs: null }
  return { kind, delivery, attempt: kind === 'attempt.started' ? { ...attempt, ...inFlight } : attempt, seq, at }
}

function found<T>(row: T | undefined, what: string): T {
  if (row !== undefined) return row
  throw new EmulatorError(`The ledger no longer has ${what}.`, { code: 'not_found' })
}

function wholeDelivery(delivery: Delivery, bodies: Bodies): Delivery {
  if (delivery.body !== CUT) return delivery
  return {
    ...delivery,
    get body() {
      return found(bodies.delivery(delivery.id), `delivery ${delivery.id}`).body
    },
  }
}

function wholeAttempt(attempt: Attempt, bodies: Bodies): Attempt {
  const { deliveryId, number, bodyBase64, answer } = attempt
  if (bodyBase64 !== CUT && answer?.body !== CUT) return attempt
  const stored = () =>
    found(
      bodies.attempts(deliveryId).find(one => one.number === number),
      `attempt ${number} of ${deliveryId}`,
    )
  return {
    ...attempt,
    get bodyBase64() {
      return bodyBase64 === CUT ? stored().bodyBase64 : bodyBase64
    },
    get answer() {
      return answer?.body === CUT ? stored().answer : answer
    },
  }
}

/**
 * The entry as it was recorded; undefined when the ledger no longer has what it needs. Long parts are read at each use, which throws
 * `not_found` when they are gone by then.
 */
export function wholeEntry(kept: KeptEntry, seq: number, briefs: Briefs, bodies: Bodies): JournalEntry | undefined {
  if (typeof kept === 'object' && 'entry' in kept) return kept.entry
  if (typeof kept === 'object' && kept.kind === 'subject.moved') {
    const { bytes, at, kind, subjectKind, data, ...subject } = kept
    return { kind, subject: { ...subject, kind: subjectKind, data: JSON.parse(data) as JsonObject }, seq, at }
  }
  const whole = typeof kept === 'number' ? readBrief(briefs.read(kept), seq, bodies) : readEvent(kept, seq, bodies)
  return whole && withBodies(cut(whole), bodies)
}

/** The entry with its long parts read at each use. */
function withBodies(entry: JournalEntry, bodies: Bodies): JournalEntry {
  switch (entry.kind) {
    case 'event.triggered': {
      const { event, deliveries } = entry
      return {
        ...entry,
        event: {
          ...event,
          get payload() {
            return found(bodies.event(event.id), `event ${event.id}`).payload
          },
          get raw() {
            return found(bodies.event(event.id), `event ${event.id}`).raw
          },
        },
        deliveries: deliveries.map(delivery => wholeDelivery(delivery, bodies)),
      }
    }
    case 'attempt.started':
    case 'attempt.completed':
      return {
        ...entry,
        delivery: wholeDelivery(entry.delivery, bodies),
        attempt: wholeAttempt(entry.attempt, bodies),
      }
    case 'delivery.settled':
      return { ...entry, delivery: wholeDelivery(entry.delivery, bodies) }
    default:
      return entry
  }
}
