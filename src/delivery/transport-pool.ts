// Sends messages over kept-alive connections, each of which carries one exchange at a time.
import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.js'
import { createResponseParser, type LastHead, type ResponseParser } from './response-parser.js'
import type { Connect } from './transport-connect.js'
import {
  closedEarly,
  type Destination,
  notHttp,
  outcomeOfError,
  type ResponseHandler,
  type SendMessage,
} from './transport-exchange.js'
import { framingOf, headOf, unwritable, written } from './transport-request.js'

/**
 * An idle connection is closed after this. It is shorter than the keep-alive timeout of common receivers (gunicorn 2 s; Node, uvicorn
 * and Apache 5 s), so that a connection is not used at the moment its receiver closes it.
 */
const IDLE_MS = 1500

/** The longest idle time when the receiver announces a longer one (`Keep-Alive: timeout`). */
const IDLE_PROMISED_MS = 4000

/** A connection is closed this long before its receiver has announced to close it. */
const MARGIN_MS = 2000

/** As much as Node reads at once. */
const INPUT_BYTES = 64 * 1024

/** How long a connection rests after its first answer where nothing is known of its receiver yet, real ms. */
const REST_MS = 20

/** One connection, open or about to be opened. */
interface Connection {
  at: Origin
  socket: Socket | undefined
  /** The exchange in flight; undefined while it is idle. */
  current: ResponseHandler | undefined
  parser: ResponseParser
  closed: boolean
  /** It has carried an exchange before the one in flight. */
  reused: boolean
  /** How long it is kept while idle, real ms. */
  keepMs: number
  /** Since when it is idle, real ms, and how often the system had been asked for input by then. */
  idleSince: number
  idleSinceTurn: number
}

/** One scheme, host and port. */
interface Origin {
  to: Destination
  /** Newest last. */
  idle: Connection[]
  /** Its receiver keeps connections open: it has said so, or has answered on a reused one. */
  keeps: boolean
  lastHead: LastHead
}

/** How long an idle connection is kept; 0 where it is not. `promisedMs` as the parser says. */
const idleMs = (promisedMs: number | undefined) =>
  promisedMs === undefined ? IDLE_MS : Math.max(0, Math.min(promisedMs - MARGIN_MS, IDLE_PROMISED_MS))

/**
 * Connections are opened when needed and reused newest first. There are never more than exchanges at the same time, but for the first
 * moments at an origin.
 *
 * A receiver may close a connection after an answer without having announced it, and a request that crosses with that is lost. RFC 9112,
 * 9.5 lets a client repeat one by itself where it knows that it was not processed. From here that cannot be known: the same end or reset
 * comes from a receiver that has read the request and then failed, and a request that is in no record would be a duplicate that no
 * attempt explains. So once a byte may have left, nothing is sent again within the attempt: its outcome is `reset`, and the provider's
 * schedule decides. What can be done is done before:
 * - Where a receiver has neither announced `Keep-Alive` nor answered on a reused connection, one is reused only after a rest. The close
 *   comes in that time, and requests meanwhile get connections of their own. One that fails on reuse loses that trust.
 * - A connection is reused only after the system was asked for input once more since its answer: an end that came with it is seen then.
 * - Where the system refuses the first byte, nothing has left, and the request goes out on another connection.
 */
