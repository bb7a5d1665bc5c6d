// How an attempt is printed, whether it was made in this process or by a server: as a JSON line and as a line of text.
import type { AttemptSummary, Attempt as ServerAttempt } from '../api/attempt.js'
import type { DeliveryDetail, Delivery as ServerDelivery } from '../api/delivery.js'
import type { Refusal } from '../api/refusal.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import { describeOutcome } from '../core/outcome.js'
import { refusalLines } from '../report/signature-text.js'
import type { AttemptLine } from './json-line-kinds.js'
import { clockTime, instant, type Print, plain, shorten } from './print.js'

/** The JSON line of an attempt as the control API shows it; `at` is RFC 3339. No headers in it, so no credentials. */
export function serverAttempt(
  at: string,
  delivery: Omit<ServerDelivery, 'attemptCount' | 'createdAt' | 'settledAt'>,
  attempt: ServerAttempt | AttemptSummary,
): AttemptLine {
  return {
    kind: 'attempt',
    at,
    provider: delivery.provider,
    channel: delivery.channel,
    type: delivery.type,
    event: delivery.eventId,
    delivery: delivery.id,
    subscription: delivery.subscriptionId,
    url: 'request' in attempt ? attempt.request.url : attempt.url,
    attempt: attempt.number,
    cause: attempt.cause,
    outcome: attempt.outcome?.kind ?? null,
    status: attempt.outcome?.status ?? null,
    code: attempt.outcome?.code,
    detail: attempt.outcome?.detail,
    accepted: attempt.accepted,
    durationMs: attempt.durationMs,
    faults: attempt.faults.length === 0 ? undefined : attempt.faults,
    deliveryStatus: delivery.status,
    next: delivery.dueAt === null ? null : { at: delivery.dueAt, reason: delivery.dueReason },
  }
}

/**
 * How a delivery stood after the attempt at this index, as its list tells: what followed an attempt is the next one, and what follows
 * the last is the state of the delivery. A resend by hand says nothing of what was due before it.
 */
export function stateAfter(
  delivery: Pick<DeliveryDetail, 'status' | 'dueAt' | 'dueReason' | 'attempts'>,
  index: number,
): Pick<ServerDelivery, 'status' | 'dueAt' | 'dueReason'> {
  const next = delivery.attempts[index + 1]
  if (next === undefined) return { status: delivery.status, dueAt: delivery.dueAt, dueReason: delivery.dueReason }
  if (next.cause === 'scheduled') return { status: 'waiting', dueAt: next.dueAt, dueReason: next.dueReason }
  return { status: delivery.attempts[index]?.accepted ? 'delivered' : 'waiting', dueAt: null, dueReason: null }
}

/** The JSON line of an attempt made in this process; `at` is when it ended, ms. */
export function localAttempt(at: number, delivery: Delivery, attempt: Attempt): AttemptLine {
  return serverAttempt(
    instant(at),
    { ...delivery, dueAt: delivery.dueAt === null ? null : instant(delivery.dueAt) },
    { ...attempt, startedAt: instant(attempt.startedAt), dueAt: instant(attempt.dueAt) },
  )
}

/** How an attempt made by hand is marked. */
const BY_HAND: Readonly<Record<AttemptLine['cause'], string>> = {
  scheduled: '',
  resend: ' (resent by hand)',
  replay: ' (resent by hand, original bytes)',
}

/** What happens to the delivery after the attempt. */
function nextText({ deliveryStatus, next }: AttemptLine): string {
  if (deliveryStatus === 'exhausted') return 'exhausted: no further attempt'
  if (deliveryStatus === 'delivered' || deliveryStatus === 'cancelled') return deliveryStatus
  if (next === null) return ''
  return `next at ${clockTime(next.at)}${next.reason === null ? '' : ` (${plain(next.reason)})`}`
}

/** An attempt as text: time, event type, attempt number, outcome, and what happens next; `several` adds the delivery and its receiver. */
export function attemptText(print: Print, line: AttemptLine, several = false): string {
  const outcome =
    line.outcome === null ? 'in flight' : describeOutcome({ kind: line.outcome, status: line.status ?? undefined })
  const code = line.code === undefined ? '' : `${plain(line.code)}  `
  const duration = line.durationMs === null ? '' : `${formatDuration(line.durationMs)}  `
  const colour = line.deliveryStatus === 'delivered' ? 'green' : line.deliveryStatus === 'exhausted' ? 'red' : 'dim'
  return [
    print.paint('dim', clockTime(line.at)),
    print.paint('bold', plain(line.type)),
    ...(several ? [`${plain(line.delivery)} to ${plain(line.url)}`] : []),
    `attempt ${line.attempt}${BY_HAND[line.cause]}`,
    print.paint(line.accepted ? 'green' : 'red', outcome.padEnd(9)),
    ...(line.faults === undefined ? [] : [print.paint('yellow', `fault ${plain(line.faults.join(', '))}`)]),
    `${print.paint('dim', `${code}${duration}`)}${print.paint(colour, nextText(line))}`,
  ].join('  ')
}

/** Attempts as text, each with the sentence that says what happened to it; the one that the attempt before had is not repeated. */
export function attemptTexts(print: Print, several = false): (line: AttemptLine) => string {
  let last: string | undefined
  return line => {
    const { detail } = line
    const reason = detail === undefined || detail === last ? '' : `\n  ${plain(detail)}`
    last = detail
    return `${attemptText(print, line, several)}${reason}`
  }
}

/** Prints the answer 401 or 403 explained: the string that was signed, the likely cause, and what to do next. */
export function printRefusal(print: Print, refusal: Refusal): void {
  const { deliveryId, attempt, signedString, computed } = refusal
  for (const line of refusalLines(refusal)) print.line(`  ${plain(line)}`)
  print.record({ kind: 'refused', delivery: deliveryId, attempt, signedString, ...(computed && { computed }) })
}

/** The response body as text, if the attempt was not accepted. */
export function responseText(attempt: { accepted: boolean; answer: { body: string } | null }): string | undefined {
  const body = attempt.answer?.body.trim()
  return attempt.accepted || body === undefined || body === '' ? undefined : `  response: ${shorten(body, 200)}`
}
