// Causes of invalid signatures over timestamp and canonical JSON: each made by node:crypto, each recognised as itself.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { escaped, explained, hmac, named, sha256, sortedJson, spaced, withNumbers } from './crypto.js'

const SECRET = 'whk_c2VjcmV0IGtleSBmb3IgdGVzdHM='
const CORE = 'c2VjcmV0IGtleSBmb3IgdGVzdHM='
const SECONDS = 1738784271
const TS = String(SECONDS)
const NOW = (SECONDS + 20) * 1000
/** As sent: indented, keys unsorted, with everything that programs write differently. */
const RAW = `{
  "type": "FLOW_COMPLETED",
  "id": "67a3be0fb928eb94fbb49e09",
  "timestamp": 1738784271042,
  "data": {
    "url": "https://example.com/a?b=<c>&d=é",
    "_id": "x",
    "Zone": "München 株式会社 🔑",
    "apple": null,
    "Beta": 1.50,
    "10": true,
    "9": "nine",
    "quote": "say \\"hi\\" \\\\ it's +",
    "count": 12345678,
    "list": [{"z": 3, "a": [2, 1]}, {"y": "b", "x": "a"}, "end"]
  }
}
`
const VALUE = JSON.parse(RAW)

/** Integer-like keys first, then code units: the keys of a JavaScript object. */
const asObject = (a: string, b: string) => {
  const number = (key: string) => (/^\d+$/.test(key) ? Number(key) : Number.POSITIVE_INFINITY)
  return number(a) === number(b) ? (a < b ? -1 : 1) : number(a) - number(b)
}
const CANONICAL = sortedJson(VALUE, { compare: asObject })
const DATA = sortedJson(VALUE.data, { compare: asObject })
const GOOD = hmac(SECRET, `${TS}.${CANONICAL}`)
const over = (payload: string | Uint8Array, timestamp = TS) =>
  hmac(SECRET, Buffer.concat([Buffer.from(`${timestamp}.`), Buffer.from(payload)]))
const keyed = (key: string | Uint8Array) => hmac(key, `${TS}.${CANONICAL}`)

const ask = (
  signature: string | undefined,
  more: { settings?: JsonObject; timestamp?: string; body?: string | Uint8Array; secret?: string } = {},
) =>
  explained('rillis', {
    secret: more.secret ?? SECRET,
    ...(more.settings ? { settings: more.settings } : {}),
    headers: [
      ...(signature === undefined ? [] : [['X-Signature', signature] as [string, string]]),
      ['X-Timestamp', more.timestamp ?? TS],
    ],
    body: more.body ?? RAW,
    now: NOW,
  })

const dotnet = (json: string) =>
  json.replace(/\\\\|\\"|[\u0080-\uffff<>&'+`]/g, unit =>
    unit === '\\\\'
      ? unit
      : `\\u${unit
          .charCodeAt(unit.length - 1)
          .toString(16)
          .toUpperCase()
          .padStart(4, '0')}`,
  )
