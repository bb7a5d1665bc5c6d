// The contract of a check: one requirement on a receiver, and what can come of judging it.
import type { Verdict } from '../api/verification.js'
import type { Finding } from './finding.js'
import type { TestHarness } from './harness.js'
import type { Situation } from './situation.js'

/** `must`: a provider's documents or plain HTTP require it; `should`: good practice. */
export type Level = Verdict['level']
export const LEVELS: readonly Level[] = ['must', 'should']

/**
 * What a receiver has to answer.
 * - `accept`: 2xx.
 * - `reject`: 4xx.
 * - `survive`: 2xx or 4xx, but no 5xx, no timeout and no dropped connection.
 */
export type Expects = Verdict['expects']

export interface Check {
  /** Stable address: `family/name`. */
  id: string
  /** What the receiver must do, as it follows MUST or SHOULD: "reject a request without a signature". */
  requirement: string
  level: Level | ((situation: Situation) => Level)
  expects: Expects
  /** Documents and incidents that ask for it. */
  why: readonly string[]
  /** Absent: it applies everywhere. */
  applies?(situation: Situation): boolean
  /** Runs even where the receiver refuses valid requests. */
  runsAfterBaselineFailure?: boolean
  /** How long it takes about: requests one after the other (default 4), and waits (real ms, default 300). For the order, and the time left. */
  takes?: { requests?: number; waitMs?: number }
  /** A late sender may be what fails it: not judged where this machine was slow. */
  isTimed?: boolean
  /** Ids of checks whose failure explains a failure of this one: after it, this one is not judged. */
  follows?: readonly string[] | ((situation: Situation) => readonly string[])
  /** Runs while no other check does; all others run side by side. */
  exclusive?: boolean
  /** Runs after all others: it looks at their exchanges. */
  runLast?: boolean
  run(harness: TestHarness): Promise<Finding>
}

/** The level of a check in a situation. */
export function levelOf({ level }: Check, situation: Situation): Level {
  return typeof level === 'function' ? level(situation) : level
}

/** The ids of the checks whose failure explains one of a check in a situation, or this one. */
export function rootsOf({ id, follows = [] }: Check, situation: Situation, finding: Finding): readonly string[] {
  const own = typeof follows === 'function' ? follows(situation) : follows
  return [...own, ...((finding.status === 'failed' && finding.follows) || [])].filter(root => root !== id)
}

/** The requirement as one sentence: "The receiver MUST reject a request without a signature." */
export function requirementOf(check: Check, situation: Situation): string {
  return `The receiver ${levelOf(check, situation).toUpperCase()} ${check.requirement}.`
}
