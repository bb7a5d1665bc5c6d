// What the verbs of a running scenario share.
import { durationMs } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import type { Subscription } from '../core/subscription.js'
import type { Scope } from './scope.js'
import type { Stage } from './stage.js'
import type { Step } from './step.js'
import type { Timekeeper } from './time.js'
import type { Witness } from './witness.js'

export interface Running {
  stage: Stage
  time: Timekeeper
  witness: Witness
  /** Default receiver of the run. */
  to: string | undefined
  /** Subscriptions by the scenario's names for them. */
  subscriptions: ReadonlyMap<string, Subscription>
  /** When the scenario has no subscriptions: the ones made for it, by `provider/channel`; they get what steps trigger whatever their routing. */
  implied: ReadonlyMap<string, string>
  /** Faults that steps of the run have added, by id. */
  faults: string[]
  /** Put before labels of subjects. */
  storyPrefix: string
  /** Real ms that the receiver is given to act before time moves on without it. */
  patienceMs: number
  /** Plays steps one after the other; false once one is not passed. `silent`: only what went wrong is reported. */
  sequence(steps: readonly Step[], scope: Scope, silent?: boolean): Promise<boolean>
}

/** A duration after its references; ms. */
export function durationOf(value: Json | undefined, where: string): number {
  const ms = typeof value === 'string' || typeof value === 'number' ? durationMs(value) : undefined
  if (ms !== undefined) return ms
  throw new EmulatorError(`${JSON.stringify(value)} is not a duration.`, {
    code: 'invalid_input',
    hint: 'Write it as 90s, 5m, 2h, 1d or a number of milliseconds.',
    where,
  })
}

/** A whole number after its references. */
export function numberOf(value: Json | undefined, where: string): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof found === 'number' && Number.isInteger(found) && found >= 0) return found
  throw new EmulatorError(`${JSON.stringify(value)} is not a whole number.`, { code: 'invalid_input', where })
}

/** A text after its references. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
