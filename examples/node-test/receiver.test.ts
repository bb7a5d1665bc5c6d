// Standin with node:test and node:assert: no test framework, no matchers. Run it with `node --import tsx --test`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAttempts, assertDelivered, assertSignedFor, startReceiver, startStandin } from 'standin/testing'

test('a delivery survives an outage of the receiver', async t => {
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  t.after(() => standin.stop())
  const receiver = await startReceiver({ answers: ['reset', 503, 200] })
  t.after(() => receiver.stop())

  await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
  const { deliveries } = await standin.trigger('rillis', 'FLOW_REJECTED')
  const [delivery] = deliveries
  assert.ok(delivery)
  await standin.rest()
  assertAttempts(delivery, 1)
  assert.equal(delivery.status, 'waiting')

  await standin.advance('1m')
  assertDelivered(delivery, { attempts: 3 })
  const last = await receiver.next(request => request.number === 3)
  await assertSignedFor(last, 'rillis', { secret: 'k' })
})

test('a failed assertion shows the attempts', async t => {
  const standin = await startStandin({ clock: 'manual' })
  t.after(() => standin.stop())
  const receiver = await startReceiver({ answers: 500 })
  t.after(() => receiver.stop())

  await standin.subscribe('unico', { url: receiver.url })
  const { deliveries } = await standin.trigger('unico', 'process.finished.ok')
  await standin.drain()
  const [delivery] = deliveries
  assert.ok(delivery)
  assert.throws(() => assertDelivered(delivery), /is exhausted, 5 attempts made/)
})
