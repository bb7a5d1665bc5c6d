// The history of a Unico process: created by the API, moved through its events, finished or expired.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { LAST_EVENT_NAMES, LAST_EVENTS } from '../../../src/providers/unico/enums.js'
import { temporaryFolder } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'
import { type Call, LEAST, unicoApi } from './client.js'

const DAY = 86_400_000
const OPEN = { apiAuth: 'off' }

async function created(call: Call, more: JsonObject = {}): Promise<string> {
  const { body } = await call('POST', '/client/v1/process', { body: { ...LEAST, ...more } })
  return (body as { process: { id: string } }).process.id
}

async function shown(call: Call, id: string): Promise<JsonObject> {
  return ((await call('GET', `/client/v1/process/${id}`)).body as { process: JsonObject }).process
}

describe('a process created by the API', () => {
  it('expires after seven days, not before, with its creation as last event', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url })
    const id = await created(call)
    await emulator.advance(7 * DAY - 1)
    expect(requests).toEqual([])
    await emulator.advance(1)
    expect(requests.map(one => one.json())).toEqual([
      {
        processId: id,
        state: 'PROCESS_STATE_FINISHED',
        flow: 'id',
        result: 'expired',
        lastEvent: 'EVENT_TYPE_PROCESS_CREATED',
        lastEventDescription: 'Process created',
      },
    ])
    const process = await shown(call, id)
    expect(process).toMatchObject({ state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_EXPIRED' })
    expect(process.finishedAt).toBe(process.expiresAt)
  })

  it.each(LAST_EVENT_NAMES)('expires with %s if that is its last event', async lastEvent => {
    const { call, emulator } = await unicoApi(OPEN)
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url })
    const id = await created(call, { expiresIn: '3600s', flow: 'iddocs' })
    await emulator.move(id, 'EVENT_TYPE_QR_CODE_READ')
    await emulator.move(id, lastEvent)
    await emulator.advance(3_600_000)
    expect(requests.map(one => one.json())).toMatchObject([
      { processId: id, result: 'expired', lastEvent, lastEventDescription: LAST_EVENTS[lastEvent] },
    ])
  })

  it.each([
    ['approved', 'ok', 'PROCESS_RESULT_OK'],
    ['inconclusive', 'ok', 'PROCESS_RESULT_OK'],
    ['refused', 'invalid_identity', 'PROCESS_RESULT_INVALID_IDENTITY'],
    ['not_live', 'invalid_identity', 'PROCESS_RESULT_INVALID_IDENTITY'],
    ['expired', 'expired', 'PROCESS_RESULT_EXPIRED'],
  ])('that ends with %s sends %s once and does not expire', async (end, result, processResult) => {
    const { call, emulator } = await unicoApi(OPEN)
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url })
    const id = await created(call)
    await emulator.advance(60_000)
    await emulator.move(id, end)
    await emulator.advance(30 * DAY)
    expect(requests.map(one => one.json())).toMatchObject([{ processId: id, result }])
    expect(await shown(call, id)).toMatchObject({ state: 'PROCESS_STATE_FINISHED', result: processResult })
    await expect(emulator.move(id, 'approved')).rejects.toThrow()
  })

  it('that was finished by a trigger does not expire', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url })
    const id = await created(call, { flow: 'idlive' })
    await emulator.trigger('unico', 'process.finished.ok', { subject: id })
    await emulator.advance(30 * DAY)
    expect(requests.map(one => one.json())).toMatchObject([{ processId: id, flow: 'idlive', result: 'ok' }])
  })

  it('reports the last event of its history when its expiry is triggered, unless the trigger names another', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const [first, second] = [await created(call, { flow: 'iddocs' }), await created(call)]
    await emulator.move(first, 'EVENT_TYPE_DOCUMENT_PHOTO_CAPTURED')
    const real = await emulator.trigger('unico', 'process.finished.expired', { subject: first })
    expect(real.event.payload.lastEvent).toBe('EVENT_TYPE_DOCUMENT_PHOTO_CAPTURED')
    const named = await emulator.trigger('unico', 'process.finished.expired', {
      subject: second,
      variant: 'EVENT_TYPE_SESSION_ENDED',
    })
    expect(named.event.payload.lastEvent).toBe('EVENT_TYPE_SESSION_ENDED')
  })

  it.each([
    ['error', 'PROCESS_STATE_FINISHED'],
    ['failed', 'PROCESS_STATE_FAILED'],
  ])('that ends with %s is shown by GetProcess and sends no webhook', async (end, state) => {
    const { call, emulator } = await unicoApi(OPEN)
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url })
    const id = await created(call)
    await emulator.move(id, end)
    await emulator.advance(30 * DAY)
    expect(requests).toEqual([])
    expect(await shown(call, id)).toMatchObject({ state, result: 'PROCESS_RESULT_ERROR' })
  })

  it('expires after a restart too', async () => {
    const folder = temporaryFolder()
    const ledger = join(folder, 'standin.db')
    const { url, requests } = await testReceiver()
    const before = await unicoApi(OPEN, { ledger })
    await before.emulator.subscribe('unico', { url })
    const id = await created(before.call)
    await before.emulator.advance(3 * DAY)
    await before.stop()
    const after = await unicoApi({}, { ledger })
    await after.emulator.advance(4 * DAY)
    expect(requests.map(one => one.json())).toMatchObject([{ processId: id, result: 'expired' }])
  })
})

