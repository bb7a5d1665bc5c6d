// Writes a request to a socket and parses the response without an HTTP client, for faults that no client can produce.
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.js'
import type { Headers, Message } from '../core/message.js'
import type { Wire } from '../core/wire.js'
import type { Connect } from './transport-connect.js'
import { type Destination, NOT_HTTP, outcomeOfError, type ResponseHandler, type Sender } from './transport-exchange.js'

/** How many pieces a slow body is sent in. */
const SLOW_PIECES = 20

/** How long sent bytes may take to arrive before the reset, which would overtake them; real ms. */
const ARRIVE_MS = 25

const WHY_CUT: Record<NonNullable<Wire['cut']>, string> = {
  before: 'Cut on purpose before the request was sent.',
  during: 'Cut on purpose in the middle of the request.',
  after: 'Cut on purpose after the request, without waiting for the response.',
  answer: 'Cut on purpose as the response arrived; it was not read.',
}

function headOf(message: Message, to: Destination, wire: Wire, length: number): Buffer {
  const lines = [`${message.method} ${to.path} HTTP/1.1`, `host: ${to.host}`, 'connection: close']
  for (const [name, value] of message.headers) lines.push(`${name}: ${value}`)
  lines.push(
    wire.chunked === true ? 'transfer-encoding: chunked' : `content-length: ${length + (wire.missingBytes ?? 0)}`,
  )
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** The pieces in which the body is written, framed as chunks when `wire` says so. */
function piecesOf(body: Buffer, wire: Wire): Buffer[] {
  const count = wire.slowBodyMs === undefined ? 2 : SLOW_PIECES
  const size = Math.max(1, Math.ceil(body.length / count))
  const pieces: Buffer[] = []
  for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size))
  if (wire.chunked !== true) return pieces
  const framed = pieces.map(piece =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
  )
  // With missing bytes the last chunk is left out.
  return wire.missingBytes === undefined ? [...framed, Buffer.from('0\r\n\r\n')] : framed
}

/** Creates a sender that opens a connection for each message and writes the request as `wire` says. */
export function createRawSender(clock: Pick<Clock, 'alarm'>, connect: Connect): Sender {
  const pause = (ms: number) => new Promise<void>(resolve => void clock.alarm(ms, resolve))
  const turn = () => new Promise<void>(resolve => void setImmediate(resolve))

  /** Resolves once the system has the bytes. A turn between packets makes each leave by itself. */
  async function write(socket: Socket, bytes: Buffer, packetBytes = bytes.length): Promise<void> {
    for (let at = 0; at < bytes.length && !socket.destroyed; at += packetBytes) {
      await new Promise<void>(resolve => void socket.write(bytes.subarray(at, at + packetBytes), () => resolve()))
      if (packetBytes < bytes.length) await turn()
    }
  }

  return (message, to, handler, wire = {}) => {
    let over = false
    const body = typeof message.body === 'string' ? Buffer.from(message.body) : Buffer.from(message.body)

    function end(report: () => void): void {
      if (over) return
      over = true
      report()
    }
    function cutOnPurpose(socket: Socket, moment: NonNullable<Wire['cut']>): void {
      end(() => handler.failed({ kind: 'reset', detail: WHY_CUT[moment] }))
      socket.resetAndDestroy()
    }

    function readResponse(socket: Socket): void {
      const fail = (error: unknown) => end(() => handler.failed(outcomeOfError(error, 'exchange', to.shown)))
      const parser = createResponseParser({
        answered: (status, headers) => over || handler.answered(status, headers),
        data: chunk => over || handler.data(chunk),
        ended: () => {
          end(handler.ended)
          socket.destroy()
        },
        malformed: () => {
          fail({ code: NOT_HTTP })
          socket.destroy()
        },
      })
      socket.on('data', bytes => {
        if (wire.cut === 'answer') cutOnPurpose(socket, 'answer')
        // A connection that is to be cut brings no response, however fast the receiver is.
        else if (wire.cut === undefined) parser.feed(bytes)
      })
      socket.on('end', () => {
        if (wire.cut !== undefined) cutOnPurpose(socket, wire.cut)
        else if (!parser.end()) fail({ code: 'ECONNRESET' })
      })
      socket.on('error', fail)
      socket.on('close', () => fail({ code: 'ECONNRESET' }))
    }

    async function writeRequest(socket: Socket): Promise<void> {
      if (wire.cut === 'before') return cutOnPurpose(socket, 'before')
      await write(socket, headOf(message, to, wire, body.length), wire.packetBytes)
      const pieces = piecesOf(body, wire)
      const between = wire.slowBodyMs === undefined ? 0 : wire.slowBodyMs / Math.max(1, pieces.length)
      const half = Math.ceil(pieces.length / 2)
      for (const [index, piece] of pieces.entries()) {
        if (wire.cut === 'during' && index >= half) break
        if (between > 0) await pause(between)
        if (over) return
        await write(socket, piece, wire.packetBytes)
      }
      if (wire.cut === 'during' || wire.cut === 'after') {
        await pause(ARRIVE_MS)
        cutOnPurpose(socket, wire.cut)
      } else if (wire.missingBytes !== undefined) socket.end()
    }

    const opening = connect(to, (failure, socket) => {
      if (socket === null) return end(() => failure && handler.failed(failure.outcome))
      opened = socket
      if (over) return socket.destroy()
      readResponse(socket)
      writeRequest(socket).catch((error: unknown) =>
        end(() => handler.failed(outcomeOfError(error, 'exchange', to.shown))),
      )
    })
    let opened: Socket | undefined = opening
    return () => {
      over = true
      opened?.destroy()
      opening?.destroy()
    }
  }
}

