// What a server that does not respond, or responds with a problem, is as an error.
import type { Problem } from '../api/problem.js'
import { EmulatorError, type ErrorCode } from '../core/errors.js'

/** Nothing responds at a server's address. */
export function unreachable(server: string, cause: Error): EmulatorError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return new EmulatorError(`No Standin server responds at ${server} (${code}).`, {
    code: 'unreachable',
    where: '--server',
    hint: 'Start one with standin serve, or give the address of one (--server URL on the command line).',
    cause,
  })
}

const CODES: Record<number, ErrorCode> = {
  401: 'unauthorized',
  403: 'not_allowed',
  404: 'not_found',
  408: 'timed_out',
  409: 'conflict',
  413: 'too_large',
  507: 'storage_failed',
}

/** The error of a response other than 2xx; a proxy's may have any body. */
export function problemError(url: string, status: number, body: Partial<Problem> | undefined): EmulatorError {
  return new EmulatorError(body?.detail ?? body?.title ?? `The server responded with ${status}.`, {
    code: CODES[status] ?? 'invalid_input',
    where: body?.where ?? url,
    hint: status === 401 ? 'Pass the token that serve printed with --token or STANDIN_TOKEN.' : body?.hint,
    issues: body?.errors ?? [],
  })
}
