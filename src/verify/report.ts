// What a verification came to: a verdict for each check, counts and the exit code.
import type { SignatureRefusal } from '../signature-debugger/explain-refusal.js'
import type { Exchange } from './bench.js'
import type { Expects, Finding, Level } from './check.js'

/** What repeats a failed check. */
export interface Again {
  /** One command. */
  standin: string
  /** The exact request; null where there was none, or where it is too long to be pasted. */
  curl: string | null
  /** What curl does not repeat, one sentence. */
  note: string | null
}

/** One check judged. */
export interface Verdict {
  id: string
  /** The requirement, one sentence. */
  title: string
  level: Level
  expects: Expects
  status: Finding['status']
  /** Where it is documented, and incidents. */
  documented: readonly string[]
  /** Real ms. */
  durationMs: number
  /** Of a failed one: what was expected and seen. */
  expected: string | null
  seen: string | null
  /** Of a failed one: the request and its answer. */
  exchange: Exchange | null
  /** Of a failed one: why its good signature may have been refused; null where it was not. */
  signature: SignatureRefusal | null
  again: Again | null
  /** Of one that was not judged: why. Of one that passed: what else there is to say. */
  note: string | null
}

export interface Summary {
  passed: number
  failed: number
  notJudged: number
  exitCode: 0 | 1 | 2
}

export interface Report {
  provider: string
  channel: string
  to: string
  /** RFC 3339, by the wall clock. */
  startedAt: string
  durationMs: number
  seed: number
  level: Level
  summary: Summary
  verdicts: readonly Verdict[]
}

/**
 * Exit code 1: a check failed. 2: nothing failed, but nothing passed either, or a must could not be judged: what was not seen is
 * no pass. 0: every must passed, and so did every should that was asked for and could be judged.
 */
export function summaryOf(verdicts: readonly Pick<Verdict, 'status' | 'level'>[]): Summary {
  const count = (status: Verdict['status']) => verdicts.filter(verdict => verdict.status === status).length
  const [passed, failed, notJudged] = [count('passed'), count('failed'), count('not judged')]
  const blind = verdicts.some(({ status, level }) => status === 'not judged' && level === 'must')
  return { passed, failed, notJudged, exitCode: failed > 0 ? 1 : blind || passed === 0 ? 2 : 0 }
}