/** A response with more bytes of headers than this is malformed. */
const HEAD_BYTES = 64 * 1024

type ParseHandler = Pick<ResponseHandler, 'answered' | 'data' | 'ended'> & {
  /** The bytes are not HTTP/1.1. */
  malformed(): void
}

/** Name and value of a header's line; undefined where it is none. A folded line is none: RFC 9112 lets a client refuse it. */
function headerOf(line: string): Headers[number] | undefined {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\0\r\n]*)$/.exec(line) ?? []
  return name === undefined || value === undefined ? undefined : [name, value.trimEnd()]
}

/** Parses one HTTP/1.1 response. Call `end` when the connection ends: true when the response is complete. */
function createResponseParser(handler: ParseHandler): { feed(bytes: Buffer): void; end(): boolean } {
  let pending: Buffer = Buffer.alloc(0)
  let state: 'head' | 'length' | 'size' | 'chunk' | 'trailer' | 'close' | 'over' = 'head'
  let remaining = 0

  function over(): void {
    state = 'over'
    handler.ended()
  }
  function refuse(): false {
    state = 'over'
    handler.malformed()
    return false
  }

  /** Takes one line off the front; undefined while it is incomplete. */
  function line(): string | undefined {
    const end = pending.indexOf('\n')
    if (end < 0) {
      if (pending.length > HEAD_BYTES) refuse()
      return undefined
    }
    const text = pending.toString('latin1', 0, end).replace(/\r$/, '')
    pending = pending.subarray(end + 1)
    return text
  }

  function head(): boolean {
    const end = pending.subarray(0, HEAD_BYTES).indexOf('\r\n\r\n')
    if (end < 0) {
      const wrong = pending.length >= HEAD_BYTES || !'HTTP/1.'.startsWith(pending.toString('latin1', 0, 7))
      return wrong ? refuse() : false
    }
    const [first = '', ...lines] = pending.toString('latin1', 0, end).split('\r\n')
    pending = pending.subarray(end + 4)
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1])
    const headers = lines.map(headerOf).filter(header => header !== undefined)
    const values = (name: string) => headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
    const lengths = values('content-length')
    const codings = values('transfer-encoding')
    const framed =
      lengths.length + Math.min(codings.length, 1) < 2 && lengths.every(length => /^\d{1,15}$/.test(length))
    // A protocol that was not asked for cannot be switched to.
    if (Number.isNaN(status) || status < 100 || status === 101 || headers.length < lines.length || !framed)
      return refuse()
    if (status < 200) return true
    handler.answered(status, headers)
    remaining = Number(lengths[0] ?? Number.NaN)
    if (status === 204 || status === 304) over()
    else if (codings.at(-1)?.toLowerCase().endsWith('chunked') === true) state = 'size'
    else if (Number.isNaN(remaining)) state = 'close'
    else if (remaining === 0) over()
    else state = 'length'
    return true
  }

  /** Hands on body bytes up to the end of the present part. */
  function body(): boolean {
    const part = pending.subarray(0, remaining)
    pending = pending.subarray(part.length)
    remaining -= part.length
    if (part.length > 0) handler.data(part)
    return remaining === 0
  }

  function size(): boolean {
    const text = line()
    if (text === undefined) return false
    if (!/^[0-9a-f]+\s*(;|$)/i.test(text)) return refuse()
    remaining = Number.parseInt(text, 16)
    state = remaining === 0 ? 'trailer' : 'chunk'
    return true
  }

  /** One step; false when more bytes are needed. */
  function step(): boolean {
    if (state === 'head') return head()
    if (state === 'size') return size()
    if (state === 'close') {
      remaining = pending.length
      body()
      return false
    }
    if (state === 'length') {
      if (body()) over()
      return false
    }
    if (state === 'chunk') {
      if (!body()) return false
      // The newline after a chunk may arrive later than the chunk.
      if (pending.length < 2) return false
      pending = pending.subarray(pending[0] === 13 ? 2 : 1)
      state = 'size'
      return true
    }
    if (state === 'trailer') {
      const text = line()
      if (text === '') over()
      return text !== undefined && text !== ''
    }
    return false
  }

  return {
    feed(bytes) {
      if (state === 'over') return
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      while (step());
    },
    end() {
      if (state === 'close') over()
      return state === 'over'
    },
  }
}
