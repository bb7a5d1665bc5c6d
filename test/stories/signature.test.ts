// Recipe: checking that requests are signed as the provider signs them.
import { startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { expect, it } from 'vitest'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

it('every request gets a fresh signature, with its own secret only', async () => {
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  const receiver = await startReceiver({ answers: [500, 200] })
  await standin.subscribe('kycgenie', { url: receiver.url, secret })
  await standin.trigger('kycgenie', 'screening.completed', {
    variant: 'match',
    set: { 'data.entity_name': 'Zoë 株式会社' },
  })
  await standin.drain()

  expect(receiver.requests).toHaveLength(2)
  for (const request of receiver.requests) await expect(request).toBeSignedFor('kycgenie', { secret })
  await expect(receiver.requests[0]).not.toBeSignedFor('kycgenie', { secret: `${secret.slice(0, -2)}xx` })
  await standin.stop()
  await receiver.stop()
})

it('a receiver that has the secret rejects every other sender', async () => {
  const standin = await startStandin({ clock: 'manual' })
  const receiver = await startReceiver({ provider: 'kycgenie', secret })
  await standin.subscribe('kycgenie', { url: receiver.url, secret })
  await standin.trigger('kycgenie', 'alert.created')
  await standin.rest()
  const forged = await fetch(receiver.url, { method: 'POST', body: '{"event_type":"alert.created"}' })

  expect(forged.status).toBe(401)
  expect(receiver.requests.map(({ verdict }) => verdict?.verdict)).toEqual(['valid', 'invalid'])
  await standin.stop()
  await receiver.stop()
})

it('a payload that is given as text keeps its bytes and is validly signed, whatever the provider signs', async () => {
  const raw = '{ "id": "evt_1", "2": "b", "1": "a", "total": 10.50, "big": 12345678901234567890 }\n'
  const types = {
    kycgenie: 'response.created',
    rillis: 'FLOW_COMPLETED',
    standard: 'contact.created',
  } as const
  for (const [provider, type] of Object.entries(types)) {
    const standin = await startStandin({ clock: 'manual', seed: 7 })
    const own = provider === 'standard' ? `whsec_${Buffer.alloc(24, 7).toString('base64')}` : secret
    const receiver = await startReceiver({ provider, secret: own })
    await standin.subscribe(provider, { url: receiver.url, secret: own, eventTypes: ['*'] })
    await standin.trigger(provider, type, { raw })
    await standin.rest()
    expect(receiver.requests.map(({ body, verdict }) => [provider, body, verdict?.verdict])).toEqual([
      [provider, raw, 'valid'],
    ])
    await standin.stop()
    await receiver.stop()
  }
})
