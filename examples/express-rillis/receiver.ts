// A receiver for Rillis's flow webhooks with Express: verifies the signature over sorted keys, processes each event once, keeps the newest state.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express } from 'express'

/** Rillis recommends rejecting requests signed more than five minutes ago; this rejects those from the future too. */
const FRESH_SECONDS = 300

/** The order of statuses of a verification, a form or a flow; it decides between two events of the same time. */
const STAGES = ['PENDING_REVIEW', 'UPDATED', 'APPROVED', 'COMPLETED', 'REJECTED']
const DECISIONS = ['APPROVED', 'COMPLETED', 'REJECTED']

interface State {
  status: string
  timestamp: number
}

/** The newest of two states, whichever arrived first: a decision before an open status, else the later one. */
function newest(a: State | undefined, b: State): State {
  if (a === undefined) return b
  const decisive = Number(DECISIONS.includes(b.status)) - Number(DECISIONS.includes(a.status))
  const newer = b.timestamp - a.timestamp
  const further = STAGES.indexOf(b.status) - STAGES.indexOf(a.status)
  return (decisive || newer || further) > 0 ? b : a
}

/** JSON with the keys of every object sorted, which Rillis signs. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** The body as an object; undefined for anything else: invalid JSON, a list, a byte order mark, bytes that are not UTF-8. */
function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

export interface ReceiverOptions {
  /** The Webhook Key of the flow's settings. */
  webhookKey: string
  /** Serves GET /observe, which shows effects and states; for tests, not for production. */
  observe?: boolean
  /** The current time, ms since 1970. */
  now?: () => number
}

export interface Receiver {
  app: Express
  /** Listens on 127.0.0.1 (0: any free port); returns the webhook's URL and a function that closes the server. */
  listen(port?: number): Promise<{ url: string; observe: string; close(): Promise<void> }>
}

/** The receiver: POST /webhooks/rillis. */
export function createReceiver({ webhookKey, observe = true, now = Date.now }: ReceiverOptions): Receiver {
  if (webhookKey === '') throw new Error('A webhook key is required.')
  // In place of two tables of a database: events with a unique id, and states by subject, written in one transaction.
  const effects = new Map<string, number>()
  const states = new Map<string, State>()

  const isSigned = (payload: object, signature = '', timestamp = '') => {
    if (!/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{64}$/.test(signature)) return false
    if (Math.abs(now() / 1000 - Number(timestamp)) > FRESH_SECONDS) return false
    const expected = createHmac('sha256', webhookKey)
      .update(`${timestamp}.${canonical(payload)}`)
      .digest()
    return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
  }

  /** Processes an event once; a duplicate changes nothing. Unknown types and statuses are kept like any other. */
  const process = (event: Record<string, unknown>) => {
    const { id, timestamp, data } = event
    if (typeof id !== 'string' || effects.has(id)) return
    effects.set(id, 1)
    if (typeof data !== 'object' || data === null) return
    const { identity_id, onboarding_id, flow_instance_id, status } = data as Record<string, unknown>
    const subject = identity_id ?? onboarding_id ?? flow_instance_id
    if (typeof subject !== 'string' || typeof status !== 'string') return
    const received = { status, timestamp: typeof timestamp === 'number' ? timestamp : 0 }
    states.set(subject, newest(states.get(subject), received))
  }

  const app = express()
  app.disable('x-powered-by')
  const webhook = app.route('/webhooks/rillis')
  webhook.post(express.raw({ type: () => true, limit: '2mb' }), (request, response) => {
    const payload = parse(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
    if (payload === undefined) return response.status(400).json({ error: 'not a JSON object' })
    let valid = false
    try {
      valid = isSigned(payload, request.get('x-signature'), request.get('x-timestamp'))
    } catch {
      // Nested too deep for JSON.stringify: Rillis does not send this.
    }
    if (!valid) return response.status(401).json({ error: 'signature missing, invalid or too old' })
    process(payload)
    // Rillis accepts exactly 200; it retries after anything else, 204 included.
    return response.status(200).json({ received: true })
  })
  webhook.all((_request, response) => response.set('allow', 'POST').status(405).json({ error: 'POST only' }))
  if (observe)
    app.get('/observe', (_request, response) =>
      response.json({
        effects: Object.fromEntries(effects),
        states: Object.fromEntries([...states].map(([subject, { status }]) => [subject, status])),
      }),
    )
  app.use((_request, response) => response.status(404).json({ error: 'not found' }))
  // By default Express responds with a stack trace.
  const onError: ErrorRequestHandler = (error: { status?: number }, _request, response, _next) => {
    const status = error.status ?? 500
    response.status(status).json({ error: status === 413 ? 'too large' : status < 500 ? 'bad request' : 'failed' })
  }
  app.use(onError)

  return {
    app,
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        const server = app.listen(port, '127.0.0.1', error => {
          if (error) return reject(error)
          // Longer than a sender keeps an idle connection, so that it never writes to a closing one.
          server.keepAliveTimeout = 75_000
          const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
          resolve({
            url: `${base}/webhooks/rillis`,
            observe: `${base}/observe`,
            close: () =>
              new Promise(done => {
                server.close(() => done())
                server.closeAllConnections()
              }),
          })
        })
      }),
  }
}
