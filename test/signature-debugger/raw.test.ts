// Causes of invalid signatures over raw bytes: Standard Webhooks, hex of the body, and lists with a timestamp.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { JsonObject } from '../../src/core/json.js'
import { scheduled } from '../../src/core/retry.js'
import { defineProvider } from '../../src/provider/provider.js'
import { type SignatureScheme, signBy } from '../../src/provider/signature-scheme.js'
import { explainSignature } from '../../src/signature-debugger/explain-signature.js'
import { escaped, explained, hmac, named, sortedJson, spaced, withNumbers } from './crypto.js'

const BASE64 = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const SECRET = `whsec_${BASE64}`
const KEY = Buffer.from(BASE64, 'base64')
const SECONDS = 1769069730
const TS = String(SECONDS)
const NOW = (SECONDS + 10) * 1000
const ID = 'msg_2mXyZ0aBcDeFgHiJkLmNoPqRsTu'
/** With what programs write differently: blanks, order, escapes, numbers. */
const BODY =
  '{"type": "screening.completed","id":"evt_1","created_at":"2026-01-22T08:15:30.987654+00:00","data":{"name":"Zoë \\u682a / <b>","score":1.0,"count":3,"b":null,"a":[{"y":1,"x":2}]}}\n'
const VALUE = JSON.parse(BODY)
const COMPACT = JSON.stringify(VALUE)

const v1 = (signed: string | Uint8Array, key: string | Uint8Array = KEY) => `v1,${hmac(key, signed, 'base64')}`
const over = (body: string | Uint8Array) => v1(Buffer.concat([Buffer.from(`${ID}.${TS}.`), Buffer.from(body)]))
const GOOD = over(BODY)
const SIGNED = `${ID}.${TS}.${BODY}`

const ask = (
  signature: string | undefined,
  more: { id?: string; timestamp?: string; body?: string | Uint8Array; secret?: string; provider?: string } = {},
) =>
  explained(more.provider ?? 'standard', {
    secret: more.secret ?? SECRET,
    headers: [
      ['webhook-id', more.id ?? ID],
      ['webhook-timestamp', more.timestamp ?? TS],
      ...(signature === undefined ? [] : [['webhook-signature', signature] as [string, string]]),
    ],
    body: more.body ?? BODY,
    now: NOW,
  })

const causes: [cause: string, signature: string][] = [
  ['reserialised-json', over(COMPACT)],
  ['canonical-for-raw', over(sortedJson(VALUE))],
  ['spaced-json', over(spaced(COMPACT))],
  ['python-json', over(escaped(spaced(COMPACT)))],
  ['escaped-unicode', over(escaped(COMPACT))],
  ['escaped-slashes', over(COMPACT.replaceAll('/', '\\/'))],
  ['php-json', over(escaped(COMPACT).replaceAll('/', '\\/'))],
  ['escaped-html', over(COMPACT.replace('<', '\\u003c').replace('>', '\\u003e'))],
  ['pretty-json', over(JSON.stringify(VALUE, null, 2))],
  ['numbers-kept', over(COMPACT.replace('"score":1', '"score":1.0'))],
  ['numbers-as-floats', over(withNumbers(COMPACT, digits => `${digits}.0`))],
  ['nulls-left-out', over(COMPACT.replace('"b":null,', ''))],
  ['part-only', over(JSON.stringify(VALUE.data))],
  ['trailing-newline', over(`${BODY}\n`)],
  ['trailing-newline-removed', over(BODY.trimEnd())],
  ['bom-added', over(`\uFEFF${BODY}`)],
  ['crlf-newlines', over(BODY.replace('\n', '\r\n'))],
  ['latin-1', over(Buffer.from(BODY, 'latin1'))],
  ['object-object', over('[object Object]')],
  ['undefined-body', over('undefined')],
  ['empty-body', over('')],
  ['secret-whole', v1(SIGNED, SECRET)],
  ['secret-without-prefix', v1(SIGNED, BASE64)],
  ['secret-prefix-decoded', v1(SIGNED, Buffer.from(SECRET, 'base64'))],
  ['secret-empty', v1(SIGNED, '')],
  ['secret-undefined', v1(SIGNED, 'undefined')],
  ['hex-for-base64', `v1,${hmac(KEY, SIGNED)}`],
  ['upper-case-hex', `v1,${hmac(KEY, SIGNED).toUpperCase()}`],
  ['base64url', `v1,${hmac(KEY, SIGNED, 'base64url')}`],
  ['base64-without-padding', GOOD.replace('=', '')],
  ['encoded-twice', `v1,${Buffer.from(hmac(KEY, SIGNED)).toString('base64')}`],
  ['prefix-missing', GOOD.slice(3)],
  ['prefix-of-another-scheme', `v1=${GOOD.slice(3)}`],
  ['prefix-of-another-scheme', `sha256=${GOOD.slice(3)}`],
  ['truncated', GOOD.slice(0, 24)],
  ['signature-empty', 'v1,'],
  ['sha1', `v1,${hmac(KEY, SIGNED, 'base64', 'sha1')}`],
  ['sha512', `v1,${hmac(KEY, SIGNED, 'base64', 'sha512')}`],
  ['separator-missing', v1(ID + TS + BODY)],
  ['other-separator', v1(`${ID}:${TS}:${BODY}`)],
  ['timestamp-after-body', v1(`${ID}.${BODY}.${TS}`)],
  ['other-order', v1(`${TS}.${ID}.${BODY}`)],
  ['id-left-out', v1(`${TS}.${BODY}`)],
  ['timestamp-left-out', v1(`${ID}.${BODY}`)],
  ['id-and-timestamp-left-out', v1(BODY)],
  ['id-undefined', v1(`undefined.${TS}.${BODY}`)],
  ['id-of-body', v1(`evt_1.${TS}.${BODY}`)],
  ['timestamp-undefined', v1(`${ID}.undefined.${BODY}`)],
  ['timestamp-in-milliseconds', v1(`${ID}.${TS}412.${BODY}`)],
  ['timestamp-of-body', v1(`${ID}.2026-01-22T08:15:30.987654+00:00.${BODY}`)],
  ['timestamp-of-another-moment', v1(`${ID}.${SECONDS + 11}.${BODY}`)],
  ['canonical-for-raw + python-json', over(escaped(spaced(sortedJson(VALUE))))],
  ['reserialised-json + secret-whole', v1(`${ID}.${TS}.${COMPACT}`, SECRET)],
  ['timestamp-undefined + id-undefined', v1(`undefined.undefined.${BODY}`)],
  ['secret-whole + hex-for-base64', `v1,${hmac(SECRET, SIGNED)}`],
]

