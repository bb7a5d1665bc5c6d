// JSON of a verification: the report as data, with complete requests.
import type { Verdict as VerdictRecord, VerificationReport } from '../../api/verification.js'
import type { Json } from '../../core/json.js'
import type { Message } from '../../core/message.js'
import { requestRecord } from '../../report/request-text.js'
import type { Exchange } from '../exchange.js'
import type { Report, Verdict } from '../report.js'

/** A longer body of a check that passed is cut in its record, characters. */
const LONGEST_BODY = 20_000

/** A verdict as data; bodies that are not text are base64. */
export function verdictRecord({ exchange, exchanges, ...verdict }: Verdict): VerdictRecord {
  const sent = exchange && sentRecord(verdict.status === 'passed' ? withShortBody(exchange) : exchange)
  return { ...verdict, sent, ...(exchanges && { evidence: exchanges.map(sentRecord) }) }
}

/** The exchange without most of a long body: of a check that passed the beginning is enough. */
function withShortBody(exchange: Exchange): Exchange {
  const { body, ...message } = exchange.message
  if (body.length <= LONGEST_BODY) return exchange
  const shown = typeof body === 'string' ? `${body.slice(0, 1000)}… (${body.length} characters)` : body.slice(0, 1000)
  return { ...exchange, message: { ...message, body: shown } }
}

function sentRecord({ what, message, wire, signedString, at, outcome, answer, durationMs }: Exchange) {
  const request = requestRecord(message, signedString)
  const when = new Date(at).toISOString()
  return { what, request, wire: wire ?? null, at: when, outcome, answer, durationMs: Math.round(durationMs) }
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

/** An exchange of a record. */
function exchangeOf({ request, wire, at, ...rest }: NonNullable<VerdictRecord['sent']>): Exchange {
  return { ...rest, ...requestOf(request), wire: wire ?? undefined, at: Date.parse(at) }
}

/** The report that a record was made of, so that it can be written in every format. */
export function reportOf({ verdicts, ...report }: VerificationReport): Report {
  return {
    ...report,
    verdicts: verdicts.map(({ sent, evidence, ...verdict }) => ({
      ...verdict,
      // Written by `verdictRecord`.
      signature: verdict.signature as Verdict['signature'],
      exchange: sent && exchangeOf(sent),
      ...(evidence && { exchanges: evidence.map(exchangeOf) }),
    })),
  }
}

/** The JSON document, indented, with a newline at the end. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(reportRecord(report), null, 2)}\n`
}
