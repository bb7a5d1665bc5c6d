// A verification as the ledger keeps it: what was asked, how far it got, and the verdicts so far.
import type { JsonObject } from './json.js'

/**
 * What came of a verification as a whole: it runs, it ended by itself, it was cancelled, it was interrupted because Standin stopped, or an
 * internal error ended it.
 */
export const VERIFICATION_STATUSES = ['running', 'completed', 'cancelled', 'interrupted', 'broken'] as const
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number]

/** A check that was chosen, before there is a verdict on it. */
export interface PlannedCheck {
  id: string
  /** The requirement. */
  title: string
  level: 'must' | 'should'
  expects: 'accept' | 'reject' | 'survive'
}

/** A verification, without its verdicts. Nothing in it is secret. */
export interface StoredVerification {
  id: string
  provider: string
  channel: string
  /** The receiver's URL. */
  to: string
  level: 'must' | 'should'
  seed: number
  status: VerificationStatus
  /** Why it did not end by itself. */
  reason: string | null
  /** Real time, ms since 1970. */
  startedAt: number
  /** Real ms; null while it runs, and where it was interrupted. */
  durationMs: number | null
  /** The options that it was started with, secrets masked. */
  asked: JsonObject
  /** In the order of reports. */
  checks: PlannedCheck[]
  passed: number
  failed: number
  notJudged: number
  /** How long it waited for what the receiver did, as its report says it; null while it runs, and where nothing was observed. */
  waits: JsonObject | null
  /** Null while it runs, and where it was interrupted or broken. */
  exitCode: 0 | 1 | 2 | null
}

/** How a verification ended. */
export type VerificationEnd = Pick<StoredVerification, 'status' | 'reason' | 'durationMs' | 'exitCode' | 'waits'>

/** A verdict of a stored verification. */
export interface StoredVerdict {
  /** Its place in the report: the index of its check, -1 for one that was not chosen. */
  place: number
  status: 'passed' | 'failed' | 'not judged'
  /** The whole verdict, secrets masked. */
  verdict: JsonObject
}
