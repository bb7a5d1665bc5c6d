// The timetable of a scenario: what its steps do and which requests would be sent when.
import type { Host } from './host.js'
import { type RunOptions, runScenario } from './run.js'
import type { Scenario, Step } from './scenario.js'

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

/** What a run would do and send, in order of time. */
export interface Timetable {
  entries: TimetableEntry[]
  durationMs: number
  /** What is not known beforehand, one sentence each. */
  gaps: string[]
}

/** Expectations are listed but not judged: what is sent does not depend on them here. */
function withoutExpectations(steps: readonly Step[]): Step[] {
  return steps.map((step): Step => {
    if (step.verb === 'parallel') return { ...step, branches: step.branches.map(withoutExpectations) }
    if (step.verb === 'repeat') return { ...step, steps: withoutExpectations(step.steps) }
    if (step.verb !== 'expect') return step
    const { expect: _expect, outcome: _outcome, ...placed } = step
    return { ...placed, verb: 'wait', duration: 0 }
  })
}

/**
 * Runs a scenario on an emulator with a manual clock that accepts every delivery in process (the caller sees to that), and answers what
 * happened when. Throws as runScenario does.
 */
export async function explainScenario(
  scenario: Scenario,
  host: Host,
  options: Omit<RunOptions, 'onStep'> = {},
): Promise<Timetable> {
  const entries: TimetableEntry[] = []
  const start = host.emulator.clock.now()
  /** Of each delivery the step that made it, as far as it is known. */
  const stepOf = new Map<string, TimetableEntry>()
  const stopListening = host.emulator.journal.listen(entry => {
    const last = entries.findLast(({ kind }) => kind === 'step')
    if (entry.kind === 'event.triggered' && last !== undefined)
      for (const { id } of entry.deliveries) stepOf.set(id, last)
    if (entry.kind !== 'attempt.completed') return
    const { provider, channel, type, id } = entry.delivery
    const afterMs = entry.attempt.startedAt - start
    const request = {
      kind: 'request',
      afterMs,
      provider,
      channel,
      type,
      url: entry.attempt.url,
      deliveryId: id,
    } as const
    const cause = stepOf.get(id)
    // Steps that take no time start before the request of an earlier one leaves.
    if (cause?.afterMs !== afterMs) entries.push(request)
    else {
      const after = entries.indexOf(cause) + 1
      const sent = entries.slice(after).findIndex(({ kind }) => kind !== 'request')
      entries.splice(sent === -1 ? entries.length : after + sent, 0, request)
    }
  })
  try {
    const unjudged = { ...scenario, steps: withoutExpectations(scenario.steps), on: [] }
    const result = await runScenario(unjudged, host, {
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
        ...scenario.on.map(on => `${on.name}: depends on whether and when the receiver calls`),
        ...(result.status === 'passed' ? [] : [result.reason]),
      ],
    }
  } finally {
    stopListening()
  }
}
