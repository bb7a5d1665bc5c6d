// Recipe: the receiver calls the provider's API for the details, as Unico's documents ask it to.
import { Hono } from 'hono'
import { startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { expect, it } from 'vitest'

it('the details of a finished process are available when its webhook arrives', async () => {
  let provider = ''
  const known: unknown[] = []
  const app = new Hono().post('/', async c => {
    const { processId } = await c.req.json()
    const details = await fetch(`${provider}/client/v1/process/${processId}`)
    known.push(await details.json())
    return c.body(null, 200)
  })

  const standin = await startStandin({ app, seed: 7, settings: { unico: { apiAuth: 'off' } } })
  provider = `${standin.url}/unico`
  await standin.subscribe('unico')
  const { event, deliveries } = await standin.trigger('unico', 'process.finished.invalid_identity')

  expect(await deliveries[0]?.wait({ until: 'delivered' })).toBe(true)
  expect(known).toMatchObject([
    {
      process: {
        id: event.payload.processId,
        state: 'PROCESS_STATE_FINISHED',
        result: 'PROCESS_RESULT_INVALID_IDENTITY',
      },
    },
  ])
  await standin.stop()
})
