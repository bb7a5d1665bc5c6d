// Parses one HTTP/1.1 response from bytes, as leniently as RFC 9110 and RFC 9112 allow a client to be.
import { type Head, parseHead, quoted, SHOWN_CHARACTERS } from './response-head.js'
import type { ResponseHandler } from './transport-exchange.js'

/** A response with more bytes of headers than this is malformed. */
const HEAD_BYTES = 256 * 1024

/** A longer head is parsed anew each time: each connection keeps its last one. */
const KEPT_HEAD_BYTES = 4096

/** Handles what is parsed. Nothing is called after `ended` or `malformed`. */
export type ParseHandler = Pick<ResponseHandler, 'answered' | 'data' | 'ended'> & {
  /** The bytes are not HTTP/1.1; `why` ends a sentence that begins with the receiver. */
  malformed(why: string): void
}

/** Parses the responses of one connection, one after another. */
export interface ResponseParser {
  /** The response to a request of this method comes next. */
  expect(method: string, handler: ParseHandler): void
  /** True when the response is complete. The bytes are not kept beyond this call. */
  feed(bytes: Buffer): boolean
  /** The connection has ended: true when the response is complete. */
  end(): boolean
  /** After a complete response: how long its connection may be kept, real ms; 0 where it may not, undefined where nothing is said. */
  keepFor(): number | undefined
}

/** What bytes are that do not begin as HTTP/1.1 does, as the end of a sentence; undefined while they may become HTTP/1.1. */
function otherProtocol(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 7)
  if ('HTTP/1.'.startsWith(start)) return undefined
  const [first, second] = bytes
  if ((first === 0x15 || first === 0x16) && (second === undefined || second === 3))
    return 'answered with TLS: does its URL begin with https://?'
  // The frame with which an HTTP/2 server begins: SETTINGS, on stream 0.
  const isSettings = bytes.length >= 9 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0
  if (isSettings || start.startsWith('HTTP/2') || start.startsWith('PRI * '))
    return 'answered with HTTP/2; Standin sends HTTP/1.1'
  // A shorter beginning may still be a frame.
  if (first === 0 && bytes.length < 9) return undefined
  return `did not send an HTTP/1.1 response: it begins with ${quoted(bytes.toString('latin1', 0, SHOWN_CHARACTERS + 1))}`
}

/** The end of the head in the bytes, behind its empty line; -1 while it is incomplete. Lines may end with a bare LF (RFC 9112, 2.2). */
function headEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3
  }
  return -1
}

const NOTHING = Buffer.alloc(0)

const beginsWith = (bytes: Buffer, start: Buffer) =>
  bytes.length >= start.length && bytes.compare(start, 0, start.length, 0, start.length) === 0

/** The last head that a receiver has sent: it sends the same one again and again, but for its date. */
export interface LastHead {
  head: Head | undefined
}

