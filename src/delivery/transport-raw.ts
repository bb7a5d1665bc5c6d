// Sends each message over a connection of its own, written as a fault says: in chunks, slowly, in packets, incomplete, cut.
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { Wire } from '../core/wire.js'
import { createResponseParser } from './response-parser.js'
import type { Connect } from './transport-connect.js'
import { closedEarly, type Destination, notHttp, outcomeOfError, type SendMessage } from './transport-exchange.js'
import { framingOf, headOf, unwritable } from './transport-request.js'

/** How many pieces a slow body is sent in. */
const SLOW_PIECES = 20

/** Real ms between packets, so that the receiver reads each by itself; and how many pauses there are at most. */
const APART_MS = 1
const MOST_PAUSES = 1500

/** How long `100 Continue` is waited for, real ms; many servers never send it. */
const CONTINUE_MS = 1000

/** How long sent bytes may take to arrive before the reset, which would overtake them; real ms. */
const ARRIVE_MS = 25

/** The code of a connection that the receiver did not keep as it should. */
const NOT_KEPT = 'NotKept'

/** Statuses that say nothing about a request. */
const BUSY = [429, 503]

const WHY_CUT: Record<NonNullable<Wire['cut']>, string> = {
  before: 'Cut on purpose before the request was sent.',
  during: 'Cut on purpose in the middle of the request.',
  after: 'Cut on purpose after the request, without waiting for the response.',
  answer: 'Cut on purpose as the response arrived; it was not read.',
}

/** The head; its content length is that of the whole body, even where a part of it is not sent. */
function headAs(message: Message, to: Destination, length: number, { chunked, expectContinue, keptMs }: Wire): Buffer {
  const connection = keptMs === undefined ? 'close' : 'keep-alive'
  const head = headOf(message, to, connection, chunked === true ? 'chunked' : framingOf(message, length))
  return Buffer.from(expectContinue === true ? `${head.slice(0, -2)}expect: 100-continue\r\n\r\n` : head, 'latin1')
}

/** The pieces in which the body is written, framed as chunks when `wire` says so. */
function piecesOf(whole: Buffer, wire: Wire): Buffer[] {
  const body = whole.subarray(0, Math.max(0, whole.length - (wire.missingBytes ?? 0)))
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

/** Makes the function that opens a connection for each message and writes the request as `wire` says. */
export function createRawSend(clock: Pick<Clock, 'alarm'>, connect: Connect): SendMessage {
  const pause = (ms: number) => new Promise<void>(resolve => void clock.alarm(ms, resolve))
  const turn = () => new Promise<void>(resolve => void setImmediate(resolve))

  /** Resolves once the system has the bytes. A pause between packets lets the receiver read each by itself. */
  async function write(socket: Socket, bytes: Buffer, packetBytes = bytes.length): Promise<void> {
    const apart = Math.ceil(bytes.length / packetBytes / MOST_PAUSES)
    for (let at = 0, sent = 0; at < bytes.length && !socket.destroyed; at += packetBytes) {
      await new Promise<void>(resolve => void socket.write(bytes.subarray(at, at + packetBytes), () => resolve()))
      if (packetBytes < bytes.length) await (++sent % apart === 0 ? pause(APART_MS) : turn())
    }
  }

  /** Resolves when the receiver has sent or closed anything, at the latest after a second. */
  function heard(socket: Socket): Promise<void> {
    return new Promise(resolve => {
      socket.once('data', () => resolve())
      socket.once('close', () => resolve())
      clock.alarm(CONTINUE_MS, () => resolve())
    })
  }

  return (message, to, handler, wire = {}) => {
    let over = false
    const body = typeof message.body === 'string' ? Buffer.from(message.body) : Buffer.from(message.body)

    const problem = unwritable(message, body.length)
    if (problem !== undefined) {
      queueMicrotask(() => handler.failed(problem))
      return () => {}
    }

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
      const parser = createResponseParser()
      let status = 0
      let phase: 'first' | 'kept' | 'again' = 'first'
      const finish = () => {
        end(handler.ended)
        socket.destroy()
      }
      const notKept = (why: string) => {
        end(() => handler.failed({ kind: 'reset', code: NOT_KEPT, detail: `${to.shown} ${why}.` }))
        socket.destroy()
      }
      async function keep(ms: number): Promise<void> {
        if (parser.keepFor() === 0) return finish()
        phase = 'kept'
        await pause(ms)
        if (over) return
        if (wire.again !== true) return finish()
        const otherwise =
          'answered the same request otherwise on the same connection: does it read the body of what it refuses?'
        parser.expect(message.method, {
          answered: again =>
            again === status || BUSY.includes(again) ? finish() : notKept(`${otherwise} ${status}, then ${again}`),
          data: () => {},
          ended: finish,
          malformed: () => notKept(otherwise),
        })
        phase = 'again'
        await write(socket, Buffer.concat([headAs(message, to, body.length, wire), body]))
      }
      const gone = (error: unknown) => {
        if (phase === 'kept') notKept('closed the connection after its response without having announced it')
        else if (phase === 'again') finish()
        else fail(error)
      }
      parser.expect(message.method, {
        answered: (code, headers) => {
          status = code
          if (!over) handler.answered(code, headers)
        },
        data: chunk => over || handler.data(chunk),
        ended: () => wire.keptMs ?? finish(),
        malformed: why => {
          end(() => handler.failed(notHttp(to.shown, why)))
          socket.destroy()
        },
      })
      socket.on('data', bytes => {
        if (wire.cut === 'answer') cutOnPurpose(socket, 'answer')
        // A connection that is to be cut brings no response, however fast the receiver is.
        else if (wire.cut !== undefined || over) return
        else if (phase === 'kept')
          notKept('sent more than one response to one request: does it read the body of what it refuses?')
        else if (parser.feed(bytes) && phase === 'first' && wire.keptMs !== undefined) void keep(wire.keptMs)
      })
      socket.on('end', () => {
        if (wire.cut !== undefined) cutOnPurpose(socket, wire.cut)
        else if (phase === 'first' && parser.end()) finish()
        else gone(closedEarly())
      })
      socket.on('error', gone)
      socket.on('close', () => gone(closedEarly()))
    }

    async function writeRequest(socket: Socket): Promise<void> {
      if (wire.idleMs !== undefined) await pause(wire.idleMs)
      if (over) return
      if (wire.cut === 'before') return cutOnPurpose(socket, 'before')
      const answered = wire.expectContinue === true ? heard(socket) : undefined
      await write(socket, headAs(message, to, body.length, wire), wire.packetBytes)
      await answered
      const pieces = piecesOf(body, wire)
      const between = wire.slowBodyMs === undefined ? 0 : wire.slowBodyMs / Math.max(1, pieces.length)
      const half = Math.ceil(pieces.length / 2)
      for (const [index, piece] of pieces.entries()) {
        if (wire.cut === 'during' && index >= half) break
        if (between > 0) await pause(between)
        if (index === half && wire.pauseBodyMs !== undefined) await pause(wire.pauseBodyMs)
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
