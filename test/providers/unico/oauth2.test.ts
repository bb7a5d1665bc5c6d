// Unico's OAuth2 towards the receiver: one token for all deliveries, renewed before it expires and when rejected.
import { describe, expect, it } from 'vitest'
import type { CallResult, SignInput } from '../../../src/provider/channel.js'
import { channel } from '../../../src/providers/unico/channel.js'
import { answered, START, signInput } from './signing.js'

type Request = Parameters<SignInput['call']>[0]

const AUTH = { type: 'oauth2', url: 'http://127.0.0.1:9/token', clientId: 'the client', clientSecret: 's3cret:&' }

/** A token endpoint that counts its tokens, and a signer for a moment (ms after START). */
function oauthSigner(answer: (n: number) => CallResult | Promise<CallResult>, settings = {}) {
  const requests: Request[] = []
  const memory = new Map<string, unknown>()
  const call: SignInput['call'] = async request => {
    requests.push(request)
    return answer(requests.length)
  }
  return {
    requests,
    sign: async (after = 0, more = {}) =>
      channel.sign(signInput({ auth: AUTH, ...settings, ...more }, { call, memory, now: START + after })),
  }
}

const token = (n: number) => answered(200, { access_token: `token-${n}`, token_type: 'bearer', expires_in: 120 })

describe('a Unico webhook with OAuth2', () => {
  it('requests a token with client credentials in HTTP Basic and sends it as bearer', async () => {
    const { requests, sign } = oauthSigner(token)
    expect((await sign()).headers).toEqual([['Authorization', 'Bearer token-1']])
    const basic = Buffer.from('the+client:s3cret%3A%26').toString('base64')
    expect(requests).toEqual([
      {
        method: 'POST',
        url: AUTH.url,
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Accept', 'application/json'],
          ['Authorization', `Basic ${basic}`],
        ],
        body: 'grant_type=client_credentials',
        timeoutMs: 10_000,
      },
    ])
  })

  it('puts id and secret, scope and audience into the form with oauthClientAuth body', async () => {
    const { requests, sign } = oauthSigner(token, {
      oauthClientAuth: 'body',
      auth: { ...AUTH, scope: 'hooks', audience: 'me' },
    })
    await sign()
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: AUTH.clientId,
      client_secret: AUTH.clientSecret,
      scope: 'hooks',
      audience: 'me',
    })
    expect(requests[0]?.headers.map(([name]) => name)).not.toContain('Authorization')
  })

  it('caches the token until 30 s before it expires', async () => {
    const { requests, sign } = oauthSigner(token)
    await sign()
    expect((await sign(89_999)).headers).toEqual([['Authorization', 'Bearer token-1']])
    expect((await sign(90_000)).headers).toEqual([['Authorization', 'Bearer token-2']])
    expect(requests).toHaveLength(2)
  })

  it('assumes a lifetime of an hour for a token without expires_in', async () => {
    const { requests, sign } = oauthSigner(n => answered(200, { access_token: `t${n}` }))
    await sign()
    await sign(3_569_999)
    expect(requests).toHaveLength(1)
    await sign(3_570_000)
    expect(requests).toHaveLength(2)
  })

  it('requests one token for all deliveries that wait for it', async () => {
    let open = () => {}
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const { requests, sign } = oauthSigner(async n => {
      await gate
      return token(n)
    })
    const waiting = [sign(), sign(), sign()]
    open()
    for (const signed of await Promise.all(waiting))
      expect(signed.headers).toEqual([['Authorization', 'Bearer token-1']])
    expect(requests).toHaveLength(1)
  })

  it('caches one token per client', async () => {
    const { requests, sign } = oauthSigner(token)
    await sign()
    expect((await sign(0, { auth: { ...AUTH, clientId: 'other' } })).headers).toEqual([
      ['Authorization', 'Bearer token-2'],
    ])
    expect(requests).toHaveLength(2)
  })

  it('requests a new token when the receiver rejects the old one, once for several rejections', async () => {
    const { requests, sign } = oauthSigner(token)
    const [first, second] = [await sign(), await sign()]
    expect(first.renew?.()).toBe(true)
    expect((await sign()).headers).toEqual([['Authorization', 'Bearer token-2']])
    expect(second.renew?.()).toBe(true)
    expect((await sign()).headers).toEqual([['Authorization', 'Bearer token-2']])
    expect(requests).toHaveLength(2)
  })

  it.each<[string, CallResult, RegExp]>([
    ['answers 401', answered(401, { error: 'invalid_client' }), /answered 401/],
    ['answers without a token', answered(200, { token: 'x' }), /no access_token/],
    ['answers no JSON', answered(200, '<html>'), /no access_token/],
    ['times out', { outcome: { kind: 'timed_out' }, headers: [], body: '' }, /timed out/],
    [
      'is not there',
      { outcome: { kind: 'refused', code: 'ECONNREFUSED' }, headers: [], body: '' },
      /refused \(ECONNREFUSED\)/,
    ],
  ])(
    'fails the attempt with the reason when the token endpoint %s, and asks again at the next',
    async (_, answer, why) => {
      const { requests, sign } = oauthSigner(n => (n === 1 ? answer : token(n)))
      const failed = await sign()
      expect(failed.failed).toMatch(why)
      expect(failed.headers).toEqual([])
      expect((await sign()).headers).toEqual([['Authorization', 'Bearer token-2']])
      expect(requests).toHaveLength(2)
    },
  )
})
