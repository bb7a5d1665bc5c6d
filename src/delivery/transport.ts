// The only door for outgoing HTTP: sends one message exactly as given and says what came of it, as a value.
import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import { type ConnectOptions, createConnect } from './transport-connect.js'
import { createCollector, type Destination, destinationOf, type Hearer, type Sender } from './transport-exchange.js'
import { type FetchHandler, inProcessHandlers, inProcessSender } from './transport-in-process.js'

export interface SendOptions {
  /** Whole exchange, connect to last byte, in real milliseconds. */
  timeoutMs: number
  /** How much of the answer's body is kept; default 64 KiB. */
  keepBytes?: number | undefined
  /** Departures from a plain request; needs a connection of its own. */
  wire?: Wire | undefined
}

/** What came of one message. */
export interface Sent {
  outcome: Outcome
  /** Null unless a whole answer came back. */
  answer: Answer | null
  /** Real milliseconds, connect to last byte. */
  durationMs: number
}

/** Sends messages. Rejects never: whatever goes wrong is an outcome. */
export interface Transport {
  send(message: Message, options: SendOptions): Promise<Sent>
  /** Cuts every exchange in flight; each ends as `interrupted`. Later ones are sent as ever. */
  interrupt(): void
  /** Cuts what is in flight and drops every connection. Later messages end as `interrupted`. */
  close(): void
}

export interface TransportOptions extends ConnectOptions {
  clock: Pick<Clock, 'alarm' | 'monotonic'>
  /** `kept` (default): connections are kept alive for the next message. `single`: one each, which starts faster and costs more later. */
  connections?: 'kept' | 'single' | undefined
  /** URL prefix → receiver in this process. */
  inProcess?: Record<string, FetchHandler> | undefined
}

const KEEP_BYTES = 64 * 1024

/** A longer answer is not read to its end: its status is known, and the rest is of no use to anybody. */
const READ_BYTES = 16 * 1024 * 1024

/** Destinations remembered; a receiver has one or a few URLs. */
const DESTINATIONS = 1000

/** A transport of its own: connections are not shared with any other. Nothing is loaded or opened before the first message. */
export function createTransport({ clock, inProcess, connections, ...connecting }: TransportOptions): Transport {
  const connect = createConnect(connecting)
  const handlerFor = inProcessHandlers(inProcess)
  const destinations = new Map<string, Destination | undefined>()
  const flights = new Set<() => void>()
  let closed = false
  let pool: { send: Sender; close(): void } | undefined
  let loading: Promise<{ send: Sender; close(): void }> | undefined

  function destination(url: string): Destination | undefined {
    if (destinations.has(url)) return destinations.get(url)
    if (destinations.size >= DESTINATIONS) destinations.clear()
    const to = destinationOf(url)
    destinations.set(url, to)
    return to
  }

  /** undici costs a tenth of a second to load, which commands that send nothing must not pay. */
  async function loadPool() {
    const [{ default: Client }, { createPool }] = await Promise.all([
      import('undici/lib/dispatcher/client.js'),
      import('./transport-pool.js'),
    ])
    pool = createPool(Client, connect)
    return pool
  }

  async function loadSender(wire: Wire | undefined): Promise<Sender> {
    if (wire !== undefined || connections === 'single')
      return (await import('./transport-raw.js')).createRawSender(clock, connect)
    loading ??= loadPool()
    return (await loading).send
  }

  return {
    send(message, { timeoutMs, keepBytes = KEEP_BYTES, wire }) {
      const to = destination(message.url)
      if (closed) return Promise.resolve(unsent({ kind: 'interrupted', detail: 'Nothing more is sent.' }))
      if (to === undefined)
        return Promise.resolve(unsent({ kind: 'blocked', detail: `${message.url} is not an http or https URL.` }))
      return new Promise(resolve => {
        const began = clock.monotonic()
        const collector = createCollector(keepBytes)
        let over = false
        let cutSender: (() => void) | undefined
        const finish = (outcome: Outcome, answer: Answer | null) => {
          if (over) return
          over = true
          callOff()
          flights.delete(interrupt)
          resolve({ outcome, answer, durationMs: Math.round((clock.monotonic() - began) * 100) / 100 })
        }
        const interrupt = () => {
          finish({ kind: 'interrupted', detail: 'Standin stopped before the whole answer was there.' }, null)
          cutSender?.()
        }
        const callOff = clock.alarm(timeoutMs, () => {
          const status = collector.status()
          const seen = status === undefined ? 'No answer' : `Status ${status}, but no end of the answer,`
          finish({ kind: 'timed_out', detail: `${seen} within ${timeoutMs} ms.` }, null)
          cutSender?.()
        })
        flights.add(interrupt)
        const answered = () => finish({ kind: 'answered', status: collector.status() }, collector.answer())
        const hearer: Hearer = {
          answered: collector.head,
          data: chunk => {
            if (over || collector.take(chunk) < READ_BYTES) return
            answered()
            cutSender?.()
          },
          ended: answered,
          failed: outcome => finish(outcome, null),
        }
        const go = (sender: Sender) => {
          if (over) return
          cutSender = sender(message, to, hearer, wire)
          if (over) cutSender()
        }
        const handler = handlerFor(message.url)
        if (handler !== undefined) go(inProcessSender(handler))
        else if (wire === undefined && pool !== undefined) go(pool.send)
        else loadSender(wire).then(go, error => finish({ kind: 'blocked', detail: String(error) }, null))
      })
    },
    interrupt() {
      for (const cut of [...flights]) cut()
    },
    close() {
      closed = true
      for (const cut of [...flights]) cut()
      pool?.close()
    },
  }
}

function unsent(outcome: Outcome): Sent {
  return { outcome, answer: null, durationMs: 0 }
}
