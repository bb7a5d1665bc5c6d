// Standin with Playwright Test. Run it with `playwright test -c examples/playwright`.
import { expect as base, test } from '@playwright/test'
import { matchers, startReceiver, startStandin } from 'standin/testing'

const expect = base.extend(matchers)

let standin
let receiver

test.beforeEach(async () => {
  standin = await startStandin({ clock: 'manual', seed: 7 })
  receiver = await startReceiver({ answers: ['reset', 503, 200] })
})
test.afterEach(async () => {
  await standin.stop()
  await receiver.stop()
})

test('a delivery survives an outage of the receiver', async () => {
  await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
  const { deliveries } = await standin.trigger('rillis', 'FLOW_REJECTED')
  await standin.drain()
  expect(deliveries[0]).toBeDelivered({ attempts: 3 })
  await expect(receiver.requests[2]).toBeSignedFor('rillis', { secret: 'k' })
})
