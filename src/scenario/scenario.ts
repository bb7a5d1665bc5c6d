// A scenario that can run: its steps with their event types, their places in the file, and a line of text each.
import type { ExpectedOutcome } from '../core/expectation.js'
import type { TypeAddress } from './names.js'
import type {
  CallDefinition,
  ExpectDefinition,
  FaultDefinition,
  OnDefinition,
  ScenarioDefinition,
  TriggerDefinition,
} from './schema.js'
import type { Position } from './source.js'

/** What every step has. */
export interface Placed extends Position {
  /** `steps[2]`, `steps[3].repeat.steps[0]`. */
  path: string
  name: string | undefined
  /** One line of text; references stay as they are written, so that secrets do not show. */
  text: string
}

/** A trigger with its event type. */
export type TriggerStep = Placed & {
  verb: 'trigger'
  trigger: Omit<TriggerDefinition, 'provider' | 'channel' | 'type'> & TypeAddress
  /** Label of the story when the step names no subject: the same whatever other steps there are. */
  story: string
}
/** A call with its captures. */
export type CallStep = Placed & { verb: 'call'; call: CallDefinition; capture: Record<string, string> }
/** A step that lets time pass; the duration as it is written. */
export type TimeStep = Placed & { verb: 'wait' | 'advance'; duration: string | number }
/** Steps that run concurrently. */
export type ParallelStep = Placed & { verb: 'parallel'; branches: readonly (readonly Step[])[] }
/** Steps that run several times; numbers as they are written. */
export type RepeatStep = Placed & {
  verb: 'repeat'
  count: number | string
  concurrency: number | string
  /** In place of concurrency. */
  rate?: string | undefined
  steps: readonly Step[]
}
/** `expect` is undefined for everything triggered so far. */
export type ExpectStep = Placed & {
  verb: 'expect'
  expect: ExpectDefinition | undefined
  outcome: ExpectedOutcome
}
/** `none`: the faults of the run are removed. */
export type FaultStep = Placed & { verb: 'fault'; fault: Exclude<FaultDefinition, string> | 'none' }
/** A new secret for a subscription, by its name. */
export type RotateStep = Placed & { verb: 'rotate'; rotate: { subscription: string; secret?: string | undefined } }
/** A step of any verb. */
export type Step = FaultStep | RotateStep | TriggerStep | CallStep | TimeStep | ParallelStep | RepeatStep | ExpectStep

/** Steps that a call of the receiver starts. */
export interface OnCall extends Position {
  path: string
  name: string
  definition: OnDefinition
  steps: readonly Step[]
}

/** A valid scenario. */
export interface Scenario {
  file: string
  name: string
  definition: ScenarioDefinition
  steps: readonly Step[]
  on: readonly OnCall[]
  /** The channels whose events the steps may cause: each is subscribed to when the file has no subscriptions. */
  channels: readonly { provider: string; channel: string }[]
}
