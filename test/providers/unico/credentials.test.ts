// Unico's credentials: none, Basic and API key, and which are rejected.
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
  it.each(vectors)('$auth adds exactly $headers to the request', async ({ auth, headers }) => {
    const signed = await channel.sign(signInput({ auth }))
    expect(signed.failed).toBeUndefined()
    expect(Object.fromEntries(signed.headers)).toEqual(headers)
  })

  it.each(vectors)('the secret of the subscription is used for what $auth omits', async ({ auth, headers }) => {
    const { type, ...rest } = auth
    const secret = Object.values(rest)[0]
    const signed = await channel.sign(
      signInput({ auth: { type: type ?? null } }, { secret: secret ? String(secret) : null }),
    )
    expect(Object.fromEntries(signed.headers)).toEqual(headers)
  })

  it('an API key is trimmed on both sides of its first colon', async () => {
    const { headers } = await channel.sign(signInput({ auth: { type: 'apiKey', value: ' X-Key :  a:b ' } }))
    expect(headers).toEqual<Headers>([['X-Key', 'a:b']])
  })

  it.each([
    [{ type: 'basic', credentials: 'no-colon' }, /user:pass/],
    [{ type: 'apiKey', value: ':abc' }, /no header name/],
    [{ type: 'apiKey', value: 'X-Key:  ' }, /no value/],
    [{ type: 'apiKey', value: '' }, /no value/],
    [{ type: 'apiKey', value: 'X Key:abc' }, /is not a valid header name/],
    [{ type: 'apiKey', value: 'X-Key:a\nb' }, /cannot carry/],
    [{ type: 'apiKey', value: 'X-Key:chavé' }, /cannot carry/],
    ...['Content-Length', 'Expect', 'Upgrade', 'Connection', 'Host', 'Transfer-Encoding', 'Keep-Alive'].map(
      (name): [JsonObject, RegExp] => [{ type: 'apiKey', value: `${name}:1` }, /cannot be used/],
    ),
    [{ type: 'oauth2', url: 'ftp://token', clientId: 'a', clientSecret: 'b' }, /URL/i],
    [{ type: 'hmac' }, /./],
  ])('%j is rejected before anything is sent', (auth, why) => {
    const { error } = subscriptionSettings.safeParse({ auth })
    expect(error?.issues.map(issue => issue.message).join()).toMatch(why)
  })

  it('a header of at most 8 KB is accepted, a longer one is not', () => {
    const accepts = (auth: JsonObject) => subscriptionSettings.safeParse({ auth }).success
    const apiKey = (length: number) => accepts({ type: 'apiKey', value: `X:${'k'.repeat(length)}` })
    const basic = (length: number) => accepts({ type: 'basic', credentials: `u:${'p'.repeat(length)}` })
    expect([apiKey(8191), apiKey(8192), basic(6000), basic(6200)]).toEqual([true, false, true, false])
  })

  it('a secret has the same rules as the setting that it replaces', () => {
    const problem = (secret: string, auth: JsonObject) =>
      channel.secret.problem?.(secret, subscriptionSettings.parse({ auth }))
    expect(problem('no-colon', { type: 'basic' })).toMatch(/user:pass/)
    expect(problem('user:pass', { type: 'basic' })).toBeUndefined()
    expect(problem('X-Key:', { type: 'apiKey' })).toMatch(/no value/)
    expect(problem('anything', { type: 'none' })).toMatch(/auth.type/)
  })

  it('an attempt without the credentials of its setting fails and sends nothing', async () => {
    const signed = await channel.sign(signInput({ auth: { type: 'basic' } }))
    expect(signed.failed).toMatch(/no credential/)
  })
})

describe('a Unico request', () => {
  it('is a POST of JSON with Content-Type, User-Agent and the credential only', () => {
    expect(channel.request?.(subscriptionSettings.parse({}), '1.2.3')).toEqual({
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'Standin/1.2.3 (unico)'],
      ],
    })
  })

  it('has the content type of the setting', () => {
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
