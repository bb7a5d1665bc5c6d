// A delivery as text: its state, and a line for each attempt.
import { formatDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { Evidence } from '../core/expectation.js'
import { describeOutcome } from '../core/outcome.js'

/** Characters of a response's body that are shown. */
const SHOWN_BODY = 120

function shortBody(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim()
  if (line === '') return ''
  return `  ${line.length > SHOWN_BODY ? `${line.slice(0, SHOWN_BODY)}…` : line}`
}

/** State and attempts, each with its time since the event, its outcome and the response's body, and when the next one is due. */
export function timeline({ delivery, attempts }: Evidence): string {
  const since = (at: number) => `+${formatDuration(Math.max(0, at - delivery.createdAt))}`
  const url = attempts.at(-1)?.url
  const head = `${delivery.id}: ${delivery.provider} ${delivery.type}${url === undefined ? '' : ` to ${url}`} is ${delivery.status}, ${delivery.attempts} attempt${delivery.attempts === 1 ? '' : 's'} made`
  const lines = attempts.map(({ number, startedAt, outcome, accepted, answer, faults }) => {
    const result = outcome === null ? 'in flight' : describeOutcome(outcome)
    const verdict = outcome === null ? '' : accepted ? '  accepted' : '  not accepted'
    const detail = outcome?.kind !== 'answered' && outcome?.detail ? `  ${outcome.detail}` : ''
    const changed = faults.length > 0 ? `  (faults: ${faults.join(', ')})` : ''
    const body = accepted ? '' : shortBody(answer?.body ?? '')
    return `  ${String(number).padStart(2)}  ${since(startedAt).padEnd(12)}  ${result}${verdict}${detail}${changed}${body}`
  })
  if (delivery.dueAt !== null && delivery.status === 'waiting')
    lines.push(`  next  ${since(delivery.dueAt)}  (${delivery.dueReason})`)
  return [head, ...lines].join('\n')
}

/** The error of an expectation that was not met, with the attempts of the nearest miss in its message. */
export const unmet = (outcome: string, seen: string, evidence: readonly Evidence[]): EmulatorError =>
  new EmulatorError([`Expected ${outcome}, but ${seen}`, ...evidence.map(timeline)].join('\n\n'), { code: 'timed_out' })
