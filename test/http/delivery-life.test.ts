// The life of a delivery, single attempts and texts to copy, over the control API; every answer is also checked against the OpenAPI document by `ask`.
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { hmac, sortedJson } from '../signature-debugger/crypto.js'
import { START } from '../support/emulator.js'
import { runProcess } from '../support/process.js'
import { type Answers, type TestReceiver, testReceiver } from '../support/receiver.js'
import { type TestServer, testServer } from '../support/server.js'
import { runTypeScript } from '../support/typescript-blocks.js'

const MINUTE = 60_000
const instant = (ms: number) => new Date(START + ms).toISOString()

interface Sent extends TestServer {
  to: TestReceiver
  subscription: string
  /** `/_standin/deliveries/dl_1` */
  path: string
}

/** A server with one delivery, whose first attempt has ended. */
async function sent(answers: Answers, faults: JsonObject[] = [], event: JsonObject = {}): Promise<Sent> {
  const [server, to] = [await testServer(), await testReceiver(answers)]
  const { json } = await server.ask('POST', '/_standin/subscriptions', { provider: 'acme', url: to.url })
  for (const fault of faults) await server.ask('POST', '/_standin/faults', fault)
  await server.ask('POST', '/_standin/events', { provider: 'acme', type: 'thing.made', subject: 't_1', ...event })
  await server.emulator.rest()
  return { ...server, to, subscription: String(json.id), path: '/_standin/deliveries/dl_1' }
}

