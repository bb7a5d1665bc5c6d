// How far a run of a scenario has got, as the journal tells it.

/** A run without its steps. */
export interface RunState {
  id: string
  /** Name of the scenario. */
  scenario: string
  /** File of the scenarios folder; null where the scenario came with the request. */
  file: string | null
  status: 'running' | 'passed' | 'failed' | 'not run'
  /** Emulator ms since 1970. */
  startedAt: number
  /** Why it ended as it did; null until then. */
  reason: string | null
}

/** A step that has ended, in short. */
export interface EndedStep {
  /** `steps[2]`; within a repeat `steps[3].repeat.steps[0]#7`. */
  path: string
  name: string | null
  /** The step in words. */
  text: string
  line: number
  status: 'passed' | 'failed' | 'error' | 'skipped'
  expected: string | null
  seen: string | null
}
