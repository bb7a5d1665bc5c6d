// What callers with bad intentions send: each input is refused at the door, and the server goes on as before.
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.js'
import { LARGEST_BODY } from '../../src/http/exchange.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testReceiver } from '../support/receiver.js'
import { type TestServer, testServer } from '../support/server.js'

const DAYS = '99999999999d'
const HALF = '\ud800'

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
/** A body as JSON text, with `deep` written 5,000 levels deep. */
const withDeep = (body: JsonObject): string => JSON.stringify(body).replace('"deep"', () => nested(5000))

/** Built-in providers, a receiver and one subscription of `standard` with the id `r`. */
async function started(): Promise<TestServer & { url: string }> {
  const server = await testServer({ providers: builtInProviders })
  const { url } = await testReceiver([])
  await server.ask('POST', '/_standin/subscriptions', { provider: 'standard', url, id: 'r' })
  return { ...server, url }
}

/** The server answers, and an event still reaches its subscription. */
async function expectWell({ ask }: TestServer): Promise<void> {
  expect((await ask('GET', '/_standin/health')).status).toBe(200)
  for (const list of ['subscriptions', 'events', 'deliveries', 'faults', 'subjects'])
    expect((await ask('GET', `/_standin/${list}`)).status).toBe(200)
  const { status, json } = await ask('POST', '/_standin/events', { provider: 'standard', type: 'invoice.paid' })
  expect({ status, deliveries: (json.deliveries as Json[]).length }).toEqual({ status: 202, deliveries: 1 })
}

const event = { provider: 'standard', type: 'invoice.paid' }

