// KYC Genie's subscription API, as documented.
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/core/json.js'
import { testReceiver } from '../../support/receiver.js'
import { kycgenieApi } from './client.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/
const PATH = '/api/v1/webhooks/'
const HOOK = { event_type: 'screening.completed', webhook_url: 'https://api.yourcompany.com/webhooks/screening' }

describe('creating a webhook', () => {
  it('answers 201 with the five documented keys in order', async () => {
    const { call } = await kycgenieApi()
    const { status, body } = await call('POST', PATH, { body: HOOK })
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['id', 'event_type', 'webhook_url', 'secret_key', 'message'])
    expect(body).toMatchObject({ ...HOOK, message: 'Webhook created successfully' })
    expect(body.id).toMatch(UUID)
    expect(body.secret_key).toMatch(/^whsec_[A-Z0-9]{52}$/)
  })

  it('accepts all, test and every event type, duplicates included', async () => {
    const { call, emulator } = await kycgenieApi()
    const { channels } = await emulator.load('kycgenie')
    const names = ['all', ...(channels[0]?.eventTypes ?? []).map(({ name }) => name), 'test', 'all']
    for (const event_type of names) {
      const { status, body } = await call('POST', PATH, { body: { ...HOOK, event_type } })
      expect([status, body.event_type]).toEqual([201, event_type])
    }
    const { body } = await call('GET', PATH)
    expect((body.webhooks as { event_type: string }[]).map(({ event_type }) => event_type)).toEqual(
      [...names].reverse(),
    )
  })

  it('rejects invalid fields in the documented envelope', async () => {
    const { call } = await kycgenieApi()
    const errorsOf = async (body: Json) => {
      const answer = await call('POST', PATH, { body })
      expect(answer.status).toBe(400)
      expect(Object.keys(answer.body)).toEqual(['error', 'code', 'request_id', 'errors'])
      expect(answer.body).toMatchObject({ error: 'Validation failed.', code: 'validation_error' })
      expect(answer.body.request_id).toMatch(UUID)
      return answer.body.errors
    }
    const required = ['This field is required.']
    expect(await errorsOf({})).toEqual({ event_type: required, webhook_url: required })
    expect(await errorsOf({ ...HOOK, event_type: 'screening.done' })).toEqual({
      event_type: ['"screening.done" is not a valid choice.'],
    })
    expect(await errorsOf({ event_type: 'x', webhook_url: 'nowhere' })).toEqual({
      event_type: ['"x" is not a valid choice.'],
      webhook_url: ['Enter a valid URL.'],
    })
    expect(await errorsOf({ ...HOOK, webhook_url: 'http://api.yourcompany.com/' })).toEqual({
      webhook_url: ['Webhook URL must use HTTPS.'],
    })
    expect(await errorsOf({ ...HOOK, webhook_url: 'ftp://api.yourcompany.com/' })).toEqual({
      webhook_url: ['Enter a valid URL.'],
    })
    expect(await errorsOf({ ...HOOK, webhook_url: 'https://u:p@api.yourcompany.com/' })).toEqual({
      webhook_url: ['Enter a valid URL.'],
    })
    expect(await errorsOf({ ...HOOK, description: 3, filters: [] })).toEqual({
      description: ['Not a valid string.'],
      filters: ['Expected a dictionary of items.'],
    })
    expect(await errorsOf({ ...HOOK, webhook_url: null })).toEqual({ webhook_url: ['This field may not be null.'] })
    expect(await errorsOf([])).toEqual({ non_field_errors: ['Invalid data. Expected a dictionary.'] })
    expect((await call('GET', PATH)).body).toEqual({ webhooks: [] })
  })

  it('names what is wrong with both fields at once, whichever rule finds it', async () => {
    const { call } = await kycgenieApi()
    const errorsOf = async (body: Json) => (await call('POST', PATH, { body })).body.errors
    const wrongType = ['"x" is not a valid choice.']
    const notHttps = ['Webhook URL must use HTTPS.']
    const missing = ['This field is required.']
    expect(await errorsOf({ event_type: 'x', webhook_url: 'http://api.yourcompany.com/' })).toEqual({
      event_type: wrongType,
      webhook_url: notHttps,
    })
    expect(await errorsOf({ webhook_url: 'http://api.yourcompany.com/' })).toEqual({
      event_type: missing,
      webhook_url: notHttps,
    })
    expect(await errorsOf({ event_type: 'x' })).toEqual({ event_type: wrongType, webhook_url: missing })
    expect(await errorsOf({ event_type: 'x', webhook_url: 'no url', description: 3 })).toEqual({
      event_type: wrongType,
      webhook_url: ['Enter a valid URL.'],
      description: ['Not a valid string.'],
    })
  })

  it('drops whitespace around URLs, in updates and tests too', async () => {
    const { call } = await kycgenieApi()
    const { url, requests } = await testReceiver([200])
    const made = await call('POST', PATH, { body: { ...HOOK, webhook_url: `  ${url}\n` } })
    expect([made.status, made.body.webhook_url]).toEqual([201, url])
    const path = `${PATH}${made.body.id}/`
    await call('PATCH', path, { body: { webhook_url: '\thttps://api.yourcompany.com/b ' } })
    expect((await call('GET', path)).body.webhook_url).toBe('https://api.yourcompany.com/b')
    expect((await call('POST', `${PATH}test/`, { body: { webhook_url: ` ${url} ` } })).status).toBe(200)
    expect(requests).toHaveLength(1)
    expect((await call('POST', PATH, { body: { ...HOOK, webhook_url: '  ' } })).body.errors).toEqual({
      webhook_url: ['This field may not be blank.'],
    })
  })

  it('answers a body that is not JSON with invalid_request', async () => {
    const { call } = await kycgenieApi()
    const { status, body } = await call('POST', PATH, { raw: '{"event_type":' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: 'JSON parse error.', code: 'invalid_request' })
    expect(body).not.toHaveProperty('errors')
  })

  it('accepts http for loopback unless strictHttps is on', async () => {
    const local = { ...HOOK, webhook_url: 'http://127.0.0.1:9/hooks' }
    const easy = await kycgenieApi()
    expect((await easy.call('POST', PATH, { body: local })).status).toBe(201)
    const strict = await kycgenieApi({ strictHttps: true })
    expect((await strict.call('POST', PATH, { body: local })).body.errors).toEqual({
      webhook_url: ['Webhook URL must use HTTPS.'],
    })
  })
})

