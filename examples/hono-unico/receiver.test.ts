// Tests of the Hono receiver in process, without a port.
import { type Standin, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createReceiver } from './receiver.js'

const basic = 'unico:correct horse'
const url = '/webhooks/unico'

let standin: Standin
let app: ReturnType<typeof createReceiver>['app']

beforeEach(async () => {
  app = createReceiver({ auth: { basic } }).app
  standin = await startStandin({ app, clock: 'manual', seed: 7 })
})
afterEach(() => standin.stop())

const subscribe = (secret = basic) => standin.subscribe('unico', { url, secret, settings: { auth: { type: 'basic' } } })
const observed = async () =>
  (await (await app.request('/observe')).json()) as { effects: Record<string, number>; states: Record<string, string> }

describe('a receiver for Unico', () => {
  it('accepts every event type and variant at the first attempt', async () => {
    await subscribe()
    const { channels } = await standin.load('unico')
    for (const { name, variants } of channels[0]?.eventTypes ?? [])
      for (const { name: variant } of variants) await standin.trigger('unico' as string, name, { variant })
    await standin.rest()
    for (const delivery of standin.deliveries()) expect(delivery).toBeDelivered({ attempts: 1 })
    expect(standin.deliveries()).toHaveLength(14)
  })

  it('rejects other credentials', async () => {
    await subscribe('unico:battery staple')
    const { deliveries } = await standin.trigger('unico', 'process.finished.ok')
    await standin.drain()
    expect(deliveries[0]).toMatchObject({ status: 'exhausted' })
    expect(await observed()).toEqual({ effects: {}, states: {} })
  })

  it.each([
    ['an API key in a header of its own', 'x-api-key:s3cret'],
    ['an API key in Authorization', 's3cret'],
  ])('understands %s', async (_, apiKey) => {
    const keyed = createReceiver({ auth: { apiKey } }).app
    const other = await startStandin({ app: keyed, clock: 'manual' })
    await other.subscribe('unico', { url, secret: apiKey, settings: { auth: { type: 'apiKey' } } })
    const { deliveries } = await other.trigger('unico', 'process.finished.ok')
    await other.rest()
    expect(deliveries[0]).toBeDelivered({ attempts: 1 })
    await other.stop()
  })

  it.each([
    ['after', ['process.finished.ok', 'process.finished.expired']],
    ['before', ['process.finished.expired', 'process.finished.ok']],
  ] as const)('lets a result stand when the process is said to have expired %s it', async (_, types) => {
    await subscribe()
    for (const type of types) {
      await standin.trigger('unico', type, { subject: 'fernanda' })
      await standin.rest()
    }
    const { effects, states } = await observed()
    expect(Object.values(states)).toEqual(['ok'])
    expect(Object.values(effects)).toEqual([1])
  })
})
