// What the ways of sending share: where a message goes, who handles the response, and the outcome that an error means.
import type { Headers, Message } from '../core/message.js'
import type { Outcome, OutcomeKind } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import { isTlsCode, tlsDetail } from './tls-failure.js'

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
  /** A part of the body; its bytes change after this call. */
  data(chunk: Uint8Array): void
  ended(): void
  failed(outcome: Outcome): void
}

/** One way of sending. Returns a function that cuts the exchange short without calling the handler again. */
export type SendMessage = (message: Message, to: Destination, handler: ResponseHandler, wire?: Wire) => () => void

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
}

const DETAIL: Partial<Record<OutcomeKind, (target: string) => string>> = {
  refused: target => `Nothing listens on ${target}: start the receiver there, or correct its URL.`,
  reset: target => `${target} closed the connection before the response was complete; its own log may say why.`,
  timed_out: target => `The connection to ${target} timed out: is the address right, and no firewall between?`,
  unreachable: target => `${target} cannot be reached.`,
}

/** What this machine has run out of. */
const SHORTAGE: Record<string, string> = {
  EMFILE: 'this process has no file descriptor left (see ulimit -n)',
  ENFILE: 'this machine has no file descriptor left',
}

/** What a connection's end means while a response is awaited, as an error. */
export const closedEarly = () => ({ code: 'ECONNRESET' })

/** The outcome of a response that is not HTTP/1.1; `why` ends the sentence that begins with the target. */
export function notHttp(target: string, why: string): Outcome {
  return { kind: 'reset', code: 'HTTPParserError', detail: `${target} ${why}.` }
}

/** The code of an error, also of one that stands for several addresses tried. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined
}

/** What a code means, where its kind says less. */
const DETAIL_OF_CODE: Record<string, (target: string) => string> = {
  ENOTFOUND: target =>
    `${target} cannot be reached: the name is unknown to DNS; correct it, or add it to the hosts file.`,
  EAI_AGAIN: target => `${target} cannot be reached: DNS did not answer; try again, or use an address.`,
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
  const isTls = phase === 'tls' || (code !== undefined && isTlsCode(code))
  if (isTls) return { kind: 'tls', code, detail: tlsDetail(code, target) }
  const kind = known ?? unknown
  return { kind, code, detail: (DETAIL_OF_CODE[code ?? ''] ?? DETAIL[kind])?.(target) }
}
