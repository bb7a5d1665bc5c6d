// What the ways of sending share: where a message goes, who handles the response, and the outcome that an error means.
import type { Headers, Message } from '../core/message.js'
import type { Outcome, OutcomeKind } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'

/** Where to connect to. */
export interface Target {
  secure: boolean
  /** Without the brackets of an IPv6 address. */
  hostname: string
  port: number
  /** `host:port` as shown to people. */
  shown: string
}

/** A parsed URL, kept for the many messages that go there. */
export interface Destination extends Target {
  /** Scheme, host and port; connections are pooled by it. */
  origin: string
  /** Path and query as they stand on the request line. */
  path: string
  /** Value of the host header. */
  host: string
}

/** Handles a response as it arrives. Every call after `ended` or `failed` is ignored. */
export interface ResponseHandler {
  /** The final status and headers; informational (1xx) responses are left out. */
  answered(status: number, headers: Headers): void
  /** A part of the body. */
  data(chunk: Uint8Array): void
  ended(): void
  failed(outcome: Outcome): void
}

/** One way of sending. Returns a function that cuts the exchange short without calling the handler again. */
export type Sender = (message: Message, to: Destination, handler: ResponseHandler, wire?: Wire) => () => void

/** How far the exchange has come. */
type Phase = 'connect' | 'tls' | 'exchange'

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
  EMFILE: 'local_error',
  ENFILE: 'local_error',
  ENOBUFS: 'local_error',
  ENOMEM: 'local_error',
  EAI_MEMORY: 'local_error',
  // The HTTP client refuses to write these: nothing is sent.
  UND_ERR_INVALID_ARG: 'blocked',
  UND_ERR_NOT_SUPPORTED: 'blocked',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'blocked',
}

const DETAIL: Partial<Record<OutcomeKind, (target: string) => string>> = {
  refused: target => `Nothing listens on ${target}.`,
  reset: target => `${target} closed the connection before the response was complete.`,
  timed_out: target => `The connection to ${target} timed out.`,
  unreachable: target => `${target} cannot be reached.`,
  tls: target => `The TLS handshake with ${target} failed.`,
}

/** What this machine has run out of. */
const SHORTAGE: Record<string, string> = {
  EMFILE: 'this process has no file descriptor left (see ulimit -n)',
  ENFILE: 'this machine has no file descriptor left',
}

/** The code of a response that is not HTTP; undici gives its parser's errors a name instead of a code. */
export const NOT_HTTP = 'HTTPParserError'

/** The code of an error, also of one that stands for several addresses tried. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return 'name' in error && error.name === NOT_HTTP ? NOT_HTTP : undefined
}

/** The outcome that an error of the system or of the HTTP client means, by its code and never by its text. `target` is e.g. `127.0.0.1:8080`. */
export function outcomeOfError(error: unknown, phase: Phase, target: string): Outcome {
  const code = codeOf(error)
  const known = code === undefined ? undefined : KIND_OF_CODE[code]
  const unknown: OutcomeKind = phase === 'connect' ? 'unreachable' : 'reset'
  if (known === 'local_error')
    return {
      kind: known,
      code,
      detail: `Nothing was sent to ${target}: ${SHORTAGE[code ?? ''] ?? 'this machine has no memory left for it'}.`,
    }
  const kind = phase === 'tls' ? 'tls' : (known ?? unknown)
  if (kind === 'blocked') return { kind, code, detail: `The request cannot be written: ${String(error)}` }
  if (code === NOT_HTTP || code === 'UND_ERR_HEADERS_OVERFLOW')
    return {
      kind: 'reset',
      code,
      detail: `${target} did not send an HTTP/1.1 response; the connection was closed.`,
    }
  return { kind, code, detail: DETAIL[kind]?.(target) }
}
