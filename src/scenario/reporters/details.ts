// What reports say of a step that did not pass: expected, seen, nearest miss, hint, and the timeline of attempts.

import type { StepResult, TimelineEntry } from '../../api/run.js'
import { formatDuration } from '../../core/duration.js'
import { type Detail, detailLines, detailsFrom } from '../../report/details.js'
import { refusalLines } from '../../report/signature-text.js'

/** The details of a step, without its timeline. */
export function detailsOf({ expected, seen, nearestMiss, hint }: StepResult): Detail[] {
  return detailsFrom([
    ['expected', expected],
    ['seen', seen],
    ['nearest', nearestMiss],
    ['hint', hint],
  ])
}

/** The details of a step, its timeline and its refusals as lines of text, without indent. */
export function stepDetails(step: StepResult): string[] {
  const { timeline = [], refusals = [] } = step
  // Deliveries are named where there are several.
  const several = new Set(timeline.map(({ deliveryId }) => deliveryId)).size > 1
  const attempts = timeline.flatMap((entry, i) => {
    const { deliveryId, attempt, detail, response } = entry
    const before = timeline[i - 1]
    const refused = refusals.filter(one => one.deliveryId === deliveryId && one.attempt === attempt)
    return [
      timelineText(entry, several),
      // What every retry meets is said once.
      ...(detail !== undefined && detail !== before?.detail ? [`  ${detail}`] : []),
      ...(response !== undefined && response !== before?.response
        ? [`  response: ${response.replace(/\s+/g, ' ')}`]
        : []),
      ...refused.flatMap(refusalLines).map(line => `  ${line}`),
    ]
  })
  return [...detailLines(detailsOf(step)), ...attempts]
}

function timelineText(entry: TimelineEntry, several: boolean): string {
  const { afterMs, type, deliveryId, attempt, url, outcome, code, accepted, because, faults } = entry
  const verdict = accepted ? `${outcome} (accepted)` : code === undefined ? outcome : `${outcome} (${code})`
  const changed = faults === undefined ? '' : ` fault ${faults.join(', ')}`
  const which = several ? `${deliveryId} ` : ''
  return `+${formatDuration(afterMs)} ${type} ${which}attempt ${attempt} to ${url}: ${verdict} [${because}]${changed}`
}
