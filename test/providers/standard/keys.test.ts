// v1a keys: the JWK set of a running server, and a receiver that takes nothing but v1a under verify.
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { standard } from '../../../src/providers/standard/index.js'
import { explainRejection } from '../../../src/signature-debugger/explain-rejection.js'
import { verifyReceiver } from '../../../src/verify/verification.js'
import { testEmulator } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'
import { testServer } from '../../support/server.js'

it('the public keys of subscriptions are a JWK set; after a rotation the old one stays for the overlap', async () => {
  const { ask, emulator } = await testServer({ providers: [standard] })
  const keys = async () => ((await ask('GET', '/standard/.well-known/jwks.json')).json as { keys: JsonObject[] }).keys
  const url = 'http://127.0.0.1:9/'
  await emulator.subscribe('standard', { url })
  expect(await keys()).toEqual([])
  const { id, secret } = await emulator.subscribe('standard', { url, settings: { signatureScheme: 'v1a' } })
  expect(secret).toMatch(/^whsk_/)
  const [key] = await keys()
  expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' })
  expect(Buffer.from(String(key?.x), 'base64url').toString('base64')).toBe(String(key?.whpk).slice(5))
  const { message } = await emulator.preview('standard', 'contact.created', { url, secret: secret ?? '' })
  const header = Object.fromEntries(message.headers)
  const signed = Buffer.from(`${header['webhook-id']}.${header['webhook-timestamp']}.${message.body}`)
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: String(key?.x) }, format: 'jwk' })
  const signature = Buffer.from(String(header['webhook-signature']).slice('v1a,'.length), 'base64')
  expect(verify(null, signed, publicKey, signature)).toBe(true)
  await emulator.rotateSecret(id)
  expect((await keys()).length).toBe(2)
  expect((await ask('POST', '/standard/.well-known/jwks.json')).status).toBe(405)
})

it('a receiver that takes v1a alone passes the signature checks of verify', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const secret = `whsk_${privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64')}`
  const receiver = await testReceiver(({ headers, bytes }) => {
    const head = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`
    const age = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))
    const isValid = (headers['webhook-signature'] ?? '')
      .split(' ')
      .filter(one => one.startsWith('v1a,'))
      .some(one =>
        verify(null, Buffer.concat([Buffer.from(head), bytes]), publicKey, Buffer.from(one.slice(4), 'base64')),
      )
    return isValid && age <= 300 ? 200 : 401
  })
  const report = await verifyReceiver({
    provider: 'standard',
    to: receiver.url,
    secret,
    only: ['delivery/accepts', 'signature', 'freshness'],
  })
  expect(report.verdicts.filter(({ status }) => status === 'failed')).toEqual([])
  expect(report.summary.passed).toBeGreaterThan(5)
  await expect(
    verifyReceiver({ provider: 'standard', to: receiver.url, secret: `whpk_${secret.slice(5)}` }),
  ).rejects.toThrow(/it is a public key/)
})

it.each([['gzip']])('an answer in %s is decoded before a signature is looked for in it', async coding => {
  const emulator = await testEmulator()
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const { message } = await emulator.preview('standard', 'contact.created', { url: 'http://127.0.0.1:9/', secret })
  const { createHmac } = await import('node:crypto')
  const own = createHmac('sha256', secret).update(String(message.body)).digest('hex')
  const receiver = await testReceiver({
    onRequest: (request, response) =>
      request.resume().on('end', () => {
        response.writeHead(401, { 'content-encoding': coding }).end(gzipSync(`expected ${own}`))
      }),
  })
  const { answer } = await emulator.send({ ...message, url: receiver.url }, { timeoutMs: 5000 })
  const question = {
    provider: standard,
    secret,
    headers: message.headers,
    body: Buffer.from(message.body),
    now: Date.now(),
  }
  const rejection = await explainRejection(question, answer?.body ?? '')
  expect(rejection?.computed?.value).toBe(own)
})
