// The result of a run: of each step and of the whole.

import type { Tally } from './observer.js'
import type { Verb } from './schema.js'

/** One attempt on the way to an expectation. Times are RFC 3339, UTC, on the emulator's clock. */
export interface TimelineEntry {
  at: string
  /** Emulator ms since the event was triggered. */
  afterMs: number
  type: string
  deliveryId: string
  url: string
  attempt: number
  /** `200`, `timed out`, `refused` … */
  outcome: string
  accepted: boolean
  /** Why it was made then: "first attempt", "500; attempt 2 of 8 5 s later". */
  because: string
  /** Names of the faults that changed it, where any did. */
  faults?: readonly string[]
}

/** `passed`; `failed`: an expectation is not met; `error`: it could not run; `skipped`: an earlier step did not pass. */
type StepStatus = 'passed' | 'failed' | 'error' | 'skipped'

export interface StepResult {
  /** `steps[2]`; within a repeat with its iteration, `steps[3].repeat.steps[0]#7`. */
  path: string
  name: string | null
  verb: Verb
  text: string
  line: number
  column: number
  status: StepStatus
  ok: boolean
  expected?: string
  seen?: string
  nearestMiss?: string
  hint?: string
  warnings?: string[]
  timeline?: TimelineEntry[]
  /** RFC 3339 on the emulator's clock. */
  startedAt: string
  /** On the emulator's clock. */
  durationMs: number
  realMs: number
  /** What happened during the step. */
  counts: Tally
}

/** `passed`: every step passed; `failed`: an expectation is not met; `not run`: it could not run, or was aborted. */
export type RunStatus = 'passed' | 'failed' | 'not run'

export interface RunResult {
  scenario: string
  file: string
  description: string | null
  tags: string[]
  status: RunStatus
  /** 0 passed, 1 failed, 2 not run. */
  exitCode: 0 | 1 | 2
  /** One sentence. */
  reason: string
  seed: number
  /** RFC 3339: the emulator's time at the start; with the seed it gives the same bytes again. */
  start: string
  /** On the emulator's clock. */
  durationMs: number
  realMs: number
  steps: StepResult[]
  counts: Tally
}

/** How a step ended. */
export interface StepOutcome {
  status: 'passed' | 'failed' | 'error'
  expected?: string | undefined
  seen?: string | undefined
  nearestMiss?: string | undefined
  hint?: string | undefined
  warnings?: string[] | undefined
  timeline?: TimelineEntry[] | undefined
}

/** A copy with the given texts replaced by `***`. Texts under four characters stay: they would hide too much. */
export function redacted<T>(value: T, secrets: readonly string[]): T {
  const hidden = secrets.filter(secret => secret.length >= 4)
  if (hidden.length === 0) return value
  const hide = (inner: unknown): unknown => {
    if (typeof inner === 'string') return hidden.reduce((text, secret) => text.replaceAll(secret, '***'), inner)
    if (Array.isArray(inner)) return inner.map(hide)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, hide(item)]))
  }
  return hide(value) as T
}
