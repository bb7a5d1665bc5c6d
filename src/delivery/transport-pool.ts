// Sends messages over kept-alive connections: one undici client for each connection, so that every exchange knows its socket.
import type { Socket } from 'node:net'
import type { Client } from 'undici'
import type { Headers } from '../core/message.js'
import { type Connect, ConnectFailure } from './transport-connect.js'
import { type Destination, outcomeOfError, type ResponseHandler, type Sender } from './transport-exchange.js'

/**
 * An idle connection is closed after this. It is shorter than the keep-alive timeout of common receivers (gunicorn 2 s; Node, uvicorn
 * and Apache 5 s), so that a connection is not used at the moment its receiver closes it.
 */
const IDLE_MS = 1500

/** The longest idle time when the receiver announces a longer one (`Keep-Alive: timeout`). */
const IDLE_PROMISED_MS = 4000

/** One connection, open or about to be opened. */
interface Connection {
  client: Client
  socket: Socket | undefined
  /** Used by an exchange, so not among the idle ones. */
  busy: boolean
  closed: boolean
}

/**
 * Connections are opened when needed and reused newest first; there are never more than exchanges at the same time.
 *
 * A connection that the receiver closes while it is idle is dropped, and the request goes out on a new one. Once a request is written
 * it is never sent again within the attempt, because the receiver may have acted on it: the outcome is `reset`, and the provider's
 * schedule decides.
 */
export function createPool(Undici: typeof Client, connect: Connect): { send: Sender; close(): void } {
  const idle = new Map<string, Connection[]>()
  const connections = new Set<Connection>()

  function drop(connection: Connection): void {
    if (connection.closed) return
    connection.closed = true
    connections.delete(connection)
    connection.client.destroy().catch(() => {})
    connection.socket?.destroy()
  }

  function open(to: Destination, idleHere: Connection[]): Connection {
    const connection: Connection = {
      client: new Undici(to.origin, {
        connect: (_options, done) => {
          connection.socket = connect(to, (failure, socket) => {
            if (socket !== null) {
              connection.socket = socket
              done(null, socket)
            } else done(failure ?? new Error('no socket'), null)
          })
        },
        pipelining: 1,
        // The attempt has its own timeout.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_PROMISED_MS,
      }),
      socket: undefined,
      busy: true,
      closed: false,
    }
    connection.client.on('disconnect', () => {
      if (connection.busy || connection.closed) return
      const at = idleHere.indexOf(connection)
      if (at >= 0) idleHere.splice(at, 1)
      drop(connection)
    })
    connections.add(connection)
    return connection
  }

  function idleAt(origin: string): Connection[] {
    let idleHere = idle.get(origin)
    if (idleHere === undefined) {
      idleHere = []
      idle.set(origin, idleHere)
    }
    return idleHere
  }

  return {
    send(message, to, handler) {
      const idleHere = idleAt(to.origin)
      const connection = idleHere.pop() ?? open(to, idleHere)
      connection.busy = true
      const release = () => {
        connection.busy = false
        idleHere.push(connection)
      }
      connection.client.dispatch(
        { path: to.path, method: message.method, headers: flat(message.headers), body: bytesOf(message.body) },
        handlerOf(handler, to, release, () => drop(connection)),
      )
      return () => drop(connection)
    },
    close() {
      for (const connection of connections) drop(connection)
      idle.clear()
    },
  }
}

function bytesOf(body: string | Uint8Array): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}

function flat(headers: Headers): string[] {
  const list: string[] = []
  for (const [name, value] of headers) list.push(name, value)
  return list
}

/** Header values are bytes; latin1 keeps each of them. */
function paired(raw: Buffer[]): Headers {
  const headers: Headers = []
  for (let i = 0; i + 1 < raw.length; i += 2)
    headers.push([String(raw[i]?.toString('latin1')), String(raw[i + 1]?.toString('latin1'))])
  return headers
}

/** A handler in undici's older form, which it calls directly and with raw headers in their order. */
function handlerOf(handler: ResponseHandler, to: Destination, release: () => void, discard: () => void) {
  return {
    onConnect: () => {},
    onHeaders: (status: number, raw: Buffer[]) => {
      if (status >= 200) handler.answered(status, paired(raw))
      return true
    },
    onData: (chunk: Buffer) => {
      handler.data(chunk)
      return true
    },
    onComplete: () => {
      release()
      handler.ended()
    },
    onError: (error: Error) => {
      discard()
      handler.failed(error instanceof ConnectFailure ? error.outcome : outcomeOfError(error, 'exchange', to.shown))
    },
  }
}
