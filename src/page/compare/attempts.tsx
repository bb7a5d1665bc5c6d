// Two attempts side by side.
import type { Attempt } from '../../api/attempt.js'
import { outcomeText } from '../components/outcome.js'
import { tookText } from '../components/sizes.js'
import { BodyComparison } from './body-comparison.js'
import { FieldTable } from './field-table.js'
import { compareFields } from './fields.js'

const facts = (attempt: Attempt) => ({
  outcome: outcomeText(attempt),
  accepted: attempt.accepted,
  cause: attempt.cause,
  started: attempt.startedAt,
  'signed at': attempt.stampedAt,
  due: attempt.dueAt,
  'due because': attempt.dueReason,
  faults: attempt.faults.join(', '),
  duration: attempt.durationMs === null ? 'in flight' : tookText(attempt.durationMs),
})

const request = ({ request: { method, url, headers } }: Attempt) => ({ method, url, ...byName(headers) })

const response = ({ response }: Attempt) =>
  response === null ? {} : { status: response.status, bytes: response.bodyBytes, ...byName(response.headers) }

/** Headers by name; one that comes twice has all its values. */
function byName(headers: readonly { name: string; value: string }[]): Record<string, string> {
  const named = new Map<string, string>()
  for (const { name, value } of headers) {
    const key = `header ${name.toLowerCase()}`
    named.set(key, named.has(key) ? `${named.get(key)}, ${value}` : value)
  }
  return Object.fromEntries(named)
}

/** The comparison of two attempts. */
export function AttemptComparison({ left, right }: { left: Attempt; right: Attempt }) {
  return (
    <>
      <FieldTable caption="Attempt" {...compareFields(facts(left), facts(right))} />
      <FieldTable caption="Request" {...compareFields(request(left), request(right))} />
      <BodyComparison caption="Request body" left={left.request.body} right={right.request.body} />
      <FieldTable caption="Response" {...compareFields(response(left), response(right))} />
      <BodyComparison caption="Response body" left={left.response?.body ?? ''} right={right.response?.body ?? ''} />
    </>
  )
}
