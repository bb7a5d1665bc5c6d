// Tests of the Fastify receiver, subscribed through KYC Genie's own API.
import { type Standin, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createReceiver } from './receiver.js'

const secret = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'

let standin: Standin
let receiver: Awaited<ReturnType<ReturnType<typeof createReceiver>['listen']>>

beforeEach(async () => {
  standin = await startStandin({ clock: 'manual', seed: 7 })
  receiver = await createReceiver({ secrets: [secret] }).listen()
})
afterEach(async () => {
  await receiver.close()
  await standin.stop()
})

const subscribe = () => standin.subscribe('kycgenie', { url: receiver.url, secret })
const observed = async (at = receiver.observe) =>
  (await (await fetch(at)).json()) as { effects: Record<string, number>; states: Record<string, string> }

describe('a receiver for KYC Genie', () => {
  it('accepts every event type and variant at the first attempt', async () => {
    await subscribe()
    const { channels } = await standin.load('kycgenie')
    for (const { name, variants, onlyByName } of channels[0]?.eventTypes ?? [])
      for (const variant of variants.length > 0 ? variants : [undefined])
        if (!onlyByName) await standin.trigger('kycgenie' as string, name, { variant: variant?.name })
    await standin.rest()
    for (const delivery of standin.deliveries()) expect(delivery).toBeDelivered({ attempts: 1 })
    expect(standin.deliveries().length).toBeGreaterThan(50)
  })

  it('works with the secret that the subscription API returns', async () => {
    const answer = await fetch(`${standin.url}/kycgenie/api/v1/webhooks/`, {
      method: 'POST',
      headers: { 'x-api-key': 'kg_test', authorization: 'Bearer kg_test', 'content-type': 'application/json' },
      body: JSON.stringify({ event_type: 'case.opened', webhook_url: 'http://127.0.0.1:1/' }),
    })
    expect(answer.status).toBe(201)
    const { id, secret_key } = (await answer.json()) as { id: string; secret_key: string }
    const own = await createReceiver({ secrets: [secret_key] }).listen()
    await standin.updateSubscription(id, { url: own.url })
    const { deliveries } = await standin.trigger('kycgenie', 'case.opened', { account: 'kg_test' })
    await standin.rest()
    expect(deliveries[0]).toBeDelivered({ attempts: 1 })
    await own.close()
  })

  it('accepts two signatures during a rotation of the secret', async () => {
    const sub = await subscribe()
    await standin.rotateSecret(sub.id)
    const { deliveries } = await standin.trigger('kycgenie', 'case.opened')
    await standin.rest()
    expect(deliveries[0]).toBeDelivered({ attempts: 1 })
  })

  it('ends in the same state when a story arrives in reverse order', async () => {
    const sub = await subscribe()
    const story = ['response.created', 'response.submitted', 'response.reviewed', 'response.approved'] as const
    const events = []
    for (const type of story) {
      events.push(await standin.trigger('kycgenie', type, { subject: 'ana', only: [] }))
      await standin.advance('1h')
    }
    for (const { event } of events.reverse()) {
      await standin.trigger('kycgenie', event.type, { raw: event.payload, only: [sub.id] })
      await standin.rest()
    }
    const { states, effects } = await observed()
    expect(Object.values(states)).toEqual(['APPROVED'])
    expect(Object.values(effects)).toEqual([1, 1, 1, 1])
  })

  it('rejects an old request with a valid signature', async () => {
    const old = await createReceiver({ secrets: [secret], now: () => Date.now() + 310_000 }).listen()
    await standin.subscribe('kycgenie', { url: old.url, secret })
    const { deliveries } = await standin.trigger('kycgenie', 'alert.created')
    await standin.rest()
    expect(deliveries[0]?.history[0]?.answer?.status).toBe(401)
    await old.close()
  })
})
