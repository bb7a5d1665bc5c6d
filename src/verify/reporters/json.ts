// JSON of a verification: the report as data, with complete requests.
import type { Verdict as VerdictRecord, VerificationReport } from '../../api/verification.js'
import { requestRecord } from '../../report/request-text.js'
import type { Report, Verdict } from '../report.js'

/** A verdict as data; bodies that are not text are base64. */
export function verdictRecord({ exchange, ...verdict }: Verdict): VerdictRecord {
  return { ...verdict, sent: exchange === null ? null : sentRecord(exchange) }
}

function sentRecord({
  what,
  message,
  wire,
  signedString,
  outcome,
  answer,
  durationMs,
}: NonNullable<Verdict['exchange']>) {
  const request = requestRecord(message, signedString)
  return { what, request, wire: wire ?? null, outcome, answer, durationMs: Math.round(durationMs) }
}

/** The report as data. */
export function reportRecord({ verdicts, ...report }: Report): VerificationReport {
  return { ...report, verdicts: verdicts.map(verdictRecord) }
}

/** The JSON document, indented, with a newline at the end. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(reportRecord(report), null, 2)}\n`
}
