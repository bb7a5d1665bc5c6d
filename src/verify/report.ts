// What came of a verification: a verdict for each check, counts and the exit code; with secrets masked where it is shared.
import type { Verdict as VerdictRecord, VerificationReport } from '../api/verification.js'
import { MASK, maskedText, maskedTexts } from '../core/mask.js'
import type { SignatureRejection } from '../signature-debugger/explain-rejection.js'
import type { Exchange } from './exchange.js'
import { maskedReproduction } from './reproduce.js'

/**
 * One check judged. `title` is the requirement ("The receiver MUST reject a request without a signature."), `documented` says where the
 * provider documents it, `assumption` what it rests on where the documents leave it open, `why` why it matters; `durationMs` is real ms. `exchange` and `seen` show what was sent and came back; of a failed check `expected` says what was wrong with it, `signature` why the
 * receiver may have refused a valid signature, `again` how to repeat it. `exchanges` has every exchange, with `evidence: true`. `note` says why a check was not judged, or more of one that passed.
 * @example const failed = ({ verdicts }: Report): Verdict[] => verdicts.filter(({ status }) => status === 'failed')
 */
export interface Verdict extends Omit<VerdictRecord, 'sent' | 'evidence'> {
  exchange: Exchange | null
  exchanges?: readonly Exchange[] | undefined
  signature: SignatureRejection | null
}

/**
 * All verdicts of one verification. `startedAt` is RFC 3339 by the wall clock, `durationMs` real ms.
 * @example
 * const { summary, seed }: Report = await verifyReceiver({ provider: 'standard', to: 'http://127.0.0.1:3000/webhooks', secret })
 * process.exitCode = summary.exitCode
 */
export interface Report extends Omit<VerificationReport, 'verdicts'> {
  verdicts: readonly Verdict[]
}

/**
 * Counts the verdicts. Exit code 0: every `must` passed, and every `should` that was chosen and could be judged. 1: a check failed.
 * 2: nothing failed, but a `must` could not be judged or nothing passed.
 */
export function summaryOf(verdicts: readonly Pick<Verdict, 'status' | 'level'>[]): VerificationReport['summary'] {
  const count = (status: Verdict['status']) => verdicts.filter(verdict => verdict.status === status).length
  const [passed, failed, notJudged] = [count('passed'), count('failed'), count('not judged')]
  const incomplete = verdicts.some(({ status, level }) => status === 'not judged' && level === 'must')
  return { passed, failed, notJudged, exitCode: failed > 0 ? 1 : incomplete || passed === 0 ? 2 : 0 }
}

/** A copy of a report to be shared, with every one of `secrets` masked. Signatures stay: they are not secret. */
export function maskedReport(report: Report, secrets: readonly string[]): Report {
  return {
    ...report,
    to: maskedText(report.to, secrets),
    settings: maskedTexts(report.settings, secrets),
    conclusion: maskedText(report.conclusion, secrets),
    verdicts: report.verdicts.map(verdict => maskedVerdict(verdict, secrets)),
  }
}

/** A copy of a verdict to be shared, with every one of `secrets` masked. */
export function maskedVerdict(verdict: Verdict, secrets: readonly string[]): Verdict {
  const masked = <T>(value: T) => maskedTexts(value, secrets)
  return {
    ...verdict,
    seen: masked(verdict.seen),
    note: masked(verdict.note),
    exchange: masked(verdict.exchange),
    ...(verdict.exchanges && { exchanges: masked(verdict.exchanges) }),
    signature: masked(verdict.signature && withoutKey(verdict.signature)),
    again: verdict.again && maskedReproduction(verdict.again, secrets),
  }
}

/** Not even the beginning of the key is shown. */
function withoutKey(rejection: SignatureRejection): SignatureRejection {
  return {
    ...rejection,
    steps: rejection.steps.map(step =>
      step.name === 'key' ? { ...step, about: step.about.replace(/, .*…$/s, ''), value: MASK } : step,
    ),
  }
}
