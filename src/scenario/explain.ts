// The timetable of a scenario: what its steps do and which requests would be sent when.
import type { PlayOptions } from './play.js'
import { playScenario } from './play.js'
import type { Stage } from './stage.js'
import type { Scenario, Step } from './step.js'

/** A line of the timetable; `afterMs` is emulator time since the start. */
type TimetableEntry =
  | { kind: 'step'; afterMs: number; path: string; depth: number; text: string }
  | {
      kind: 'request'
      afterMs: number
      provider: string
      channel: string
      type: string
      url: string
      deliveryId: string
    }

export interface Timetable {
  entries: TimetableEntry[]
  durationMs: number
  /** Why it is not whole: what cannot be told beforehand. */
  gaps: string[]
}

/** Expectations are shown but not judged: what is sent does not depend on them here. */
function unjudged(steps: readonly Step[]): Step[] {
  return steps.map((step): Step => {
    if (step.verb === 'parallel') return { ...step, branches: step.branches.map(unjudged) }
    if (step.verb === 'repeat') return { ...step, steps: unjudged(step.steps) }
    if (step.verb !== 'expect') return step
    const { expect: _expect, outcome: _outcome, ...placed } = step
    return { ...placed, verb: 'wait', duration: 0 }
  })
}

/**
 * Plays a scenario on a stage with a manual clock whose requests leave for nowhere and are all accepted (the caller sees to that),
 * and answers what happened when. Throws as playScenario does.
 */
export async function explainScenario(
  scenario: Scenario,
  stage: Stage,
  options: Omit<PlayOptions, 'onStep'> = {},
): Promise<Timetable> {
  const entries: TimetableEntry[] = []
  const start = stage.clock.now()
  const silence = stage.journal.listen(entry => {
    if (entry.kind !== 'attempt.completed') return
    const { provider, channel, type, id } = entry.delivery
    const afterMs = entry.attempt.startedAt - start
    entries.push({ kind: 'request', afterMs, provider, channel, type, url: entry.attempt.url, deliveryId: id })
  })
  try {
    const bare = { ...scenario, steps: unjudged(scenario.steps), on: [] }
    const result = await playScenario(bare, stage, {
      ...options,
      onStep: step => {
        if (step.kind === 'started')
          entries.push({ kind: 'step', afterMs: step.at - start, path: step.path, depth: step.depth, text: step.text })
      },
    })
    return {
      entries,
      durationMs: result.durationMs,
      gaps: [
        ...scenario.on.map(on => `${on.name}: the receiver decides when, and whether at all`),
        ...(result.status === 'passed' ? [] : [result.reason]),
      ],
    }
  } finally {
    silence()
  }
}