describe('a signature over id, timestamp and raw body', () => {
  it.each(['standard', 'kycgenie'])('of %s accepts a valid signature, alone or among several', async provider => {
    expect(named(await ask(GOOD, { provider }))).toBe('valid')
    expect(named(await ask(`${v1('other')} ${GOOD} v2,abc`, { provider }))).toBe('valid')
    expect(named(await ask(`${GOOD}, ${v1('other')}`, { provider }))).toBe('valid')
  })

  it.each(causes)('%s is named, and the right header given', async (cause, signature) => {
    const explanation = await ask(signature)
    expect(named(explanation)).toBe(cause)
    expect(explanation.expected).toEqual([
      ['webhook-id', ID],
      ['webhook-timestamp', TS],
      ['webhook-signature', GOOD],
    ])
  })

  it('a body that is not JSON, not UTF-8 or has a byte order mark is signed byte for byte', async () => {
    for (const body of [Buffer.from([0xff, 0xfe, 0x00, 0x41]), Buffer.from('{"a":'), Buffer.from('\uFEFF{"a":1}')])
      expect(named(await ask(over(body), { body }))).toBe('valid')
    expect(named(await ask(over('{"a":1}'), { body: '\uFEFF{"a":1}' }))).toBe('bom-removed')
    expect(named(await ask(over('x\ny'), { body: 'x\r\ny' }))).toBe('lf-newlines')
    expect(named(await ask(over('{"a":"é"}'), { body: Buffer.from('{"a":"é"}', 'latin1') }))).toBe('utf-8-twice')
    expect(named(await ask(over('{"a":"\uFFFD"}'), { body: Buffer.from('{"a":"é"}', 'latin1') }))).toBe(
      'replacement-characters',
    )
    expect(named(await ask(over('{ "a":1 }'), { body: ' \n{ "a":1 }\n' }))).toBe('trimmed')
    expect(named(await ask(over('"e\u0301"'.normalize('NFC')), { body: '"e\u0301"' }))).toBe('unicode-composed')
  })

  it('missing headers are named', async () => {
    expect(named(await ask(undefined))).toBe('signature-absent')
    const headers: [string, string][] = [['webhook-signature', GOOD]]
    const { causes, verdict } = await explained('standard', { secret: SECRET, headers, body: BODY, now: NOW })
    expect({ verdict, ids: causes.map(({ id }) => id) }).toEqual({
      verdict: 'invalid',
      ids: ['timestamp-absent', 'id-absent'],
    })
  })

  it('a large body is explained too, in bounded time and with single causes', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1_000_000), b: 1, a: [2] }, null, 1)
    const explanation = await ask(over(JSON.stringify(JSON.parse(body))), { body })
    expect(named(explanation)).toBe('reserialised-json')
    expect(explanation.notes.join()).toContain('two causes together')
    expect((await ask(over('another'), { body })).tried).toBeLessThan(500)
  })
})

