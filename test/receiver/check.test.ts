// The check of received requests: other senders of Standard Webhooks, upstream's vectors, v1a, and schemes with a stated timestamp.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { explainSignature } from '../../src/index.js'
import { standard } from '../../src/providers/standard/index.js'
import { verdictOn } from '../../src/testing/receiver.js'
import { testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

interface Vector {
  secret: string
  webhookId: string
  webhookTimestamp: string
  body: string
  webhookSignature: string
}

const file = join(import.meta.dirname, '../../fixtures/standard/vectors.json')
const { v1, v1a } = JSON.parse(readFileSync(file, 'utf8')) as { v1: [Vector]; v1a: [Vector] }
const bare = (secret: string) => secret.replace(/^wh[a-z]+_/, '')

const headersOf = ({ webhookId, webhookTimestamp, webhookSignature }: Vector) => ({
  'webhook-id': webhookId,
  'webhook-timestamp': webhookTimestamp,
  'webhook-signature': webhookSignature,
})

/** What the receiver and the signature debugger say of a request; they agree. */
async function judged(provider: string, headers: Record<string, string>, body: string, secret: string, at: number) {
  const { verdict, reason } = await verdictOn({ headers, body, at }, provider, { secret })
  if (provider === 'standard') {
    const question = { provider: standard, secret, headers: Object.entries(headers), body: Buffer.from(body), now: at }
    const explained = await explainSignature(question)
    if (!reason.startsWith('the signature is valid')) expect([reason, explained.verdict]).toEqual([reason, verdict])
  }
  return { verdict, reason }
}

it.each([
  ['v1', v1[0]],
  ['v1a', v1a[0]],
] as const)('the published vector of %s is valid, and what its libraries reject is invalid', async (_, vector) => {
  const at = Number(vector.webhookTimestamp) * 1000
  const good = headersOf(vector)
  const other = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='
  const ask = async (change: Record<string, string | undefined>, late = 0, secret: string = vector.secret) => {
    const headers = Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined)
    return (await judged('standard', Object.fromEntries(headers) as typeof good, vector.body, secret, at + late))
      .verdict
  }
  expect(await ask({})).toBe('valid')
  expect(
    await ask({ 'webhook-signature': `${other} v2,${other.slice(3)} ${good['webhook-signature']} ${other}` }),
  ).toBe('valid')
  if (vector === v1[0]) expect(await ask({}, 0, bare(vector.secret))).toBe('valid')
  expect(await ask({}, 299_000)).toBe('valid')
  const rejected = [
    ask({ 'webhook-id': undefined }),
    ask({ 'webhook-timestamp': undefined }),
    ask({ 'webhook-timestamp': 'hello' }),
    ask({ 'webhook-signature': undefined }),
    ask({ 'webhook-signature': other }),
    ask({ 'webhook-signature': 'v1,' }),
    ask({ 'webhook-signature': 'v1a,' }),
    ask({ 'webhook-signature': good['webhook-signature'].slice(0, 8) }),
    ask({ 'webhook-timestamp': '946684800' }),
    ask({}, 301_000),
    ask({}, -301_000),
  ]
  expect(new Set(await Promise.all(rejected))).toEqual(new Set(['invalid']))
})

it('any id and any content type of another sender are accepted', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  for (const [id, body] of [
    ['evt-7', '{"type":"order.shipped"}'],
    ['2f1b6c52-5c1e-4d4b-9b53-7f3b1d1f0c11', 'a=1&b=2'],
    ['msg_1', '<order/>'],
  ] as const) {
    const signed = createHmac('sha256', Buffer.from(bare(secret), 'base64')).update(`${id}.1700000000.${body}`)
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${signed.digest('base64')}`,
    }
    const { verdict, reason } = await judged('standard', headers, body, secret, 1_700_000_000_000)
    expect([id, reason, verdict]).toEqual([id, 'as the provider signs', 'valid'])
  }
})

it('a list with its own timestamp is checked by it, later seconds and several signatures included', async () => {
  const mac = (at: number) => createHmac('sha256', 'k').update(`${at}.{}`).digest('hex')
  const check = (value: string, at: number, freshness = true) =>
    verdictOn({ headers: { 'x-webhook-signature': value }, body: '{}', at }, 'kycgenie', {
      secret: 'k',
      settings: { signatureScheme: 'stripe' },
      freshness,
    })
  const own = `t=1700000000,v1=${mac(1_700_000_000)}`
  for (const late of [0, 1, 2500, 250_000])
    expect(await check(own, 1_700_000_000_000 + late)).toMatchObject({ verdict: 'valid' })
  expect(await check(`t=1700000000,v1=abc,v1=${mac(1_700_000_000)},v0=x`, 1_700_000_001_000)).toMatchObject({
    verdict: 'valid',
  })
  expect(await check(own, 1_700_000_400_000)).toMatchObject({ verdict: 'invalid' })
  expect(await check(own.replace('t=1700000000', 't=1700000001'), 1_700_000_001_000)).toMatchObject({
    verdict: 'invalid',
  })
})

it('v1a: a rotation signs by both keys, the JWK set publishes the public one, and each receiver verifies by its own', async () => {
  const receiver = await testReceiver([200, 200])
  const emulator = await testEmulator({ stamp: 'clock', start: Date.now() })
  const { id, secret } = await emulator.subscribe('standard', { url: receiver.url })
  const { privateKey } = generateKeyPairSync('ed25519')
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  const pair = `whsk_${der.subarray(-32).toString('base64')}`
  await emulator.rotateSecret(id, pair)
  await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  const [request] = receiver.requests
  if (request === undefined) throw new Error('nothing came')
  const headers = Object.fromEntries(Object.entries(request.headers)) as Record<string, string>
  const [first, second] = String(headers['webhook-signature']).split(' ')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${request.body}`
  expect(first).toBe(`v1a,${sign(null, Buffer.from(signed), privateKey).toString('base64')}`)
  expect(second).toMatch(/^v1,/)
  const whpk = `whpk_${privateKey.export({ format: 'jwk' }).x?.replaceAll('-', '+').replaceAll('_', '/')}=`
  for (const key of [secret ?? '', pair, whpk])
    expect(await judged('standard', headers, request.body, key, Date.now())).toMatchObject({ verdict: 'valid' })
  const shared = { ...headers, 'webhook-signature': String(second) }
  const asked = await judged('standard', shared, request.body, whpk, Date.now())
  expect(asked.reason).toContain('holds a v1 signature (HMAC-SHA256)')
})

it('a key of the wrong kind is refused by name', async () => {
  const emulator = await testEmulator()
  const key = Buffer.alloc(32, 7).toString('base64')
  const url = 'http://127.0.0.1:9/'
  await expect(emulator.subscribe('standard', { url, secret: `whpk_${key}` })).rejects.toThrow(/it is a public key/)
  await expect(emulator.subscribe('standard', { url, secret: 'whsk_AAAA' })).rejects.toThrow(/32 or 64 bytes, not 3/)
  await expect(verdictOn({ headers: {}, body: '{}' }, 'standard', { secret: 'whpk_AAAA' })).rejects.toThrow(
    /32 bytes, not 3/,
  )
})
