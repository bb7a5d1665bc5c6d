// A request as it is written, and why one cannot be written.
import type { Message } from '../core/message.js'
import type { Outcome } from '../core/outcome.js'
import type { Destination } from './transport-exchange.js'

/** How the length of the body is announced: in bytes, in chunks, or not at all. */
export type BodyFraming = number | 'chunked' | 'none'

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers that say how the request is written; Standin writes them itself. */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer'])

function problemOf({ method, headers }: Message, length: number): string | undefined {
  if (!TOKEN.test(method)) return `the method ${JSON.stringify(method)} is not one`
  for (const [name, value] of headers) {
    if (!TOKEN.test(name)) return `the header name ${JSON.stringify(name)} is not one`
    if (!VALUE.test(value)) return `the header ${name} has a character that no header can hold`
    const lower = name.toLowerCase()
    if (OWN.has(lower)) return `the header ${name} is written by Standin itself`
    if (lower === 'content-length' && Number(value) !== length)
      return `the header ${name} is ${value}, but the body has ${length} bytes`
  }
  return undefined
}

/** The outcome of a message that cannot be written, of which nothing is sent; undefined for every other. `length` is the body's, in bytes. */
export function unwritable(message: Message, length: number): Outcome | undefined {
  const problem = problemOf(message, length)
  return problem === undefined
    ? undefined
    : { kind: 'blocked', code: 'ERR_INVALID_REQUEST', detail: `The request cannot be written: ${problem}.` }
}

/** A GET or the like without a body does not announce one (RFC 9110, 8.6). */
export function framingOf({ method }: Message, length: number): BodyFraming {
  return length === 0 && !['POST', 'PUT', 'PATCH'].includes(method) ? 'none' : length
}

/** The head with its empty line, to be written as latin1. Headers keep their spelling and order. */
export function headOf(
  { method, headers }: Message,
  to: Destination,
  connection: 'keep-alive' | 'close',
  framing: BodyFraming,
): string {
  let host = to.host
  let lines = ''
  for (const [name, value] of headers) {
    const lower = name.length === 4 || name.length === 14 ? name.toLowerCase() : ''
    if (lower === 'host') host = value
    else if (lower !== 'content-length') lines += `${name}: ${value}\r\n`
  }
  if (framing === 'chunked') lines += 'transfer-encoding: chunked\r\n'
  else if (framing !== 'none') lines += `content-length: ${framing}\r\n`
  return `${method} ${to.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n${lines}\r\n`
}

/** Head and body in one piece, so that most requests take one packet; a text is to be written as latin1. */
export function written(head: string, body: string | Uint8Array, length: number): string | Buffer {
  // ASCII alone, which Node hands to the system without a buffer in between.
  if (body.length === length && typeof body === 'string') return head + body
  const bytes = Buffer.allocUnsafe(head.length + length)
  bytes.write(head, 0, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length, 'utf8')
  else bytes.set(body, head.length)
  return bytes
}
