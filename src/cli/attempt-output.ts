// How attempts read, whether they were made here or by a server: one line for people, one record for machines.
import type { Attempt, Delivery, DeliveryStatus } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { describeOutcome, OUTCOME_KINDS, type Outcome } from '../core/outcome.js'
import { textOf, textOrNull } from './fields.js'
import { clockTime, instant, type Print, plain, shorten } from './print.js'

/** What is told of an attempt. Instants are ms. */
export interface AttemptFacts {
  at: number
  provider: string
  channel: string
  type: string
  eventId: string
  deliveryId: string
  subscriptionId: string
  url: string
  number: number
  cause: string
  outcome: Outcome | null
  accepted: boolean
  durationMs: number | null
  faults: readonly string[]
  /** Of the delivery, after it. */
  status: string
  dueAt: number | null
  dueReason: string | null
}

/** Facts of an attempt made in this process. */
export function factsOf(at: number, delivery: Delivery, attempt: Attempt): AttemptFacts {
  const { provider, channel, type, eventId, id, subscriptionId, status, dueAt, dueReason } = delivery
  const { url, number, cause, outcome, accepted, durationMs, faults } = attempt
  const told = { url, number, cause, outcome, accepted, durationMs, faults }
  return { at, provider, channel, type, eventId, deliveryId: id, subscriptionId, status, dueAt, dueReason, ...told }
}

const time = (value: Json | undefined) => (typeof value === 'string' ? Date.parse(value) : null)

function outcomeFrom(value: Json | undefined): Outcome | null {
  if (!isJsonObject(value)) return null
  const kind = OUTCOME_KINDS.find(known => known === value.kind)
  if (kind === undefined) return null
  return {
    kind,
    status: typeof value.status === 'number' ? value.status : undefined,
    code: typeof value.code === 'string' ? value.code : undefined,
    detail: typeof value.detail === 'string' ? value.detail : undefined,
  }
}

/** Facts of an attempt as the control API tells of it. */
export function factsFrom(at: Json | undefined, delivery: JsonObject, attempt: JsonObject): AttemptFacts {
  const request = isJsonObject(attempt.request) ? attempt.request : attempt
  return {
    at: time(at) ?? 0,
    provider: textOf(delivery.provider),
    channel: textOf(delivery.channel),
    type: textOf(delivery.type),
    eventId: textOf(delivery.eventId),
    deliveryId: textOf(delivery.id),
    subscriptionId: textOf(delivery.subscriptionId),
    url: textOf(request.url),
    number: typeof attempt.number === 'number' ? attempt.number : 0,
    cause: textOf(attempt.cause),
    outcome: outcomeFrom(attempt.outcome),
    accepted: attempt.accepted === true,
    durationMs: typeof attempt.durationMs === 'number' ? attempt.durationMs : null,
    faults: Array.isArray(attempt.faults) ? attempt.faults.map(String) : [],
    status: textOf(delivery.status),
    dueAt: time(delivery.dueAt),
    dueReason: textOrNull(delivery.dueReason),
  }
}

const FOLLOWS: Partial<Record<DeliveryStatus, string>> = {
  delivered: 'delivered',
  exhausted: 'exhausted: no further attempt',
  cancelled: 'cancelled',
}

function isSettledName(status: string): status is DeliveryStatus {
  return Object.hasOwn(FOLLOWS, status)
}

/** What follows: settled how, or when the next attempt is and why. */
function follows({ status, dueAt, dueReason }: AttemptFacts): string {
  if (isSettledName(status)) return FOLLOWS[status] ?? ''
  if (dueAt === null) return ''
  return `next at ${clockTime(dueAt)}${dueReason === null ? '' : ` (${plain(dueReason)})`}`
}

/** A line about a completed attempt: time, event type, attempt number, what it met, what follows. */
export function attemptLine(print: Print, facts: AttemptFacts): string {
  const met = facts.outcome === null ? 'in flight' : describeOutcome(facts.outcome)
  const code = facts.outcome?.code === undefined ? '' : `${plain(facts.outcome.code)}  `
  const took = facts.durationMs === null ? '' : `${formatDuration(facts.durationMs)}  `
  const colour = facts.status === 'delivered' ? 'green' : facts.status === 'exhausted' ? 'red' : 'dim'
  return [
    print.paint('dim', clockTime(facts.at)),
    print.paint('bold', plain(facts.type)),
    `attempt ${facts.number}${facts.cause === 'scheduled' ? '' : ` (${facts.cause})`}`,
    print.paint(facts.accepted ? 'green' : 'red', met.padEnd(9)),
    `${print.paint('dim', `${code}${took}`)}${print.paint(colour, follows(facts))}`,
  ].join('  ')
}

/** The same for machines. No headers in it, so no credentials. */
export function attemptRecord(facts: AttemptFacts): object {
  return {
    kind: 'attempt',
    at: instant(facts.at),
    provider: facts.provider,
    channel: facts.channel,
    type: facts.type,
    event: facts.eventId,
    delivery: facts.deliveryId,
    subscription: facts.subscriptionId,
    url: facts.url,
    attempt: facts.number,
    cause: facts.cause,
    outcome: facts.outcome?.kind ?? null,
    status: facts.outcome?.status ?? null,
    code: facts.outcome?.code,
    accepted: facts.accepted,
    durationMs: facts.durationMs,
    faults: facts.faults.length === 0 ? undefined : facts.faults,
    deliveryStatus: facts.status,
    next: facts.dueAt === null ? null : { at: instant(facts.dueAt), reason: facts.dueReason },
  }
}

/** What the receiver said, for people, when it was not the accepted answer. */
export function answerText(attempt: Pick<Attempt, 'accepted' | 'answer'>): string | undefined {
  const body = attempt.answer?.body.trim()
  return attempt.accepted || body === undefined || body === '' ? undefined : `  it answered: ${shorten(body, 200)}`
}
