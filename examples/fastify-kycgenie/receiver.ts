// A receiver for KYC Genie's webhooks with Fastify: Standard Webhooks signatures over the raw body, each event once, the newest state.
import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'

/** Signed longer ago, or further in the future, is refused. */
const FRESH_SECONDS = 300

/** Which key of `data` names what an event is about, by the beginning of its type. Types that are not here are taken and left alone. */
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

/** Decides between two events of the very same time: what stands later here comes later in a life. */
const STAGES = 'sent pending DRAFT not_reviewed open in_progress accessed SUBMITTED REVIEWED'.split(' ')
const ENDS = 'failed expired revoked completed resolved APPROVED REJECTED'.split(' ')
const stage = (status: string) => [...STAGES, ...ENDS].indexOf(status)

interface State {
  status: string
  /** `created_at` of the event: UTC with microseconds, so that texts sort by time. */
  at: string
}

/** Of two states the one that stands, whichever came first. */
function standing(a: State | undefined, b: State): State {
  if (a === undefined) return b
  if (a.at !== b.at) return b.at > a.at ? b : a
  return stage(b.status) > stage(a.status) ? b : a
}

/** The body as an object, or undefined for anything else: broken JSON, a list, a byte order mark, bytes that are not UTF-8. */
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
  /** `whsec_…`, as the subscription API gave it once; two of them while a secret is being replaced. */
  secrets: readonly [string, ...string[]]
  /** Shows at GET /observe what was done; for tests, not for production. */
  observe?: boolean
  /** The present, ms. */
  now?: () => number
}

export interface Receiver {
  app: FastifyInstance
  /** Listens on 127.0.0.1 (0: any free port); answers the webhook's URL and what closes the server. */
  listen(port?: number): Promise<{ url: string; observe: string; close(): Promise<void> }>
}

/** The receiver: POST /webhooks/kycgenie. */
export function createReceiver({ secrets, observe = true, now = Date.now }: ReceiverOptions): Receiver {
  const keys = secrets.map(secret => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
  if (keys.some(key => key.length === 0)) throw new Error('A secret is whsec_ followed by base64.')
  // Stands for two tables of a database: events with a unique id, and states by subject, written in one transaction.
  const effects = new Map<string, number>()
  const states = new Map<string, State>()

  /** The header may hold several signatures, each `v1,<base64>`; one that fits is enough. */
  const trusted = (body: Buffer, id: string, timestamp: string, signatures: string) => {
    if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false
    if (Math.abs(now() / 1000 - Number(timestamp)) > FRESH_SECONDS) return false
    const expected = keys.map(key =>
      Buffer.from(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')),
    )
    return signatures.split(' ').some(signature => {
      const [version, text = ''] = signature.split(',')
      const given = Buffer.from(text)
      return version === 'v1' && expected.some(good => good.length === given.length && timingSafeEqual(good, given))
    })
  }

  /** Takes an event once; the same id again changes nothing. */
  const take = (id: string, event: Record<string, unknown>) => {
    if (effects.has(id)) return
    effects.set(id, 1)
    const { event_type: type, created_at: at, data } = event
    if (typeof type !== 'string' || typeof data !== 'object' || data === null) return
    const key = SUBJECTS.find(([prefix]) => type.startsWith(prefix))?.[1]
    const { [key ?? '']: subject, status } = data as Record<string, unknown>
    if (typeof subject !== 'string' || typeof status !== 'string') return
    const told = { status, at: typeof at === 'string' ? at : '' }
    states.set(subject, standing(states.get(subject), told))
  }

  const app = Fastify({ bodyLimit: 2 * 1024 * 1024, keepAliveTimeout: 75_000, forceCloseConnections: true })
  // The signature covers the bytes as they came, so nothing may parse them before it is checked.
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
    if (!trusted(body, one(id), one(timestamp), one(signatures)))
      return reply.code(401).send({ error: 'signature missing, wrong or too old' })
    const event = parse(body)
    if (event === undefined) return reply.code(400).send({ error: 'not a JSON object' })
    take(one(id), event)
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