describe('the life of a delivery', () => {
  it('names Retry-After as the reason of a wait that follows it', async () => {
    const [{ ask, emulator }, to] = [
      await testServer({ providers: builtInProviders }),
      await testReceiver([{ status: 503, headers: { 'retry-after': '120' } }, 200]),
    ]
    const settings = { retryDelays: ['5s'], retryAfterUpTo: '1h' }
    await ask('POST', '/_standin/subscriptions', { provider: 'standard', url: to.url, settings })
    await ask('POST', '/_standin/events', { provider: 'standard', type: 'invoice.paid' })
    await emulator.rest()
    const reason = '503; attempt 2 of 10 5 s later, put off to 2 m by Retry-After (2 m)'
    const { json } = await ask('GET', '/_standin/deliveries/dl_1/life')
    expect(json).toMatchObject({
      attempts: [{ number: 1, retryAfter: '120' }],
      waits: [{ before: 2, from: instant(0), to: instant(2 * MINUTE), cause: 'schedule', reason }],
      next: { number: 2, dueAt: instant(2 * MINUTE), reason },
    })
  })

  it('tells each wait with its reason, and the next attempt with its time', async () => {
    const { ask, emulator, path } = await sent([500, 503, 200])
    const { json: early } = await ask('GET', `${path}/life`)
    expect(early).toMatchObject({
      status: 'waiting',
      clock: 'manual',
      now: instant(0),
      subject: 't_1',
      attempts: [{ number: 1, endedAt: instant(0), counted: true, firedFaults: [] }],
      waits: [
        {
          before: 2,
          from: instant(0),
          to: instant(MINUTE),
          cause: 'schedule',
          reason: '500; attempt 2 of 3 1 m later',
        },
      ],
      next: { number: 2, dueAt: instant(MINUTE), cause: 'schedule', reason: '500; attempt 2 of 3 1 m later' },
    })
    await emulator.drain()
    const { json: late } = await ask('GET', `${path}/life`)
    expect(late).toMatchObject({ status: 'delivered', next: null, settledAt: instant(2 * MINUTE) })
    expect((late.waits as JsonObject[]).map(({ before, to, reason }) => [before, to, reason])).toEqual([
      [2, instant(MINUTE), '500; attempt 2 of 3 1 m later'],
      [3, instant(2 * MINUTE), '503; attempt 3 of 3 1 m later'],
    ])
  })

  it('names the fault that held an attempt back, and those that changed it', async () => {
    const faults: JsonObject[] = [
      { kind: 'delay', by: '90s' },
      { kind: 'malform', as: 'text' },
    ]
    const { ask, emulator, path } = await sent([200], faults)
    expect((await ask('GET', `${path}/life`)).json).toMatchObject({
      attempts: [],
      next: {
        number: 1,
        dueAt: instant(90_000),
        cause: 'fault',
        reason: 'first attempt; delay (fl_1): 1 m 30 s later',
      },
      actions: { replay: 'It has not been attempted yet.' },
    })
    await emulator.drain()
    expect((await ask('GET', `${path}/life`)).json).toMatchObject({
      waits: [{ before: 1, from: instant(0), to: instant(90_000), cause: 'fault' }],
      attempts: [
        {
          firedFaults: [
            { name: 'delay', about: 'Sends later than due, with a fresh signature.' },
            { name: 'malform', about: 'Sends a malformed body, validly signed.' },
          ],
        },
      ],
    })
  })

  it('tells a delivery that waits for its turn from one that is not due', async () => {
    const { ask, emulator, path, subscription } = await sent([500, 500, 200])
    const patch = (body: Json) => ask('PATCH', `/_standin/subscriptions/${subscription}`, body)
    await emulator.advance(30_000)
    await ask('POST', `${path}/resend`, {})
    await emulator.drain()
    const { json } = await ask('GET', `${path}/life`)
    // The attempt by hand falls into the wait and does not end it.
    expect(json).toMatchObject({
      attempts: [
        { number: 1, cause: 'scheduled', counted: true },
        { number: 2, cause: 'resend', counted: false, startedAt: instant(30_000) },
        { number: 3, cause: 'scheduled', counted: true },
      ],
      waits: [{ before: 3, from: instant(0), to: instant(MINUTE), cause: 'schedule' }],
    })
    await patch({ active: false })
    expect((await ask('GET', `${path}/life`)).json.actions).toEqual({
      resend: 'Its subscription is inactive.',
      replay: 'Its subscription is inactive.',
      cancel: 'It is delivered already.',
    })
  })

  it('shows a Retry-After that the schedule does not follow', async () => {
    const { ask, path } = await sent([{ status: 503, headers: { 'Retry-After': '7' } }])
    expect((await ask('GET', `${path}/life`)).json).toMatchObject({
      attempts: [{ retryAfter: '7' }],
      waits: [{ to: instant(MINUTE), cause: 'schedule' }],
    })
  })

  it('refuses what there is not, and says what there is', async () => {
    const { ask, path } = await sent([200])
    expect((await ask('GET', '/_standin/deliveries/dl_9/life')).status).toBe(404)
    const { status, json } = await ask('GET', `${path}/attempts/2`)
    expect({ status, ...json }).toMatchObject({
      status: 404,
      detail: 'Delivery dl_1 has no attempt 2.',
      hint: 'It has 1.',
    })
    expect((await ask('GET', `${path}/attempts/none`)).status).toBe(400)
    expect((await ask('GET', `${path}/attempts/1/text?as=wget`)).status).toBe(400)
  })
})

describe('one attempt', () => {
  it('has its bytes, those of a fault too, and masks credentials', async () => {
    const { ask, path } = await sent([{ status: 200, body: 'thanks' }], [{ kind: 'malform', as: 'invalidUtf8' }])
    const { json } = await ask('GET', `${path}/attempts/1`)
    expect(json).toMatchObject({
      number: 1,
      faults: ['malform'],
      request: { bodyBase64: expect.any(String) },
      ownBody: expect.stringContaining('"thing":"t_1"'),
      response: { status: 200, body: 'thanks', bodyBytes: 6 },
    })
    expect(JSON.stringify(json)).not.toContain('very-secret-bearer')
  })
})

