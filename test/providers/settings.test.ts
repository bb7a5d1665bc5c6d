// Settings that every provider has: timeout, deliveries in flight, and the status that settles a delivery.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { testEmulator } from '../support/emulator.js'
import { type Answer, testReceiver } from '../support/receiver.js'

interface Case {
  provider: string
  type: string
  timeout: JsonObject
}

const CASES: Case[] = [
  { provider: 'rillis', type: 'FLOW_COMPLETED', timeout: { responseTimeoutMs: 40 } },
  { provider: 'rillis', type: 'TRANSACTION_STATE_CHANGED', timeout: { responseTimeoutMs: 40 } },
  { provider: 'kycgenie', type: 'case.opened', timeout: { responseTimeoutMs: 40 } },
  { provider: 'unico', type: 'process.finished.ok', timeout: { timeoutSeconds: 0.04 } },
  { provider: 'standard', type: 'contact.created', timeout: { responseTimeoutMs: 40 } },
]

const channelOf = ({ type }: Case) => (type === 'TRANSACTION_STATE_CHANGED' ? { channel: 'transaction' } : {})

/** A receiver that holds its answers from the `first` request on until no more come, and tells how many it had at once. */
async function slow(first: number, before: Answer = 200) {
  let present = 0
  let most = 0
  const receiver = await testReceiver(async (_request, number) => {
    if (number < first) return before
    most = Math.max(most, ++present)
    for (let calm = 0, seen = present; calm < 50; calm++) {
      await new Promise(resolve => setImmediate(resolve))
      if (present > seen) calm = 0
      seen = present
    }
    present--
    return 200
  })
  return { ...receiver, most: () => most }
}

describe.each(CASES)('$type of $provider', one => {
  const { provider, type, timeout } = one

  it('fails an attempt whose response takes longer than the timeout setting', async () => {
    const receiver = await testReceiver(() => new Promise(() => undefined))
    const emulator = await testEmulator()
    await emulator.subscribe(provider, {
      url: receiver.url,
      ...channelOf(one),
      settings: { ...timeout, maxAttempts: 1 },
    })
    const { deliveries } = await emulator.trigger(provider, type)
    await emulator.drain()
    const { delivery, attempts } = emulator.view(deliveries[0]?.id ?? '')
    expect([delivery.status, attempts[0]?.outcome?.kind]).toEqual(['exhausted', 'timed_out'])
  })

  it('has as many deliveries in flight as the concurrency setting', async () => {
    const receiver = await slow(1)
    const emulator = await testEmulator()
    await emulator.subscribe(provider, { url: receiver.url, ...channelOf(one), settings: { concurrency: 2 } })
    await Promise.all(['a', 'b', 'c', 'd'].map(subject => emulator.trigger(provider, type, { subject })))
    await emulator.drain()
    expect([receiver.requests.length, receiver.most()]).toEqual([4, 2])
  })
})

it.each(['rillis', 'kycgenie', 'unico', 'standard'])(
  'a Content-Type that no request can carry is refused by %s when it is set',
  async provider => {
    const emulator = await testEmulator()
    for (const contentType of ['', '€', 'a\r\nX: y', '\0', 'x'.repeat(1001)])
      await expect(
        emulator.subscribe(provider, { url: 'http://127.0.0.1:9/', settings: { contentType } }),
      ).rejects.toMatchObject({ code: 'invalid_setting', where: 'settings.contentType' })
  },
)

it.each([
  ['rillis', 'FLOW_COMPLETED'],
  ['kycgenie', 'case.opened'],
])('a 204 settles a delivery of %s with successStatus 2xx only', async (provider, type) => {
  const receiver = await testReceiver([204])
  const emulator = await testEmulator()
  await emulator.subscribe(provider, { url: receiver.url, settings: { maxAttempts: 1 } })
  await emulator.subscribe(provider, { url: receiver.url, settings: { maxAttempts: 1, successStatus: '2xx' } })
  const { deliveries } = await emulator.trigger(provider, type)
  await emulator.drain()
  expect(deliveries.map(({ id }) => emulator.view(id).delivery.status)).toEqual(['exhausted', 'delivered'])
})

it.each([
  [true, 1],
  [false, 4],
])(
  'an endpoint of Unico that errs, with errorThrottle %s, has %i of four in flight',
  async (errorThrottle, expected) => {
    const failures = 60
    const receiver = await slow(failures + 1, 500)
    const emulator = await testEmulator()
    await emulator.subscribe('unico', {
      url: receiver.url,
      settings: { concurrency: 4, errorThrottle, maxAttempts: 1 },
    })
    for (let n = 0; n < failures; n++) await emulator.trigger('unico', 'process.finished.ok')
    await emulator.drain()
    await Promise.all([1, 2, 3, 4].map(() => emulator.trigger('unico', 'process.finished.ok')))
    await emulator.drain()
    expect([receiver.requests.length, receiver.most()]).toEqual([failures + 4, expected])
  },
)
