// What the steps of one run share, and how each ends.
import type { StepResult } from '../api/run.js'
import type { Subscription } from '../core/subscription.js'
import type { Bindings } from './bindings.js'
import type { Host } from './host.js'
import type { Observer } from './observer.js'
import type { RunWords } from './run-words.js'
import type { Step } from './scenario.js'
import type { Timekeeper } from './timekeeper.js'

/** What a step gets: the host, the run's time and observer, and what earlier steps have made. */
export interface RunContext extends Host {
  time: Timekeeper
  observer: Observer
  /** Default receiver of the run. */
  to: string | undefined
  /** What errors call the inputs of the run. */
  words: RunWords
  /** Subscriptions by their names in the scenario. */
  subscriptions: ReadonlyMap<string, Subscription>
  /** Ids of the subscriptions made because the scenario has none, by `provider/channel`; what steps trigger goes to these only. */
  implied: ReadonlyMap<string, string>
  /** Ids of the faults that steps of the run have added. */
  faults: string[]
  /** Prefix of the labels of subjects. */
  storyPrefix: string
  /** Real ms that the receiver gets to call a provider's API before the clock moves on. */
  patienceMs: number
  /** Runs steps one after the other; false once one has not passed. `silent`: only failures are reported. */
  sequence(steps: readonly Step[], bindings: Bindings, silent?: boolean): Promise<boolean>
}

/** How a step ended. */
export type StepOutcome = Partial<
  Pick<StepResult, 'expected' | 'seen' | 'nearestMiss' | 'hint' | 'warnings' | 'timeline' | 'refusals'>
> & { status: Exclude<StepResult['status'], 'skipped'> }
