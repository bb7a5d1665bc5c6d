// Unico's token endpoint: accepted assertions, and the error codes of all others.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { askToken, assertion, BASE, bearer, goodClaims, keyPair, LEAST, unicoApi } from './client.js'
import { START } from './signing.js'

const refusal = (code: string) => ({ error: 'server_error', error_description: `Falha na autenticação ${code}` })
const HOUR = 3_600_000

describe("Unico's token endpoint", () => {
  it('returns a bearer token valid for an hour for a valid assertion', async () => {
    const { call } = await unicoApi()
    const { status, body } = await askToken(call, assertion(goodClaims(START)))
    expect(status).toBe(200)
    expect(Object.keys(body as JsonObject)).toEqual(['access_token', 'expires_in', 'token_type'])
    expect(body).toMatchObject({ expires_in: 3600, token_type: 'Bearer' })
    expect((body as { access_token: string }).access_token.split('.')).toHaveLength(3)
  })

  it.each<[string, JsonObject, string[]?]>([
    ['1.0.1', { iss: 'backend@elsewhere.example' }],
    ['1.1.1', {}, ['scope']],
    ['1.2.4', { iat: START / 1000 - 3600, exp: START / 1000 }],
    ['1.2.5', { aud: 'https://identityhomolog.acesso.io/' }],
    ['1.2.5', { exp: START / 1000 + 3601 }],
    ['1.2.5', { iss: 'thirteenchars@tenant.iam.acesso.io' }],
    ['1.2.19', { sub: 'somebody' }],
    ['1.2.22', { jti: 'x' }],
    ['1.2.22', { sub: 'somebody', nbf: 1 }],
  ])('rejects with %s the claims %j', async (code, claims, left = []) => {
    const { call } = await unicoApi()
    const all: JsonObject = { ...goodClaims(START), ...claims }
    for (const name of left) delete all[name]
    expect(await askToken(call, assertion(all))).toMatchObject({ status: 401, body: refusal(code) })
  })

  it.each([
    ['no.jwt', '1.2.20'],
    ['', '1.2.20'],
    ['a.b.c', '1.2.20'],
    [assertion(goodClaims(START), undefined, { alg: 'HS256', typ: 'JWT' }), '1.2.5'],
  ])('rejects what is no RS256 assertion: %s with %s', async (jwt, code) => {
    const { call } = await unicoApi()
    expect(await askToken(call, jwt)).toMatchObject({ status: 401, body: refusal(code) })
  })

  it('rejects another grant, and a body that is no form', async () => {
    const { call } = await unicoApi()
    const good = assertion(goodClaims(START))
    expect((await askToken(call, good, 'client_credentials')).body).toEqual(refusal('1.2.5'))
    expect(await call('POST', '/oauth2/token', { body: '' })).toMatchObject({ status: 401, body: refusal('1.2.5') })
  })

  it('accepts an assertion once', async () => {
    const { call } = await unicoApi()
    const jwt = assertion(goodClaims(START))
    expect((await askToken(call, jwt)).status).toBe(200)
    expect(await askToken(call, jwt)).toMatchObject({ status: 401, body: refusal('1.2.7') })
  })

  it("accepts its own address as audience, and a client's clock that is not the emulator's", async () => {
    const { call, emulator } = await unicoApi()
    expect((await askToken(call, assertion({ ...goodClaims(START), aud: BASE }))).status).toBe(200)
    await emulator.advance(400 * 24 * HOUR)
    const wall = emulator.clock.wall()
    expect((await askToken(call, assertion(goodClaims(wall)))).status).toBe(200)
  })

  it('checks the signature once a public key is registered', async () => {
    const [ours, other] = [keyPair(), keyPair()]
    const { call } = await unicoApi({ assertionCheck: { publicKey: ours.publicKey } })
    expect((await askToken(call, assertion(goodClaims(START), ours.privateKey))).status).toBe(200)
    const claims = { ...goodClaims(START), iss: 'another@tenant.iam.acesso.io' }
    expect((await askToken(call, assertion(claims, other.privateKey))).body).toEqual(refusal('1.2.21'))
    expect((await askToken(call, assertion(claims))).body).toEqual(refusal('1.2.21'))
  })

  it('accepts anything with assertionCheck off, and rejects with the code of the setting refusals', async () => {
    const { call, emulator } = await unicoApi({ assertionCheck: 'off' })
    expect((await askToken(call, 'anything')).status).toBe(200)
    await emulator.changeSettings('unico', { refusals: ['1.2.18'] })
    expect((await askToken(call, 'anything')).body).toEqual(refusal('1.2.18'))
  })
})

describe("Unico's access token", () => {
  it('gives access to the process routes until it expires; no other text does', async () => {
    const { call, emulator } = await unicoApi()
    const headers = await bearer(call, START)
    const path = '/client/v1/process/8263a268-5388-492a-bca2-28e1ff4a69f0'
    expect((await call('GET', path, { headers })).status).toBe(404)
    expect(await call('GET', path)).toMatchObject({ status: 401, body: 'Unauthorized' })
    expect((await call('GET', path, { headers: { authorization: `${headers.authorization}x` } })).status).toBe(401)
    await emulator.advance(HOUR)
    expect((await call('GET', path, { headers })).status).toBe(401)
  })

  it('an SDK token is no access token', async () => {
    const { call } = await unicoApi()
    const { body } = await call('POST', '/client/v1/process', { body: LEAST, headers: await bearer(call, START) })
    const { process } = body as { process: { id: string; token: string } }
    expect(process.token).not.toBe('')
    const headers = { authorization: `Bearer ${process.token}` }
    expect((await call('GET', `/client/v1/process/${process.id}`, { headers })).status).toBe(401)
  })
})
