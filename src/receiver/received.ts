// One request as a receiver got it: raw header names, exact bytes, and the response.
import type { Headers } from '../core/message.js'

/**
 * Whether the provider sent a request. `unchecked`: there is nothing to compare with; `reason` says why, in one sentence.
 * @example expect(request.verdict).toEqual({ verdict: 'valid', reason: 'as the provider signs' })
 */
export interface SignatureVerdict {
  verdict: 'valid' | 'invalid' | 'unchecked'
  reason: string
}

/** A request to check: header names in lower case, the body as text. */
export interface CheckedRequest {
  headers: Record<string, string>
  body: string
  /** The exact bytes of the body. Default: the text as UTF-8. */
  bytes?: Uint8Array | undefined
  /** When it arrived, wall time in ms since 1970; default now. */
  at?: number | undefined
}

/** A request before its response is chosen. */
export interface BareRequest {
  /** Wall time of its arrival, ms since 1970. */
  at: number
  method: string
  /** Path and query. */
  path: string
  /** Names in lower case; values of a repeated header are joined by ", ". */
  headers: Record<string, string>
  /** Names as they were sent, in their order. */
  rawHeaders: Headers
  /** The exact bytes of the body. */
  bytes: Uint8Array
  /** The bytes as text (UTF-8). */
  body: string
  /** The body parsed, or undefined where it is not JSON. */
  json: unknown
}

/**
 * A request that a receiver got, and its response.
 * @example expect(receiver.requests.map(({ number, answer }) => [number, answer])).toEqual([[1, '500'], [2, '200']])
 */
export interface ReceivedRequest extends BareRequest {
  /** From 1, in order of arrival. */
  number: number
  /** The verdict on its signature; undefined without a check. */
  verdict: SignatureVerdict | undefined
  /** The response: a status, `timeout` or `reset`. */
  answer: string
}