describe('reading webhooks', () => {
  it('lists webhooks newest first, with the documented keys and without secrets', async () => {
    const { call, emulator } = await kycgenieApi()
    const first = await call('POST', PATH, { body: { ...HOOK, description: 'Production', filters: { a: [1] } } })
    await emulator.advance(1000)
    const second = await call('POST', PATH, { body: { ...HOOK, event_type: 'case.resolved' } })
    const { status, body } = await call('GET', PATH)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['webhooks'])
    const webhooks = body.webhooks as Record<string, unknown>[]
    expect(webhooks.map(({ id }) => id)).toEqual([second.body.id, first.body.id])
    const [newer, older] = webhooks
    expect(Object.keys(older ?? {})).toEqual([
      'id',
      'event_type',
      'webhook_url',
      'is_active',
      'description',
      'filters',
      'created_at',
      'stats',
      'last_triggered_at',
    ])
    expect(older).toMatchObject({
      ...HOOK,
      is_active: true,
      description: 'Production',
      filters: { a: [1] },
      last_triggered_at: null,
    })
    expect(older?.stats).toEqual({ total_deliveries: 0, successful_deliveries: 0, failed_deliveries: 0 })
    expect(Object.keys(older?.stats ?? {})).toEqual(['total_deliveries', 'successful_deliveries', 'failed_deliveries'])
    expect(older?.created_at).toMatch(STAMP)
    expect(newer).toMatchObject({ description: '', filters: {} })
    expect(JSON.stringify(body)).not.toContain('whsec_')
  })

  it('returns one webhook with updated_at between created_at and stats', async () => {
    const { call } = await kycgenieApi()
    const { body: made } = await call('POST', PATH, { body: HOOK })
    const { status, body } = await call('GET', `${PATH}${made.id}/`)
    expect(status).toBe(200)
    expect(Object.keys(body).slice(6, 9)).toEqual(['created_at', 'updated_at', 'stats'])
    expect(body.updated_at).toBe(body.created_at)
    expect(body).not.toHaveProperty('secret_key')
  })

  it('shows each API key its own webhooks only', async () => {
    const { call } = await kycgenieApi()
    const { body: made } = await call('POST', PATH, { body: HOOK })
    expect((await call('GET', PATH, { key: 'kycg_two' })).body).toEqual({ webhooks: [] })
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
      const answer = await call(method, `${PATH}${made.id}/`, { key: 'kycg_two', body })
      expect([answer.status, answer.body.code, answer.body.error]).toEqual([404, 'not_found', 'Not found.'])
    }
    expect((await call('GET', `${PATH}${made.id}/`)).status).toBe(200)
    expect((await call('GET', `${PATH}no-uuid/`)).status).toBe(404)
  })
})

