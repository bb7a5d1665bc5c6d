// KYC Genie's API besides webhooks: keys, slashes, methods, the test endpoint, and objects of events.
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { byteReceiver, type SeenRequest } from '../../support/byte-receiver.js'
import { closedUrl, testReceiver } from '../../support/receiver.js'
import { kycgenieApi } from './client.js'

const PATH = '/api/v1/webhooks/'
const HOOK = { event_type: 'all', webhook_url: 'https://api.yourcompany.com/hooks' }
const FIXED = 'whsec_T0E1S2T3W4E5B6H7O8O9K0S1E2C3R4E5T6F7O8R9S0T1A2N3D4I5'

describe('API keys', () => {
  it('are any non-empty Bearer token', async () => {
    const { call } = await kycgenieApi()
    expect((await call('GET', PATH, { key: 'anything' })).status).toBe(200)
    for (const key of [null, '']) {
      const { status, body, headers } = await call('GET', PATH, { key })
      expect(status).toBe(401)
      expect(Object.keys(body)).toEqual(['error', 'code', 'request_id'])
      expect(body).toMatchObject({
        error: 'Authentication credentials were not provided.',
        code: 'authentication_failed',
      })
      expect(headers.get('content-type')).toBe('application/json')
    }
  })

  it('are only those of the setting apiKeys, if there are any', async () => {
    const { call } = await kycgenieApi({ apiKeys: ['kycg_known'] })
    expect((await call('GET', PATH, { key: 'kycg_known' })).status).toBe(200)
    const { status, body } = await call('GET', PATH, { key: 'kycg_other' })
    expect([status, body.error]).toEqual([401, 'Invalid API key.'])
  })

  it('have a different request id in every error, the same for the same seed', async () => {
    const ids = async () => {
      const { call } = await kycgenieApi()
      return [
        (await call('GET', PATH, { key: null })).body.request_id,
        (await call('GET', PATH, { key: null })).body.request_id,
      ]
    }
    const [one, two] = [await ids(), await ids()]
    expect(one).toEqual(two)
    expect(one[0]).not.toBe(one[1])
  })
})

describe('paths', () => {
  it('without a trailing slash redirect a GET and are not found otherwise; the error names the path with the slash', async () => {
    const { call } = await kycgenieApi()
    const { status, headers } = await call('GET', '/api/v1/webhooks?page=2', { key: null })
    expect([status, headers.get('location')]).toEqual([301, 'http://127.0.0.1:4010/kycgenie/api/v1/webhooks/?page=2'])
    const { body: made } = await call('POST', PATH, { body: HOOK })
    expect((await call('GET', `${PATH}${made.id}`)).headers.get('location')).toBe(
      `http://127.0.0.1:4010/kycgenie${PATH}${made.id}/`,
    )
    expect((await call('GET', `${PATH}test`)).status).toBe(301)
    for (const [method, path] of [
      ['POST', '/api/v1/webhooks'],
      ['POST', `${PATH}test`],
      ['PATCH', `${PATH}${made.id}`],
      ['DELETE', `${PATH}${made.id}`],
    ] as const) {
      const answer = await call(method, path, { body: HOOK })
      expect([method, answer.status, answer.body.code]).toEqual([method, 404, 'not_found'])
      expect(answer.body.error).toBe(`Not found. The path ends with a slash: ${path}/`)
    }
    const put = await call('PUT', '/api/v1/webhooks', { body: HOOK })
    expect([put.status, put.body.error]).toEqual([404, 'Not found.'])
    expect((await call('GET', PATH)).body.webhooks).toHaveLength(1)
  })

  it('are served without the slash with trailingSlash lenient; key and body are checked', async () => {
    const { call } = await kycgenieApi({ trailingSlash: 'lenient' })
    expect((await call('POST', '/api/v1/webhooks', { body: HOOK })).status).toBe(201)
    expect((await call('POST', '/api/v1/webhooks', { body: {} })).body.code).toBe('validation_error')
    expect((await call('POST', '/api/v1/webhooks', { raw: '{' })).body.code).toBe('invalid_request')
    expect((await call('GET', '/api/v1/webhooks', { key: null })).status).toBe(401)
    const { body } = await call('GET', '/api/v1/webhooks')
    const [made] = body.webhooks as { id: string }[]
    expect((await call('DELETE', `${PATH}${made?.id}`)).status).toBe(200)
    expect((await call('PUT', '/api/v1/webhooks')).status).toBe(405)
  })

  it('answer other methods with 405 and unknown paths with 404', async () => {
    const { call } = await kycgenieApi()
    const put = await call('PUT', `${PATH}f67f165d-0d1e-4eb7-81e6-3494a260dcd4/`)
    expect([put.status, put.body.code, put.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      'GET, PATCH, DELETE',
    ])
    expect((await call('GET', `${PATH}test/`)).headers.get('allow')).toBe('POST')
    for (const path of ['/api/v2/webhooks/', '/api/v1/nothing/', '/']) {
      const { status, body } = await call('GET', path)
      expect([status, body.code]).toEqual([404, 'not_found'])
    }
  })
})

