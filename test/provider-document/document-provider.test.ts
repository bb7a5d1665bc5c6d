// Providers made of small documents of each kind: event types, payloads, signatures, schedules, assumptions.
import { spawnSync } from 'node:child_process'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.js'
import { testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { payloadsOf, providerOf, withSchema } from './documents.js'

const typesOf = ({ channels }: Provider) => channels.flatMap(({ eventTypes }) => eventTypes.map(({ name }) => name))
const choiceOf = ({ assumptions }: Provider, name: string) => assumptions.find(one => one.name === name)?.choice

const OPENAPI_30 = `
openapi: 3.0.3
info: { title: Ácme Checks & Co. }
x-webhooks:
  check.done:
    post:
      summary: A check is done
      requestBody: { $ref: '#/components/requestBodies/Done' }
      responses: { 200: { description: Taken }, 4XX: { description: Not taken } }
paths:
  /checks:
    post:
      operationId: startCheck
      responses: { '201': { description: Made } }
      callbacks:
        onProgress:
          '{$request.body#/callbackUrl}':
            post:
              operationId: check.progress
              requestBody:
                content:
                  application/json; charset=utf-8:
                    schema: { $ref: '#/components/schemas/Check' }
              responses: { '200': { description: Taken } }
components:
  requestBodies:
    Done: { content: { application/json: { schema: { $ref: '#/components/schemas/Check' } } } }
  schemas:
    Check:
      type: object
      required: [checkId, state, count, note]
      properties:
        checkId: { type: string, example: chk_01h8xk3m }
        state: { type: string, enum: [open, done] }
        count: { type: integer, format: int64, minimum: 0, exclusiveMinimum: true, maximum: 9223372036854775807 }
        note: { type: string, nullable: true }
        parent: { allOf: [{ $ref: '#/components/schemas/Check' }], nullable: true }
`

it('OpenAPI 3.0: x-webhooks and callbacks are event types; nullable, example and exclusive bounds are read', async () => {
  const provider = await providerOf(OPENAPI_30)
  expect(provider.name).toBe('acme-checks-co')
  expect(typesOf(provider)).toEqual(['check.done', 'check.progress'])
  const [one, other] = await payloadsOf(provider, [{ type: 'check.done' }, { type: 'check.progress' }])
  expect(Object.keys(one ?? {})).toEqual(['checkId', 'state', 'count', 'note', 'parent'])
  expect(one?.checkId).toMatch(/^chk_[0-9a-z]{8}$/)
  expect(other?.checkId).not.toBe(one?.checkId)
  expect(Number(one?.count)).toBeGreaterThan(0)
  expect(choiceOf(provider, 'notUsed')).toEqual([
    'the callback URL {$request.body#/callbackUrl}: events go to the URLs of subscriptions',
    'the operations of its own API (1 path)',
  ])
  const { reason } = provider.assumptions.find(({ name }) => name === 'acceptedStatuses') ?? {}
  expect(reason).toContain('Its responses name 200, and do not say that others fail')
})

const ASYNCAPI_26 = `
asyncapi: 2.6.0
info: { title: Acme, version: '1', x-standin-events: { idempotencyKey: ref } }
channels:
  cases:
    publish: { message: { payload: { type: object } } }
    subscribe:
      operationId: onCase
      message:
        oneOf:
          - $ref: '#/components/messages/Opened'
          - $ref: '#/components/messages/Closed'
          - { name: case.binary, contentType: application/octet-stream, payload: { type: string } }
components:
  messages:
    Opened:
      name: case.opened
      title: A case was opened
      traits: [{ headers: { type: object } }]
      payload: { type: object, required: [ref, case], properties: { ref: { type: string, format: uuid }, case: { $ref: '#/components/schemas/Case' } } }
    Closed:
      name: case.closed
      examples:
        - { payload: { ref: 8b1f0c52-3f4e-4a57-9a1c-0d8c2f6b7e55, case: { case_id: CASE-1042, owner: Ana } } }
  schemas:
    Case: { type: object, required: [case_id], properties: { case_id: { type: string, examples: [CASE-1042] } } }
`

it('AsyncAPI 2.6: messages to subscribe to; one story keeps its ids, and each event has its own', async () => {
  const provider = await providerOf(ASYNCAPI_26)
  expect(typesOf(provider)).toEqual(['case.opened', 'case.closed'])
  const [opened, closed, elsewhere] = await payloadsOf(provider, [
    { type: 'case.opened', subject: 'one' },
    { type: 'case.closed', subject: 'one' },
    { type: 'case.closed', subject: 'two' },
  ])
  expect(opened).toMatchObject({ case: { case_id: expect.stringMatching(/^CASE-\d{4}$/) } })
  // A message without a schema is its example, with the ids of its story.
  expect(closed).toMatchObject({ case: { ...(opened?.case as object), owner: 'Ana' } })
  expect(elsewhere?.case).not.toEqual(closed?.case)
  expect(new Set([opened?.ref, closed?.ref, elsewhere?.ref, '8b1f0c52-3f4e-4a57-9a1c-0d8c2f6b7e55']).size).toBe(4)
  expect(choiceOf(provider, 'notUsed')).toEqual([
    'what is published to cases: the provider receives it',
    'the headers of case.opened: they come from x-standin-signature',
    'the message case.binary, which is application/octet-stream',
  ])
})

it('AsyncAPI 3.0: the messages of operations that send, with schemas of other formats left out by name', async () => {
  const provider = await providerOf(`
asyncapi: 3.0.0
info: { title: Acme, version: '1' }
channels:
  main:
    messages:
      a: { $ref: '#/components/messages/A' }
      b: { name: b, payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: { type: object, properties: { n: { type: integer } } } } }
      c: { payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: {} } }
operations:
  send: { action: send, channel: { $ref: '#/channels/main' } }
  again: { action: send, channel: { $ref: '#/channels/main' }, messages: [{ $ref: '#/channels/main/messages/a' }] }
  take: { action: receive, channel: { $ref: '#/channels/main' } }
components:
  messages:
    A: { x-standin-event: thing.made, payload: { type: object, properties: { id: { type: string } } } }
`)
  expect(typesOf(provider)).toEqual(['thing.made', 'b'])
  expect(choiceOf(provider, 'notUsed')).toEqual([
    'the message c, whose schema is in another format',
    'the operation take: it does not send',
  ])
})

it('a discriminator makes an event type of each alternative, named as payloads name it', async () => {
  const provider = await providerOf(
    withSchema(
      {
        oneOf: [{ $ref: '#/components/schemas/Made' }, { $ref: '#/components/schemas/Gone' }],
        discriminator: {
          propertyName: 'kind',
          mapping: { 'thing.made': '#/components/schemas/Made', 'thing.gone': 'Gone' },
        },
      },
      {
        components: {
          schemas: {
            Base: {
              type: 'object',
              required: ['kind', 'id'],
              properties: { kind: { type: 'string' }, id: { type: 'string' } },
            },
            Made: { allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { size: { type: 'integer' } } }] },
            Gone: {
              $ref: '#/components/schemas/Base',
              required: ['why'],
              properties: { why: { enum: ['lost', 'sold'] } },
            },
          },
        },
      },
    ),
  )
  expect(typesOf(provider)).toEqual(['thing.made', 'thing.gone'])
  const [made, gone] = await payloadsOf(provider, [{ type: 'thing.made' }, { type: 'thing.gone' }])
  expect(made).toMatchObject({ kind: 'thing.made', size: expect.any(Number) })
  expect(gone).toMatchObject({ kind: 'thing.gone', why: expect.stringMatching(/^(lost|sold)$/) })
  expect(choiceOf(provider, 'typePath')).toBe('kind')
  expect(choiceOf(provider, 'idempotencyKey')).toBe('id')
})

