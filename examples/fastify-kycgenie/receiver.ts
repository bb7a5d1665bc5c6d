// A receiver for KYC Genie's webhooks with Fastify: verifies Standard Webhooks signatures over the raw body, processes each event once, keeps the newest state.
import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'

/** Requests signed longer ago, or further in the future, are rejected; seconds. */
const FRESH_SECONDS = 300

/** The key of `data` with the id of an event's subject, by the prefix of its type. Other types are accepted without a state. */
const SUBJECTS: readonly (readonly [prefix: string, key: string])[] = [
  ['onboarding.', 'workflow_session_id'],
  ['response.', 'id'],
  ['screening.', 'screening_id'],
  ['batch.', 'batch_id'],
  ['verification.session', 'session_id'],
  ['verification.check', 'check_id'],
  ['non_document.', 'check_id'],
  ['case.', 'case_id'],
  ['alert.', 'alert_id'],
]

/** The order of statuses; it decides between two events of the same time. */
const STAGES = 'sent pending DRAFT not_reviewed open in_progress accessed SUBMITTED REVIEWED'.split(' ')
const ENDS = 'failed expired revoked completed resolved APPROVED REJECTED'.split(' ')
const stage = (status: string) => [...STAGES, ...ENDS].indexOf(status)

interface State {
  status: string
  /** `created_at` of the event: UTC with microseconds, so that texts sort by time. */
  at: string
}

/** The newest of two states, whichever arrived first. */
function newest(a: State | undefined, b: State): State {
  if (a === undefined) return b
  if (a.at !== b.at) return b.at > a.at ? b : a
  return stage(b.status) > stage(a.status) ? b : a
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

const one = (header: string | string[] | undefined) => (typeof header === 'string' ? header : '')

export interface ReceiverOptions {
  /** `whsec_…`, as the subscription API returned it once; two of them during a rotation. */
  secrets: readonly [string, ...string[]]
  /** Serves GET /observe, which shows effects and states; for tests, not for production. */
  observe?: boolean
  /** The current time, ms since 1970. */
  now?: () => number
}

export interface Receiver {
  app: FastifyInstance
  /** Listens on 127.0.0.1 (0: any free port); returns the webhook's URL and a function that closes the server. */
  listen(port?: number): Promise<{ url: string; observe: string; close(): Promise<void> }>
}

/** The receiver: POST /webhooks/kycgenie. */
export function createReceiver({ secrets, observe = true, now = Date.now }: ReceiverOptions): Receiver {
  const keys = secrets.map(secret => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
  if (keys.some(key => key.length === 0)) throw new Error('A secret is whsec_ followed by base64.')
  // In place of two tables of a database: events with a unique id, and states by subject, written in one transaction.
  const effects = new Map<string, number>()
  const states = new Map<string, State>()

  /** The header may contain several signatures, each `v1,<base64>`; one valid signature is enough. */
  const isSigned = (body: Buffer, id: string, timestamp: string, signatures: string) => {
    if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false
    if (Math.abs(now() / 1000 - Number(timestamp)) > FRESH_SECONDS) return false
    const expected = keys.map(key =>
      Buffer.from(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')),
    )
    return signatures.split(' ').some(signature => {
      const [version, text = ''] = signature.split(',')
      const given = Buffer.from(text)
      return version === 'v1' && expected.some(valid => valid.length === given.length && timingSafeEqual(valid, given))
    })
  }

  /** Processes an event once; a duplicate changes nothing. */
  const process = (id: string, event: Record<string, unknown>) => {
    if (effects.has(id)) return
    effects.set(id, 1)
    const { event_type: type, created_at: at, data } = event
    if (typeof type !== 'string' || typeof data !== 'object' || data === null) return
    const key = SUBJECTS.find(([prefix]) => type.startsWith(prefix))?.[1]
    const { [key ?? '']: subject, status } = data as Record<string, unknown>
    if (typeof subject !== 'string' || typeof status !== 'string') return
    const received = { status, at: typeof at === 'string' ? at : '' }
    states.set(subject, newest(states.get(subject), received))
  }

  const app = Fastify({ bodyLimit: 2 * 1024 * 1024, keepAliveTimeout: 75_000, forceCloseConnections: true })
  // The signature covers the received bytes, so nothing may parse them before it is verified.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500
    return reply.code(status).send({ error: status === 413 ? 'too large' : status < 500 ? 'bad request' : 'failed' })
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))
  app.post('/webhooks/kycgenie', (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers
    if (!isSigned(body, one(id), one(timestamp), one(signatures)))
      return reply.code(401).send({ error: 'signature missing, invalid or too old' })
    const event = parse(body)
    if (event === undefined) return reply.code(400).send({ error: 'not a JSON object' })
    process(one(id), event)
    return reply.code(200).send({ received: true })
  })
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/webhooks/kycgenie',
    handler: (_request, reply) => reply.code(405).header('allow', 'POST').send({ error: 'POST only' }),
  })
  if (observe)
    app.get('/observe', () => ({
      effects: Object.fromEntries(effects),
      states: Object.fromEntries([...states].map(([subject, { status }]) => [subject, status])),
    }))

  return {
    app,
    async listen(port = 0) {
      const base = await app.listen({ port, host: '127.0.0.1' })
      return { url: `${base}/webhooks/kycgenie`, observe: `${base}/observe`, close: () => app.close() }
    },
  }
}
