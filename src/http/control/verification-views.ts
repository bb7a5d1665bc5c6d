// The shapes of api/ made of stored verifications; what is stored is masked already.
import type { Verification, VerificationDetail } from '../../api/kept-verification.js'
import type { Verdict, VerificationReport } from '../../api/verification.js'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import type { PlannedCheck, StoredVerification } from '../../core/verification.js'
import { conclusionOf } from '../../verify/conclusion.js'

/** A verification without its verdicts. */
export function verificationView({
  asked: _,
  waits: __,
  checks,
  startedAt,
  ...rest
}: StoredVerification): Verification {
  const { status, passed, failed, notJudged } = rest
  // What it did not come to is not judged.
  const untried = status === 'running' ? 0 : Math.max(0, checks.length - passed - failed - notJudged)
  return {
    ...rest,
    startedAt: new Date(startedAt).toISOString(),
    checks: checks.length,
    notJudged: notJudged + untried,
  }
}

/** The verdict on a check that was not tried. */
function untried({ id, title, level, expects }: PlannedCheck, reason: string | null): Verdict {
  return {
    id,
    title,
    level,
    expects,
    status: 'not judged',
    documented: [],
    assumption: null,
    why: [],
    durationMs: 0,
    expected: null,
    seen: null,
    note: reason === null ? 'The verification did not come to it.' : `The verification did not come to it: ${reason}`,
    cause: null,
    because: null,
    sent: null,
    requests: 0,
    signature: null,
    again: null,
  }
}

/** A verification with its verdicts; `stored` are those that the ledger has. */
export function verificationDetailView(
  verification: StoredVerification,
  stored: readonly JsonObject[],
  before: string | null,
): VerificationDetail {
  // What was stored has this shape; earlier versions stored no reason as data.
  const verdicts = stored.map(verdict => ({
    cause: null,
    because: null,
    requests: 0,
    ...verdict,
  })) as unknown as Verdict[]
  const byId = new Map(verdicts.map(verdict => [verdict.id, verdict]))
  const { status, reason, checks, asked, waits } = verification
  const missing = checks.filter(({ id }) => !byId.has(id))
  const view = verificationView(verification)
  const concluded = (made: readonly Verdict[], notJudged: number) =>
    conclusionOf({ ...view, notJudged, exitCode: view.exitCode ?? (view.failed > 0 ? 1 : 2) }, made)
  const common = { ...view, asked, before, waits: waits as VerificationReport['waits'] }
  if (status === 'running')
    return { ...common, conclusion: concluded(verdicts, view.notJudged), verdicts, pending: missing }
  const planned = new Set(checks.map(({ id }) => id))
  const all = [
    ...verdicts.filter(({ id }) => !planned.has(id)),
    ...checks.map(check => byId.get(check.id) ?? untried(check, reason)),
  ]
  const notJudged = verification.notJudged + missing.length
  return { ...common, notJudged, conclusion: concluded(all, notJudged), verdicts: all, pending: [] }
}

/** A verification that has ended, as the report that it gave. */
export function verificationReportView(detail: VerificationDetail): VerificationReport {
  const { provider, channel, to, startedAt, durationMs, seed, level, verdicts, passed, failed, notJudged } = detail
  const { conclusion, asked } = detail
  const settings = isJsonObject(asked.settings) ? asked.settings : {}
  // Earlier versions did not store theirs.
  const standin = typeof asked.standin === 'string' ? asked.standin : 'unknown'
  const summary = { passed, failed, notJudged, exitCode: detail.exitCode ?? (failed > 0 ? 1 : 2) }
  return {
    standin,
    conclusion,
    provider,
    channel,
    to,
    startedAt,
    durationMs: durationMs ?? 0,
    seed,
    level,
    settings,
    summary,
    waits: detail.waits,
    verdicts,
  }
}