describe('a process that is only triggered', () => {
  it('expires with EVENT_TYPE_SESSION_ENDED, and keeps its id when it is reported as expired after ok', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const ok = await emulator.trigger('unico', 'process.finished.ok', { subject: 'ana' })
    const id = String(ok.event.payload.processId)
    expect(await shown(call, id)).toMatchObject({ result: 'PROCESS_RESULT_OK' })
    const late = await emulator.trigger('unico', 'process.finished.expired', { subject: 'ana' })
    expect(late.event.payload).toMatchObject({ processId: id, lastEvent: 'EVENT_TYPE_SESSION_ENDED' })
    expect(await shown(call, id)).toMatchObject({ result: 'PROCESS_RESULT_EXPIRED' })
  })

  it('keeps person and history of a process whose event names another id', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const id = await created(call)
    await emulator.move(id, 'EVENT_TYPE_QR_CODE_READ')
    const before = await shown(call, id)
    await emulator.trigger('unico', 'process.finished.ok', { set: { processId: id } })
    const after = await shown(call, id)
    expect(after).toMatchObject({ id, state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_OK' })
    for (const key of ['person', 'createdAt', 'clientReference', 'userRedirectUrl'])
      expect(after[key]).toEqual(before[key])
    const other = '8263a268-5388-492a-bca2-28e1ff4a69f0'
    await emulator.trigger('unico', 'process.finished.ok', { set: { processId: other } })
    expect((await shown(call, other)).userRedirectUrl).toBe(`https://cadastro.unico.app/process/${other}`)
  })

  it('can be named by a process id', async () => {
    const { emulator } = await unicoApi()
    const subject = '8263a268-5388-492a-bca2-28e1ff4a69f0'
    const { event } = await emulator.trigger('unico', 'process.finished.ok', { subject })
    expect(event.payload.processId).toBe(subject)
  })

  it('can have an unknown last event, with a warning', async () => {
    const { emulator } = await unicoApi()
    const { event, warnings } = await emulator.trigger('unico', 'process.finished.expired', {
      set: { lastEvent: 'EVENT_TYPE_NEW' },
    })
    expect(event.payload.lastEvent).toBe('EVENT_TYPE_NEW')
    expect(warnings.join()).toContain('EVENT_TYPE_NEW')
  })
})

describe('a webhook of Unico as sent', () => {
  it("has the credential given as the subscription's secret", async () => {
    const { emulator } = await unicoApi()
    const { url, requests } = await testReceiver()
    const settings = { auth: { type: 'basic' } }
    const subscription = await emulator.subscribe('unico', { url, secret: 'user:pass', settings })
    expect(subscription.secret).toBe('user:pass')
    await emulator.trigger('unico', 'process.finished.ok')
    await emulator.drain()
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Basic dXNlcjpwYXNz',
      'content-type': 'application/json',
    })
  })

  it('has no secret unless one is given, and rejects one that its credentials cannot use', async () => {
    const { emulator } = await unicoApi()
    const { url } = await testReceiver()
    expect((await emulator.subscribe('unico', { url })).secret).toBeNull()
    await expect(emulator.subscribe('unico', { url, secret: 'user:pass' })).rejects.toThrow(/auth\.type/)
    const settings = { auth: { type: 'basic' } }
    await expect(emulator.subscribe('unico', { url, secret: 'nocolon', settings })).rejects.toThrow(/user:pass/)
  })

  it('with OAuth2, requests a token, and another one within the attempt when it is rejected', async () => {
    const { emulator } = await unicoApi()
    let tokens = 0
    const endpoint = await testReceiver(() => ({ body: JSON.stringify({ access_token: `t${++tokens}` }) }))
    const { url, requests } = await testReceiver(({ headers }) => (headers.authorization === 'Bearer t2' ? 200 : 401))
    const auth = { type: 'oauth2', url: endpoint.url, clientId: 'id', clientSecret: 'secret' }
    await emulator.subscribe('unico', { url, settings: { auth } })
    const { deliveries } = await emulator.trigger('unico', 'process.finished.ok')
    await emulator.drain()
    expect(requests.map(one => one.headers.authorization)).toEqual(['Bearer t1', 'Bearer t2'])
    const { delivery, attempts } = emulator.view(deliveries[0]?.id ?? '')
    expect(delivery.status).toBe('delivered')
    expect(attempts).toHaveLength(1)
  })

  it('with OAuth2 and no token, is a failed attempt with its reason, and is retried', async () => {
    const { emulator } = await unicoApi()
    const endpoint = await testReceiver([503, { body: JSON.stringify({ access_token: 'late' }) }])
    const { url, requests } = await testReceiver()
    const auth = { type: 'oauth2', url: endpoint.url, clientId: 'id', clientSecret: 'secret' }
    await emulator.subscribe('unico', { url, settings: { auth } })
    const { deliveries } = await emulator.trigger('unico', 'process.finished.ok')
    await emulator.drain()
    const { attempts } = emulator.view(deliveries[0]?.id ?? '')
    expect(attempts[0]?.outcome).toMatchObject({ kind: 'unsigned', detail: expect.stringContaining('503') })
    expect(attempts[1]?.accepted).toBe(true)
    expect(requests.map(one => one.headers.authorization)).toEqual(['Bearer late'])
  })
})