describe('changing webhooks', () => {
  it('updates the given fields, returns message and id, and changes updated_at', async () => {
    const { call, emulator } = await kycgenieApi()
    const { body: made } = await call('POST', PATH, { body: { ...HOOK, description: 'old' } })
    await emulator.advance(60_000)
    const { status, body } = await call('PATCH', `${PATH}${made.id}/`, {
      body: { webhook_url: 'https://example.com/new', is_active: false, event_type: 'all', secret_key: 'x' },
    })
    expect([status, JSON.stringify(body)]).toEqual([200, JSON.stringify({ message: 'Webhook updated', id: made.id })])
    const shown = (await call('GET', `${PATH}${made.id}/`)).body
    expect(shown).toMatchObject({
      webhook_url: 'https://example.com/new',
      is_active: false,
      description: 'old',
      event_type: HOOK.event_type,
    })
    expect(String(shown.updated_at) > String(shown.created_at)).toBe(true)
    await emulator.advance(60_000)
    expect((await call('PATCH', `${PATH}${made.id}/`, { raw: '' })).status).toBe(200)
    expect(String((await call('GET', `${PATH}${made.id}/`)).body.updated_at) > String(shown.updated_at)).toBe(true)
  })

  it('rejects invalid values and leaves the webhook unchanged', async () => {
    const { call } = await kycgenieApi()
    const { body: made } = await call('POST', PATH, { body: HOOK })
    const before = (await call('GET', `${PATH}${made.id}/`)).body
    const errorsOf = async (body: Json) => (await call('PATCH', `${PATH}${made.id}/`, { body })).body.errors
    expect(await errorsOf({ is_active: 'no' })).toEqual({ is_active: ['Must be a valid boolean.'] })
    expect(await errorsOf({ webhook_url: 'http://example.com' })).toEqual({
      webhook_url: ['Webhook URL must use HTTPS.'],
    })
    expect(await errorsOf({ webhook_url: 'x', description: 'new' })).toEqual({ webhook_url: ['Enter a valid URL.'] })
    expect((await call('GET', `${PATH}${made.id}/`)).body).toEqual(before)
  })

  it('deletes permanently, with 200 and a message', async () => {
    const { call } = await kycgenieApi()
    const { body: made } = await call('POST', PATH, { body: HOOK })
    const { status, body } = await call('DELETE', `${PATH}${made.id}/`)
    expect([status, body]).toEqual([200, { message: 'Webhook deleted successfully' }])
    expect((await call('GET', `${PATH}${made.id}/`)).status).toBe(404)
    expect((await call('DELETE', `${PATH}${made.id}/`)).status).toBe(404)
  })
})

