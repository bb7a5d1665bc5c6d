// KYC Genie's API for screenings and risk profiles, and the events that its calls cause.
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { testReceiver } from '../../support/receiver.js'
import { kycgenieApi } from './client.js'

const FIXED = 'whsec_T0E1S2T3W4E5B6H7O8O9K0S1E2C3R4E5T6F7O8R9S0T1A2N3D4I5'
const KEY = 'screen-entity-550e8400'

/** The API with an entity of this name; `screen` asks for its screening. */
async function screened(name: string, settings: JsonObject = {}) {
  const { call, emulator } = await kycgenieApi(settings)
  const { body: entity } = await call('POST', '/api/v1/entities/', {
    body: { entity_type: 'company', legal_name: name },
  })
  return {
    call,
    emulator,
    id: String(entity.id),
    screen: (body: JsonObject = {}, headers: Record<string, string> = {}, version = 'v1') =>
      call('POST', `/api/${version}/screening/`, { body: { entity_id: entity.id as string, ...body }, headers }),
    entity: async () => (await call('GET', `/api/v1/entities/${entity.id}/`)).body,
    types: () =>
      emulator.ledger
        .events({}, { limit: 100 })
        .map(({ type }) => type)
        .reverse(),
  }
}

describe('a screening', () => {
  it.each(['v1', 'v2'])('is accepted with 202 (%s), and completes after its delay', async version => {
    const { call, emulator, entity, screen, types } = await screened('Test Company Ltd')
    const { status, body } = await screen({}, {}, version)
    expect(status).toBe(202)
    expect(Object.keys(body)).toEqual([
      'screening_id',
      'entity_id',
      'name',
      'entity_type',
      'screening_status',
      'message',
      'test_mode',
    ])
    expect(body).toMatchObject({
      name: 'Test Company Ltd',
      screening_status: 'pending',
      message: 'Test screening initiated (no credits charged, mock data will be returned)',
      test_mode: true,
    })
    const path = `/api/v1/screening/${body.screening_id}/`
    expect((await call('GET', path)).body).toMatchObject({ status: 'pending', completed_at: null })
    expect((await entity()).screening_status).toBe('pending')
    await emulator.advance(1_999)
    expect(types()).toEqual([])
    await emulator.advance(1)
    expect(types()).toEqual(['screening.completed'])
    const [event] = emulator.ledger.events({}, { limit: 1 })
    expect((await call('GET', path)).body).toEqual(event?.payload.data)
    expect((await entity()).screening_status).toBe('approved')
  })

  it('of a name with a keyword finds a match, and opens a case with an alert', async () => {
    const { call, emulator, entity, screen, types } = await screened('Sanctioned Trading Ltd', {
      screeningDelay: 0,
    })
    await screen()
    await emulator.rest()
    expect(types()).toEqual(['screening.completed', 'case.opened', 'alert.created'])
    const profiles = emulator.ledger.subjects({ kind: 'risk_profile' }, { limit: 10 })
    expect(await entity()).toMatchObject({
      screening_status: 'not_reviewed',
      risk_profiles_count: profiles.length,
    })
    const { body } = await call('GET', `/api/v2/risk-profiles/${profiles[0]?.id}/`)
    expect(body).toMatchObject({ name: 'Sanctioned Trading Ltd', entity_type: 'company', status: 'not_reviewed' })
  })

  it('of a name with another keyword fails', async () => {
    const { call, emulator, screen, types } = await screened('Error Ltd')
    const { body } = await screen()
    await emulator.advance(2_000)
    expect(types()).toEqual(['screening.failed'])
    expect((await call('GET', `/api/v1/screening/${body.screening_id}/`)).body).toMatchObject({
      status: 'failed',
      error: 'A data source did not answer.',
    })
  })

  it('only finds whole words: a pepper mill has no match', async () => {
    const { emulator, screen, types } = await screened('Pepper & Matchbox Ltd')
    await screen()
    await emulator.advance(2_000)
    expect(types()).toEqual(['screening.completed'])
  })

  it('is made once for each entity: 409 has the one that there is', async () => {
    const { screen, emulator } = await screened('Acme')
    const { body } = await screen()
    await emulator.advance(2_000)
    const again = await screen({}, {}, 'v2')
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      code: 'conflict',
      details: { existing_screening_id: body.screening_id, status: 'completed' },
    })
    const older = await screened('Acme', { objectGeneration: 'old' })
    const { body: first } = await older.screen()
    expect((await older.screen()).body).toEqual({
      error: 'Entity already screened',
      detail: 'Entity has existing screening with status: pending',
      screening_id: first.screening_id,
    })
  })

  it('is the one that events have told of', async () => {
    const { call, emulator } = await kycgenieApi()
    const { event } = await emulator.trigger('kycgenie', 'screening.completed', { subject: 'acme' })
    const { entity_id, screening_id } = event.payload.data as { entity_id: string; screening_id: string }
    const { status, body } = await call('POST', '/api/v1/screening/', { body: { entity_id } })
    expect([status, body.details]).toEqual([409, { existing_screening_id: screening_id, status: 'completed' }])
  })

  it('gets the same answer again with its Idempotency-Key', async () => {
    const { screen } = await screened('Acme')
    const first = await screen({}, { 'idempotency-key': KEY })
    expect((await screen({}, { 'idempotency-key': KEY })).body).toEqual(first.body)
    expect((await screen({}, { 'idempotency-key': 'another-key-of-22-letters' })).status).toBe(409)
    const short = await (await screened('Acme')).screen({}, { 'idempotency-key': 'short' })
    expect([short.status, short.body.errors]).toEqual([400, { 'Idempotency-Key': ['Must have 16 to 255 characters.'] }])
  })

  it('is refused for an unknown entity or a URL that a webhook could not have', async () => {
    const { call, screen, types } = await screened('Acme')
    const unknown = { entity_id: 'f67f165d-0d1e-4eb7-81e6-3494a260dcd4' }
    expect((await call('POST', '/api/v1/screening/', { body: unknown })).status).toBe(404)
    expect((await screen({ webhook_url: 'http://api.yourcompany.com/' })).body.errors).toEqual({
      webhook_url: ['Webhook URL must use HTTPS.'],
    })
    expect((await screen({ entity_id: 'x' })).body.errors).toEqual({ entity_id: ['Must be a valid UUID.'] })
    expect(types()).toEqual([])
    expect((await screen()).status).toBe(202)
  })

  it('keeps the monitoring that was asked for, or the tenant’s', async () => {
    const { screen, emulator } = await screened('Acme', { monitoringEnabled: false })
    await screen({ monitoring_enabled: true })
    await emulator.advance(2_000)
    expect(emulator.ledger.events({}, { limit: 1 })[0]?.payload.data).toMatchObject({ monitoring_enabled: true })
    const other = await screened('Acme', { monitoringEnabled: false })
    await other.screen()
    await other.emulator.advance(2_000)
    expect(other.emulator.ledger.events({}, { limit: 1 })[0]?.payload.data).toMatchObject({
      monitoring_enabled: false,
    })
  })
})

