// What came of a verification: a verdict for each check, counts and the exit code; with secrets masked where it is shared.
import { MASK, maskedTexts } from '../core/mask.js'
import type { SignatureRefusal } from '../signature-debugger/explain-refusal.js'
import type { Expects, Finding, Level } from './check.js'
import type { Exchange } from './exchange.js'
import type { Reproduction } from './reproduce.js'

/** One check judged. */
export interface Verdict {
  id: string
  /** The requirement: "The receiver MUST reject a request without a signature." */
  title: string
  level: Level
  expects: Expects
  status: Finding['status']
  /** Where it is documented, and incidents. */
  documented: readonly string[]
  /** Real ms. */
  durationMs: number
  /** Of a failed check: what was expected and seen. */
  expected: string | null
  seen: string | null
  /** Of a failed check: the request and its response. */
  exchange: Exchange | null
  /** Of a failed check: why the receiver may have refused a valid signature; null where it did not. */
  signature: SignatureRefusal | null
  /** Of a failed check: how to repeat it. */
  again: Reproduction | null
  /** Of a check not judged: why. Of a passed one: what else there is to say. */
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
  /** Real ms. */
  durationMs: number
  seed: number
  level: Level
  summary: Summary
  verdicts: readonly Verdict[]
}

/**
 * Counts the verdicts. Exit code 0: every `must` passed, and every `should` that was asked for and could be judged. 1: a check failed.
 * 2: nothing failed, but a `must` could not be judged or nothing passed.
 */
export function summaryOf(verdicts: readonly Pick<Verdict, 'status' | 'level'>[]): Summary {
  const count = (status: Verdict['status']) => verdicts.filter(verdict => verdict.status === status).length
  const [passed, failed, notJudged] = [count('passed'), count('failed'), count('not judged')]
  const incomplete = verdicts.some(({ status, level }) => status === 'not judged' && level === 'must')
  return { passed, failed, notJudged, exitCode: failed > 0 ? 1 : incomplete || passed === 0 ? 2 : 0 }
}

/** A copy of a report to be shared, with every one of `secrets` masked. Signatures stay: they are not secret. */
export function maskedReport(report: Report, secrets: readonly string[]): Report {
  const masked = <T>(value: T) => maskedTexts(value, secrets)
  return {
    ...report,
    verdicts: report.verdicts.map(verdict => ({
      ...verdict,
      seen: masked(verdict.seen),
      note: masked(verdict.note),
      exchange: masked(verdict.exchange),
      signature: masked(verdict.signature && withoutKey(verdict.signature)),
      again: masked(verdict.again),
    })),
  }
}

/** Not even the beginning of the key is shown. */
function withoutKey(refusal: SignatureRefusal): SignatureRefusal {
  return {
    ...refusal,
    steps: refusal.steps.map(step =>
      step.name === 'key' ? { ...step, about: step.about.replace(/, .*…$/s, ''), value: MASK } : step,
    ),
  }
}