describe('values nested 5,000 levels deep', () => {
  it.each<[string, string, string, JsonObject]>([
    ['raw', 'POST', '/_standin/events', { ...event, raw: { a: 'deep' } }],
    ['set', 'POST', '/_standin/events', { ...event, set: { id: 'deep' } }],
    ['tamper', 'POST', '/_standin/faults', { kind: 'tamper', path: 'id', value: 'deep' }],
    ['a filter', 'POST', '/_standin/expect', { outcome: 'delivered', where: { id: 'deep' } }],
    ['a setting', 'PATCH', '/_standin/providers/standard/settings', { envelope: 'deep' }],
    [
      'a schema',
      'PATCH',
      '/_standin/providers/standard/settings',
      { eventTypes: [{ name: 'a.b', schema: { type: 'object', properties: 'deep' } }] },
    ],
    ['a preview of a verification', 'POST', '/_standin/verifications', { provider: 'standard', settings: 'deep' }],
  ])('in %s are a 400', async (_, method, path, body) => {
    const server = await started()
    const { status, json } = await server.ask(method, path, withDeep(body))
    expect({ status, code: json.code, detail: json.detail }).toEqual({
      status: 400,
      code: 'invalid_input',
      detail: 'body: The JSON is nested deeper than 100 levels.',
    })
    await expectWell(server)
  })

  it.each([
    ['set', '/_standin/events', (path: string) => ({ ...event, set: { [path]: 1 } })],
    ['unset', '/_standin/events', (path: string) => ({ ...event, unset: [path] })],
    ['tamper', '/_standin/faults', (path: string) => ({ kind: 'tamper', path })],
    ['a filter', '/_standin/expect', (path: string) => ({ outcome: 'delivered', where: { [path]: 1 } })],
  ])('named by a path in %s are a 400', async (_, path, bodyOf) => {
    const server = await started()
    const { status, text } = await server.ask('POST', path, bodyOf(Array(5000).fill('a').join('.')))
    expect(status).toBe(400)
    expect(text).toContain('more than 100 segments')
    expect(text.length).toBeLessThan(2000)
    await expectWell(server)
  })

  it.each([
    ['brackets', '['.repeat(5000)],
    ['closed brackets', nested(5000)],
    ['dashes', `${'- '.repeat(5000)}a`],
    ['braces', '{a: '.repeat(5000)],
    ['an alias to itself', 'version: 1\nname: a\nsteps: &s [ { repeat: { count: 1, steps: *s } } ]'],
  ])('as two scenarios of %s are two times a 400', async (_, text) => {
    const server = await started()
    for (let i = 0; i < 2; i++) {
      const { status, json } = await server.ask('POST', '/_standin/runs', text)
      expect({ status, code: json.code }).toEqual({ status: 400, code: 'invalid_file' })
    }
    await expectWell(server)
  })

  it('are no body of a provider', async () => {
    const server = await started()
    const { status } = await server.ask('POST', '/kycgenie/v1/webhooks/', nested(5000), { 'x-api-key': 'k' })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
})

describe('durations and times beyond what a date holds', () => {
  it.each<[string, string, string, JsonObject]>([
    ['advance', 'POST', '/_standin/clock/advance', { by: DAYS }],
    ['advance by a number', 'POST', '/_standin/clock/advance', { by: 1e300 }],
    ['drain', 'POST', '/_standin/clock/drain', { upTo: DAYS }],
    ['retryDelays', 'PATCH', '/_standin/providers/standard/settings', { retryDelays: ['5s', DAYS] }],
    ['retryDelays of one', 'PATCH', '/_standin/subscriptions/r', { settings: { retryDelays: [1e300] } }],
    ['rotationOverlap', 'PATCH', '/_standin/subscriptions/r', { settings: { rotationOverlap: 1e300 } }],
    ['a response timeout', 'PATCH', '/_standin/subscriptions/r', { settings: { responseTimeoutMs: 1e15 } }],
    ['for of a fault', 'POST', '/_standin/faults', { kind: 'omitSignature', for: DAYS }],
    ['ttl of a fault', 'POST', '/_standin/faults', { kind: 'omitSignature', ttl: 1e300 }],
    ['by of a delay', 'POST', '/_standin/faults', { kind: 'delay', by: DAYS }],
    ['within', 'POST', '/_standin/expect', { outcome: 'delivered', within: DAYS }],
    ['neverWithin', 'POST', '/_standin/expect', { outcome: 'delivered', neverWithin: 1e300 }],
    ['timeout', 'POST', '/_standin/expect', { outcome: 'delivered', timeout: DAYS }],
  ])('%s: a 400, and nothing is poisoned', async (_, method, path, body) => {
    const server = await started()
    const { status, text } = await server.ask(method, path, body)
    expect(status).toBe(400)
    expect(text).toMatch(/at most|or less|too long/)
    await expectWell(server)
    await server.ask('POST', '/_standin/reset')
    expect((await server.ask('GET', '/_standin/health')).status).toBe(200)
  })

  it('the clock stops before the year 10000', async () => {
    const server = await started()
    const years = { by: '36525d' }
    const { ask } = server
    for (let moved = 2026; moved < 9900; moved += 100)
      expect((await ask('POST', '/_standin/clock/advance', years)).status).toBe(200)
    const { status, json } = await ask('POST', '/_standin/clock/advance', years)
    expect({ status, detail: json.detail }).toEqual({
      status: 400,
      detail: expect.stringContaining('cannot be moved beyond the year 9999'),
    })
    expect((await ask('POST', '/_standin/clock/drain', { upTo: '36525d' })).status).toBe(200)
    await expectWell(server)
  })
})

describe('texts that are not well-formed Unicode', () => {
  it.each<[string, string, string, JsonObject]>([
    ['the id of a subscription', 'POST', '/_standin/subscriptions', { provider: 'standard', id: HALF }],
    ['an account', 'POST', '/_standin/subscriptions', { provider: 'standard', account: HALF }],
    ['a secret', 'POST', '/_standin/subscriptions', { provider: 'standard', secret: HALF }],
    ['a setting', 'POST', '/_standin/subscriptions', { provider: 'standard', settings: { contentType: HALF } }],
    ['an event type', 'PATCH', '/_standin/subscriptions/r', { eventTypes: [HALF] }],
    ['a rotated secret', 'POST', '/_standin/subscriptions/r/rotate-secret', { secret: HALF }],
    ['the id of an event', 'POST', '/_standin/events', { ...event, id: HALF }],
    ['a subject', 'POST', '/_standin/events', { ...event, subject: `x${HALF}` }],
    ['the account of an event', 'POST', '/_standin/events', { ...event, account: HALF }],
    ['a payload', 'POST', '/_standin/events', { ...event, raw: { a: HALF } }],
    ['a key of a payload', 'POST', '/_standin/events', { ...event, raw: { [HALF]: 1 } }],
    ['a fault', 'POST', '/_standin/faults', { kind: 'unknownType', as: HALF }],
  ])('%s is a 400, and events are still delivered', async (_, method, path, body) => {
    const server = await started()
    const { status, json } = await server.ask(method, path, { url: server.url, ...body })
    expect({ status, detail: json.detail }).toEqual({
      status: 400,
      detail: expect.stringContaining('not well-formed Unicode'),
    })
    await expectWell(server)
    expect((await server.ask('DELETE', '/_standin/subscriptions/r')).status).toBe(204)
  })

  it('are refused in the library too', async () => {
    const { emulator, url } = await started()
    await expect(emulator.subscribe('standard', { url, id: HALF })).rejects.toThrow('not well-formed')
    await expect(emulator.trigger('standard', 'invoice.paid', { id: HALF })).rejects.toThrow('not well-formed')
    await expect(emulator.updateSubscription('r', { notes: { a: HALF } })).rejects.toThrow('not well-formed')
    await expect(emulator.advance(1e300)).rejects.toThrow('at most 100 years')
    await expect(emulator.expect({ outcome: 'delivered', withinMs: 1e300 })).rejects.toThrow('at most 100 years')
  })
})

describe('settings that every object inherits', () => {
  it.each(['toString', 'constructor', 'hasOwnProperty', '__proto__', 'valueOf'])(
    '%s is an unknown setting',
    async key => {
      const server = await started()
      const settings = `{"${key}":{"a":1}}`
      for (const [method, path, body] of [
        ['PATCH', '/_standin/providers/standard/settings', settings],
        ['PATCH', '/_standin/subscriptions/r', `{"settings":${settings}}`],
        ['POST', '/_standin/subscriptions', `{"provider":"standard","url":"${server.url}","settings":${settings}}`],
      ] as const) {
        const { status, json } = await server.ask(method, path, body)
        expect(status).toBe(400)
        expect(json.detail).toContain(key)
      }
      await expectWell(server)
    },
  )
})

describe('long lists and many problems', () => {
  it('the same subscription three times is one delivery', async () => {
    const { ask } = await started()
    const { status, json } = await ask('POST', '/_standin/events', { ...event, only: ['r', 'r', 'r'] })
    expect({ status, deliveries: (json.deliveries as Json[]).length }).toEqual({ status: 202, deliveries: 1 })
  })

  it.each<[string, string, JsonObject]>([
    ['only', '/_standin/events', { ...event, only: Array(90_000).fill('r') }],
    ['unset', '/_standin/events', { ...event, unset: Array(90_000).fill('id') }],
    ['set', '/_standin/events', { ...event, set: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, 1])) }],
    ['attempts', '/_standin/faults', { kind: 'omitSignature', attempts: Array(90_000).fill(1) }],
  ])('%s with more than 1000 entries is a 400', async (_, path, body) => {
    const server = await started()
    const { status, text } = await server.ask('POST', path, body)
    expect(status).toBe(400)
    expect(text).toContain('more than 1000 entries')
    await expectWell(server)
  })

  const unknown = (count: number): JsonObject =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`u${i}`, 1]))

  it.each<[string, string, string, (many: JsonObject) => Json]>([
    ['a body', 'POST', '/_standin/events', many => ({ ...event, ...many })],
    ['settings', 'PATCH', '/_standin/providers/standard/settings', many => many],
    ['settings of a subscription', 'PATCH', '/_standin/subscriptions/r', many => ({ settings: many })],
    ['a fault', 'POST', '/_standin/faults', many => ({ kind: 'reset', ...many })],
  ])('10,000 unknown keys in %s are counted, and twenty are named', async (_, method, path, bodyOf) => {
    const server = await started()
    const { status, text, json } = await server.ask(method, path, bodyOf(unknown(10_000)))
    expect(status).toBe(400)
    expect(text.length).toBeLessThan(10_000)
    expect(json.errors).toHaveLength(21)
    expect(text).toContain('And 9,980 more problems.')
    expect(json.detail).toContain('(and 9999 more)')
    await expectWell(server)
  })

  it('20,000 unknown keys in a scenario are counted, and twenty are named', async () => {
    const server = await started()
    const scenario = { version: 1, name: 'a', steps: [{ trigger: 'invoice.paid' }], ...unknown(20_000) }
    const { status, text, json } = await server.ask('POST', '/_standin/runs', scenario)
    expect(status).toBe(400)
    expect(text.length).toBeLessThan(10_000)
    expect(json.errors).toHaveLength(21)
    expect(json.detail).toContain('(and 19999 more)')
  })

  it('a raw payload that fits nowhere has twenty warnings and their number', async () => {
    const { ask } = await started()
    await ask('PATCH', '/_standin/providers/standard/settings', {
      eventTypes: [
        { name: 'a.b', schema: { type: 'object', properties: { n: { type: 'array', items: { type: 'number' } } } } },
      ],
    })
    const { status, json } = await ask('POST', '/_standin/events', {
      provider: 'standard',
      type: 'a.b',
      raw: { n: Array(5000).fill('x') },
    })
    expect(status).toBe(202)
    expect((json.warnings as Json[]).length).toBeLessThanOrEqual(21)
  })

  it('a key of a megabyte is not repeated in the answer', async () => {
    const { ask } = await started()
    const { status, text } = await ask('POST', '/_standin/events', { ...event, ['k'.repeat(1_000_000)]: 1 })
    expect(status).toBe(400)
    expect(text.length).toBeLessThan(2000)
  })
})

