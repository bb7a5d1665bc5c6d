// Signatures of Standard Webhooks: vectors byte for byte, the reference library, secrets, rotation.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { stream } from '../../../src/core/seed.js'
import { signBy } from '../../../src/provider/signature-scheme.js'
import { scheme } from '../../../src/provider/standard-webhooks.js'
import { makeSecret, messageId, secretProblem } from '../../../src/providers/standard/signer.js'
import { testEmulator } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'

interface Vector {
  name: string
  secret: string
  previousSecret?: string
  webhookId: string
  webhookTimestamp: string
  body: string
  webhookSignature: string
}

const file = join(import.meta.dirname, '../../../fixtures/standard/vectors.json')
const { v1, v1a } = JSON.parse(readFileSync(file, 'utf8')) as { v1: Vector[]; v1a: Vector[] }

it.each([...v1, ...v1a].map(vector => [vector.name, vector] as const))('reproduces the vector: %s', (_, vector) => {
  const { secret, previousSecret = null, body, webhookId: id } = vector
  const at = Number(vector.webhookTimestamp) * 1000 + 999
  const signed = signBy(scheme, { at, body, bytes: undefined, value: null, secret, previousSecret }, id)
  expect(signed.headers).toEqual([
    ['webhook-id', vector.webhookId],
    ['webhook-timestamp', vector.webhookTimestamp],
    ['webhook-signature', vector.webhookSignature],
  ])
})

it('generated secrets have 32 bytes; invalid lengths and alphabets are rejected with a reason', () => {
  for (const signatureScheme of ['v1', 'v1a'])
    for (let seed = 0; seed < 20; seed++)
      expect(secretProblem(makeSecret(stream(seed), { signatureScheme }))).toBeUndefined()
  const bytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString('base64')}`
  expect(secretProblem(bytes(24))).toBeUndefined()
  expect(secretProblem(bytes(64))).toBeUndefined()
  expect(secretProblem(bytes(23))).toBe('it must hold 24 to 64 bytes, not 23')
  expect(secretProblem(bytes(65))).toBe('it must hold 24 to 64 bytes, not 65')
  expect(secretProblem('secret')).toBe('it must begin with "whsec_" (v1), or with "whsk_" (v1a)')
  expect(secretProblem('whsec_not base64!')).toBe('what follows "whsec_" must be base64 with its padding')
  expect(secretProblem(`whsk_${Buffer.alloc(24, 7).toString('base64')}`)).toBe('it must hold 32 or 64 bytes, not 24')
  expect(secretProblem('whsk_not base64!')).toBe('what follows "whsk_" must be base64 with its padding')
  expect(secretProblem(`whpk_${Buffer.alloc(32, 7).toString('base64')}`)).toContain('it is a public key')
})

it('a message has one id for all attempts and subscriptions, unique to its event, without a full stop', () => {
  const event = { id: 'ev_1', type: 'contact.created', payload: { type: 'contact.created' }, createdAt: 1 }
  expect(messageId(event)).toBe(messageId({ ...event }))
  expect(messageId(event)).toMatch(/^msg_[0-9A-Za-z]{27}$/)
  expect(messageId({ ...event, id: 'ev_2' })).not.toBe(messageId(event))
  expect(messageId({ ...event, createdAt: 2 })).not.toBe(messageId(event))
})

it('is verified by the reference library at each attempt, with one id and a new timestamp', async () => {
  const receiver = await testReceiver([500, 200])
  const emulator = await testEmulator({ stamp: 'clock', start: Date.now() })
  const { secret } = await emulator.subscribe('standard', { url: receiver.url })
  await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  expect(receiver.requests).toHaveLength(2)
  const verifier = new Webhook(secret ?? '')
  for (const { body, headers } of receiver.requests)
    expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({ type: 'contact.created' })
  const [first, second] = receiver.requests.map(({ headers }) => headers)
  expect(second?.['webhook-id']).toBe(first?.['webhook-id'])
  expect(Number(second?.['webhook-timestamp']) - Number(first?.['webhook-timestamp'])).toBe(5)
})

it('after a rotation both secrets sign for a day, then the new one only', async () => {
  const receiver = await testReceiver()
  const emulator = await testEmulator({ stamp: 'clock', start: Date.now() })
  const { id, secret: old } = await emulator.subscribe('standard', { url: receiver.url })
  const { subscription, validUntil } = await emulator.rotateSecret(id)
  expect(validUntil).toBe(emulator.clock.now() + 86_400_000)
  await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  await emulator.advance(86_400_001)
  await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  const [during, after] = receiver.requests
  expect(String(during?.headers['webhook-signature']).split(' ')).toHaveLength(2)
  const verifies = (secret: string | null, got = during) =>
    new Webhook(secret ?? '').verify(got?.body ?? '', got?.headers as Record<string, string>)
  expect(verifies(old)).toMatchObject({ type: 'contact.created' })
  expect(verifies(subscription.secret)).toMatchObject({ type: 'contact.created' })
  expect(String(after?.headers['webhook-signature']).split(' ')).toHaveLength(1)
})

it('the overlap of a rotation is a setting', async () => {
  const emulator = await testEmulator()
  const short = await emulator.subscribe('standard', {
    url: 'http://127.0.0.1/',
    settings: { rotationOverlap: '90s' },
  })
  const none = await emulator.subscribe('standard', { url: 'http://127.0.0.1/', settings: { rotationOverlap: 0 } })
  expect((await emulator.rotateSecret(short.id)).validUntil).toBe(emulator.clock.now() + 90_000)
  expect((await emulator.rotateSecret(none.id)).validUntil).toBeNull()
})
