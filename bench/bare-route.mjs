// The reference of the control API: a bare Hono route that parses and checks the body of POST /_standin/events, and answers with a value that it is
// given. With a webhook it is the floor of the peers: it also sends that, once for each request.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import * as z from 'zod'

const text = z.string().min(1)
const anything = z.json()
const newEvent = z.strictObject({
  provider: text,
  type: text,
  channel: text.optional(),
  variant: text.optional(),
  subject: text.optional(),
  set: z.record(text, anything).optional(),
  unset: z.array(text).max(1000).optional(),
  raw: z.union([z.record(text, anything), z.string()]).optional(),
  account: text.nullable().optional(),
  anyState: z.boolean().optional(),
  id: text.optional(),
  only: z.array(text).max(1000).optional(),
})

let answer = {}
let send = () => {}

/** Sends the same bytes each time, with `connections` at most. */
async function sender({ url, headers, body }, connections) {
  const { Pool } = await import('undici')
  const { origin, pathname: path } = new URL(url)
  const pool = new Pool(origin, { connections })
  const request = { path, method: 'POST', headers: headers.flat(), body }
  return async () => {
    const response = await pool.request(request)
    await response.body.dump()
  }
}

process.on('message', async message => {
  answer = message.answer
  if (message.webhook !== undefined) send = await sender(message.webhook, message.connections)
  process.send?.({ ready: true })
})

const app = new Hono()
app.post('/_standin/events', async c => {
  const { success } = newEvent.safeParse(await c.req.json())
  if (!success) return c.json({ error: 'invalid' }, 400)
  void send()
  return c.json(answer, 202)
})
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }))
process.on('disconnect', () => {
  server.closeAllConnections()
  process.exit(0)
})
