// KYC Genie's signatures: the vectors byte for byte, and the reference library of Standard Webhooks.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { stream } from '../../../src/core/seed.js'
import { verdictOn } from '../../../src/testing/receiver.js'
import { channel, signInput } from './payloads.js'

interface Vectors {
  standardWebhooks: {
    name: string
    secret: string
    webhookId: string
    webhookTimestamp: string
    body: string
    webhookSignature: string
  }[]
  timestampedHex: { secret: string; timestamp: number; body: string; header: string }[]
  bodyHex: { secret: string; body: string; header: string }[]
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/kycgenie/vectors.json'), 'utf8'),
) as Vectors

const event = (id: string) => ({ id: 'ev_1', type: 'test', payload: { id }, createdAt: 0 })

describe('signature vectors', () => {
  it.each(vectors.standardWebhooks)('standard: $name', async vector => {
    const { sign } = await channel()
    const at = Number(vector.webhookTimestamp) * 1000 + 999
    const signed = await sign(
      await signInput({ body: vector.body, secret: vector.secret, at, event: event(vector.webhookId) }),
    )
    expect(signed.headers).toEqual([
      ['webhook-id', vector.webhookId],
      ['webhook-timestamp', vector.webhookTimestamp],
      ['webhook-signature', vector.webhookSignature],
    ])
    expect(signed.signedString).toBe(`${vector.webhookId}.${vector.webhookTimestamp}.${vector.body}`)
  })

  it.each(vectors.timestampedHex)('stripe: t and v1 over time and body', async vector => {
    const { sign } = await channel()
    const input = await signInput(
      { body: vector.body, secret: vector.secret, at: vector.timestamp * 1000 },
      { signatureScheme: 'stripe' },
    )
    expect((await sign(input)).headers).toEqual([['X-Webhook-Signature', vector.header]])
  })

  it.each(vectors.bodyHex)('hex-body: sha256 over the raw body', async vector => {
    const { sign } = await channel()
    const input = await signInput({ body: vector.body, secret: vector.secret }, { signatureScheme: 'hex-body' })
    expect((await sign(input)).headers).toEqual([['X-Webhook-Signature', vector.header]])
  })
})

it.each<[string, JsonObject]>([
  ['without an id', {}],
  ['with an empty id', { id: '' }],
  ['with a blank id', { id: ' ' }],
  ['with a number as id', { id: 5 }],
])('a payload %s is signed with the id of the event, and its check says valid', async (_, payload) => {
  const { sign } = await channel()
  const body = JSON.stringify(payload)
  const secret = vectors.standardWebhooks[0]?.secret ?? ''
  const at = 1_738_784_271_000
  const { headers } = await sign(
    await signInput({ body, secret, at, event: { id: 'ev_1', type: 'test', payload, createdAt: 0 } }),
  )
  expect(headers[0]).toEqual(['webhook-id', 'ev_1'])
  const { verdict } = await verdictOn({ headers: Object.fromEntries(headers), body, at }, 'kycgenie', { secret })
  expect(verdict).toBe('valid')
})

describe('the standardwebhooks package', () => {
  const now = () => Math.floor(Date.now() / 1000) * 1000

  it('verifies a signature with a generated secret', async () => {
    const { sign, secret } = await channel()
    const { settings } = await signInput({ body: '' })
    for (let seed = 0; seed < 50; seed++) {
      const made = secret.make(stream(seed, 'secret'), settings)
      expect(made).toMatch(/^whsec_[A-Z0-9]{52}$/)
      expect(secret.problem?.(made, settings)).toBeUndefined()
      const body = JSON.stringify({ id: 'evt_1', data: { entity_name: 'Zoë Müller 株式会社' } })
      const { headers } = await sign(await signInput({ body, secret: made, at: now(), event: event('evt_1') }))
      expect(new Webhook(made).verify(body, Object.fromEntries(headers))).toEqual(JSON.parse(body))
      expect(() => new Webhook(made).verify(`${body} `, Object.fromEntries(headers))).toThrow()
    }
  })

  it('accepts the new and the old secret during a rotation', async () => {
    const { sign, secret } = await channel()
    const { settings } = await signInput({ body: '' })
    const [fresh, old] = [secret.make(stream(1, 'a'), settings), secret.make(stream(1, 'b'), settings)]
    const input = await signInput({ body: '{}', secret: fresh, previousSecret: old, at: now(), event: event('evt_1') })
    const headers = Object.fromEntries((await sign(input)).headers)
    for (const one of [fresh, old]) expect(new Webhook(one).verify('{}', headers)).toEqual({})
    expect(() => new Webhook(secret.make(stream(1, 'c'), settings)).verify('{}', headers)).toThrow()
    expect(secret.overlapMs(input.settings)).toBe(86_400_000)
  })
})

describe('secrets', () => {
  it('are rejected if the standard scheme cannot decode them, with a hint', async () => {
    const { secret, settings } = await channel()
    const standard = settings.parse({})
    for (const wrong of ['k', 'whsec_', 'whsec_abc', 'whsec_a-b_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])
      expect(secret.problem?.(wrong, standard), wrong).toContain('whsec_')
    expect(secret.problem?.('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', standard)).toBeUndefined()
    expect(secret.problem?.('anything', settings.parse({ signatureScheme: 'hex-body' }))).toBeUndefined()
  })

  it('are replaced at once in schemes with one signature', async () => {
    const { secret, settings, sign } = await channel()
    expect(secret.overlapMs(settings.parse({ signatureScheme: 'stripe' }))).toBe(0)
    const one = await signInput({ body: '{}', secret: 'new', previousSecret: 'old' }, { signatureScheme: 'hex-body' })
    const alone = await signInput({ body: '{}', secret: 'new' }, { signatureScheme: 'hex-body' })
    expect(await sign(one)).toEqual(await sign(alone))
  })
})
