// Sends one message exactly as given; whatever happens is an outcome.
import type { Clock } from '../core/clock.js'
import type { Headers, Message } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import type { ConnectOptions } from './connect-options.js'
import { codingsOf, decodedBody } from './decoded-body.js'
import { createStallMeter } from './stalls.js'
import { createTimeout } from './timeout.js'
import { createConnect } from './transport-connect.js'
import { type Destination, outcomeOfError, type ResponseHandler, type SendMessage } from './transport-exchange.js'
import { type FetchHandler, inProcessHandlers, inProcessSend } from './transport-in-process.js'
// Not loaded with the first message: Node never loads a module again that once met a lack of file descriptors.
import { createPool } from './transport-pool.js'
import { createRawSend } from './transport-raw.js'

/** How one message is sent. */
export interface SendOptions {
  /** Whole exchange, connect to last byte, in real milliseconds. */
  timeoutMs: number
  /** How many bytes of the response's body are kept; default 64 KiB. */
  keepBytes?: number | undefined
  /** How a fault changes the writing of the request; needs a connection of its own. */
  wire?: Wire | undefined
}

/** The result of sending one message. */
export interface Sent {
  outcome: Outcome
  /** Null unless the response was complete. */
  answer: Answer | null
  /** Real milliseconds, connect to last byte, without the time in which this process stood still. */
  durationMs: number
}

/** Sends messages. `send` never rejects: whatever goes wrong is an outcome. */
export interface Transport {
  send(message: Message, options: SendOptions): Promise<Sent>
  /** Ends every exchange in flight as `interrupted`. Later messages are sent as usual. */
  interrupt(): void
  /** Ends every exchange in flight and closes every connection. Later messages end as `interrupted`. */
  close(): void
}

/** How a transport sends. */
export interface TransportOptions extends ConnectOptions {
  clock: Pick<Clock, 'alarm' | 'monotonic'>
  /** `kept` (default): connections are kept alive. `single`: one for each message, which starts faster and costs more later. */
  connections?: 'kept' | 'single' | undefined
  /** URL prefix → receiver in this process. */
  inProcess?: Record<string, FetchHandler> | undefined
}

const KEEP_BYTES = 64 * 1024

/** A longer response is not read to its end: its status is known. */
const READ_BYTES = 16 * 1024 * 1024

/** How many parsed URLs are kept; a receiver has one or a few. */
const DESTINATIONS = 1000

/** Creates a transport with its own connections. Nothing is opened before the first message. */
export function createTransport({ clock, inProcess, connections, ...connecting }: TransportOptions): Transport {
  const connect = createConnect(connecting, clock)
  const receiverAt = inProcessHandlers(inProcess)
  const destinations = new Map<string, Destination | undefined>()
  const flights = createFlights()
  let closed = false
  let pool: { send: SendMessage; close(): void } | undefined
  const stalls = createStallMeter(clock)

  function destination(url: string): Destination | undefined {
    if (destinations.has(url)) return destinations.get(url)
    if (destinations.size >= DESTINATIONS) destinations.clear()
    const to = destinationOf(url)
    destinations.set(url, to)
    return to
  }

  function sendFor(wire: Wire | undefined): SendMessage {
    if (wire !== undefined || connections === 'single') return createRawSend(clock, connect)
    pool ??= createPool(connect, clock)
    return pool.send
  }

  return {
    send(message, { timeoutMs, keepBytes = KEEP_BYTES, wire }) {
      const to = destination(message.url)
      if (closed)
        return Promise.resolve(unsent({ kind: 'interrupted', detail: 'The transport is closed; nothing was sent.' }))
      if (to === undefined)
        return Promise.resolve(unsent({ kind: 'blocked', detail: `${message.url} is not an http or https URL.` }))
      return new Promise(resolve => {
        const receiver = receiverAt(message.url)
        const collected = nothingCollected()
        let began = clock.monotonic()
        let stalledBefore = 0
        let over = false
        let cut: (() => void) | undefined
        let cancelTimeout: (() => void) | undefined
        stalls.enter()
        const finish = (outcome: Outcome, answer: Answer | null) => {
          if (over) return
          over = true
          cancelTimeout?.()
          // A receiver in this process stalls it by its own work.
          const stalledMs = receiver === undefined ? stalls.stalledMs() - stalledBefore : 0
          const durationMs = Math.max(0, clock.monotonic() - began - stalledMs)
          stalls.leave()
          flights.remove(flight)
          const sent = { outcome, answer, durationMs: Math.round(durationMs * 100) / 100 }
          const codings = answer === null ? [] : codingsOf(answer.headers)
          if (answer === null || codings.length === 0) resolve(sent)
          else
            void decoded(answer, codings, Buffer.concat(collected.kept), keepBytes).then(shown =>
              resolve({ ...sent, answer: shown }),
            )
        }
        const flight = flights.add(() => {
          finish({ kind: 'interrupted', detail: 'Standin stopped before the response was complete.' }, null)
          cut?.()
        })
        const timeout = createTimeout(clock, stalls, timeoutMs, () => {
          const { status } = collected
          const seen = status === undefined ? 'No response' : `Status ${status}, but no complete response`
          finish({ kind: 'timed_out', detail: `${seen} within ${timeoutMs} ms.${timeout.note()}` }, null)
          cut?.()
        })
        const answered = () => {
          const { status } = collected
          const detail = timeout.note().trim()
          finish(
            detail === '' ? { kind: 'answered', status } : { kind: 'answered', status, detail },
            answerOf(collected),
          )
        }
        const handler: ResponseHandler = {
          answered: (status, headers) => {
            collected.status = status
            collected.headers = headers
          },
          data: chunk => {
            if (over || collect(collected, chunk, keepBytes) < READ_BYTES) return
            answered()
            cut?.()
          },
          ended: answered,
          failed: outcome => finish(withStatus(outcome, collected.status), null),
        }
        try {
          const sending = receiver === undefined ? sendFor(wire) : inProcessSend(receiver)
          // What is loaded for the first message is no part of its time.
          began = clock.monotonic()
          stalledBefore = stalls.stalledMs()
          cancelTimeout = timeout.start()
          cut = sending(message, to, handler, wire)
          if (over) cut()
        } catch (error) {
          finish(unsendable(error, to.shown), null)
        }
      })
    },
    interrupt() {
      flights.cut()
    },
    close() {
      closed = true
      flights.cut()
      pool?.close()
    },
  }
}

