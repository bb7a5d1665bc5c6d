// Entries of the journal as they are kept: without large bodies, which the ledger has too and from which they are read back.
import type { Attempt, Delivery } from './delivery.js'
import { EmulatorError } from './errors.js'
import type { EmulatorEvent } from './event.js'
import type { JournalEntry } from './journal-entry.js'
import type { LedgerReads } from './ledger.js'
import type { Headers } from './message.js'

/** The reads that bring back what is not kept. */
export type Bodies = Pick<LedgerReads, 'event' | 'delivery' | 'attempts'>

/** An entry as it is kept. */
export interface KeptEntry {
  entry: JournalEntry
  /** About how many bytes of memory it takes. */
  bytes: number
  /** True when a part of it must be read back. */
  isCut: boolean
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

function headersBytes(headers: Headers): number {
  let bytes = 0
  for (const [name, value] of headers) bytes += 96 + name.length + value.length
  return bytes
}

function attemptBytes({ url, dueReason, headers, bodyBase64, outcome, answer }: Attempt): number {
  const sent = url.length + dueReason.length + headersBytes(headers) + (bodyBase64?.length ?? 0)
  const answered = answer === null ? 0 : 64 + headersBytes(answer.headers) + answer.body.length
  return 320 + sent + (outcome?.detail?.length ?? 0) + answered + (answer?.bodyBase64?.length ?? 0)
}

/** The same for an entry. Those that every delivery has are reckoned from their long parts: walking them would cost as much as making them. */
function entryBytes(entry: JournalEntry): number {
  if (!('delivery' in entry)) return bytesOf(entry)
  const { body, dueReason } = entry.delivery
  const own = 416 + (body?.length ?? 0) + (dueReason?.length ?? 0)
  return 'attempt' in entry ? own + attemptBytes(entry.attempt) : own
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
    case 'attempt.completed': {
      const [delivery, attempt] = [cutDelivery(entry.delivery), cutAttempt(entry.attempt)]
      return delivery === entry.delivery && attempt === entry.attempt ? entry : { ...entry, delivery, attempt }
    }
    case 'delivery.settled': {
      const delivery = cutDelivery(entry.delivery)
      return delivery === entry.delivery ? entry : { ...entry, delivery }
    }
    default:
      return entry
  }
}

/** An entry as the journal keeps it. */
export function keptEntry(entry: JournalEntry): KeptEntry {
  const kept = cut(entry)
  return { entry: kept, bytes: entryBytes(kept), isCut: kept !== entry }
}

/** True when the ledger no longer has what the entry needs. */
export function isLost({ entry, isCut }: KeptEntry, bodies: Bodies): boolean {
  if (!isCut) return false
  if (entry.kind === 'event.triggered') return bodies.event(entry.event.id) === undefined
  return 'delivery' in entry && bodies.delivery(entry.delivery.id) === undefined
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

/** The entry as it was recorded; what was cut is read at each use. Using what the ledger no longer has throws `not_found`. */
export function wholeEntry({ entry, isCut }: KeptEntry, bodies: Bodies): JournalEntry {
  if (!isCut) return entry
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
