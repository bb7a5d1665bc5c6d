// JSON of a verification: the report as data, with complete requests.
import type { Verdict as VerdictRecord, VerificationReport } from '../../api/verification.js'
import type { Json } from '../../core/json.js'
import type { Message } from '../../core/message.js'
import { requestRecord } from '../../report/request-text.js'
import type { Exchange } from '../exchange.js'
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

/** The request of a record as a message, and the string that it signs. */
function requestOf(request: Json): Pick<Exchange, 'message' | 'signedString'> {
  const { method, url, headers, body, bodyBase64, signedString } = request as unknown as {
    method: string
    url: string
    headers: Message['headers']
    body?: string
    bodyBase64?: string
    signedString?: string
  }
  return { message: { method, url, headers, body: body ?? Buffer.from(bodyBase64 ?? '', 'base64') }, signedString }
}

/** The report that a record was made of, so that it can be written in every format. */
export function reportOf({ verdicts, ...report }: VerificationReport): Report {
  return {
    ...report,
    verdicts: verdicts.map(({ sent, ...verdict }) => ({
      ...verdict,
      // Written by `verdictRecord`.
      signature: verdict.signature as Verdict['signature'],
      exchange: sent && { ...sent, ...requestOf(sent.request), wire: sent.wire ?? undefined },
    })),
  }
}

/** The JSON document, indented, with a newline at the end. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(reportRecord(report), null, 2)}\n`
}
