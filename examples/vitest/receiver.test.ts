// Standin with vitest, in any of its pools.
import { startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { expect, onTestFinished, test } from 'vitest'

test('a delivery survives an outage of the receiver', async () => {
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  const receiver = await startReceiver({ answers: ['reset', 503, 200] })
  onTestFinished(async () => {
    await standin.stop()
    await receiver.stop()
  })
  await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
  const { deliveries } = await standin.trigger('rillis', 'FLOW_REJECTED')
  await standin.drain()
  expect(deliveries[0]).toBeDelivered({ attempts: 3 })
  await expect(receiver.requests[2]).toBeSignedFor('rillis', { secret: 'k' })
})

test('events of several providers are triggered at once', async () => {
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  const receiver = await startReceiver()
  onTestFinished(async () => {
    await standin.stop()
    await receiver.stop()
  })
  for (const provider of ['rillis', 'kycgenie', 'unico'] as const)
    await standin.subscribe(provider, { url: receiver.url })
  await Promise.all([
    standin.trigger('rillis', 'FLOW_COMPLETED'),
    standin.trigger('kycgenie', 'case.opened'),
    standin.trigger('unico', 'process.finished.ok'),
  ])
  await standin.drain()
  for (const delivery of standin.deliveries()) expect(delivery).toBeDelivered({ attempts: 1 })
})
