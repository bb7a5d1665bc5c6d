// Unico's by-client API: results, statuses, versions, and its errors with their documented codes.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { testReceiver } from '../../support/receiver.js'
import { assertion, bearer, type Call, goodClaims, unicoApi } from './client.js'
import { START } from './signing.js'

const UNKNOWN = '80371b2a-3ac7-432e-866d-57fe37896ac6'
const KEY = { apikey: 'key-1' }

/** A PNG of this size; only its header is one. */
const png = (width: number, height: number) => {
  const bytes = Buffer.alloc(40)
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes.toString('base64')
}

const LUKE = { code: '12345678909', name: 'Luke Skywalker', gender: 'M', birthDate: '2000-05-20' }
const GOOD = { subject: LUKE, useCase: 'Onboarding', imageBase64: png(640, 480) }

async function api(settings: JsonObject = {}) {
  const made = await unicoApi(settings)
  const headers: Record<string, string> = { ...(await bearer(made.call, START)), ...KEY }
  const create = (body: JsonObject = GOOD, more: Record<string, string> = headers) =>
    made.call('POST', '/processes/v1', { body, headers: more })
  const get = (id: unknown, version = 'v1', more: Record<string, string> = headers) =>
    made.call('GET', `/processes/${version}/${String(id)}`, { headers: more })
  return { ...made, headers, create, get }
}

const idOf = (answer: { body: unknown }) => (answer.body as { id: string }).id

describe("Unico's by-client API", () => {
  it('answers a creation with the result, and a reading with the same', async () => {
    const { create, get } = await api()
    const made = await create()
    expect(made.status).toBe(200)
    expect(made.body).toMatchObject({ status: 3, unicoId: { result: 'yes' }, liveness: 1 })
    expect(Object.keys(made.body as JsonObject)).toEqual([
      'id',
      'status',
      'unicoId',
      'identityFraudsters',
      'government',
      'liveness',
    ])
    expect(await get(idOf(made))).toMatchObject({ status: 200, body: made.body })
  })

  it('has the person too in version 2', async () => {
    const { create, get } = await api()
    const made = await create()
    expect((await get(idOf(made), 'v2')).body).toEqual({ ...(made.body as JsonObject), subject: LUKE })
  })

  it.each([
    ['no', { status: 3, unicoId: { result: 'no' }, identityFraudsters: { result: 'yes' }, liveness: 1 }],
    ['inconclusive', { status: 3, unicoId: { result: 'inconclusive' }, score: expect.any(Number) }],
    ['not_live', { status: 3, liveness: 2 }],
    ['divergence', { status: 2 }],
    ['canceled', { status: 4 }],
  ])('ends with %s when the setting says so', async (byClientResult, shown) => {
    const { create, get } = await api({ byClientResult })
    const made = await create()
    expect(made.body).toMatchObject(shown)
    expect((await get(idOf(made))).body).toEqual(made.body)
  })

  it('has biometryToken when it compares with an earlier process', async () => {
    const { create } = await api()
    const { body } = await create({ referenceProcessId: UNKNOWN, imageBase64: png(640, 480) })
    expect(body).toMatchObject({ biometryToken: { result: 'true' } })
  })

  it('shows a process that is processed, until it is moved to its end, and sends no webhook', async () => {
    const { create, emulator, get } = await api({ byClientResult: 'processing' })
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url })
    const id = idOf(await create())
    expect((await get(id)).body).toEqual({ id, status: 1 })
    await emulator.move(id, 'no')
    expect((await get(id)).body).toMatchObject({ status: 3, unicoId: { result: 'no' } })
    await expect(emulator.move(id, 'yes')).rejects.toThrow()
    await emulator.drain()
    expect(requests).toEqual([])
  })

  it('answers 410 for a process that ended with an error', async () => {
    const { create, get } = await api({ byClientResult: 'error' })
    const made = await create()
    expect(made.body).toMatchObject({ status: 5 })
    expect((await get(idOf(made))).status).toBe(410)
  })

  it('knows processes of its own tenant only, and none of the other contract', async () => {
    const { call, create, get, headers } = await api()
    const id = idOf(await create())
    const other = { ...(await bearer(call, START, { iss: 'backend@other.iam.acesso.io' })), ...KEY }
    expect((await get(id, 'v1', other)).status).toBe(404)
    expect((await get(UNKNOWN)).status).toBe(404)
    expect((await get('123')).status).toBe(400)
    expect((await call('GET', `/client/v1/process/${id}`, { headers })).status).toBe(404)
  })
})

