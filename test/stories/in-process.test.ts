// Recipe: the receiver is an app in the same process, without a port.
import { Hono } from 'hono'
import { startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { expect, it } from 'vitest'

it('an app gets its webhooks without a socket', async () => {
  const finished: string[] = []
  const app = new Hono().post('/webhooks/unico', async c => {
    const { processId, result } = await c.req.json()
    finished.push(`${processId} ${result}`)
    return c.body(null, 204)
  })

  const standin = await startStandin({ app, clock: 'manual', seed: 7 })
  await standin.subscribe('unico', { url: '/webhooks/unico' })
  const { event, deliveries } = await standin.trigger('unico', 'process.finished.ok', { variant: 'approved' })
  await standin.rest()

  expect(deliveries[0]).toBeDelivered({ attempts: 1 })
  expect(finished).toEqual([`${event.payload.processId} ok`])
  await standin.stop()
})