describe('the test endpoint', () => {
  it('delivers one signed test event synchronously and counts log ids', async () => {
    const { call, emulator } = await kycgenieApi()
    const { url, requests } = await testReceiver([200, 404, 204])
    const ok = await call('POST', `${PATH}test/`, { body: { webhook_url: url } })
    expect(ok.status).toBe(200)
    expect(JSON.stringify(ok.body)).toBe(
      '{"success":true,"message":"Test webhook delivered successfully","log_id":4821,"http_status_code":200}',
    )
    const failed = await call('POST', `${PATH}test/`, { body: { webhook_url: url } })
    expect(failed.status).toBe(502)
    expect(JSON.stringify(failed.body)).toBe(
      '{"success":false,"message":"Test webhook delivery failed: HTTP 404: Not Found","log_id":4822,"http_status_code":404}',
    )
    const inexact = await call('POST', `${PATH}test/`, { body: { webhook_url: url } })
    expect([inexact.status, inexact.body.message, inexact.body.log_id]).toEqual([
      502,
      'Test webhook delivery failed: HTTP 204: No Content',
      4823,
    ])
    const [request] = requests
    expect(new Webhook(FIXED).verify(request?.body ?? '', request?.headers ?? {})).toMatchObject({
      event_type: 'test',
      data: { message: 'This is a test event.' },
    })
    expect(emulator.counts()).toMatchObject({ delivered: 0, waiting: 0, exhausted: 0 })
  })

  it("signs with the secret of the key's oldest active webhook of that URL and does not change its stats", async () => {
    const { call } = await kycgenieApi()
    const { url, requests } = await testReceiver([200])
    const make = async (key: string) =>
      (await call('POST', PATH, { key, body: { event_type: 'test', webhook_url: url } })).body
    const [other, off, oldest, newer] = [
      await make('kycg_two'),
      await make('kycg_one'),
      await make('kycg_one'),
      await make('kycg_one'),
    ]
    await call('PATCH', `${PATH}${off.id}/`, { body: { is_active: false } })
    expect((await call('POST', `${PATH}test/`, { body: { webhook_url: url } })).status).toBe(200)
    expect(requests).toHaveLength(1)
    const verified = (secret: unknown) => {
      try {
        new Webhook(String(secret)).verify(requests[0]?.body ?? '', requests[0]?.headers ?? {})
        return true
      } catch {
        return false
      }
    }
    expect([other, off, oldest, newer].map(({ secret_key }) => verified(secret_key))).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect((await call('GET', `${PATH}${oldest.id}/`)).body).toMatchObject({
      stats: { total_deliveries: 0 },
      last_triggered_at: null,
    })
  })

  it('signs with testSigningSecret for an unknown URL, in the provider-wide scheme', async () => {
    const secret = `whsec_${'B'.repeat(52)}`
    const { call } = await kycgenieApi({ testSigningSecret: secret, signatureScheme: 'stripe' })
    const { url, requests } = await testReceiver([200])
    await call('POST', `${PATH}test/`, { body: { webhook_url: url } })
    const [, stamp, signature] = /^t=(\d+),v1=(\w+)$/.exec(requests[0]?.headers['x-webhook-signature'] ?? '') ?? []
    expect(signature).toBe(createHmac('sha256', secret).update(`${stamp}.${requests[0]?.body}`).digest('hex'))
  })

  it('reports with the same four keys why there was no response', async () => {
    const { call } = await kycgenieApi()
    const { status, body } = await call('POST', `${PATH}test/`, { body: { webhook_url: await closedUrl() } })
    expect(status).toBe(502)
    expect(body).toEqual({
      success: false,
      message: 'Test webhook delivery failed: Connection failed',
      log_id: 4821,
      http_status_code: null,
    })
  })

  it('rejects URLs as creation does, without using a log id', async () => {
    const { call } = await kycgenieApi()
    expect((await call('POST', `${PATH}test/`, { body: {} })).body.errors).toEqual({
      webhook_url: ['This field is required.'],
    })
    expect((await call('POST', `${PATH}test/`, { body: { webhook_url: 'http://example.com/' } })).body.errors).toEqual({
      webhook_url: ['Webhook URL must use HTTPS.'],
    })
    const { url } = await testReceiver([200])
    expect((await call('POST', `${PATH}test/`, { body: { webhook_url: url } })).body.log_id).toBe(4821)
  })
})