describe('bodies of very many values', () => {
  const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}`
  const cpu = (since?: NodeJS.CpuUsage) => process.cpuUsage(since).user / 1000

  it.each([
    ['300,000 keys in raw', keys(300_000)],
    ['300,000 items in raw', `{"a":[${'1,'.repeat(300_000)}1]}`],
    ['300,000 objects in raw', `{"a":[${'{},'.repeat(300_000)}1]}`],
    ['300,000 keys in raw as a text', JSON.stringify(keys(300_000))],
  ])('%s are a 400 that names the limit, before they are read', async (_, raw) => {
    const server = await started()
    const body = `{"provider":"standard","type":"invoice.paid","raw":${raw}}`
    const start = process.cpuUsage()
    const { status, json } = await server.ask('POST', '/_standin/events', body)
    expect({ status, code: json.code, detail: json.detail }).toEqual({
      status: 400,
      code: 'invalid_input',
      detail: expect.stringMatching(/^(body: The JSON|raw: The text is JSON that) has more than 100,000 values\.$/),
    })
    expect(cpu(start)).toBeLessThan(1000)
    await expectWell(server)
  })

  it('on every route of the control API and of a provider are refused', async () => {
    const server = await started()
    const many = keys(300_000)
    for (const [method, path] of [
      ['POST', '/_standin/subscriptions'],
      ['PATCH', '/_standin/providers/standard/settings'],
      ['POST', '/_standin/expect'],
      ['POST', '/_standin/faults'],
      ['POST', '/_standin/runs'],
      ['PUT', '/spaces/a'],
      ['POST', '/kycgenie/api/v1/webhooks/'],
      ['POST', '/rillis/api/v1/auth/token'],
    ] as const) {
      const start = process.cpuUsage()
      const { status } = await server.ask(method, path, many, { 'x-api-key': 'k' })
      expect({ path, isRefused: status >= 400 && status < 500 }).toEqual({ path, isRefused: true })
      expect(cpu(start)).toBeLessThan(1000)
    }
    await expectWell(server)
  })

  it('as many as the limit are taken in', async () => {
    const { ask } = await started()
    const start = process.cpuUsage()
    const { status } = await ask(
      'POST',
      '/_standin/events',
      `{"provider":"standard","type":"invoice.paid","raw":${keys(99_990)}}`,
    )
    expect(status).toBe(202)
    expect(cpu(start)).toBeLessThan(3000)
  })

  it('settings and declared schemas of 20,000 values are refused', async () => {
    const server = await started()
    const properties = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, {}]))
    const eventTypes = [{ name: 'a.b', schema: { type: 'object', properties } }]
    const { status, json } = await server.ask('PATCH', '/_standin/providers/standard/settings', { eventTypes })
    expect({ status, detail: json.detail }).toEqual({
      status: 400,
      detail: 'settings: This has more than 20,000 values.',
    })
    await expectWell(server)
  })

  it('a form of a thousand fields more than any provider documents is refused', async () => {
    const { ask } = await started()
    const { status } = await ask('POST', '/unico/oauth2/token', 'a=b&'.repeat(300_000), {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  it('a kind of fault of five megabytes is not repeated in the answer', async () => {
    const { ask } = await started()
    const { status, text } = await ask('POST', '/_standin/faults', { kind: 'k'.repeat(5_000_000) })
    expect({ status, isShort: text.length < 2000 }).toEqual({ status: 400, isShort: true })
  })
})

describe('bytes that are not UTF-8', () => {
  it.each([
    ['\xff', 'latin1'],
    ['\xed\xa0\x80', 'latin1'],
  ] as const)('in an id are a 400, so that two ids never become one (%j)', async (id, encoding) => {
    const server = await started()
    const body = Buffer.from(JSON.stringify({ ...event, id: 'ID' }).replace('ID', id), encoding)
    for (const announced of [true, false]) {
      const stream = new Blob([body]).stream()
      const response = await server.app.request('http://127.0.0.1/_standin/events', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(announced && { 'content-length': String(body.length) }) },
        body: stream,
        duplex: 'half',
      } as RequestInit)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_input', detail: 'The body is not UTF-8.' })
    }
    await expectWell(server)
  })
})

it('a body beyond the limit is too large before it is anything else', async () => {
  const server = await started()
  const statusOf = async (bytes: number) => {
    const body = Buffer.alloc(bytes, 0xff)
    return (await server.app.request('http://127.0.0.1/_standin/events', { method: 'POST', body })).status
  }
  expect([await statusOf(LARGEST_BODY), await statusOf(LARGEST_BODY + 1)]).toEqual([400, 413])
})

describe('keys of a JSON body that would be lost or moved', () => {
  it.each([
    ['given twice', '{"provider":"rillis","type":"FLOW_COMPLETED","type":"FLOW_REJECTED"}', 'type'],
    ['whole numbers inside raw', '{"provider":"rillis","type":"FLOW_COMPLETED","raw":{"b":1,"2":1,"1":1}}', 'raw'],
  ])('%s: a 400 that names the place, and no event', async (_, body, place) => {
    const server = await started()
    const response = await server.app.request('http://127.0.0.1/_standin/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(400)
    const problem = (await response.json()) as { code: string; errors: { path: string }[] }
    expect(problem.code).toBe('invalid_input')
    expect(problem.errors.map(({ path }) => path.split('.')[0])).toEqual([place])
    const { json } = await server.ask('GET', '/_standin/events')
    expect(json.items).toEqual([])
    await expectWell(server)
  })
})

describe('a repeat of more steps than a run may make', () => {
  it.each([1_000_000_000, 100_001])('is a 400 where the file says %i', async count => {
    const server = await started()
    const scenario = { version: 1, name: 'a', steps: [{ repeat: { count, steps: [{ wait: 1 }] } }] }
    const { status, json } = await server.ask('POST', '/_standin/runs', scenario)
    expect({ status, code: json.code }).toEqual({ status: 400, code: 'invalid_file' })
    await expectWell(server)
  })
})
