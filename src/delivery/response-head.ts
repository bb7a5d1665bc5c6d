// The head of an HTTP/1.1 response: status, headers, how the end of the body is known and how long the connection may be kept.
import type { Headers } from '../core/message.js'

/** How much is shown of bytes that are not HTTP. */
export const SHOWN_CHARACTERS = 24

/** How the end of a body is known: by its length, by its last chunk, or by the end of the connection. */
type Framing = { length: number } | 'chunked' | 'close'

/** A parsed head. */
export interface Head {
  /** As it was read, with its empty line. */
  bytes: Buffer
  status: number
  headers: Headers
  framing: Framing
  /** How long its connection may be kept, real ms; 0 where it may not, undefined where nothing is said. */
  keepMs: number | undefined
}

/** Name and value of a header's line; undefined where it is none. */
function headerOf(line: string): Headers[number] | undefined {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon)
  if (colon < 1 || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return undefined
  const value = line.slice(colon + 1)
  // RFC 9110, 5.5: a client may refuse a value with one of these.
  return value.includes('\r') || value.includes('\0') ? undefined : [name, value.replace(/^[ \t]+|[ \t]+$/g, '')]
}

/** Joins folded lines with a space, as RFC 9112, 5.2 demands of a client. */
function unfolded(lines: readonly string[]): string[] {
  const whole: string[] = []
  for (const line of lines) {
    const last = whole.length - 1
    if (/^[ \t]/.test(line) && last >= 0) whole[last] = `${whole[last]?.trimEnd()} ${line.trim()}`
    else whole.push(line)
  }
  return whole
}

/** A text as it is shown in a sentence. */
export const quoted = (text: string) =>
  JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text)

/** How the end of the body is known, or what is wrong (RFC 9112, 6.3). */
function framingOf(headers: Headers): Framing | { wrong: string } {
  const values = (name: string) => headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
  const codings = values('transfer-encoding')
  const lengths = values('content-length')
    .flatMap(value => value.split(','))
    .map(value => value.trim())
  const [length] = lengths
  if (codings.length > 0) {
    if (length !== undefined) return { wrong: 'sent Content-Length together with Transfer-Encoding' }
    return /(^|[,\s])chunked$/i.test(codings.at(-1) ?? '') ? 'chunked' : 'close'
  }
  if (length === undefined) return 'close'
  const wrong = lengths.find(value => !/^\d{1,15}$/.test(value))
  if (wrong !== undefined) return { wrong: `sent a Content-Length that is not a length: ${quoted(wrong)}` }
  const other = lengths.find(value => Number(value) !== Number(length))
  if (other !== undefined) return { wrong: `sent different values of Content-Length: ${length} and ${other}` }
  return { length: Number(length) }
}

/** How long the connection may be kept (see `keepFor`). */
function keepForOf(version: string, headers: Headers): number | undefined {
  let keepMs: number | undefined
  for (const [given, value] of headers) {
    const name = given.toLowerCase()
    if (name === 'connection' && /(^|[,\s])close([,\s]|$)/i.test(value)) return 0
    const [, seconds] = name === 'keep-alive' ? (/(?:^|[,\s])timeout=(\d{1,15})/i.exec(value) ?? []) : []
    if (seconds !== undefined) keepMs = Number(seconds) * 1000
  }
  return version === '1' ? keepMs : 0
}

/** The head in bytes that end with its empty line, of the response to a request of this method; or why it is none, as the end of a sentence. */
export function parseHead(bytes: Buffer, method: string): Head | string {
  const [first = '', ...lines] = bytes.toString('latin1').split(/\r?\n/).slice(0, -2)
  const [, version = '', digits] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? []
  const status = Number(digits)
  if (digits === undefined || status < 100) return `sent a status line that is not one: ${quoted(first)}`
  // A protocol that was not asked for cannot be switched to.
  if (status === 101) return 'answered 101 Switching Protocols, which was not asked for'
  const headers: Headers = []
  for (const text of unfolded(lines)) {
    const header = headerOf(text)
    if (header === undefined) return `sent a header line that is not one: ${quoted(text)}`
    headers.push(header)
  }
  const hasNoBody = status < 200 || status === 204 || status === 304 || method === 'HEAD'
  const framing = hasNoBody ? { length: 0 } : framingOf(headers)
  if (typeof framing === 'object' && 'wrong' in framing) return framing.wrong
  return { bytes, status, headers, framing, keepMs: framing === 'close' ? 0 : keepForOf(version, headers) }
}