describe('a signature in a header of its own form', () => {
  const secret = 'whsec_test'
  const asked = (scheme: string, value: string) =>
    explained('kycgenie', {
      secret,
      settings: { signatureScheme: scheme },
      headers: [['X-Webhook-Signature', value]],
      body: BODY,
      now: NOW,
    })
  const list = hmac(secret, `${TS}.${BODY}`)

  it.each([
    ['valid', `sha256=${hmac(secret, BODY)}`],
    ['prefix-missing', hmac(secret, BODY)],
    ['prefix-of-another-scheme', `sha1=${hmac(secret, BODY)}`],
    ['sha1 + prefix-of-another-scheme', `sha1=${hmac(secret, BODY, 'hex', 'sha1')}`],
    ['base64-for-hex', `sha256=${hmac(secret, BODY, 'base64')}`],
    ['reserialised-json', `sha256=${hmac(secret, COMPACT)}`],
    ['secret-without-prefix', `sha256=${hmac('test', BODY)}`],
  ])('%s is named for the hash of the body', async (cause, value) => {
    expect(named(await asked('hex-body', value))).toBe(cause)
  })

  it.each([
    ['valid', `t=${TS},v1=${list}`],
    ['valid', `t=${TS},v1=${list},v0=abc`],
    ['header-incomplete', `v1=${list},t=${TS}`],
    ['timestamp-absent + timestamp-left-out + header-incomplete', `v1=${hmac(secret, BODY)}`],
    ['timestamp-left-out', `t=${TS},v1=${hmac(secret, BODY)}`],
    ['timestamp-in-milliseconds', `t=${TS},v1=${hmac(secret, `${TS}000.${BODY}`)}`],
    ['signature-empty', `t=${TS},v1=`],
    ['trailing-newline-removed', `t=${TS},v1=${hmac(secret, `${TS}.${BODY.trimEnd()}`)}`],
  ])('%s is named for a list with a timestamp', async (cause, value) => {
    expect(named(await asked('stripe', value))).toBe(cause)
  })
})

describe('a provider of one’s own', () => {
  const milliseconds: SignatureScheme = {
    key: { prefix: '', decoding: 'utf8' },
    payload: { form: 'raw' },
    signed: [{ slot: 'timestamp' }, { slot: 'payload' }],
    timestampUnit: 'milliseconds',
    encoding: 'hex',
    headers: [
      { name: 'x-time', value: [{ slot: 'timestamp' }] },
      { name: 'x-sign', value: [{ slot: 'signature' }] },
    ],
  }
  const settings = z.strictObject({ maxAttempts: z.number().default(1) })
  const signing = (scheme: SignatureScheme) =>
    defineProvider({
      name: 'own',
      title: 'Own',
      about: 'Signs in its own way.',
      assumptions: [],
      subjects: {},
      channels: [
        {
          name: 'main',
          title: 'Main',
          eventTypes: [],
          load: async () => ({
            settings,
            definition: () => undefined,
            secret: { use: 'required', make: () => 'k', overlapMs: () => 0 },
            scheme: () => scheme,
            sign: input => signBy(scheme, input),
            retry: () => ({ policy: scheduled([1], 1), accepts: () => true, timeoutMs: 1, concurrency: 1 }),
            traits: { signs: true, signatureHeaders: ['x-sign'], idempotencyKey: 'id' },
          }),
        },
      ],
      load: () => Promise.reject(new Error('not needed')),
    })
  const ms = `${TS}123`
  const asked = async (signature: string, timestamp = ms, given: JsonObject = {}) =>
    named(
      await explainSignature({
        provider: signing(milliseconds),
        secret: 'key',
        settings: given,
        headers: [
          ['x-time', timestamp],
          ['x-sign', signature],
        ],
        body: Buffer.from(BODY),
        now: NOW,
      }),
    )

  it('with a timestamp in milliseconds is distinguished from seconds', async () => {
    expect(await asked(hmac('key', ms + BODY))).toBe('valid')
    expect(await asked(hmac('key', TS + BODY))).toBe('timestamp-in-seconds')
    expect(await asked(hmac('key', TS + BODY), TS)).toBe('header-timestamp-in-seconds')
    expect(await asked(hmac('key', BODY + ms))).toBe('timestamp-after-body')
  })

  it('with keys sorted by a locale is distinguished from code units', async () => {
    const payload: SignatureScheme['payload'] = { form: 'canonical', options: { keyOrder: 'locale' } }
    const body = '{"a":{"a":1,"B":2},"B":3}'
    const sign = async (data: string) =>
      named(
        await explainSignature({
          provider: signing({ ...milliseconds, payload }),
          secret: 'key',
          headers: [
            ['x-time', ms],
            ['x-sign', hmac('key', ms + data)],
          ],
          body: Buffer.from(body),
          now: NOW,
        }),
      )
    expect(await sign(body)).toBe('valid')
    expect(await sign('{"B":3,"a":{"B":2,"a":1}}')).toBe('code-unit-order')
  })

  it('refuses unknown settings with the nearest', async () => {
    await expect(asked('', ms, { maxAttempt: 1 })).rejects.toMatchObject({
      code: 'invalid_setting',
      message: expect.stringContaining('Did you mean "maxAttempts"?'),
    })
  })
})
