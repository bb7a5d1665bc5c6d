// Writes a request onto a socket by hand, for the faults no well-behaved HTTP client can commit.
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { Wire } from '../core/wire.js'
import type { Connect } from './transport-connect.js'
import type { Destination, Sender } from './transport-exchange.js'
import { NOT_HTTP, outcomeOfError } from './transport-outcome.js'
import { createAnswerParser } from './transport-parse.js'

/** Pieces of a slow body: enough for it to dribble, few enough to cost nothing. */
const SLOW_PIECES = 20

/** How long sent bytes are given to arrive before a reset overtakes them, real ms. */
const ARRIVE_MS = 25

const WHY_CUT: Record<NonNullable<Wire['cut']>, string> = {
  before: 'Cut on purpose before the request was sent.',
  during: 'Cut on purpose in the middle of the request.',
  after: 'Cut on purpose after the request, without waiting for the answer.',
  answer: 'Cut on purpose as the answer arrived; it was not read.',
}

function headOf(message: Message, to: Destination, wire: Wire, length: number): Buffer {
  const lines = [`${message.method} ${to.path} HTTP/1.1`, `host: ${to.host}`, 'connection: close']
  for (const [name, value] of message.headers) lines.push(`${name}: ${value}`)
  lines.push(
    wire.chunked === true ? 'transfer-encoding: chunked' : `content-length: ${length + (wire.missingBytes ?? 0)}`,
  )
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** The body in the pieces it is written in, framed as chunks where asked for. */
function piecesOf(body: Buffer, wire: Wire): Buffer[] {
  const count = wire.slowBodyMs === undefined ? 2 : SLOW_PIECES
  const size = Math.max(1, Math.ceil(body.length / count))
  const pieces: Buffer[] = []
  for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size))
  if (wire.chunked !== true) return pieces
  const framed = pieces.map(piece =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
  )
  // With missing bytes the closing chunk is what never comes.
  return wire.missingBytes === undefined ? [...framed, Buffer.from('0\r\n\r\n')] : framed
}

/** A sender that makes one connection per message and departs from a plain request as `wire` says. */
export function createRawSender(clock: Pick<Clock, 'alarm'>, connect: Connect): Sender {
  const pause = (ms: number) => new Promise<void>(resolve => void clock.alarm(ms, resolve))
  const turn = () => new Promise<void>(resolve => void setImmediate(resolve))

  /** Resolves once the bytes are with the system; packets are parted by a turn, so that each leaves by itself. */
  async function write(socket: Socket, bytes: Buffer, packetBytes = bytes.length): Promise<void> {
    for (let at = 0; at < bytes.length && !socket.destroyed; at += packetBytes) {
      await new Promise<void>(resolve => void socket.write(bytes.subarray(at, at + packetBytes), () => resolve()))
      if (packetBytes < bytes.length) await turn()
    }
  }

  return (message, to, hearer, wire = {}) => {
    let over = false
    const body = typeof message.body === 'string' ? Buffer.from(message.body) : Buffer.from(message.body)

    function end(tell: () => void): void {
      if (over) return
      over = true
      tell()
    }
    function cutOnPurpose(socket: Socket, moment: NonNullable<Wire['cut']>): void {
      end(() => hearer.failed({ kind: 'reset', detail: WHY_CUT[moment] }))
      socket.resetAndDestroy()
    }

    function listen(socket: Socket): void {
      const fail = (error: unknown) => end(() => hearer.failed(outcomeOfError(error, 'exchange', to.shown)))
      const parser = createAnswerParser({
        answered: (status, headers) => over || hearer.answered(status, headers),
        data: chunk => over || hearer.data(chunk),
        ended: () => {
          end(hearer.ended)
          socket.destroy()
        },
        malformed: () => {
          fail({ code: NOT_HTTP })
          socket.destroy()
        },
      })
      socket.on('data', bytes => {
        if (wire.cut === 'answer') cutOnPurpose(socket, 'answer')
        // However quick the receiver is, a connection that is to be cut brings no answer.
        else if (wire.cut === undefined) parser.feed(bytes)
      })
      socket.on('end', () => {
        if (wire.cut !== undefined) cutOnPurpose(socket, wire.cut)
        else if (!parser.end()) fail({ code: 'ECONNRESET' })
      })
      socket.on('error', fail)
      socket.on('close', () => fail({ code: 'ECONNRESET' }))
    }

    async function speak(socket: Socket): Promise<void> {
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
      if (socket === null) return end(() => failure && hearer.failed(failure.outcome))
      opened = socket
      if (over) return socket.destroy()
      listen(socket)
      speak(socket).catch((error: unknown) => end(() => hearer.failed(outcomeOfError(error, 'exchange', to.shown))))
    })
    let opened: Socket | undefined = opening
    return () => {
      over = true
      opened?.destroy()
      opening?.destroy()
    }
  }
}
