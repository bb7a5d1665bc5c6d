// What went wrong on the wire, as an outcome: told from error codes and the phase, never from message text.
import type { Outcome, OutcomeKind } from '../core/outcome.js'

/** How far the exchange had come. */
export type Phase = 'connect' | 'tls' | 'exchange'

const KIND_OF_CODE: Record<string, OutcomeKind> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timed_out',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EAI_FAIL: 'unreachable',
  EAI_NODATA: 'unreachable',
  EAI_NONAME: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EPROTO: 'tls',
  // What the HTTP client refuses to write at all: nothing is sent.
  UND_ERR_INVALID_ARG: 'blocked',
  UND_ERR_NOT_SUPPORTED: 'blocked',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'blocked',
}

const DETAIL: Partial<Record<OutcomeKind, (target: string) => string>> = {
  refused: target => `Nobody listens on ${target}.`,
  reset: target => `${target} cut the connection before the whole answer.`,
  timed_out: target => `${target} could not be connected to in time.`,
  unreachable: target => `There is no way to ${target}.`,
  tls: target => `The TLS handshake with ${target} failed.`,
}

/** The code of an answer that is not HTTP; undici gives its parser's errors a name instead of a code. */
export const NOT_HTTP = 'HTTPParserError'

/** The code of an error, also of one that stands for several addresses tried. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return 'name' in error && error.name === NOT_HTTP ? NOT_HTTP : undefined
}

/** The outcome an error of the system or of the HTTP client means. `target` is shown to people, e.g. `127.0.0.1:8080`. */
export function outcomeOfError(error: unknown, phase: Phase, target: string): Outcome {
  const code = codeOf(error)
  const known = code === undefined ? undefined : KIND_OF_CODE[code]
  const unknown: OutcomeKind = phase === 'connect' ? 'unreachable' : 'reset'
  const kind = phase === 'tls' ? 'tls' : (known ?? unknown)
  if (kind === 'blocked') return { kind, code, detail: `The request cannot be written: ${String(error)}` }
  if (code === NOT_HTTP || code === 'UND_ERR_HEADERS_OVERFLOW')
    return {
      kind: 'reset',
      code,
      detail: `What ${target} sent back is not an HTTP/1.1 answer; the connection was cut.`,
    }
  return { kind, code, detail: DETAIL[kind]?.(target) }
}
