// Sends messages over kept-alive connections, each of which carries one exchange at a time.
import type { Socket } from 'node:net'
import { createResponseParser, type ResponseParser } from './response-parser.js'
import type { Connect } from './transport-connect.js'
import {
  closedEarly,
  type Destination,
  notHttp,
  outcomeOfError,
  type ResponseHandler,
  type Sender,
} from './transport-exchange.js'
import { framingOf, headOf, unwritable } from './transport-request.js'

/**
 * An idle connection is closed after this. It is shorter than the keep-alive timeout of common receivers (gunicorn 2 s; Node, uvicorn
 * and Apache 5 s), so that a connection is not used at the moment its receiver closes it.
 */
const IDLE_MS = 1500

/** The longest idle time when the receiver announces a longer one (`Keep-Alive: timeout`). */
const IDLE_PROMISED_MS = 4000

/** A connection is closed this long before its receiver has announced to close it. */
const MARGIN_MS = 2000

/** One connection, open or about to be opened. */
interface Connection {
  to: Destination
  socket: Socket | undefined
  /** The exchange in flight; undefined while it is idle. */
  current: ResponseHandler | undefined
  parser: ResponseParser
  closed: boolean
}

/** How long an idle connection is kept; 0 where it is not. `promisedMs` as the parser says. */
const idleMs = (promisedMs: number | undefined) =>
  promisedMs === undefined ? IDLE_MS : Math.max(0, Math.min(promisedMs - MARGIN_MS, IDLE_PROMISED_MS))

/** Head and body in one piece, so that most requests take one packet. */
function written(head: string, body: string | Uint8Array, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + length)
  bytes.write(head, 0, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length, 'utf8')
  else bytes.set(body, head.length)
  return bytes
}

/**
 * Connections are opened when needed and reused newest first; there are never more than exchanges at the same time.
 *
 * A connection that the receiver closes while it is idle is dropped, and the request goes out on a new one. Once a request is written
 * it is never sent again within the attempt, because the receiver may have acted on it: the outcome is `reset`, and the provider's
 * schedule decides.
 */
export function createPool(connect: Connect): { send: Sender; close(): void } {
  const idle = new Map<string, Connection[]>()
  const connections = new Set<Connection>()

  function idleAt(origin: string): Connection[] {
    let idleHere = idle.get(origin)
    if (idleHere === undefined) {
      idleHere = []
      idle.set(origin, idleHere)
    }
    return idleHere
  }

  function drop(connection: Connection): void {
    if (connection.closed) return
    connection.closed = true
    connections.delete(connection)
    if (connection.current === undefined) {
      const idleHere = idleAt(connection.to.origin)
      const at = idleHere.indexOf(connection)
      if (at >= 0) idleHere.splice(at, 1)
    }
    connection.socket?.destroy()
  }

  /** Ends the exchange in flight, if there is one, with the connection. */
  function fail(connection: Connection, error: unknown): void {
    const { current, to } = connection
    drop(connection)
    connection.current = undefined
    current?.failed(outcomeOfError(error, 'exchange', to.shown))
  }

  /** The response is complete: its connection is kept where that is safe. */
  function release(connection: Connection): void {
    const { socket, to, parser } = connection
    connection.current = undefined
    const keepMs = idleMs(parser.keepFor())
    // What is not yet written would be read as a part of the next request.
    if (connection.closed || socket === undefined || keepMs === 0 || socket.writableLength > 0) {
      drop(connection)
      return
    }
    socket.setTimeout(keepMs)
    socket.unref()
    idleAt(to.origin).push(connection)
  }

  function listen(connection: Connection, socket: Socket): void {
    socket.on('data', bytes => {
      // Bytes that nobody asked for: what follows cannot be told apart from the next response.
      if (connection.current === undefined) drop(connection)
      else if (connection.parser.feed(bytes)) release(connection)
    })
    socket.on('end', () => {
      if (connection.current !== undefined && !connection.parser.end()) fail(connection, closedEarly())
      drop(connection)
    })
    socket.on('timeout', () => drop(connection))
    socket.on('error', error => fail(connection, error))
    socket.on('close', () => fail(connection, closedEarly()))
  }

  function open(to: Destination, ready: (connection: Connection, socket: Socket) => void, handler: ResponseHandler) {
    const parser = createResponseParser()
    const connection: Connection = { to, socket: undefined, current: undefined, parser, closed: false }
    connections.add(connection)
    connection.socket = connect(to, (failure, socket) => {
      if (socket === null) {
        drop(connection)
        if (failure !== null) handler.failed(failure.outcome)
        return
      }
      connection.socket = socket
      if (connection.closed) return void socket.destroy()
      listen(connection, socket)
      ready(connection, socket)
    })
    return connection
  }

  return {
    send(message, to, handler) {
      const { body } = message
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
      const problem = unwritable(message, length)
      if (problem !== undefined) {
        queueMicrotask(() => handler.failed(problem))
        return () => {}
      }
      const bytes = written(headOf(message, to, 'keep-alive', framingOf(message, length)), body, length)
      const ask = (connection: Connection, socket: Socket) => {
        connection.current = handler
        connection.parser.expect(message.method, {
          answered: handler.answered,
          data: handler.data,
          ended: handler.ended,
          malformed(why) {
            connection.current = undefined
            drop(connection)
            handler.failed(notHttp(to.shown, why))
          },
        })
        socket.write(bytes)
      }
      const kept = idleAt(to.origin).pop()
      if (kept?.socket !== undefined) {
        kept.socket.setTimeout(0)
        kept.socket.ref()
        ask(kept, kept.socket)
        return () => drop(kept)
      }
      const connection = open(to, ask, handler)
      return () => drop(connection)
    },
    close() {
      for (const connection of [...connections]) drop(connection)
      idle.clear()
    },
  }
}