it('a schema that contains itself ends, through references, allOf and oneOf', async () => {
  const provider = await providerOf(
    withSchema(
      { $ref: '#/components/schemas/Node' },
      {
        components: {
          schemas: {
            Node: {
              type: 'object',
              required: ['name', 'children', 'next'],
              properties: {
                name: { type: 'string' },
                children: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
                next: { oneOf: [{ type: 'null' }, { allOf: [{ $ref: '#/components/schemas/Node' }] }] },
              },
            },
          },
        },
      },
    ),
  )
  const [payload] = await payloadsOf(provider, [{ type: 'made' }])
  expect(JSON.stringify(payload).length).toBeLessThan(200_000)
  expect(payload).toMatchObject({ name: expect.any(String), children: expect.any(Array) })
})

it('keywords and patterns that are not supported are left out by name', async () => {
  const schema = {
    type: 'object',
    required: ['code'],
    properties: { code: { type: 'string', pattern: '^(?=.*[0-9])[a-z0-9]+$' } },
    if: { required: ['code'] },
    unevaluatedProperties: false,
  }
  const provider = await providerOf(withSchema(schema))
  expect(choiceOf(provider, 'notUsed')).toEqual([
    'the keyword "if" of schemas',
    'the keyword "unevaluatedProperties" of schemas',
    'the pattern ^(?=.*[0-9])[a-z0-9]+$',
  ])
})

