// What reports say of a step that did not pass: expected, seen, nearest miss, hint, and the timeline of attempts.

import type { StepResult, TimelineEntry } from '../../api/run.js'
import { formatDuration } from '../../core/duration.js'
import { type Detail, detailLines, detailsFrom } from '../../report/details.js'

/** The details of a step, without its timeline. */
export function detailsOf({ expected, seen, nearestMiss, hint }: StepResult): Detail[] {
  return detailsFrom([
    ['expected', expected],
    ['seen', seen],
    ['nearest', nearestMiss],
    ['hint', hint],
  ])
}

/** The details of a step and its timeline as lines of text, without indent. */
export function stepDetails(step: StepResult): string[] {
  const { timeline = [] } = step
  const attempts = timeline.flatMap((entry, i) => {
    // What every retry meets is said once.
    const isNews = entry.detail !== undefined && entry.detail !== timeline[i - 1]?.detail
    return [timelineText(entry), ...(isNews ? [`  ${entry.detail}`] : [])]
  })
  return [...detailLines(detailsOf(step)), ...attempts]
}

function timelineText({ afterMs, type, attempt, url, outcome, accepted, because, faults }: TimelineEntry): string {
  const verdict = accepted ? `${outcome} (accepted)` : outcome
  const changed = faults === undefined ? '' : ` fault ${faults.join(', ')}`
  return `+${formatDuration(afterMs)} ${type} attempt ${attempt} to ${url}: ${verdict} [${because}]${changed}`
}