describe('deliveries to webhooks', () => {
  it('change stats and last_triggered_at when they settle', async () => {
    const { call, emulator } = await kycgenieApi()
    const { url, requests } = await testReceiver([500, 200])
    const { body: made } = await call('POST', PATH, { body: { ...HOOK, webhook_url: url } })
    await emulator.trigger('kycgenie', 'screening.completed')
    await emulator.rest()
    const waiting = (await call('GET', `${PATH}${made.id}/`)).body
    expect(waiting.stats).toEqual({ total_deliveries: 0, successful_deliveries: 0, failed_deliveries: 0 })
    await emulator.drain()
    const settled = (await call('GET', `${PATH}${made.id}/`)).body
    expect(settled.stats).toEqual({ total_deliveries: 1, successful_deliveries: 1, failed_deliveries: 0 })
    expect(settled.last_triggered_at).toMatch(STAMP)
    expect(String(settled.last_triggered_at) > String(waiting.last_triggered_at)).toBe(true)
    expect(settled.updated_at).toBe(settled.created_at)
    expect(requests).toHaveLength(2)
    expect(requests[0]?.body).toBe(requests[1]?.body)
    expect(requests[0]?.headers['webhook-id']).toBe(requests[1]?.headers['webhook-id'])
  })

  it('count as failed when exhausted, and by attempt with statsUnit attempts', async () => {
    const { call, emulator } = await kycgenieApi({ statsUnit: 'attempts', maxAttempts: 3 })
    const { url } = await testReceiver([500])
    const { body: made } = await call('POST', PATH, { body: { ...HOOK, webhook_url: url } })
    await emulator.trigger('kycgenie', 'screening.completed')
    await emulator.drain()
    const stats = async () => (await call('GET', `${PATH}${made.id}/`)).body.stats
    expect(await stats()).toEqual({ total_deliveries: 3, successful_deliveries: 0, failed_deliveries: 3 })
    await emulator.changeSettings('kycgenie', { statsUnit: 'deliveries' })
    expect(await stats()).toEqual({ total_deliveries: 1, successful_deliveries: 0, failed_deliveries: 1 })
  })

  it('go to active webhooks of the type and of all, each with its own secret; test goes to neither', async () => {
    const { call, emulator } = await kycgenieApi()
    const { url, requests } = await testReceiver([200])
    const make = async (event_type: string) =>
      (await call('POST', PATH, { body: { event_type, webhook_url: url } })).body
    const [type, all, off, other] = [
      await make('case.opened'),
      await make('all'),
      await make('case.opened'),
      await make('alert.created'),
    ]
    await call('PATCH', `${PATH}${off.id}/`, { body: { is_active: false } })
    const { deliveries } = await emulator.trigger('kycgenie', 'case.opened')
    await emulator.drain()
    expect(deliveries.map(({ subscriptionId }) => subscriptionId).sort()).toEqual([type.id, all.id].sort())
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1)
    expect(new Set(requests.map(({ headers }) => headers['webhook-signature'])).size).toBe(2)
    expect(JSON.parse(requests[0]?.body ?? '').event_type).toBe('case.opened')
    expect((await emulator.trigger('kycgenie', 'test')).deliveries).toEqual([])
    expect(deliveries.map(({ subscriptionId }) => subscriptionId)).not.toContain(other.id)
  })

  it('go only to the account of the event', async () => {
    const { call, emulator } = await kycgenieApi()
    const { body: one } = await call('POST', PATH, { body: HOOK, key: 'kycg_one' })
    await call('POST', PATH, { body: HOOK, key: 'kycg_two' })
    const { deliveries } = await emulator.trigger('kycgenie', 'screening.completed', { account: 'kycg_one' })
    expect(deliveries.map(({ subscriptionId }) => subscriptionId)).toEqual([one.id])
  })

  it("go only to the account of the event's story", async () => {
    const { call, emulator } = await kycgenieApi()
    const { body: one } = await call('POST', PATH, { body: { ...HOOK, event_type: 'all' }, key: 'kycg_one' })
    const { body: two } = await call('POST', PATH, { body: { ...HOOK, event_type: 'all' }, key: 'kycg_two' })
    await emulator.trigger('kycgenie', 'response.created', { subject: 'acme', account: 'kycg_one' })
    const { event, deliveries } = await emulator.trigger('kycgenie', 'response.submitted', { subject: 'acme' })
    expect(event.account).toBe('kycg_one')
    expect(deliveries.map(({ subscriptionId }) => subscriptionId)).toEqual([one.id])
    const told = await emulator.trigger('kycgenie', 'response.submitted', { subject: 'acme', account: 'kycg_two' })
    expect(told.deliveries.map(({ subscriptionId }) => subscriptionId)).toEqual([two.id])
  })
})

describe('the name all', () => {
  it('is no event type but says what it is, and subscribes to all of them over the control API too', async () => {
    const { emulator } = await kycgenieApi()
    expect(emulator.providers.find(({ name }) => name === 'kycgenie')?.channels[0]?.wildcard).toMatchObject({
      name: 'all',
      title: expect.stringContaining('all event types'),
    })
    await expect(emulator.trigger('kycgenie', 'all')).rejects.toThrow(
      '"all" stands for all event types of kycgenie and is never sent.',
    )
    const made = await emulator.subscribe('kycgenie', { url: HOOK.webhook_url, eventTypes: ['all'] })
    expect(made.eventTypes).toEqual(['*'])
  })
})
