// What came of one check.
import type { Verdict } from '../api/verification.js'
import type { Exchange } from './exchange.js'

/** Why a check was not judged, where it does not lie in the check itself. */
export type NotJudgedCause = NonNullable<Verdict['cause']>

/** What came of one check; `follows` are ids of checks whose failure explains it, beside those that the check names, and `because` is the id of the failed check that explains why it was not judged. */
export type Finding =
  | { status: 'passed'; note?: string }
  | { status: 'failed'; expected: string; seen: string; exchange?: Exchange; follows?: readonly string[] }
  | { status: 'not judged'; why: string; cause?: NotJudgedCause; because?: string }
