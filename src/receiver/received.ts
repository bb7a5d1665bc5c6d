// One request as a receiver got it: raw header names, exact bytes, and the response.
import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { parseReceived } from '../core/json.js'
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

function parsed(body: string): unknown {
  try {
    return parseReceived(body)
  } catch {
    return undefined
  }
}

async function readBytes(incoming: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads a request to its end; undefined when its body is longer than `most` bytes. */
export async function readRequest(
  incoming: IncomingMessage,
  { most, at }: { most: number; at: number },
): Promise<BareRequest | undefined> {
  const bytes = await readBytes(incoming, most)
  if (bytes === undefined) return undefined
  const rawHeaders: Headers = []
  const headers: Record<string, string> = {}
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? ''
    const value = incoming.rawHeaders[i + 1] ?? ''
    rawHeaders.push([name, value])
    const known = headers[name.toLowerCase()]
    headers[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`
  }
  const body = bytes.toString('utf8')
  return {
    at,
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers,
    rawHeaders,
    bytes,
    body,
    json: parsed(body),
  }
}