describe('a request as text', () => {
  it('is a curl command that sends the bytes that were sent, with a list of what is masked', async () => {
    const { ask, to, path } = await sent([200], [{ kind: 'malform', as: 'invalidUtf8' }])
    const { json } = await ask('GET', `${path}/attempts/1/text?as=curl`)
    expect(json).toMatchObject({ as: 'curl', masked: ['Authorization'], exact: true })
    await runProcess('sh', [], { input: String(json.text) })
    const [first, again] = to.requests
    expect(again?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true)
    expect(again?.headers['x-signature']).toBe(first?.headers['x-signature'])
    expect(again?.headers.authorization).toBe('Bearer ***')
  })

  it('is raw HTTP, and says where bytes are no text', async () => {
    const plain = await sent([200])
    const { json } = await plain.ask('GET', `${plain.path}/attempts/1/text?as=http`)
    expect(json).toMatchObject({ exact: true, text: expect.stringMatching(/^POST \/webhooks HTTP\/1\.1\r\nhost: 127/) })
    await new Promise<void>((resolve, reject) => {
      const socket = connect(plain.to.port, '127.0.0.1', () => socket.end(String(json.text)))
      socket
        .on('error', reject)
        .on('close', () => resolve())
        .resume()
    })
    const [first, again] = plain.to.requests
    expect([again?.body, again?.headers['x-signature']]).toEqual([first?.body, first?.headers['x-signature']])
    const bent = await sent([200], [{ kind: 'malform', as: 'invalidUtf8' }])
    expect((await bent.ask('GET', `${bent.path}/attempts/1/text?as=http`)).json).toMatchObject({ exact: false })
  })

  it('is a test that sends the same payload with a fresh signature and passes', async () => {
    const [server, to] = [await testServer({ providers: builtInProviders }), await testReceiver()]
    const provider = 'kycgenie'
    const settings = { maxAttempts: 2 }
    await server.ask('POST', '/_standin/subscriptions', { provider, url: to.url, settings })
    const raw = { note: '\u2028 \u0024{x} `y` *** \\ \u0000', list: [1, null, { a: '' }], empty: [{}, []] }
    const type = 'screening.completed'
    await server.ask('POST', '/_standin/events', { provider, type, raw: raw })
    await server.emulator.rest()
    const { json } = await server.ask('GET', '/_standin/deliveries/dl_1/attempts/1/text?as=test')
    expect(json).toMatchObject({ as: 'test', exact: true })
    const tests = await runTypeScript([{ page: 'copied', line: 1, language: 'ts', info: '', text: String(json.text) }])
    expect(tests).toBe(1)
    expect(to.requests.map(request => request.body)).toEqual([to.bodies[0], to.bodies[0]])
  })
})

describe('the story of a subject', () => {
  it('lists the events of a story in every subject of it, and of no other provider', async () => {
    const { ask, emulator } = await sent([200])
    await ask('POST', '/_standin/events', { provider: 'acme', type: 'thing.lost', subject: 't_1' })
    await ask('POST', '/_standin/events', { provider: 'acme', type: 'thing.made', subject: 't_2' })
    await emulator.rest()
    const types = async (query: string) =>
      ((await ask('GET', `/_standin/events?${query}`)).json.items as JsonObject[]).map(({ type }) => type)
    expect(await types('story=t_1')).toEqual(['thing.lost', 'thing.made'])
    expect(await types('story=t_1&provider=acme&type=thing.made')).toEqual(['thing.made'])
    expect(await types('story=nothing')).toEqual([])
  })

  it('shows what a subject will do by itself, and finds one by provider', async () => {
    const server = await testServer({ providers: builtInProviders })
    const port = await server.emulator.port('unico')
    await port.putSubject({ id: 'p_1', kind: 'process', state: 'PROCESS_STATE_CREATED' })
    await port.setTimer('p_1', 'expire', START + 7 * 24 * 60 * MINUTE)
    const found = await server.ask('GET', '/_standin/subjects/p_1?provider=unico')
    expect(found.json).toMatchObject({
      id: 'p_1',
      moves: expect.any(Array),
      timers: [{ name: 'expire', at: '2026-01-22T12:00:00.000Z' }],
    })
    expect((await server.ask('GET', '/_standin/subjects/p_1?provider=rillis')).status).toBe(404)
  })
})

