// What there is to say of a step that went wrong, in lines: expected, seen, nearest miss, and the timeline of attempts.
import { formatDuration } from '../../core/duration.js'
import type { StepResult, TimelineEntry } from '../result.js'

/** Lines of text, without indent. */
export function stepDetails(step: StepResult): string[] {
  return [
    step.expected === undefined ? undefined : `expected: ${step.expected}`,
    step.seen === undefined ? undefined : `seen: ${step.seen}`,
    step.nearestMiss === undefined ? undefined : `nearest: ${step.nearestMiss}`,
    step.hint === undefined ? undefined : `hint: ${step.hint}`,
    ...(step.timeline ?? []).map(timelineText),
  ].filter(line => line !== undefined)
}

function timelineText({ afterMs, type, attempt, url, outcome, accepted, because, faults }: TimelineEntry): string {
  const verdict = accepted ? `${outcome} (accepted)` : outcome
  return `+${formatDuration(afterMs)} ${type} attempt ${attempt} to ${url}: ${verdict} [${because}]${faults === undefined ? '' : ` fault ${faults.join(', ')}`}`
}
