// A receiver for Unico IDCloud's webhook with Hono: checks its credentials, processes each notification once, and keeps the result when a late one differs.
import { timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/**
 * Outcomes in ascending priority: a checked process overrides one reported as expired, so that the order of arrival does not matter.
 * Unico asks to treat such lists as configuration: an unknown outcome is kept, with the lowest priority.
 */
const OUTCOMES = ['expired', 'ok', 'invalid_identity']

/** The body as an object; undefined for anything else: invalid JSON, a list, a byte order mark, bytes that are not UTF-8. */
function parse(bytes: ArrayBuffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Compares in constant time; lengths may differ. */
function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export interface ReceiverOptions {
  /** The credentials that Unico's team configured: Basic credentials `user:pass`, or an API key `header:value`. */
  auth: { basic: string } | { apiKey: string }
  /** Serves GET /observe, which shows effects and states; for tests, not for production. */
  observe?: boolean
}

export interface Receiver {
  app: Hono
  /** Listens on 127.0.0.1 (0: any free port); returns the webhook's URL and a function that closes the server. */
  listen(port?: number): Promise<{ url: string; observe: string; close(): Promise<void> }>
}

/** The header that Unico sends, and its value. */
function credential(auth: ReceiverOptions['auth']): [header: string, value: string] {
  if ('basic' in auth) return ['authorization', `Basic ${Buffer.from(auth.basic).toString('base64')}`]
  const colon = auth.apiKey.indexOf(':')
  return colon < 0
    ? ['authorization', auth.apiKey.trim()]
    : [auth.apiKey.slice(0, colon).trim(), auth.apiKey.slice(colon + 1).trim()]
}

/** The receiver: POST /webhooks/unico. */
export function createReceiver({ auth, observe = true }: ReceiverOptions): Receiver {
  const [header, expected] = credential(auth)
  // In place of a table of a database with a unique process id.
  const effects = new Map<string, number>()
  const states = new Map<string, string>()

  /** Processes a notification once. Of two outcomes the one later in OUTCOMES is kept; GetProcess has the details. */
  const process = ({ processId, state, result }: Record<string, unknown>) => {
    if (typeof processId !== 'string' || state !== 'PROCESS_STATE_FINISHED') return
    if (!effects.has(processId)) effects.set(processId, 1)
    const outcome = typeof result === 'string' ? result : 'finished'
    const known = states.get(processId)
    if (known === undefined || OUTCOMES.indexOf(outcome) > OUTCOMES.indexOf(known)) states.set(processId, outcome)
  }

  const app = new Hono()
  app.use(bodyLimit({ maxSize: 2 * 1024 * 1024, onError: c => c.json({ error: 'too large' }, 413) }))
  app.post('/webhooks/unico', async c => {
    if (!same(c.req.header(header) ?? '', expected)) return c.json({ error: 'not authorized' }, 401)
    const payload = parse(await c.req.arrayBuffer())
    if (payload === undefined) return c.json({ error: 'not a JSON object' }, 400)
    process(payload)
    return c.json({ received: true }, 200)
  })
  app.all('/webhooks/unico', c => c.json({ error: 'POST only' }, 405, { allow: 'POST' }))
  if (observe)
    app.get('/observe', c => c.json({ effects: Object.fromEntries(effects), states: Object.fromEntries(states) }))
  app.notFound(c => c.json({ error: 'not found' }, 404))
  // A truncated body ends here; the connection is closed already.
  app.onError((_error, c) => c.json({ error: 'failed' }, 500))

  return {
    app,
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        const server = createAdaptorServer({ fetch: app.fetch })
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          if ('keepAliveTimeout' in server) server.keepAliveTimeout = 75_000
          const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
          resolve({
            url: `${base}/webhooks/unico`,
            observe: `${base}/observe`,
            close: () =>
              new Promise(done => {
                server.close(() => done())
                if ('closeAllConnections' in server) server.closeAllConnections()
              }),
          })
        })
      }),
  }
}