/** A parser that expects nothing yet: bytes that come unasked are an error of the receiver. `last` may be that of several connections. */
export function createResponseParser(last: LastHead = { head: undefined }): ResponseParser {
  let method = ''
  let handler: ParseHandler | undefined
  let pending: Buffer = NOTHING
  let state: 'head' | 'length' | 'size' | 'chunk' | 'newline' | 'trailer' | 'close' | 'over' = 'over'
  let remaining = 0
  let scanned = 0
  let trailerBytes = 0
  let keepMs: number | undefined
  let malformed = false

  function over(): false {
    state = 'over'
    if (pending.length > 0) keepMs = 0
    handler?.ended()
    return false
  }
  function refuse(why: string): false {
    state = 'over'
    malformed = true
    handler?.malformed(why)
    return false
  }

  /** Takes one line off the front; undefined while it is incomplete. */
  function line(): string | undefined {
    const end = pending.indexOf(10)
    if (end < 0) {
      if (pending.length > HEAD_BYTES) refuse(`sent a line of more than ${HEAD_BYTES / 1024} KiB in its body's framing`)
      return undefined
    }
    const text = pending.toString('latin1', 0, end).replace(/\r$/, '')
    pending = pending.subarray(end + 1)
    return text
  }

  /** The head at the front, parsed; undefined while it is incomplete, and when it is refused. */
  function parsedHead(): Head | undefined {
    const other = otherProtocol(pending)
    if (other !== undefined) return void refuse(other)
    const end = headEnd(pending, scanned)
    if (end < 0 || end > HEAD_BYTES) {
      scanned = Math.max(0, pending.length - 2)
      if (pending.length > HEAD_BYTES) refuse(`sent more than ${HEAD_BYTES / 1024} KiB of headers`)
      return undefined
    }
    const bytes = pending.subarray(0, end)
    const found = parseHead(bytes, method)
    return typeof found === 'string' ? void refuse(found) : found
  }

  function head(): boolean {
    const before = method === 'HEAD' || scanned > 0 ? undefined : last.head
    const known = before !== undefined && beginsWith(pending, before.bytes)
    const found = known ? before : parsedHead()
    if (found === undefined) return false
    pending = pending.subarray(found.bytes.length)
    scanned = 0
    if (found.status < 200) return true
    // A copy: the bytes are a part of all that was read with them. What a response to HEAD says of its body holds for no other.
    if (!known && method !== 'HEAD' && found.bytes.length <= KEPT_HEAD_BYTES)
      last.head = { ...found, bytes: Buffer.from(found.bytes) }
    const { status, headers, framing } = found
    handler?.answered(status, headers)
    keepMs = found.keepMs
    if (framing === 'chunked') state = 'size'
    else if (framing === 'close') state = 'close'
    else {
      state = 'length'
      remaining = framing.length
    }
    return true
  }

  /** Hands on body bytes up to the end of the present part; true at that end. */
  function body(): boolean {
    const part = pending.subarray(0, remaining)
    pending = pending.subarray(part.length)
    remaining -= part.length
    if (part.length > 0) handler?.data(part)
    return remaining === 0
  }

  function size(): boolean {
    const text = line()
    if (text === undefined) return false
    const [, digits] = /^([0-9a-f]{1,13})[ \t]*(?:;|$)/i.exec(text) ?? []
    if (digits === undefined) return refuse(`sent a chunk whose size is not one: ${quoted(text)}`)
    remaining = Number.parseInt(digits, 16)
    state = remaining === 0 ? 'trailer' : 'chunk'
    return true
  }

  /** The newline after a chunk may arrive later than the chunk. */
  function newline(): boolean {
    const length = pending[0] === 10 ? 1 : 2
    if (pending.length < length) return false
    if (pending[length - 1] !== 10 || (length === 2 && pending[0] !== 13))
      return refuse('sent more bytes in a chunk than its size says')
    pending = pending.subarray(length)
    state = 'size'
    return true
  }

  function trailer(): boolean {
    const text = line()
    if (text === undefined) return false
    if (text === '') return over()
    trailerBytes += text.length
    return trailerBytes > HEAD_BYTES ? refuse(`sent more than ${HEAD_BYTES / 1024} KiB of trailers`) : true
  }

  /** One step; false when more bytes are needed or nothing more is read. */
  function step(): boolean {
    if (state === 'head') return pending.length > 0 && head()
    if (state === 'length') return body() && over()
    if (state === 'size') return size()
    if (state === 'chunk') {
      if (!body()) return false
      state = 'newline'
      return true
    }
    if (state === 'newline') return newline()
    if (state === 'trailer') return trailer()
    if (state === 'close') {
      remaining = pending.length
      body()
    }
    return false
  }

  const isComplete = () => state === 'over' && !malformed

  return {
    expect(of, by) {
      method = of
      handler = by
      pending = NOTHING
      state = 'head'
      scanned = 0
      trailerBytes = 0
      keepMs = undefined
      malformed = false
    },
    feed(bytes) {
      if (state === 'over') {
        keepMs = 0
        return isComplete()
      }
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      while (step());
      // The caller reads the next bytes into the same buffer.
      if (pending.length > 0 && !isComplete()) pending = Buffer.from(pending)
      return isComplete()
    },
    end() {
      if (state === 'close') over()
      return isComplete()
    },
    keepFor: () => (isComplete() ? keepMs : 0),
  }
}