describe('the signature of a stored attempt', () => {
  const SECRET = 'the secret of the sender'

  async function rejected(computed: (body: string) => string) {
    const server = await testServer({ providers: builtInProviders })
    const to = await testReceiver(({ body }) => ({ status: 401, body: `expected ${computed(body)}` }))
    await server.ask('POST', '/_standin/subscriptions', { provider: 'rillis', url: to.url, secret: SECRET })
    await server.ask('POST', '/_standin/events', { provider: 'rillis', type: 'FLOW_COMPLETED' })
    await server.emulator.rest()
    return {
      ...server,
      to,
      explain: (more: JsonObject) =>
        server.ask('POST', '/_standin/explain-signature', { delivery: 'dl_1', attempt: 1, ...more }),
    }
  }

  it('is explained with the whole signed string where that is asked for', async () => {
    const { explain, to } = await rejected(() => 'nothing')
    const signedString = (json: JsonObject) =>
      (json.steps as JsonObject[]).find(({ name }) => name === 'signed string')?.value
    const { json } = await explain({})
    expect(json).toMatchObject({ verdict: 'valid', computed: null })
    expect(String(signedString(json)).length).toBeLessThan(200)
    const whole = await explain({ whole: true })
    expect(String(signedString(whole.json)).length).toBeGreaterThan(200)
    expect(whole.text).not.toContain(SECRET)
    expect(to.requests[0]?.headers['x-timestamp']).toBe(String(signedString(whole.json)).split('.')[0])
  })

  it('is compared with one that a receiver computed, pasted alone or as a header', async () => {
    const { explain, to } = await rejected(() => 'nothing')
    const { body = '', headers } = to.requests[0] ?? {}
    const overRaw = hmac(SECRET, `${headers?.['x-timestamp']}.${body}`)
    const { json } = await explain({ signature: ` ${overRaw}\n` })
    expect(json).toMatchObject({ verdict: 'invalid', causes: [{ id: 'raw-body' }] })
    const prefixed = await explain({ signature: `sha256=${headers?.['x-signature']}` })
    expect(prefixed.json).toMatchObject({ verdict: 'invalid', causes: [{ id: 'prefix-added' }] })
    expect((await explain({ signature: headers?.['x-signature'] ?? '' })).json).toMatchObject({ verdict: 'valid' })
  })

  it('is told from one that another secret makes, which is named', async () => {
    const { explain, to } = await rejected(() => 'nothing')
    const other = 'the secret of the receiver'
    const { json } = await explain({ secret: other })
    expect(json).toMatchObject({ verdict: 'invalid', causes: [{ id: 'other-secret' }] })
    const { body = '', headers } = to.requests[0] ?? {}
    const signed = `${headers?.['x-timestamp']}.${sortedJson(JSON.parse(body))}`
    const pasted = await explain({ secret: other, signature: hmac(other, signed) })
    expect(pasted.json).toMatchObject({
      verdict: 'invalid',
      summary: 'The given secret is not that of subscription sub_1, which signs its requests with another.',
      causes: [{ id: 'other-secret', fix: expect.stringContaining('sub_1') }],
    })
    // A likelier cause wins.
    const spaced = await explain({ secret: `${SECRET} ` })
    expect(spaced.json).toMatchObject({ causes: [{ id: 'secret-trimmed' }] })
    expect((await explain({ secret: SECRET })).json).toMatchObject({ verdict: 'valid' })
    expect(to.requests).toHaveLength(1)
  })

  it('is compared with what the response shows that the receiver computed', async () => {
    const { explain } = await rejected(body => hmac(SECRET, body))
    const { json } = await explain({})
    expect(json).toMatchObject({ verdict: 'valid', computed: { causes: [{ id: expect.any(String) }, {}] } })
  })
})
