// Unico's process routes: responses, errors and the rate limit.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { processAnswer } from '../../../src/providers/unico/routes/get-process.js'
import { bearer, type Call, LEAST, unicoApi } from './client.js'
import { START } from './signing.js'

const UNKNOWN = '8263a268-5388-492a-bca2-28e1ff4a69f0'
const NOT_FOUND = {
  code: 5,
  message: 'error getting process: rpc error: code = NotFound desc = process not found',
  details: [],
}
const OPEN = { apiAuth: 'off' }

const create = (call: Call, more: JsonObject = {}) =>
  call('POST', '/client/v1/process', { body: { ...LEAST, ...more } })

async function created(call: Call, more: JsonObject = {}): Promise<JsonObject & { id: string }> {
  const { status, body } = await create(call, more)
  expect(status).toBe(200)
  return (body as { process: JsonObject & { id: string } }).process
}

const person = (more: JsonObject) => ({ person: { ...LEAST.person, ...more } })

describe('CreateProcess of Unico', () => {
  it('creates a process with the URL of its journey, which expires in seven days', async () => {
    const { call } = await unicoApi(OPEN)
    const process = await created(call, { clientReference: 'pedido-1' })
    expect(processAnswer.safeParse({ process }).error?.issues ?? []).toEqual([])
    expect(process).toMatchObject({
      flow: 'id',
      callbackUri: '/',
      userRedirectUrl: `https://cadastro.unico.app/process/${process.id}`,
      state: 'PROCESS_STATE_CREATED',
      result: 'PROCESS_RESULT_UNSPECIFIED',
      purpose: 'creditprocess',
      clientReference: 'pedido-1',
      capacities: ['PROCESS_CAPACITY_IDLIVE', 'PROCESS_CAPACITY_IDUNICO'],
      person: { ...LEAST.person, friendlyName: '' },
      authenticationInfo: {
        authenticationId: '',
        livenessResult: 'LIVENESS_RESULT_UNSPECIFIED',
        authenticationResult: 'AUTHENTICATION_RESULT_UNSPECIFIED',
        scoreEngineResult: { scoreEnabled: 'SCORE_ENABLED_UNSPECIFIED', score: 0 },
      },
    })
    expect(process).not.toHaveProperty('finishedAt')
    expect(String(process.createdAt).slice(0, 23)).toBe('2026-01-15T09:00:00.000')
    expect(String(process.expiresAt).slice(0, 23)).toBe('2026-01-22T09:00:00.000')
  })

  it('shows its keys in the order of the current page', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call)
    await emulator.move(id, 'approved')
    const { body } = await call('GET', `/client/v1/process/${id}`)
    expect(Object.keys((body as { process: JsonObject }).process)).toEqual(
      'id flow callbackUri userRedirectUrl state result createdAt finishedAt expiresAt purpose clientReference useCase capacities token person authenticationInfo companyData bioTokenData services'.split(
        ' ',
      ),
    )
  })

  it('gives every process a unique id, the same for the same seed', async () => {
    const [first, second] = [await unicoApi(OPEN), await unicoApi(OPEN)]
    const ids = [(await created(first.call)).id, (await created(first.call)).id]
    expect(new Set(ids).size).toBe(2)
    expect([(await created(second.call)).id, (await created(second.call)).id]).toEqual(ids)
  })

  it.each<[string, JsonObject]>([
    ['invalid flow', { flow: 'idx' }],
    ['invalid purpose', { purpose: 'fun' }],
    ['invalid person: friendly name exceeds 50 characters.', person({ friendlyName: 'x'.repeat(51) })],
    ['invalid person: dui type is unknown', person({ duiType: 'CPF' })],
    ['invalid person: dui value is required', person({ duiValue: '' })],
    ['invalid person: a CPF has eleven digits', person({ duiValue: '123.456.789-09' })],
    [
      'invalid person: phone is required for SMS and WhatsApp',
      person({ notifications: [{ notificationChannel: 'NOTIFICATION_CHANNEL_SMS' }] }),
    ],
    ['invalid person: email is required', { flow: 'idsign' }],
    ['invalid callbackUri: must be a URL, an app scheme URL or /', { callbackUri: 'nowhere' }],
    ['invalid callbackUri: must be a URL, an app scheme URL or /', { callbackUri: 7 }],
    ['invalid person: must be an object', { person: 'Luke' }],
    ['invalid person: friendly name must be a text', person({ friendlyName: 7 })],
    ['invalid person: phone must be a text', person({ phone: 5511999995555 })],
    ['invalid person: notifications must be a list of channels', person({ notifications: 'SMS' })],
    ['invalid expiresIn', { expiresIn: '3600' }],
    ['invalid bioTokenId', { flow: 'idtoken' }],
    ['invalid useCase', { flow: 'idsmart' }],
  ])('rejects with code 3 and "%s" the body %j', async (message, more) => {
    const { call } = await unicoApi(OPEN)
    expect(await create(call, more)).toMatchObject({ status: 400, body: { code: 3, message, details: [] } })
  })

  it('names a missing field in its message', async () => {
    const { call } = await unicoApi(OPEN)
    const { callbackUri: _uri, ...rest } = LEAST
    expect((await call('POST', '/client/v1/process', { body: rest })).body).toMatchObject({
      message: 'invalid callbackUri: is required',
    })
    const { person: _person, ...nobody } = LEAST
    expect((await call('POST', '/client/v1/process', { body: nobody })).body).toMatchObject({
      message: 'invalid person: is required',
    })
  })

  it('accepts every documented kind of callback, token reference, notification and expiry', async () => {
    const { call } = await unicoApi(OPEN)
    for (const callbackUri of ['/', 'https://shop.example/back', 'myapp://back'])
      expect((await created(call, { callbackUri })).callbackUri).toBe(callbackUri)
    const references = [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: UNKNOWN }]
    expect((await created(call, { flow: 'idtoken', references })).bioTokenData).toEqual({ referenceProcessId: UNKNOWN })
    const notifications = [{ notificationChannel: 'NOTIFICATION_CHANNEL_WHATSAPP' }]
    const told = await created(call, { ...person({ phone: '5511999995555', notifications }), expiresIn: '3600s' })
    expect(told.person).toMatchObject({ phone: '5511999995555', notifications })
    expect(String(told.expiresAt).slice(0, 19)).toBe('2026-01-15T10:00:00')
  })

  it('rejects a body that is no JSON object', async () => {
    const { call } = await unicoApi(OPEN)
    for (const body of ['{', '[]', '"x"'])
      expect((await call('POST', '/client/v1/process', { body })).body).toMatchObject({ code: 3 })
  })
})

