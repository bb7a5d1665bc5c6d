// Unico's token service: a JWKS that somebody else's code verifies tokens with, introspection and discovery.
import { execFileSync } from 'node:child_process'
import type { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { stream } from '../../../src/core/seed.js'
import { rsaKey } from '../../../src/provider/signing.js'
import { askToken, assertion, BASE, goodClaims, unicoApi } from './client.js'
import { START } from './signing.js'

const HOUR = 3_600_000

async function signed() {
  const api = await unicoApi()
  const { body } = await askToken(api.call, assertion(goodClaims(START)))
  const { access_token } = body as { access_token: string }
  const { body: jwks } = await api.call('GET', '/.well-known/jwks.json')
  return { ...api, token: access_token, jwks: jwks as { keys: webcrypto.JsonWebKey[] } }
}

const part = (token: string, i: number) =>
  JSON.parse(Buffer.from(token.split('.')[i] ?? '', 'base64url').toString('utf8')) as JsonObject

/** RS256 by the textbook: s^e mod n, with the padding of PKCS #1 v1.5 in front of the SHA-256. */
const TEXTBOOK = `
import base64, hashlib, json, sys
given = json.load(sys.stdin)
raw = lambda text: base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
head, claims, signature = given['token'].split('.')
header = json.loads(raw(head))
key = next(one for one in given['jwks']['keys'] if one['kid'] == header['kid'])
n, e = (int.from_bytes(raw(key[name]), 'big') for name in ('n', 'e'))
size = (n.bit_length() + 7) // 8
block = pow(int.from_bytes(raw(signature), 'big'), e, n).to_bytes(size, 'big')
digest = bytes.fromhex('3031300d060960864801650304020105000420') + hashlib.sha256((head + '.' + claims).encode()).digest()
print(block == b'\\x00\\x01' + b'\\xff' * (size - len(digest) - 3) + b'\\x00' + digest, n.bit_length())
`

describe("Unico's JWKS", () => {
  it('verifies an access token with WebCrypto', async () => {
    const { token, jwks } = await signed()
    const [head, claims, signature] = token.split('.')
    const jwk = jwks.keys.find(key => (key as { kid?: string }).kid === part(token, 0).kid)
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('jwk', jwk as webcrypto.JsonWebKey, algorithm, false, ['verify'])
    const verify = (text: string) =>
      crypto.subtle.verify(algorithm, key, Buffer.from(signature ?? '', 'base64url'), Buffer.from(text))
    expect(await verify(`${head}.${claims}`)).toBe(true)
    expect(await verify(`${head}.${claims}x`)).toBe(false)
    expect(part(token, 0)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
    expect(part(token, 1)).toMatchObject({ iss: BASE, sub: 'backend', scope: '*', exp: START / 1000 + 3600 })
  })

  it('verifies an access token with Python, by the textbook', async () => {
    const { token, jwks } = await signed()
    const verify = (text: string) =>
      execFileSync('python3', ['-c', TEXTBOOK], { input: JSON.stringify({ token: text, jwks }) })
        .toString()
        .trim()
    expect(verify(token)).toBe('True 2048')
    expect(verify(token.replace(/\.[^.]+\./, '.e30.'))).toBe('False 2048')
  })

  it('has public parts only, the same in every run with the same seed', async () => {
    const [first, second] = [await signed(), await signed()]
    expect(first.jwks).toEqual(second.jwks)
    expect(Object.keys(first.jwks.keys[0] ?? {})).toEqual(['kty', 'use', 'alg', 'kid', 'n', 'e'])
    const keys = [1, 2, 3].map(seed => rsaKey(stream(seed, 'key')))
    expect(new Set(keys.map(key => key.publicJwk.kid)).size).toBe(3)
    expect(keys.map(key => Buffer.from(String(key.publicJwk.n), 'base64url').length)).toEqual([256, 256, 256])
  })
})

describe("Unico's discovery", () => {
  it('names the addresses below this base, which answer', async () => {
    const { call, token } = await signed()
    const { body } = await call('GET', '/.well-known/openid-configuration')
    const found = body as Record<string, string>
    expect(found).toMatchObject({ issuer: BASE, token_endpoint: `${BASE}/oauth2/token` })
    for (const name of ['jwks_uri', 'introspection_endpoint']) {
      const path = found[name]?.slice(BASE.length) ?? ''
      expect((await call('GET', path, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    }
    expect(found.issuer).toBe(part(token, 1).iss)
  })
})

describe("Unico's tokeninfo", () => {
  it('says what a token holds, by form, query and bearer, until it expires', async () => {
    const { call, emulator, token } = await signed()
    const path = '/api/oauth2/tokeninfo'
    const ask = async () => [
      (await call('POST', path, { body: new URLSearchParams({ token }) })).body,
      (await call('GET', `${path}?access_token=${token}`)).body,
      (await call('GET', path, { headers: { authorization: `Bearer ${token}` } })).body,
    ]
    for (const body of await ask()) expect(body).toMatchObject({ active: true, sub: 'backend', token_type: 'Bearer' })
    await emulator.advance(HOUR)
    for (const body of await ask()) expect(body).toEqual({ active: false })
  })

  it('says of any other text that it is not active', async () => {
    const { call } = await signed()
    for (const token of ['', 'x', 'e30.e30.e30', assertion(goodClaims(START))])
      expect(await call('POST', '/api/oauth2/tokeninfo', { body: new URLSearchParams({ token }) })).toMatchObject({
        status: 200,
        body: { active: false },
      })
  })
})