describe('the webhook_url of a screening', () => {
  it('gets that screening, signed, and is no webhook of the API', async () => {
    const { call, emulator, screen } = await screened('Acme')
    const { url, requests } = await testReceiver([500, 200])
    const { body } = await screen({ webhook_url: url })
    await emulator.trigger('kycgenie', 'screening.completed', { subject: 'other', account: 'kycg_one' })
    await emulator.advance(10_000)
    expect(requests.map(request => (request.json().data as JsonObject).screening_id)).toEqual([
      body.screening_id,
      body.screening_id,
    ])
    const [request] = requests
    new Webhook(FIXED).verify(request?.body ?? '', request?.headers ?? {})
    expect((await call('GET', '/api/v1/webhooks/')).body).toEqual({ webhooks: [] })
  })

  it('takes the place of the tenant’s default; webhooks get the event too', async () => {
    const own = await testReceiver([200])
    const usual = await testReceiver([200])
    const hook = await testReceiver([200])
    const { call, emulator, screen } = await screened('Acme', { screeningWebhookUrl: usual.url })
    await call('POST', '/api/v1/webhooks/', { body: { event_type: 'all', webhook_url: hook.url } })
    await screen({ webhook_url: own.url })
    await emulator.advance(2_000)
    const counts = [own, usual, hook].map(({ requests }) => requests.length)
    expect(counts).toEqual([1, 0, 1])
    const { body: other } = await call('POST', '/api/v1/entities/', {
      body: { entity_type: 'company', legal_name: 'Other' },
    })
    await call('POST', '/api/v1/screening/', { body: { entity_id: other.id as string } })
    await emulator.advance(2_000)
    expect([own, usual, hook].map(({ requests }) => requests.length)).toEqual([1, 1, 2])
  })

  it('is signed with the secret of a webhook with that URL', async () => {
    const { url, requests } = await testReceiver([200])
    const { call, emulator, screen } = await screened('Acme')
    const { body: hook } = await call('POST', '/api/v1/webhooks/', {
      body: { event_type: 'case.opened', webhook_url: url },
    })
    await screen({ webhook_url: url })
    await emulator.advance(2_000)
    expect(requests).toHaveLength(1)
    new Webhook(String(hook.secret_key)).verify(requests[0]?.body ?? '', requests[0]?.headers ?? {})
  })
})

describe('a risk profile', () => {
  it('is decided; its alert agrees, and the case that is resolved keeps the decision', async () => {
    const { call, emulator, entity, screen } = await screened('PEP Ltd')
    await screen()
    await emulator.advance(2_000)
    const profiles = emulator.ledger.subjects({ kind: 'risk_profile' }, { limit: 10 })
    const [alert] = emulator.ledger.subjects({ kind: 'alert' }, { limit: 1 })
    for (const { id } of profiles) {
      const path = `/api/v2/risk-profiles/${id}/`
      const { status, body } = await call('PATCH', path, { body: { status: 'true_positive' } })
      expect([status, body.id, body.status]).toEqual([200, id, 'true_positive'])
      expect((await call('GET', path)).body).toEqual(body)
    }
    expect(emulator.ledger.subject('kycgenie', String(alert?.id))?.state).toBe('true_positive')
    await emulator.trigger('kycgenie', 'case.resolved', { subject: String(alert?.id) })
    expect((await entity()).screening_status).toBe('rejected')
    expect(emulator.ledger.subject('kycgenie', String(profiles[0]?.id))?.state).toBe('true_positive')
  })

  it('that is decided stays so: 400 names its present status', async () => {
    const { call, emulator } = await kycgenieApi()
    await emulator.trigger('kycgenie', 'alert.created', { subject: 'acme' })
    const [profile] = emulator.ledger.subjects({ kind: 'risk_profile' }, { limit: 1 })
    const decide = (status?: string) =>
      call('PATCH', `/api/v2/risk-profiles/${profile?.id}/`, { body: status === undefined ? {} : { status } })
    expect((await decide('in_review')).status).toBe(200)
    expect((await decide('false_positive')).status).toBe(200)
    const again = await decide('not_reviewed')
    expect([again.status, again.body.code, again.body.details]).toEqual([
      400,
      'invalid_request',
      { current_status: 'false_positive' },
    ])
    expect((await decide('guilty')).body.errors).toEqual({ status: ['"guilty" is not a valid choice.'] })
    expect((await decide()).body.errors).toEqual({ status: ['This field is required.'] })
  })
})