const java = (digits: string) => {
  const value = Number(digits)
  if (Math.abs(value) < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const exponent = Math.floor(Math.log10(value))
  return `${String(value).replace(/^(\d)(\d*)$/, '$1.$2')}E${exponent}`
}

const payloads: [cause: string, payload: string | Uint8Array][] = [
  ['raw-body', RAW],
  ['unsorted-keys', JSON.stringify(VALUE)],
  ['sorted-outside-only', sortedJson(VALUE, { deep: false })],
  ['arrays-left', sortedJson(VALUE, { compare: asObject, arrays: 'left' })],
  ['arrays-sorted', sortedJson(VALUE, { compare: asObject, arrays: 'sorted' })],
  ['locale-order', sortedJson(VALUE, { compare: (a, b) => a.localeCompare(b) })],
  ['case-folded-order', sortedJson(VALUE, { compare: (a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1) })],
  ['integer-keys-as-text', sortedJson(VALUE)],
  ['pretty-json', JSON.stringify(JSON.parse(CANONICAL), null, 2)],
  ['pretty-json-4', JSON.stringify(JSON.parse(CANONICAL), null, 4)],
  ['pretty-json-tab', JSON.stringify(JSON.parse(CANONICAL), null, '\t')],
  ['spaced-json', spaced(CANONICAL)],
  ['python-json', escaped(spaced(CANONICAL))],
  ['escaped-unicode', escaped(CANONICAL)],
  ['escaped-slashes', CANONICAL.replaceAll('/', '\\/')],
  ['php-json', escaped(CANONICAL).replaceAll('/', '\\/')],
  ['escaped-html', CANONICAL.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')],
  ['dotnet-json', dotnet(CANONICAL)],
  [
    'numbers-as-floats',
    withNumbers(CANONICAL, digits => (digits.includes('.') ? digits : `${digits}.0`)).replace('1.5,', '1.50,'),
  ],
  ['numbers-as-doubles', withNumbers(CANONICAL, java)],
  ['numbers-kept', CANONICAL.replace('1.5', '1.50')],
  ['nulls-left-out', CANONICAL.replace('"apple":null,', '')],
  ['part-only', DATA],
  ['trailing-newline', `${CANONICAL}\n`],
  ['trailing-crlf', `${CANONICAL}\r\n`],
  ['bom-added', `\uFEFF${CANONICAL}`],
  ['latin-1', Buffer.from(CANONICAL, 'latin1')],
  ['utf-8-twice', Buffer.from(Buffer.from(CANONICAL).toString('latin1'))],
  ['utf-16', Buffer.from(CANONICAL, 'utf16le')],
  ['question-marks', CANONICAL.replace(/\P{ASCII}/gu, '?')],
  ['unicode-decomposed', CANONICAL.normalize('NFD')],
  ['object-object', '[object Object]'],
  ['undefined-body', 'undefined'],
  ['null-body', 'null'],
  ['empty-body', ''],
  ['json-of-text', JSON.stringify(RAW)],
  ['raw-body + trailing-newline-removed', RAW.trimEnd()],
  ['raw-body + crlf-newlines', RAW.replaceAll('\n', '\r\n')],
  ['raw-body + bom-added', `\uFEFF${RAW}`],
  ['unsorted-keys + python-json', escaped(spaced(JSON.stringify(VALUE)))],
  ['unsorted-keys + escaped-unicode', escaped(JSON.stringify(VALUE))],
  ['part-only + unsorted-keys', JSON.stringify(VALUE.data)],
]

const stamps: [cause: string, timestamp: string][] = [
  ['timestamp-in-milliseconds', `${TS}000`],
  ['timestamp-in-milliseconds', `${TS}573`],
  ['timestamp-as-float', `${TS}.0`],
  ['timestamp-as-date', new Date(SECONDS * 1000).toISOString()],
  ['timestamp-as-date', new Date(SECONDS * 1000).toISOString().replace('.000', '')],
  ['timestamp-empty', ''],
  ['timestamp-undefined', 'undefined'],
  ['timestamp-undefined', 'NaN'],
  ['timestamp-of-body', '1738784271042'],
  ['timestamp-of-another-moment', String(SECONDS + 20)],
  ['timestamp-of-another-moment', String(SECONDS - 250)],
]

const keys: [cause: string, key: string | Uint8Array][] = [
  ['secret-without-prefix', CORE],
  ['secret-base64-decoded', Buffer.from(CORE, 'base64')],
  ['secret-prefix-decoded', Buffer.from(SECRET, 'base64')],
  ['secret-base64-encoded', Buffer.from(SECRET).toString('base64')],
  ['secret-with-newline', `${SECRET}\n`],
  ['secret-with-crlf', `${SECRET}\r\n`],
  ['secret-with-space', `${SECRET} `],
  ['secret-with-space', ` ${SECRET}`],
  ['secret-in-quotes', `"${SECRET}"`],
  ['secret-in-quotes', `'${SECRET}'`],
  ['secret-empty', ''],
  ['secret-undefined', 'undefined'],
]

const text = `${TS}.${CANONICAL}`
const signatures: [cause: string, signature: string][] = [
  ['base64-for-hex', hmac(SECRET, text, 'base64')],
  ['base64-without-padding', hmac(SECRET, text, 'base64').replace(/=+$/, '')],
  ['base64url', `${hmac(SECRET, text, 'base64url')}`],
  ['upper-case-hex', GOOD.toUpperCase()],
  ['upper-case-hex', `${GOOD.slice(0, 32)}${GOOD.slice(32).toUpperCase()}`],
  ['encoded-twice', Buffer.from(GOOD).toString('base64')],
  ['encoded-twice', Buffer.from(GOOD).toString('hex')],
  ['encoded-twice', Buffer.from(hmac(SECRET, text, 'base64')).toString('base64')],
  ['prefix-added', `sha256=${GOOD}`],
  ['prefix-added', `v1=${GOOD}`],
  ['signature-quoted', `"${GOOD}"`],
  ['truncated', GOOD.slice(0, 32)],
  ['truncated', GOOD.slice(1)],
  ['base64-for-hex + truncated', hmac(SECRET, text, 'base64').slice(0, 20)],
  ['more-than-the-signature', `${GOOD}; charset=utf-8`],
  ['signature-empty', ''],
  ['signature-empty', '  '],
  ['sha1', hmac(SECRET, text, 'hex', 'sha1')],
  ['sha384', hmac(SECRET, text, 'hex', 'sha384')],
  ['sha512', hmac(SECRET, text, 'hex', 'sha512')],
  ['md5', hmac(SECRET, text, 'hex', 'md5')],
  ['plain-hash', sha256(text)],
  ['hash-of-secret-and-text', sha256(SECRET + text)],
  ['hash-of-text-and-secret', sha256(text + SECRET)],
  ['key-and-text-swapped', hmac(text, SECRET)],
  ['separator-missing', hmac(SECRET, TS + CANONICAL)],
  ['other-separator', hmac(SECRET, `${TS}:${CANONICAL}`)],
  ['other-separator', hmac(SECRET, `${TS}\n${CANONICAL}`)],
  ['timestamp-after-body', hmac(SECRET, `${CANONICAL}.${TS}`)],
  ['timestamp-left-out', hmac(SECRET, CANONICAL)],
]

/** Two mistakes at once, as people make them. */
const pairs: [cause: string, signature: string][] = [
  ['raw-body + timestamp-left-out', hmac(SECRET, RAW)],
  ['raw-body + timestamp-in-milliseconds', over(RAW, `${TS}000`)],
  ['raw-body + base64-for-hex', Buffer.from(over(RAW), 'hex').toString('base64')],
  ['unsorted-keys + secret-with-newline', hmac(`${SECRET}\n`, `${TS}.${JSON.stringify(VALUE)}`)],
  ['timestamp-undefined + secret-undefined', hmac('undefined', `undefined.${CANONICAL}`)],
  ['timestamp-in-milliseconds + upper-case-hex', over(CANONICAL, `${TS}000`).toUpperCase()],
  ['raw-body + timestamp-left-out + prefix-added', `sha256=${hmac(SECRET, RAW)}`],
  ['secret-base64-decoded + sha512', hmac(Buffer.from(CORE, 'base64'), text, 'hex', 'sha512')],
]

describe('a signature over timestamp and canonical JSON', () => {
  it('is valid when it is made by the scheme', async () => {
    const explanation = await ask(GOOD)
    expect(explanation).toMatchObject({ verdict: 'valid', causes: [], provider: 'rillis', channel: 'flow' })
    expect(explanation.expected).toEqual([
      ['x-signature', GOOD],
      ['x-timestamp', TS],
    ])
  })

  it.each(payloads)('%s is named, and the right header given', async (cause, payload) => {
    const explanation = await ask(over(payload))
    expect(named(explanation)).toBe(cause)
    expect(explanation.expected[0]).toEqual(['x-signature', GOOD])
  })

  it.each(stamps)('%s is named for %s', async (cause, timestamp) => {
    expect(named(await ask(over(CANONICAL, timestamp)))).toBe(cause)
  })

  it.each(keys)('%s is named', async (cause, key) => {
    expect(named(await ask(keyed(key)))).toBe(cause)
  })

  it.each(signatures)('%s is named for %s', async (cause, signature) => {
    expect(named(await ask(signature))).toBe(cause)
  })

  it.each(pairs)('%s are named together', async (causes, signature) => {
    expect(named(await ask(signature))).toBe(causes)
  })

  it('a missing header, a missing timestamp and one in milliseconds are named', async () => {
    expect(named(await ask(undefined))).toBe('signature-absent')
    const headers: [string, string][] = [['x-signature', hmac(SECRET, CANONICAL)]]
    expect(named(await explained('rillis', { secret: SECRET, headers, body: RAW, now: NOW }))).toBe(
      'timestamp-absent + timestamp-left-out',
    )
    const ms = `${TS}042`
    expect(named(await ask(over(CANONICAL, ms), { timestamp: ms }))).toBe('header-timestamp-in-milliseconds')
    expect(named(await ask(GOOD, { timestamp: ms }))).toBe('header-timestamp-in-milliseconds + timestamp-in-seconds')
    expect(named(await ask(over(CANONICAL, `${TS}abc`), { timestamp: `${TS}abc` }))).toBe('header-timestamp-no-number')
  })

  it('secrets with something around them, or written as hex, are named', async () => {
    const hex = Buffer.from('a key of some bytes').toString('hex')
    const made = (key: string | Uint8Array, secret: string) => ask(keyed(key), { secret })
    expect(named(await made(SECRET, `${SECRET}\n`))).toBe('secret-trimmed')
    expect(named(await made(SECRET, `"${SECRET}"`))).toBe('secret-unquoted')
    expect(named(await made(Buffer.from(hex, 'hex'), hex))).toBe('secret-hex-decoded')
  })

  it.each([
    ['another secret', keyed('another')],
    ['another body', over(sortedJson({ ...VALUE, type: 'FLOW_REJECTED' }, { compare: asObject }))],
    ['no digest at all', 'hello'],
  ])('%s is explained by none of the known causes, whose number is given', async (_, signature) => {
    const explanation = await ask(signature)
    expect(explanation).toMatchObject({ verdict: 'invalid', causes: [], alternatives: [] })
    expect(explanation.known).toBeGreaterThan(80)
    expect(explanation.summary).toContain(`None of the ${explanation.known} known causes`)
    expect(explanation.tried).toBeGreaterThan(2000)
  })

  it('lists all causes that this body cannot distinguish', async () => {
    const body = '{"b":1,"a":2}'
    const explanation = await ask(hmac(SECRET, `${TS}.${body}`), { body })
    expect(named(explanation)).toBe('raw-body')
    expect(explanation.alternatives.map(causes => causes.map(({ id }) => id))).toEqual([['unsorted-keys']])
  })
})

describe('under settings', () => {
  const settings = {
    signatureEncoding: 'base64',
    signaturePrefix: 'sig(1)=',
    canonicalSpacing: 'indent2',
    sortInsideArrays: false,
    signedPart: 'data',
  }
  const arrays = (compact: string) => JSON.stringify(JSON.parse(compact), null, 2)
  const payload = arrays(sortedJson(VALUE.data, { compare: asObject, arrays: 'left' }))
  const sign = (data: string, encoding: 'hex' | 'base64' = 'base64') =>
    `sig(1)=${hmac(SECRET, `${TS}.${data}`, encoding)}`

  it.each([
    ['valid', sign(payload)],
    ['whole-envelope', sign(arrays(sortedJson(VALUE, { compare: asObject, arrays: 'left' })))],
    ['compact-json', sign(sortedJson(VALUE.data, { compare: asObject, arrays: 'left' }))],
    ['arrays-walked-into', sign(arrays(DATA))],
    ['escaped-unicode', sign(escaped(payload))],
    ['hex-for-base64', sign(payload, 'hex')],
    ['prefix-missing', sign(payload).slice(7)],
    ['prefix-of-another-scheme', sign(payload).replace('sig(1)=', 'v1=')],
  ])('%s is named', async (cause, signature) => {
    expect(named(await ask(signature, { settings }))).toBe(cause)
  })

  it('a channel that signs only by a setting is explained with it, and refused without', async () => {
    const body = '{"state":"COMPLETED","external_transaction_id":"t"}'
    const headers: [string, string][] = [
      ['x-signature', hmac(SECRET, `${TS}.${sortedJson(JSON.parse(body))}`)],
      ['x-timestamp', TS],
    ]
    const question = { channel: 'transaction', secret: SECRET, headers, body, now: NOW }
    expect(named(await explained('rillis', { ...question, settings: { transactionSigning: 'flow' } }))).toBe('valid')
    await expect(explained('rillis', question)).rejects.toMatchObject({
      code: 'invalid_input',
      where: 'channel transaction',
    })
  })
})