describe('GetProcess, selfie and evidence set of Unico', () => {
  it.each(['', '/selfie', '/evidenceset'])('reject an invalid id and an unknown one: %s', async route => {
    const { call } = await unicoApi(OPEN)
    expect(await call('GET', `/client/v1/process/123${route}`)).toMatchObject({
      status: 400,
      body: { code: 3, message: 'process id is invalid', details: [] },
    })
    expect(await call('GET', `/client/v1/process/${UNKNOWN}${route}`)).toMatchObject({ status: 404, body: NOT_FOUND })
  })

  it('show a process that was only triggered, in agreement with its webhook', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { event } = await emulator.trigger('unico', 'process.finished.invalid_identity', { variant: 'not_live' })
    const { body } = await call('GET', `/client/v1/process/${event.payload.processId}`)
    expect(body).toMatchObject({
      process: {
        id: event.payload.processId,
        flow: event.payload.flow,
        state: event.payload.state,
        result: 'PROCESS_RESULT_INVALID_IDENTITY',
        authenticationInfo: { livenessResult: 'LIVENESS_RESULT_NOT_LIVE' },
      },
    })
    expect(processAnswer.safeParse(body).success).toBe(true)
  })

  it('return a JPEG once a face was captured, not before', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call)
    const path = `/client/v1/process/${id}/selfie?raw=true`
    expect((await call('GET', path)).status).toBe(404)
    await emulator.move(id, 'EVENT_TYPE_IDENTITY_VALIDATION_STEP_FINISHED')
    const { status, body } = await call('GET', path)
    expect(status).toBe(200)
    const { fileContents, contentType } = body as Record<string, string>
    const bytes = Buffer.from(fileContents ?? '', 'base64')
    expect(contentType).toBe('image/jpeg')
    expect(bytes.subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(bytes.subarray(-2).toString('hex')).toBe('ffd9')
  })

  it('return a one-page PDF once the process has finished, not before', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call)
    const path = `/client/v1/process/${id}/evidenceset`
    expect((await call('GET', path)).status).toBe(404)
    await emulator.move(id, 'approved')
    const { body } = await call('GET', path)
    const { fileContents, contentType } = body as Record<string, string>
    const text = Buffer.from(fileContents ?? '', 'base64').toString('latin1')
    expect(contentType).toBe('application/pdf')
    expect(text.startsWith('%PDF-1.4')).toBe(true)
    expect(text).toContain(id)
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset))
    expect(offsets).toHaveLength(5)
    offsets.forEach((offset, i) => {
      expect(text.startsWith(`${i + 1} 0 obj`, offset)).toBe(true)
    })
    const [, length, stream] = /<< \/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(text) ?? []
    expect(stream).toHaveLength(Number(length))
  })

  it('return the errors of the setting refusals: missing permission, internal failure, missing keys', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call)
    await emulator.move(id, 'approved')
    await emulator.changeSettings('unico', { refusals: ['selfie', 'evidenceset', 'process'] })
    for (const route of ['', '/selfie', '/evidenceset'])
      expect(await call('GET', `/client/v1/process/${id}${route}`)).toMatchObject({
        status: 403,
        body: { code: 7, message: 'no permission' },
      })
    await emulator.changeSettings('unico', { refusals: ['apikeys'] })
    expect(await create(call)).toMatchObject({ status: 400, body: { code: 9, message: 'XX ID Apikeys are not set' } })
    await emulator.changeSettings('unico', { refusals: ['internal'] })
    expect(await call('GET', `/client/v1/process/${id}`)).toMatchObject({
      status: 500,
      body: { code: 99999, message: 'Internal failure! Try again later' },
    })
  })

  it.each([
    ['status', { code: 3, message: 'process id is invalid', details: [] }],
    ['errorCode', { error: { code: '0003', description: 'process id is invalid' } }],
    ['errorMessage', { error: { code: 400, message: 'process id is invalid' } }],
  ])('have error bodies of the shape %s', async (errorShape, body) => {
    const { call } = await unicoApi({ ...OPEN, errorShape })
    expect((await call('GET', '/client/v1/process/123')).body).toEqual(body)
  })

  it('have the same error format for unknown routes and methods', async () => {
    const { call } = await unicoApi(OPEN)
    expect(await call('GET', '/client/v2/process')).toMatchObject({ status: 404, body: { code: 5 } })
    const wrong = await call('DELETE', '/client/v1/process')
    expect(wrong).toMatchObject({ status: 405, body: { code: 12 } })
    expect(wrong.headers.get('allow')).toBe('POST')
  })
})