interface Flight {
  cut: () => void
  at: number
}

/**
 * The exchanges in flight, each by the function that cuts it. No Set: when V8 renews its table, the old one points to the new one and keeps
 * what was in it, so that each exchange would live until the next full garbage collection.
 */
function createFlights() {
  const flights: Flight[] = []
  return {
    add(cut: () => void): Flight {
      const flight = { cut, at: flights.length }
      flights.push(flight)
      return flight
    },
    /** To be called once for each. */
    remove(flight: Flight): void {
      const last = flights.pop()
      if (last === undefined || last === flight) return
      flights[flight.at] = last
      last.at = flight.at
    },
    cut(): void {
      for (const { cut } of [...flights]) cut()
    },
  }
}

/** The response with its body decoded for showing; as it is where that is not possible. */
async function decoded(answer: Answer, codings: readonly string[], bytes: Buffer, keepBytes: number): Promise<Answer> {
  const body = await decodedBody(codings, bytes, keepBytes).catch(() => undefined)
  return body === undefined ? answer : { ...answer, body, bodyBase64: bytes.toString('base64') }
}

/** A response that broke off says what its status was. */
function withStatus(outcome: Outcome, status: number | undefined): Outcome {
  if (status === undefined || outcome.kind !== 'reset') return outcome
  return { ...outcome, detail: `Status ${status}, but ${outcome.detail ?? 'the response was not complete.'}` }
}

/** The outcome when the message could not even be written. */
function unsendable(error: unknown, shown: string): Outcome {
  const outcome = outcomeOfError(error, 'connect', shown)
  return outcome.kind === 'local_error' ? outcome : { kind: 'blocked', detail: String(error) }
}

/** The result of a message that was not sent. */
export function unsent(outcome: Outcome): Sent {
  return { outcome, answer: null, durationMs: 0 }
}

/** Parses a URL; undefined when it is not an http or https URL. */
export function destinationOf(url: string): Destination | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, host, origin, pathname, search } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const secure = protocol === 'https:'
  const number = port === '' ? (secure ? 443 : 80) : Number(port)
  return {
    secure,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: number,
    shown: `${hostname}:${number}`,
    origin,
    path: pathname + search,
    host,
  }
}

/** What has come of a response: the first bytes of the body are kept, the rest is counted. */
interface Collected {
  /** Undefined before its head has come. */
  status: number | undefined
  headers: Headers
  kept: Buffer[]
  keptBytes: number
  bodyBytes: number
}

function nothingCollected(): Collected {
  return { status: undefined, headers: [], kept: [], keptBytes: 0, bodyBytes: 0 }
}

/** Takes a part of the body; returns the length of the body so far. */
function collect(collected: Collected, chunk: Uint8Array, keepBytes: number): number {
  collected.bodyBytes += chunk.byteLength
  const room = keepBytes - collected.keptBytes
  if (room > 0) {
    const part = Buffer.from(chunk.byteLength <= room ? chunk : chunk.subarray(0, room))
    collected.kept.push(part)
    collected.keptBytes += part.byteLength
  }
  return collected.bodyBytes
}

function answerOf({ status, headers, kept, bodyBytes }: Collected): Answer | null {
  if (status === undefined) return null
  const body = (kept.length === 1 ? kept[0] : Buffer.concat(kept))?.toString() ?? ''
  return { status, headers, body, bodyBytes }
}
