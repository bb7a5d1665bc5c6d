// Unico's credentials: none, Basic and API key as documented, and what is refused at registration.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { Headers } from '../../../src/core/message.js'
import { channel } from '../../../src/providers/unico/channel.js'
import { subscriptionSettings } from '../../../src/providers/unico/settings.js'
import { fixture, signInput } from './signing.js'

interface Vector {
  auth: JsonObject
  headers: Record<string, string>
}

const { vectors } = fixture<{ vectors: Vector[] }>('vectors.json')

describe('credentials of a Unico webhook', () => {
  it.each(vectors)('$auth put exactly $headers on the request', async ({ auth, headers }) => {
    const signed = await channel.sign(signInput({ auth }))
    expect(signed.failed).toBeUndefined()
    expect(Object.fromEntries(signed.headers)).toEqual(headers)
  })

  it.each(vectors)('the secret of the subscription stands in for what $auth leaves out', async ({ auth, headers }) => {
    const { type, ...rest } = auth
    const secret = Object.values(rest)[0]
    const signed = await channel.sign(
      signInput({ auth: { type: type ?? null } }, { secret: secret ? String(secret) : null }),
    )
    expect(Object.fromEntries(signed.headers)).toEqual(headers)
  })

  it('an API key is trimmed at both sides of its first colon', async () => {
    const { headers } = await channel.sign(signInput({ auth: { type: 'apiKey', value: ' X-Key :  a:b ' } }))
    expect(headers).toEqual<Headers>([['X-Key', 'a:b']])
  })

  it.each([
    [{ type: 'basic', credentials: 'no-colon' }, /user:pass/],
    [{ type: 'apiKey', value: ':abc' }, /no header name/],
    [{ type: 'apiKey', value: 'X-Key:  ' }, /no value/],
    [{ type: 'apiKey', value: '' }, /no value/],
    [{ type: 'apiKey', value: 'X Key:abc' }, /cannot be the name of a header/],
    [{ type: 'apiKey', value: 'X-Key:a\nb' }, /cannot carry/],
    [{ type: 'apiKey', value: 'X-Key:chavé' }, /cannot carry/],
    [{ type: 'apiKey', value: 'Content-Length:1' }, /not free/],
    [{ type: 'oauth2', url: 'ftp://token', clientId: 'a', clientSecret: 'b' }, /URL/i],
    [{ type: 'hmac' }, /./],
  ])('%j is refused before anything is sent', (auth, why) => {
    const { error } = subscriptionSettings.safeParse({ auth })
    expect(error?.issues.map(issue => issue.message).join()).toMatch(why)
  })

  it('a secret is held to the same rules as the setting it stands in for', () => {
    const problem = (secret: string, auth: JsonObject) =>
      channel.secret.problem?.(secret, subscriptionSettings.parse({ auth }))
    expect(problem('no-colon', { type: 'basic' })).toMatch(/user:pass/)
    expect(problem('user:pass', { type: 'basic' })).toBeUndefined()
    expect(problem('X-Key:', { type: 'apiKey' })).toMatch(/no value/)
    expect(problem('anything', { type: 'none' })).toMatch(/auth.type/)
  })

  it('an attempt without the credentials its setting asks for fails instead of going out bare', async () => {
    const signed = await channel.sign(signInput({ auth: { type: 'basic' } }))
    expect(signed.failed).toMatch(/no credential/)
  })
})

describe('a Unico request', () => {
  it('is a POST of JSON that names Standin, with no header but the credential besides', () => {
    expect(channel.request?.(subscriptionSettings.parse({}), '1.2.3')).toEqual({
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'Standin/1.2.3 (unico)'],
      ],
    })
  })

  it('takes the other content type when the setting says so', () => {
    const settings = subscriptionSettings.parse({ contentType: 'application/json; charset=utf-8' })
    expect(channel.request?.(settings, '1').headers[0]).toEqual(['Content-Type', 'application/json; charset=utf-8'])
  })

  it.each([
    ['https://receiver.example/hook', false, false, true],
    ['http://127.0.0.1:3000/hook', true, false, true],
    ['http://receiver.example/hook', false, false, false],
    ['http://127.0.0.1:3000/hook', true, true, false],
  ])('to %s (private %s, strictHttps %s) is allowed: %s', (url, isPrivate, strictHttps, allowed) => {
    const problem = channel.urlProblem?.(new URL(url), subscriptionSettings.parse({ strictHttps }), isPrivate)
    expect(problem === undefined).toBe(allowed)
  })
})
