// Tests of the Express receiver with Rillis's signatures, retries and stories.
import { type Standin, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createReceiver } from './receiver.js'

const webhookKey = 'key from the flow settings'

let standin: Standin
let receiver: Awaited<ReturnType<ReturnType<typeof createReceiver>['listen']>>

beforeEach(async () => {
  standin = await startStandin({ clock: 'manual', seed: 7 })
  receiver = await createReceiver({ webhookKey }).listen()
})
afterEach(async () => {
  await receiver.close()
  await standin.stop()
})

const subscribe = (secret = webhookKey) => standin.subscribe('rillis', { url: receiver.url, secret })
const observed = async () =>
  (await (await fetch(receiver.observe)).json()) as { effects: Record<string, number>; states: Record<string, string> }

describe('a receiver for Rillis', () => {
  it('accepts every event of the flow channel at the first attempt', async () => {
    await subscribe()
    const { channels } = await standin.load('rillis')
    for (const { name, variants } of channels[0]?.eventTypes ?? [])
      for (const variant of variants.length > 0 ? variants : [undefined])
        await standin.trigger('rillis' as string, name, { variant: variant?.name })
    await standin.rest()
    for (const delivery of standin.deliveries()) expect(delivery).toBeDelivered({ attempts: 1 })
    expect(standin.deliveries().length).toBeGreaterThan(20)
  })

  it('rejects a request signed with another key, without an effect', async () => {
    await subscribe('another key')
    const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.drain({ upTo: '1d' })
    expect(deliveries[0]).toMatchObject({ status: 'exhausted', attempts: 8 })
    expect(deliveries[0]?.history.map(({ answer }) => answer?.status)).toEqual(Array(8).fill(401))
    expect((await observed()).effects).toEqual({})
  })

  it('processes an event once, however often it is sent', async () => {
    await subscribe()
    const { event, deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    await Promise.all(Array.from({ length: 10 }, () => deliveries[0]?.resend()))
    expect(deliveries[0]).toHaveAttempts(11)
    expect(deliveries[0]?.history.every(({ accepted }) => accepted)).toBe(true)
    expect((await observed()).effects).toEqual({ [event.payload.id]: 1 })
  })

  it('keeps a decision when an earlier event arrives late', async () => {
    const sub = await subscribe()
    const pending = { subject: 'maria', variant: 'PENDING_REVIEW' } as const
    const late = await standin.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED', { ...pending, only: [] })
    await standin.advance('10m')
    await standin.trigger('rillis', 'VERIFICATION_IDENTITY_REJECTED', { subject: 'maria' })
    await standin.rest()
    await standin.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED', { raw: late.event.payload, only: [sub.id] })
    await standin.rest()
    const { states, effects } = await observed()
    expect(states[late.event.payload.data.identity_id]).toBe('REJECTED')
    expect(Object.keys(effects)).toHaveLength(2)
  })

  it('reveals neither the key nor the valid signature when it rejects a request', async () => {
    const answer = await fetch(receiver.url, {
      method: 'POST',
      headers: { 'x-timestamp': String(Math.floor(Date.now() / 1000)), 'x-signature': '0'.repeat(64) },
      body: '{"id":"1"}',
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({ error: 'signature missing, invalid or too old' })
  })
})