export function createPool(connect: Connect, clock: Pick<Clock, 'monotonic'>): { send: SendMessage; close(): void } {
  const origins = new Map<string, Origin>()
  const connections = new Set<Connection>()
  /** What all connections read into, one after another: a buffer for each read would cost more than the parsing. */
  const input = Buffer.allocUnsafeSlow(INPUT_BYTES)
  /** How often the system was asked for input while somebody wanted to know. */
  let turn = 0
  let counting = false
  let nextTurn: (() => void)[] = []

  /** Counts the next time the system is asked for input: it lies between two rounds of immediates. */
  function countTurn(): void {
    if (counting) return
    counting = true
    setImmediate(() =>
      setImmediate(() => {
        counting = false
        turn++
        const waiting = nextTurn
        nextTurn = []
        for (const go of waiting) go()
      }),
    )
  }

  function originOf(to: Destination): Origin {
    let origin = origins.get(to.origin)
    if (origin === undefined) {
      origin = { to, idle: [], keeps: false, lastHead: { head: undefined } }
      origins.set(to.origin, origin)
    }
    return origin
  }

  function drop(connection: Connection): void {
    if (connection.closed) return
    connection.closed = true
    connections.delete(connection)
    if (connection.current === undefined) {
      const { idle } = connection.at
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
    }
    connection.socket?.destroy()
  }

  /** Ends the exchange in flight, if there is one, with the connection. */
  function fail(connection: Connection, error: unknown): void {
    const { current, at, reused } = connection
    drop(connection)
    if (current === undefined) return
    connection.current = undefined
    if (reused) at.keeps = false
    current.failed(outcomeOfError(error, 'exchange', at.to.shown))
  }

  /** The response is complete: its connection is kept where that is safe. */
  function release(connection: Connection): void {
    const { socket, at, parser, reused } = connection
    connection.current = undefined
    const promisedMs = parser.keepFor()
    const keepMs = idleMs(promisedMs)
    // What is not yet written would be read as a part of the next request.
    if (connection.closed || socket === undefined || keepMs === 0 || socket.writableLength > 0) {
      drop(connection)
      return
    }
    if (reused || promisedMs !== undefined) at.keeps = true
    // Begun anew by whatever is read or written.
    if (connection.keepMs !== keepMs) socket.setTimeout(keepMs)
    connection.keepMs = keepMs
    connection.reused = true
    connection.idleSince = clock.monotonic()
    connection.idleSinceTurn = turn
    countTurn()
    socket.unref()
    at.idle.push(connection)
  }

  /** An idle connection that can be reused. */
  function kept({ idle, keeps }: Origin): Connection | undefined {
    if (keeps) return idle.pop()
    const [oldest] = idle
    return oldest !== undefined && clock.monotonic() - oldest.idleSince >= REST_MS ? idle.shift() : undefined
  }

  function read(connection: Connection, bytes: Buffer): void {
    // Bytes that nobody asked for: what follows cannot be told apart from the next response.
    if (connection.current === undefined) drop(connection)
    else if (connection.parser.feed(bytes)) release(connection)
  }

  function listen(connection: Connection, socket: Socket): void {
    // With TLS; all others read into `input`.
    socket.on('data', bytes => read(connection, bytes))
    socket.on('end', () => {
      if (connection.current !== undefined && !connection.parser.end()) fail(connection, closedEarly())
      drop(connection)
    })
    socket.on('timeout', () => {
      if (connection.current === undefined) drop(connection)
    })
    socket.on('error', error => fail(connection, error))
    socket.on('close', () => fail(connection, closedEarly()))
  }

  function open(at: Origin, ready: (connection: Connection) => void, handler: ResponseHandler): Connection {
    const connection: Connection = {
      at,
      socket: undefined,
      current: undefined,
      parser: createResponseParser(at.lastHead),
      closed: false,
      reused: false,
      keepMs: 0,
      idleSince: 0,
      idleSinceTurn: 0,
    }
    const connected: Parameters<Connect>[1] = (failure, socket) => {
      if (socket === null) {
        drop(connection)
        if (failure !== null) handler.failed(failure.outcome)
        return
      }
      connection.socket = socket
      if (connection.closed) return void socket.destroy()
      listen(connection, socket)
      ready(connection)
    }
    connections.add(connection)
    connection.socket = connect(at.to, connected, {
      buffer: input,
      callback(length) {
        read(connection, input.subarray(0, length))
        return true
      },
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
      let bytes = written(headOf(message, to, 'keep-alive', framingOf(message, length)), body, length)
      const origin = originOf(to)
      let using: Connection | undefined
      let over = false

      function ask(connection: Connection): void {
        const { socket } = connection
        if (socket === undefined) return
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
        socket.write(bytes, 'latin1')
        if (socket.errored === null || !connection.reused) {
          // Not kept until the response.
          bytes = ''
          return
        }
        connection.current = undefined
        drop(connection)
        find()
      }

      /** Asks on a connection that is idle, or on a new one. */
      function find(): void {
        const connection = kept(origin)
        if (connection === undefined) {
          using = open(origin, ask, handler)
          return
        }
        using = connection
        connection.socket?.ref()
        if (origin.keeps && connection.idleSinceTurn !== turn) {
          ask(connection)
          return
        }
        // After a rest too: this process may have stood still meanwhile, with the close unread.
        countTurn()
        nextTurn.push(() => {
          if (over) return
          if (connection.closed) find()
          else ask(connection)
        })
      }

      find()
      return () => {
        over = true
        if (using !== undefined) drop(using)
      }
    },
    close() {
      for (const connection of [...connections]) drop(connection)
      origins.clear()
    },
  }
}
