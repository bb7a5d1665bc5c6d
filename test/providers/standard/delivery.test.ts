// Delivery of Standard Webhooks: the example schedule, any 2xx, 410 as the end, and the settings of these.
import { expect, it } from 'vitest'
import { testEmulator } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'

const HOURS = 3_600_000

it('follows the example schedule, for 75:35:05 after the first attempt', async () => {
  const receiver = await testReceiver([500])
  const emulator = await testEmulator()
  await emulator.subscribe('standard', { url: receiver.url })
  const start = emulator.clock.now()
  const { deliveries } = await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  const { attempts, delivery, subscription } = emulator.view(deliveries[0]?.id ?? '')
  const minutes = attempts.map(({ startedAt }) => (startedAt - start) / 1000)
  expect(minutes).toEqual([0, 5, 305, 2105, 9305, 27_305, 63_305, 113_705, 185_705, 272_105])
  expect(minutes.at(-1)).toBe((75 * HOURS + 35 * 60_000 + 5000) / 1000)
  expect(delivery.status).toBe('exhausted')
  expect(subscription?.active).toBe(true)
})

it.each([200, 201, 202, 204, 299])('is settled by %i', async status => {
  const receiver = await testReceiver([status])
  const emulator = await testEmulator()
  await emulator.subscribe('standard', { url: receiver.url })
  const { deliveries } = await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  expect(emulator.view(deliveries[0]?.id ?? '')).toMatchObject({ delivery: { status: 'delivered', attempts: 1 } })
})

it('410 Gone ends the delivery and deactivates the subscription; its pending deliveries are cancelled', async () => {
  const receiver = await testReceiver([500, 410])
  const emulator = await testEmulator()
  const { id } = await emulator.subscribe('standard', { url: receiver.url, settings: { concurrency: 1 } })
  const first = await emulator.trigger('standard', 'contact.created')
  await emulator.rest()
  const second = await emulator.trigger('standard', 'contact.deleted')
  await emulator.drain()
  const of = (one: typeof first) => emulator.view(one.deliveries[0]?.id ?? '').delivery
  expect(of(second)).toMatchObject({ status: 'exhausted', attempts: 1 })
  expect(of(first)).toMatchObject({ status: 'cancelled', attempts: 1 })
  expect(emulator.ledger.subscription(id)?.active).toBe(false)
  const third = await emulator.trigger('standard', 'contact.created')
  expect(third.deliveries).toEqual([])
  expect(third.notDelivered).toEqual([{ subscriptionId: id, why: 'it is not active' }])
})

it('410 is a failure like any other with gone retry', async () => {
  const receiver = await testReceiver([410, 200])
  const emulator = await testEmulator()
  const { id } = await emulator.subscribe('standard', { url: receiver.url, settings: { gone: 'retry' } })
  const { deliveries } = await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  expect(emulator.view(deliveries[0]?.id ?? '').delivery).toMatchObject({ status: 'delivered', attempts: 2 })
  expect(emulator.ledger.subscription(id)?.active).toBe(true)
})

it('schedule, attempts and what follows the last attempt are settings', async () => {
  const receiver = await testReceiver([503])
  const emulator = await testEmulator()
  const settings = { retryDelays: ['1m', 120_000], maxAttempts: 4, afterLast: 'deactivate' }
  const { id } = await emulator.subscribe('standard', { url: receiver.url, settings })
  const start = emulator.clock.now()
  const { deliveries } = await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  const { attempts } = emulator.view(deliveries[0]?.id ?? '')
  expect(attempts.map(({ startedAt }) => startedAt - start)).toEqual([0, 60_000, 180_000, 300_000])
  expect(emulator.ledger.subscription(id)?.active).toBe(false)
})

it('Content-Type is a setting; the User-Agent names Standin and the provider', async () => {
  const receiver = await testReceiver()
  const emulator = await testEmulator()
  await emulator.subscribe('standard', { url: receiver.url })
  await emulator.subscribe('standard', { url: receiver.url, settings: { contentType: 'application/cloudevents+json' } })
  await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  const types = receiver.requests.map(({ headers }) => headers['content-type'])
  expect(types.sort()).toEqual(['application/cloudevents+json', 'application/json'])
  expect(receiver.requests[0]?.headers['user-agent']).toMatch(/^Standin\/\S+ \(standard\)$/)
})