/** Sends events of a provider to a new receiver; the requests as it got them. */
async function sent(provider: Provider, secret: string | null, settings = {}, rotated?: string) {
  const receiver = await testReceiver()
  const emulator = await testEmulator({ providers: [provider] })
  const { id } = await emulator.subscribe(provider.name, { url: receiver.url, secret, settings })
  if (rotated !== undefined) await emulator.rotateSecret(id, rotated)
  await emulator.trigger(provider.name, provider.channels[0]?.eventTypes[0]?.name ?? '', {})
  await emulator.drain()
  return receiver.requests
}

describe('the signature', () => {
  it('of a document that says nothing is that of Standard Webhooks, and a setting turns it off', async () => {
    const provider = await providerOf(withSchema({ type: 'object', properties: { id: { type: 'string' } } }))
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const [request] = await sent(provider, secret)
    expect(() => new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})).not.toThrow()
    const [plain] = await sent(provider, secret, { signature: 'none' })
    expect(Object.keys(plain?.headers ?? {}).filter(name => name.startsWith('webhook-'))).toEqual([])
    expect(choiceOf(provider, 'signature')).toBe('standard-webhooks')
  })

  const PYTHON = `
import base64, hashlib, hmac, json, sys
told = json.load(sys.stdin)
decode = {'utf8': str.encode, 'base64': base64.b64decode, 'hex': bytes.fromhex}[told['decoding']]
signed = told['signed'].replace('{id}', told['id']).replace('{timestamp}', told['timestamp']).replace('{body}', told['body'])
digest = hmac.new(decode(told['key']), signed.encode(), hashlib.sha256).digest()
made = digest.hex() if told['encoding'] == 'hex' else base64.b64encode(digest).decode()
sys.exit(0 if hmac.compare_digest(made, told['signature']) else 1)
`

  it.each([
    ['utf8', 'hex', 'pre_', 'pre_a key', 'pre_a key', '{body}', 'seconds'],
    [
      'base64',
      'base64',
      'pre_',
      `pre_${Buffer.alloc(24, 9).toString('base64')}`,
      Buffer.alloc(24, 9).toString('base64'),
      '{id}.{timestamp}.{body}',
      'milliseconds',
    ],
    ['hex', 'hex', '', 'a1b2c3d4', 'a1b2c3d4', 'v0:{timestamp}:{body}', 'seconds'],
  ])(
    'of a described scheme (%s key, %s) is what Python computes',
    async (decoding, encoding, prefix, secret, key, signed, timestampUnit) => {
      const headers = { 'X-Id': '{id}', 'X-Time': '{timestamp}', 'X-Signature': 'v0={signature}' }
      const described = {
        scheme: 'hmac-sha256',
        signed,
        encoding,
        headers,
        secret: { prefix, decoding },
        timestampUnit,
        separator: ',',
      }
      const provider = await providerOf(
        withSchema(
          { type: 'object', required: ['id'], properties: { id: { type: 'string' }, name: { type: 'string' } } },
          { 'x-standin-signature': described },
        ),
      )
      const [request] = await sent(provider, secret)
      const { 'x-id': id, 'x-time': timestamp, 'x-signature': signature } = request?.headers ?? {}
      expect(id).toBe(request?.json().id)
      expect(timestamp).toHaveLength(timestampUnit === 'seconds' ? 10 : 13)
      const told = {
        decoding,
        encoding,
        key,
        signed,
        id,
        timestamp,
        signature: signature?.slice(3),
        body: request?.body,
      }
      expect(spawnSync('python3', ['-c', PYTHON], { input: JSON.stringify(told) }).status).toBe(0)
      const forged = { ...told, body: `${request?.body} ` }
      expect(spawnSync('python3', ['-c', PYTHON], { input: JSON.stringify(forged) }).status).toBe(1)
      expect(request?.rawHeaders).toContain('X-Signature')
      const [rotated] = await sent(provider, secret, {}, prefix + (decoding === 'base64' ? 'AAECAwQF' : 'a1b2'))
      expect(rotated?.headers['x-signature']?.split(',')).toHaveLength(2)
    },
  )
})

it('the retry table is the schedule; what it leaves out is an assumption with a setting', async () => {
  const table = { delays: ['10s', '1m'], success: [202], timeout: '3s', on410: 'deactivate' }
  const provider = await providerOf(withSchema({ type: 'object' }, { 'x-standin-retries': table }))
  const receiver = await testReceiver([200, 202])
  const emulator = await testEmulator({ providers: [provider] })
  await emulator.subscribe('acme', { url: receiver.url })
  await emulator.trigger('acme', 'made', {})
  expect(await emulator.drain()).toMatchObject({ attempts: 2 })
  expect(provider.assumptions.filter(({ setting }) => setting === 'subscription').map(({ name }) => name)).toEqual([
    'afterLast',
    'retryAfterUpTo',
    'concurrency',
    'rotationOverlap',
    'signature',
  ])
})
