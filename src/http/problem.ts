// Errors of the control API as application/problem+json (RFC 9457).
import type { ServerResponse } from 'node:http'
import type { Problem } from '../api/problem.js'
import { EmulatorError, type ErrorCode } from '../core/errors.js'
import { textResponse } from './exchange.js'

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
  storage_failed: 507,
  unreachable: 502,
}

const titled = (code: string) => `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`

/** An error as a client gets it; what is not an EmulatorError is an internal error: 500, `internal`. */
export function problemOf(error: unknown, status?: number): Problem {
  if (!(error instanceof EmulatorError))
    return {
      type: 'urn:standin:problem:internal',
      title: 'Internal error',
      status: 500,
      detail: error instanceof Error ? error.message : String(error),
      code: 'internal',
      hint: 'This is an error in Standin itself; please report it.',
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

const TYPE = 'application/problem+json'

/** The answer for an error; `outgoing` is Node's response, where it may be sent at once. */
export function problemResponse(
  error: unknown,
  { status, headers, more }: ProblemOptions = {},
  outgoing?: ServerResponse,
): Response {
  const problem = problemOf(error, status)
  const text = JSON.stringify({ ...problem, ...more })
  if (outgoing && !headers) return textResponse(text, { status: problem.status, type: TYPE, outgoing })
  return new Response(text, { status: problem.status, headers: { 'content-type': TYPE, ...headers } })
}
