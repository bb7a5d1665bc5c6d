// Recipe: a client of Unico's three contracts over HTTP, with its own assertion, a library that knows the JWKS, and its webhooks.
import { createSign, generateKeyPairSync, type webcrypto } from 'node:crypto'
import { startReceiver, startStandin } from 'standin/testing'
import { expect, it } from 'vitest'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })

function assertionFor(audience: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: 'backend@tenant-1.iam.acesso.io', aud: audience, scope: '*', iat, exp: iat + 600 }
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(pair.privateKey).toString('base64url')}`
}

/** The JSON of an answer; what it holds is checked below. */
async function json<Body>(answer: Response | Promise<Response>): Promise<Body> {
  return (await (await answer).json()) as Body
}

it('one access token opens Web & SDK and by-client processes, and verifies with the published keys', async () => {
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const standin = await startStandin({ seed: 7, settings: { unico: { assertionCheck: { publicKey } } } })
  const base = `${standin.url}/unico`
  const receiver = await startReceiver()
  await standin.subscribe('unico', { url: receiver.url })

  const found = await json<Record<'token_endpoint' | 'jwks_uri', string>>(
    fetch(`${base}/.well-known/openid-configuration`),
  )
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: assertionFor(base),
  })
  const { access_token } = await json<{ access_token: string }>(
    fetch(found.token_endpoint, { method: 'POST', body: form }),
  )
  const { keys } = await json<{ keys: [webcrypto.JsonWebKey] }>(fetch(found.jwks_uri))
  const [head, claims, signature = ''] = access_token.split('.')
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', keys[0], algorithm, false, ['verify'])
  const bytes = Buffer.from(signature, 'base64url')
  expect(await crypto.subtle.verify(algorithm, key, bytes, Buffer.from(`${head}.${claims}`))).toBe(true)

  const headers = { authorization: `Bearer ${access_token}`, apikey: 'any', 'content-type': 'application/json' }
  const post = <Body>(path: string, body: object) =>
    json<Body>(fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
  const { process } = await post<{ process: { id: string } }>('/client/v1/process', {
    callbackUri: '/',
    flow: 'iddocs',
    purpose: 'creditprocess',
    person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '52998224725', friendlyName: 'Elisa Prado' },
  })
  await standin.move(process.id, 'approved')
  expect((await receiver.next()).json).toMatchObject({ processId: process.id, result: 'ok' })
  const data = { nomeCivil: 'Elisa Prado', cpfNumero: '52998224725' }
  expect(await json(fetch(`${base}/client/v1/process/${process.id}`, { headers }))).toMatchObject({
    process: { services: [{ documents: [{ doc: { data } }] }] },
  })

  const selfie = Buffer.from('a selfie').toString('base64')
  const subject = { code: '52998224725', name: 'Elisa Prado' }
  const made = await post<{ id: string }>('/processes/v1', { subject, imageBase64: selfie })
  expect(made).toMatchObject({ status: 3, unicoId: { result: 'yes' } })
  const again = await fetch(`${base}/processes/v2/${made.id}`, { headers })
  expect(await again.json()).toEqual({ ...made, subject })
  await standin.stop()
  await receiver.stop()
})
