// The first recipe: a receiver that fails twice, and a day of retries that passes in a moment.
import { startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { expect, it } from 'vitest'

it('an event is delivered at the third attempt, and the hours in between take no time', async () => {
  const standin = await startStandin({ clock: 'manual', seed: 7 }) // port 0, memory ledger
  const receiver = await startReceiver({ answers: [500, 500, 200] })
  const sub = await standin.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret: 'k' })
  const { event, deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED', {
    set: { 'data.status': 'COMPLETED' },
  })
  await standin.drain({ upTo: '1d' })
  expect(deliveries[0]).toBeDelivered({ attempts: 3 })
  await standin.stop()

  expect(deliveries[0]?.subscriptionId).toBe(sub.id)
  expect(receiver.requests.map(({ json }) => json)).toMatchObject(
    [event.payload, event.payload, event.payload].map(({ id }) => ({ id })),
  )
  await receiver.stop()
})