describe("Unico's rate limit", () => {
  it('is off by default', async () => {
    const { call } = await unicoApi(OPEN)
    for (let i = 0; i < 30; i++) expect((await create(call)).status).toBe(200)
  })

  it('returns 429 above ten requests per second, for each tenant separately', async () => {
    const { call, emulator } = await unicoApi({ apiRateLimitPerSecond: 10 })
    const headers = await bearer(call, START)
    const other = await bearer(call, START, { iss: 'backend@other.iam.acesso.io' })
    const ask = (h: Record<string, string>) => call('GET', `/client/v1/process/${UNKNOWN}`, { headers: h })
    for (let i = 0; i < 10; i++) expect((await ask(headers)).status).toBe(404)
    const limited = await ask(headers)
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('1')
    expect((await ask(other)).status).toBe(404)
    await emulator.advance(1000)
    expect((await ask(headers)).status).toBe(404)
  })

  it('is a sliding window: a request leaves it a second after it was made, not at the turn of a second', async () => {
    const { call, emulator } = await unicoApi({ ...OPEN, apiRateLimitPerSecond: 10 })
    const ask = async () => (await call('GET', `/client/v1/process/${UNKNOWN}`)).status
    await emulator.advance(900)
    for (let i = 0; i < 6; i++) expect(await ask()).toBe(404)
    await emulator.advance(200)
    for (let i = 0; i < 4; i++) expect(await ask()).toBe(404)
    expect(await ask()).toBe(429)
    await emulator.advance(799)
    expect(await ask()).toBe(429)
    await emulator.advance(1)
    for (let i = 0; i < 6; i++) expect(await ask()).toBe(404)
    expect(await ask()).toBe(429)
  })
})