describe("errors of Unico's by-client API", () => {
  const subject = (more: JsonObject, left?: string): JsonObject => {
    const all: JsonObject = { ...LUKE, ...more }
    if (left !== undefined) delete all[left]
    return { ...GOOD, subject: all }
  }

  it.each<[string, JsonObject, JsonObject?]>([
    ['20004', { imageBase64: GOOD.imageBase64 }],
    ['20005', subject({}, 'code')],
    ['20006', subject({}, 'name')],
    ['20009', { subject: LUKE }],
    ['20507', subject({ code: '12345678900' })],
    ['20507', subject({ code: '123.456.789-09' })],
    ['20508', subject({ gender: 'X' })],
    ['20019', subject({ birthDate: '20/05/2000' })],
    ['20048', subject({ birthDate: '2015-01-01' })],
    ['20047', subject({ birthDate: '1850-01-01' })],
    ['20900', { ...GOOD, imageBase64: 'no base64!' }],
    ['20506', { ...GOOD, imageBase64: Buffer.alloc(801 * 1024).toString('base64') }],
    [
      '20505',
      { ...GOOD, imageBase64: Buffer.from('plain text, no image at all').toString('base64') },
      { imageCheck: 'full' },
    ],
    ['20807', { ...GOOD, imageBase64: png(320, 240) }, { imageCheck: 'full' }],
  ])('400 with %s', async (code, body, settings) => {
    const { create } = await api(settings)
    expect(await create(body)).toMatchObject({
      status: 400,
      body: { error: { code, description: expect.any(String) } },
    })
  })

  it('400 with 20003 for a body that is no JSON object', async () => {
    const { call, headers } = await api()
    for (const body of ['{', '[]', ''])
      expect((await call('POST', '/processes/v1', { body, headers })).body).toMatchObject({ error: { code: '20003' } })
  })

  it('400 and 403 for a missing or refused token and APIKEY', async () => {
    const { create, emulator, headers } = await api({ apiKeys: ['key-1'] })
    const code = async (more: Record<string, string>) => (await create(GOOD, more)).body
    expect(await code(KEY)).toMatchObject({ error: { code: '20001' } })
    expect(await code({ authorization: headers.authorization ?? '' })).toMatchObject({ error: { code: '20002' } })
    expect(await code({ ...headers, apikey: 'key-2' })).toMatchObject({ error: { code: '10201' } })
    expect(await code({ ...headers, authorization: 'Bearer x' })).toMatchObject({ error: { code: '10501' } })
    await emulator.advance(3_600_000)
    expect(await create(GOOD, headers)).toMatchObject({ status: 403, body: { error: { code: '10502' } } })
  })

  it('what the setting refusals names', async () => {
    const { create, emulator } = await api({ refusals: ['30017'] })
    expect(await create()).toMatchObject({ status: 403, body: { error: { code: '30017' } } })
    await emulator.changeSettings('unico', { refusals: ['internal'] })
    expect(await create()).toMatchObject({ status: 500, body: { error: { code: '510' } } })
  })

  it('a JWT of the SDK is taken once, and not when it is old', async () => {
    const { create } = await api()
    const face = (iat: number) => assertion({ iat, face: 'x' })
    const fresh = face(START / 1000)
    expect((await create({ ...GOOD, imageBase64: fresh })).status).toBe(200)
    expect((await create({ ...GOOD, imageBase64: fresh })).body).toMatchObject({ error: { code: '10508' } })
    const old = face(START / 1000 - 600)
    expect((await create({ ...GOOD, imageBase64: old })).body).toMatchObject({ error: { code: '10507' } })
  })

  it('429 over the limit that all contracts of a tenant share', async () => {
    const { call, create, headers } = await api({ apiRateLimitPerSecond: 10 })
    for (let i = 0; i < 5; i++) expect((await create()).status).toBe(200)
    for (let i = 0; i < 5; i++)
      expect((await call('GET', `/client/v1/process/${UNKNOWN}`, { headers })).status).toBe(404)
    const limited = await create()
    expect(limited).toMatchObject({ status: 429, body: { error: { code: '429' } } })
    expect(limited.headers.get('retry-after')).toBe('1')
  })

  it('404 and 405 in the same form', async () => {
    const { call, headers } = await api()
    expect(await call('GET', '/processes/v3', { headers })).toMatchObject({
      status: 404,
      body: { error: { code: '404' } },
    })
    expect(await call('DELETE', '/processes/v1', { headers })).toMatchObject({
      status: 405,
      body: { error: { code: '405' } },
    })
  })
})

describe("statuses 409 and 410 of Unico's files", () => {
  const process = {
    callbackUri: '/',
    flow: 'id',
    purpose: 'creditprocess',
    person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: LUKE.code },
  }
  const made = async (call: Call) =>
    ((await call('POST', '/client/v1/process', { body: process })).body as { process: { id: string } }).process.id

  it('409 is the answer for the evidence set of an unfinished process when the setting says so', async () => {
    const { call } = await unicoApi({ apiAuth: 'off', unfinishedStatus: 409 })
    const id = await made(call)
    expect((await call('GET', `/client/v1/process/${id}/evidenceset`)).status).toBe(409)
  })

  it('410 is the answer two and eight hours after the end, with the documented retention', async () => {
    const { call, emulator } = await unicoApi({ apiAuth: 'off', retention: 'documented' })
    const id = await made(call)
    await emulator.move(id, 'approved')
    const statuses = async () => [
      (await call('GET', `/client/v1/process/${id}/evidenceset`)).status,
      (await call('GET', `/client/v1/process/${id}/selfie`)).status,
      (await call('GET', `/client/v1/process/${id}`)).status,
    ]
    expect(await statuses()).toEqual([200, 200, 200])
    await emulator.advance(2 * 3_600_000)
    expect(await statuses()).toEqual([410, 200, 200])
    await emulator.advance(6 * 3_600_000)
    expect(await statuses()).toEqual([410, 410, 200])
  })

  it('an assertion for a token is no access token of the by-client API', async () => {
    const { create } = await api()
    const jwt = assertion(goodClaims(START))
    expect((await create(GOOD, { ...KEY, authorization: `Bearer ${jwt}` })).body).toMatchObject({
      error: { code: '10501' },
    })
  })
})
