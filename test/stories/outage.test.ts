// Recipe: a receiver that is down for a day loses nothing, and gets everything once it is back.
import { startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { expect, it } from 'vitest'

it('events from an outage of the receiver are delivered when it is up again', async () => {
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  const receiver = await startReceiver({ answers: 'reset' })
  await standin.subscribe('kycgenie', { url: receiver.url, eventTypes: ['case.opened'] })

  const first = await standin.trigger('kycgenie', 'case.opened')
  await standin.advance('6h')
  const second = await standin.trigger('kycgenie', 'case.opened')
  await standin.advance('18h')
  expect(first.deliveries[0]).toHaveAttempts(7)
  expect(second.deliveries[0]).not.toBeDelivered()

  receiver.answer(200)
  await standin.drain({ upTo: '3d' })
  expect(first.deliveries[0]).toBeDelivered({ attempts: 8 })
  expect(second.deliveries[0]).toBeDelivered()

  await standin.stop()
  await receiver.stop()
})
