// Sends messages over kept-alive connections: one undici client a connection, so that every exchange knows its own socket.
import type { Socket } from 'node:net'
import type { Client } from 'undici'
import type { Headers } from '../core/message.js'
import { type Connect, ConnectFailure } from './transport-connect.js'
import type { Destination, Hearer, Sender } from './transport-exchange.js'
import { outcomeOfError } from './transport-outcome.js'

/**
 * An idle connection is dropped after this. It is shorter than any common receiver's own idle time (gunicorn 2 s, Node, uvicorn and
 * Apache 5 s), so that a connection is not used at the very moment its receiver gives it up.
 */
const IDLE_MS = 1500

/** At most this long when the receiver itself promises longer (`Keep-Alive: timeout`). */
const IDLE_PROMISED_MS = 4000

/** One connection, or the place for it. */
interface Line {
  client: Client
  socket: Socket | undefined
  /** Held by an exchange, so not among the idle ones. */
  taken: boolean
  dead: boolean
}

/**
 * Connections are made as exchanges ask for them and reused newest first; there are never more than exchanges at the same time.
 *
 * Policy on connections the receiver has closed: a closing that is known before the request is written costs nothing, the request
 * goes out on a fresh connection. Once the request is written it is never sent again within the attempt, since the receiver may have
 * acted on it: if the connection ends then, the outcome is `reset`, and the provider's schedule decides.
 */
export function createPool(Undici: typeof Client, connect: Connect): { send: Sender; close(): void } {
  const idle = new Map<string, Line[]>()
  const lines = new Set<Line>()

  function drop(line: Line): void {
    if (line.dead) return
    line.dead = true
    lines.delete(line)
    line.client.destroy().catch(() => {})
    line.socket?.destroy()
  }

  function open(to: Destination, waiting: Line[]): Line {
    const line: Line = {
      client: new Undici(to.origin, {
        connect: (_options, done) => {
          line.socket = connect(to, (failure, socket) => {
            if (socket !== null) {
              line.socket = socket
              done(null, socket)
            } else done(failure ?? new Error('no socket'), null)
          })
        },
        pipelining: 1,
        // The attempt's own alarm covers it whole; these would only add timers.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_PROMISED_MS,
      }),
      socket: undefined,
      taken: true,
      dead: false,
    }
    line.client.on('disconnect', () => {
      if (line.taken || line.dead) return
      const at = waiting.indexOf(line)
      if (at >= 0) waiting.splice(at, 1)
      drop(line)
    })
    lines.add(line)
    return line
  }

  function waitingFor(origin: string): Line[] {
    let waiting = idle.get(origin)
    if (waiting === undefined) {
      waiting = []
      idle.set(origin, waiting)
    }
    return waiting
  }

  return {
    send(message, to, hearer) {
      const waiting = waitingFor(to.origin)
      const line = waiting.pop() ?? open(to, waiting)
      line.taken = true
      const give = () => {
        line.taken = false
        waiting.push(line)
      }
      line.client.dispatch(
        { path: to.path, method: message.method, headers: flat(message.headers), body: bytesOf(message.body) },
        handlerOf(hearer, to, give, () => drop(line)),
      )
      return () => drop(line)
    },
    close() {
      for (const line of lines) drop(line)
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

/** The handler undici calls natively: it hands over raw headers, in order, and is what the newer form is wrapped around. */
function handlerOf(hearer: Hearer, to: Destination, give: () => void, spoil: () => void) {
  return {
    onConnect: () => {},
    onHeaders: (status: number, raw: Buffer[]) => {
      if (status >= 200) hearer.answered(status, paired(raw))
      return true
    },
    onData: (chunk: Buffer) => {
      hearer.data(chunk)
      return true
    },
    onComplete: () => {
      give()
      hearer.ended()
    },
    onError: (error: Error) => {
      spoil()
      hearer.failed(error instanceof ConnectFailure ? error.outcome : outcomeOfError(error, 'exchange', to.shown))
    },
  }
}
