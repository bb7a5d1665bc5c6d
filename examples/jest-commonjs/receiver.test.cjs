// Standin with Jest and CommonJS: no flag is needed. Run it with `jest --rootDir examples/jest-commonjs`.
const { startReceiver, startStandin } = require('standin/testing')
require('standin/testing/jest')

let standin
let receiver

beforeEach(async () => {
  standin = await startStandin({ clock: 'manual', seed: 7 })
  receiver = await startReceiver({ answers: ['reset', 503, 200] })
  await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
})
afterEach(async () => {
  await standin.stop()
  await receiver.stop()
})

test('a delivery survives an outage of the receiver', async () => {
  const { deliveries } = await standin.trigger('rillis', 'FLOW_REJECTED')
  await standin.drain()
  expect(deliveries[0]).toBeDelivered({ attempts: 3 })
  await expect(receiver.requests[2]).toBeSignedFor('rillis', { secret: 'k' })
})

test('events of several providers are triggered at once', async () => {
  await standin.subscribe('kycgenie', { url: receiver.url })
  await standin.subscribe('unico', { url: receiver.url })
  await Promise.all([
    standin.trigger('rillis', 'FLOW_COMPLETED'),
    standin.trigger('kycgenie', 'case.opened'),
    standin.trigger('unico', 'process.finished.ok'),
  ])
  await standin.drain()
  expect(standin.deliveries().map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered'])
})