describe('a browser session', () => {
  it('is no authentication by default', async () => {
    const { call } = await kycgenieApi()
    const { url } = await testReceiver([200])
    const { status } = await call('POST', `${PATH}test/`, {
      key: null,
      headers: { cookie: 'sessionid=abc' },
      body: { webhook_url: url },
    })
    expect(status).toBe(401)
  })

  it('calls the test endpoint, and no other, with acceptSessionAuth', async () => {
    const { call } = await kycgenieApi({ acceptSessionAuth: true })
    const { url, requests } = await testReceiver([200, 200])
    const headers = { cookie: 'csrftoken=x; sessionid=abc' }
    const { body: hook } = await call('POST', PATH, { body: { event_type: 'test', webhook_url: url } })
    const tested = await call('POST', `${PATH}test/`, { key: null, headers, body: { webhook_url: url } })
    expect([tested.status, tested.body.success]).toEqual([200, true])
    const [request] = requests
    new Webhook(String(hook.secret_key)).verify(request?.body ?? '', request?.headers ?? {})
    expect((await call('GET', PATH, { key: null, headers })).status).toBe(401)
    expect((await call('POST', `${PATH}test/`, { key: null, body: { webhook_url: url } })).status).toBe(401)
  })
})

describe('the sent bytes', () => {
  it('are verified by the standardwebhooks package as captured from a socket', async () => {
    const { call, emulator } = await kycgenieApi()
    const { url, seen } = await byteReceiver()
    const { body: made } = await call('POST', PATH, { body: { ...HOOK, webhook_url: url } })
    await emulator.trigger('kycgenie', 'response.created', {
      set: { 'data.subject_entity.name': 'Zoë Müller 株式会社' },
    })
    await emulator.rest()
    const [{ line, headers, body }] = seen as [SeenRequest]
    expect(line).toBe('POST /webhooks HTTP/1.1')
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
    expect(headers['user-agent']).toMatch(/^Standin\/\S+ \(kycgenie\)$/)
    expect(new Webhook(String(made.secret_key)).verify(body, headers)).toMatchObject({
      event_type: 'response.created',
      data: { subject_entity: { name: 'Zoë Müller 株式会社' } },
    })
    expect(headers['webhook-id']).toBe(JSON.parse(body.toString()).id)
  })
})

