// Errors of our own API as application/problem+json (RFC 9457).
import { EmulatorError, type ErrorCode, type Issue } from '../core/errors.js'

/** The body of an error. `code` is stable; `errors` names the places in the input. */
interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode | 'internal'
  hint?: string
  where?: string
  errors?: Issue[]
}

const STATUS: Record<ErrorCode, number> = {
  unknown_name: 400,
  invalid_input: 400,
  invalid_setting: 400,
  invalid_url: 400,
  invalid_secret: 400,
  invalid_file: 400,
  usage: 400,
  unauthorized: 401,
  not_allowed: 403,
  not_found: 404,
  timed_out: 408,
  conflict: 409,
  too_large: 413,
  port_in_use: 500,
  ledger_in_use: 503,
  ledger_newer: 503,
  ledger_broken: 503,
  unreachable: 502,
}

const titled = (code: string) => `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`

/** What an error looks like to a client; what is not an EmulatorError is our own fault: 500, `internal`. */
function problemOf(error: unknown, status?: number): Problem {
  if (!(error instanceof EmulatorError))
    return {
      type: 'urn:standin:problem:internal',
      title: 'Internal error',
      status: 500,
      detail: error instanceof Error ? error.message : String(error),
      code: 'internal',
      hint: 'This is a fault of Standin itself.',
    }
  const { code, message, hint, where, issues } = error
  return {
    type: `urn:standin:problem:${code}`,
    title: titled(code),
    status: status ?? STATUS[code],
    detail: message,
    code,
    ...(hint === undefined ? {} : { hint }),
    ...(where === undefined ? {} : { where }),
    ...(issues.length === 0 ? {} : { errors: issues.map(({ path, message }) => ({ path, message })) }),
  }
}

/** Status, headers and members to answer an error with, where they differ from the usual. */
export interface ProblemOptions {
  status?: number
  headers?: Record<string, string>
  /** Members besides those of every problem (the present state of what was waited for). */
  more?: Record<string, unknown>
}

/** The answer for an error. */
export function problemResponse(error: unknown, { status, headers, more }: ProblemOptions = {}): Response {
  const problem = problemOf(error, status)
  return new Response(JSON.stringify({ ...problem, ...more }), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}
