// A delivery for people: where it stands, and its attempts on one line each.
import { formatDuration } from '../core/duration.js'
import type { Evidence } from '../core/expectation.js'
import { describeOutcome } from '../core/outcome.js'

const SHOWN_ANSWER = 120

function answerOf(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim()
  if (line === '') return ''
  return `  ${line.length > SHOWN_ANSWER ? `${line.slice(0, SHOWN_ANSWER)}…` : line}`
}

/** State and attempts, with times since the event, what was met, and what comes next. */
export function timeline({ delivery, attempts }: Evidence): string {
  const since = (at: number) => `+${formatDuration(Math.max(0, at - delivery.createdAt))}`
  const to = attempts.at(-1)?.url
  const head = `${delivery.id}: ${delivery.provider} ${delivery.type}${to === undefined ? '' : ` to ${to}`} is ${delivery.status}, ${delivery.attempts} attempt${delivery.attempts === 1 ? '' : 's'} made`
  const lines = attempts.map(({ number, startedAt, outcome, accepted, answer, faults }) => {
    const met = outcome === null ? 'in flight' : describeOutcome(outcome)
    const judged = outcome === null ? '' : accepted ? '  accepted' : '  not accepted'
    const why = outcome?.kind !== 'answered' && outcome?.detail ? `  ${outcome.detail}` : ''
    const bent = faults.length > 0 ? `  (faults: ${faults.join(', ')})` : ''
    return `  ${String(number).padStart(2)}  ${since(startedAt).padEnd(12)}  ${met}${judged}${why}${bent}${accepted ? '' : answerOf(answer?.body ?? '')}`
  })
  if (delivery.dueAt !== null && delivery.status === 'waiting')
    lines.push(`  next  ${since(delivery.dueAt)}  (${delivery.dueReason})`)
  return [head, ...lines].join('\n')
}