describe('objects of events', () => {
  it('are served: responses in their present state, and risk profiles', async () => {
    const { call, emulator } = await kycgenieApi()
    const { event } = await emulator.trigger('kycgenie', 'response.created', { subject: 'acme' })
    const created = event.payload.data as { id: string }
    await emulator.trigger('kycgenie', 'response.submitted', { subject: 'acme' })
    const flagged = await emulator.trigger('kycgenie', 'response.autoflag_completed', { subject: 'acme' })
    const { body: one } = await call('GET', `/api/v1/responses/${created.id}/`)
    const { simulated: _simulated, counts: _counts, ...shown } = flagged.event.payload.data as Record<string, unknown>
    expect(one).toEqual({ ...shown, answers: [] })
    const { body: list } = await call('GET', '/api/v1/responses/')
    expect(Object.keys(list)).toEqual(['count', 'next', 'previous', 'results'])
    expect(list).toMatchObject({
      count: 1,
      next: null,
      previous: null,
      results: [{ id: created.id, status: 'SUBMITTED' }],
    })

    const alert = await emulator.trigger('kycgenie', 'alert.created', { subject: 'acme' })
    const [profile] = emulator.ledger.subjects({ provider: 'kycgenie', kind: 'risk_profile' }, { limit: 1 })
    const { body: read } = await call('GET', `/api/v2/risk-profiles/${profile?.id}/`)
    expect(read).toMatchObject({
      id: profile?.id,
      alert_id: (alert.event.payload.data as { alert_id: string }).alert_id,
      status: 'not_reviewed',
    })
    expect((await call('GET', `/api/v2/risk-profiles/${created.id}/`)).status).toBe(404)
  })

  it('are left out where a payload of the user made only a part of them', async () => {
    const { call, emulator } = await kycgenieApi()
    const { event } = await emulator.trigger('kycgenie', 'response.created', { raw: { data: {} } })
    expect((await call('GET', '/api/v1/responses/')).body).toMatchObject({ count: 0, results: [] })
    expect((await call('GET', `/api/v1/responses/${event.subject}/`)).status).toBe(404)
  })

  it('come in pages of fifty, or of page_size', async () => {
    const { call, emulator } = await kycgenieApi()
    for (let i = 0; i < 55; i++) await emulator.trigger('kycgenie', 'response.created')
    const first = (await call('GET', '/api/v1/responses/')).body
    expect(first).toMatchObject({
      count: 55,
      next: 'http://127.0.0.1:4010/kycgenie/api/v1/responses/?page=2',
      previous: null,
    })
    expect(first.results).toHaveLength(50)
    const { body } = await call('GET', '/api/v1/responses/?page=2&page_size=20')
    expect(body).toMatchObject({
      count: 55,
      next: 'http://127.0.0.1:4010/kycgenie/api/v1/responses/?page=3&page_size=20',
      previous: 'http://127.0.0.1:4010/kycgenie/api/v1/responses/?page=1&page_size=20',
    })
    expect(body.results).toHaveLength(20)
    expect((await call('GET', '/api/v1/responses/?page=3&page_size=20')).body.results).toHaveLength(15)
    const none = await call('GET', '/api/v1/responses/?page=none')
    expect([none.status, none.body.errors]).toEqual([400, { page: ['A valid integer is required.'] }])
  })

  it('are visible to their account, or to all', async () => {
    const { call, emulator } = await kycgenieApi()
    const { event } = await emulator.trigger('kycgenie', 'response.created', { account: 'kycg_one' })
    const path = `/api/v1/responses/${event.subject}/`
    expect((await call('GET', path, { key: 'kycg_one' })).status).toBe(200)
    expect((await call('GET', path, { key: 'kycg_two' })).status).toBe(404)
  })

  it('are moved by hand, with their event if there is one', async () => {
    const { call, emulator } = await kycgenieApi()
    const { event } = await emulator.trigger('kycgenie', 'response.created', { subject: 'acme' })
    const id = String(event.subject)
    expect((await emulator.move(id, 'SUBMITTED')).state).toBe('SUBMITTED')
    expect(emulator.ledger.events({}, { limit: 1 })[0]?.type).toBe('response.submitted')
    expect((await emulator.move(id, 'UNDER_REVIEW')).state).toBe('UNDER_REVIEW')
    expect(emulator.ledger.events({}, { limit: 1 })[0]?.type).toBe('response.submitted')
    expect((await call('GET', `/api/v1/responses/${id}/`)).body.status).toBe('UNDER_REVIEW')
    const { event: analysed } = await emulator.trigger('kycgenie', 'response.check_answers_completed', {
      subject: 'acme',
    })
    expect(analysed.payload.data).toMatchObject({ status: 'UNDER_REVIEW' })
    await expect(emulator.move(id, 'DRAFT')).rejects.toThrow()

    const { event: link } = await emulator.trigger('kycgenie', 'onboarding.created', { variant: 'verification_only' })
    await emulator.move(String(link.subject), 'in_progress')
    expect(emulator.ledger.events({}, { limit: 1 })[0]).toMatchObject({
      type: 'onboarding.verification_completed',
      payload: { data: { workflow_type: 'verification_only', response_id: null } },
    })

    const { event: session } = await emulator.trigger('kycgenie', 'verification.session_created')
    expect((await emulator.move(String(session.subject), 'revoked')).state).toBe('revoked')
  })

  it('are decided by hand: a risk profile has the decision of the team', async () => {
    const { call, emulator } = await kycgenieApi()
    await emulator.trigger('kycgenie', 'alert.created', { subject: 'acme' })
    const [profile] = emulator.ledger.subjects({ kind: 'risk_profile' }, { limit: 1 })
    const path = `/api/v2/risk-profiles/${profile?.id}/`
    expect((await call('GET', path)).body.status).toBe('not_reviewed')
    await emulator.move(String(profile?.id), 'in_review')
    await emulator.move(String(profile?.id), 'false_positive')
    expect((await call('GET', path)).body.status).toBe('false_positive')
    await expect(emulator.move(String(profile?.id), 'in_review')).rejects.toThrow()
  })
})
