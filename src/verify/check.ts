// The contract of a check: one demand on a receiver, and what can come of judging it.
import type { Bench, Exchange, Situation } from './bench.js'

/** `must`: a provider's documents or plain HTTP demand it; `should`: good practice. */
export const LEVELS = ['must', 'should'] as const
export type Level = (typeof LEVELS)[number]

/**
 * - `accept`: a refusal is the defect.
 * - `refuse`: anything but a 4xx is the defect.
 * - `survive`: a 5xx, a hang or a dropped connection is the defect; 2xx and 4xx both pass.
 */
export type Expects = 'accept' | 'refuse' | 'survive'

/** What came of one check. */
export type Finding =
  | { status: 'passed'; note?: string }
  | { status: 'failed'; expected: string; seen: string; exchange?: Exchange }
  | { status: 'not judged'; why: string }

export interface Check {
  /** Stable address: `family/name`. */
  id: string
  /** The requirement, one sentence. */
  title: string
  level: Level | ((situation: Situation) => Level)
  expects: Expects
  /** Documents and incidents that ask for it. */
  why: readonly string[]
  /** Absent: it applies everywhere. */
  applies?(situation: Situation): boolean
  /** Is judged even where good messages are not accepted. */
  evenSo?: boolean
  /** Disturbs others, or is disturbed by them. */
  alone?: boolean
  /** After all others: it looks at what they brought to light. */
  last?: boolean
  run(bench: Bench): Promise<Finding>
}

/** The level of a check in a situation. */
export function levelOf({ level }: Check, situation: Situation): Level {
  return typeof level === 'function' ? level(situation) : level
}
