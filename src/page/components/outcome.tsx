// The outcome of an attempt as a badge.
import type { AttemptSummary } from '../../api/attempt.js'
import { Badge, type Tone } from './badge.js'

/** The outcome in a word or two. */
export function outcomeText({ outcome }: Pick<AttemptSummary, 'outcome'>): string {
  if (outcome === null) return 'in flight'
  if (outcome.kind === 'answered') return String(outcome.status)
  return outcome.kind.replace('_', ' ')
}

/** What an outcome means. */
export const outcomeTone = ({ outcome, accepted }: Pick<AttemptSummary, 'outcome' | 'accepted'>): Tone =>
  outcome === null ? 'busy' : accepted ? 'good' : outcome.kind === 'interrupted' ? 'neutral' : 'bad'

/** The outcome in words, colour and icon. */
export function OutcomeBadge({ attempt }: { attempt: Pick<AttemptSummary, 'outcome' | 'accepted'> }) {
  return <Badge tone={outcomeTone(attempt)}>{outcomeText(attempt)}</Badge>
}
