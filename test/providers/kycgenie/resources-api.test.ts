// KYC Genie's API for entities, questionnaires, workflows and responses, and the events that its calls cause.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { temporaryFolder } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'
import { kycgenieApi } from './client.js'

const ACME = { entity_type: 'company', legal_name: 'Acme Corp', email: 'compliance@acme.example' }
const ENTITIES = '/api/v1/entities/'
const SEND = '/api/v1/workflows/send/'
const DAY = 86_400_000

/** The API with an event log: `types` are the events so far, oldest first. */
async function api(settings: JsonObject = {}) {
  const { call, emulator } = await kycgenieApi(settings)
  return {
    call,
    emulator,
    post: async (path: string, body: Json) => call('POST', path, { body }),
    types: () =>
      emulator.ledger
        .events({}, { limit: 100 })
        .map(({ type }) => type)
        .reverse(),
  }
}

describe('entities', () => {
  it('of companies have the documented keys in order, with what was given', async () => {
    const { call, post } = await api()
    const made = await post(ENTITIES, { ...ACME, trading_name: 'Acme', jurisdiction: 'GB' })
    expect(made.status).toBe(201)
    expect(Object.keys(made.body)).toEqual([
      'id',
      'name',
      'entity_type',
      'entity_subtype',
      'external_id',
      'email',
      'phone',
      'address_line_1',
      'address_line_2',
      'address_city',
      'address_state',
      'address_postal_code',
      'address_country',
      'is_primary',
      'screening_status',
      'response_count',
      'risk_profiles_count',
      'created_at',
      'updated_at',
      'legal_name',
      'trading_name',
      'registration_number',
      'jurisdiction',
      'incorporation_date',
    ])
    expect(made.body).toMatchObject({ name: 'Acme', legal_name: 'Acme Corp', email: ACME.email, jurisdiction: 'GB' })
    expect(made.body).toMatchObject({ screening_status: 'not_screened', response_count: 0, risk_profiles_count: 0 })
    expect((await call('GET', `${ENTITIES}${made.body.id}/`)).body).toEqual(made.body)
    expect((await call('GET', ENTITIES)).body).toMatchObject({ count: 1, results: [{ id: made.body.id }] })
  })

  it('of individuals have a name made of theirs', async () => {
    const { post } = await api()
    const { body } = await post(ENTITIES, {
      entity_type: 'individual',
      first_name: 'Zoë',
      middle_name: 'Ada',
      last_name: 'Müller',
      date_of_birth: '1984-02-29',
    })
    expect(body).toMatchObject({
      name: 'Zoë Ada Müller',
      date_of_birth: '1984-02-29',
      email: 'zoe.ada.muller@mail.example',
      gender: null,
    })
    expect(body).not.toHaveProperty('legal_name')
  })

  it('are refused with the messages of all fields', async () => {
    const { post } = await api()
    const errorsOf = async (body: Json) => (await post(ENTITIES, body)).body.errors
    expect(await errorsOf({})).toEqual({ entity_type: ['This field is required.'] })
    expect(await errorsOf({ entity_type: 'company' })).toEqual({ legal_name: ['This field is required.'] })
    expect(await errorsOf({ entity_type: 'trust', email: 'x' })).toEqual({
      entity_type: ["Must be 'company' or 'individual'."],
      email: ['Enter a valid email address.'],
    })
  })

  it('are changed; the name follows, and a primary entity stays one', async () => {
    const { call, post } = await api()
    const { id } = (await post(ENTITIES, ACME)).body
    const path = `${ENTITIES}${id}/`
    const { body } = await call('PATCH', path, { body: { legal_name: 'Acme Holdings', phone: '+44 20 7946 0999' } })
    expect(body).toMatchObject({ name: 'Acme Holdings', phone: '+44 20 7946 0999', entity_type: 'company' })
    const demoted = await call('PATCH', path, { body: { is_primary: false } })
    expect([demoted.status, demoted.body.errors]).toEqual([
      400,
      { is_primary: ['A primary entity cannot be demoted.'] },
    ])
    expect((await call('GET', path)).body).toEqual(body)
  })

  it('are the ones of events too: name and counts agree', async () => {
    const { call, emulator } = await api()
    const { event } = await emulator.trigger('kycgenie', 'response.created', { subject: 'acme' })
    const { subject_entity: entity } = event.payload.data as { subject_entity: JsonObject }
    const { body } = await call('GET', `${ENTITIES}${entity.id}/`)
    expect(body).toMatchObject({ id: entity.id, name: entity.name, entity_type: entity.type, response_count: 1 })
  })

  it('are of age and incorporated before they are onboarded, each at another time', async () => {
    const { call, emulator } = await kycgenieApi({}, { start: Date.UTC(2009, 5, 1) })
    for (let i = 0; i < 30; i++) await emulator.trigger('kycgenie', 'onboarding.created', { subject: `entity ${i}` })
    const { results } = (await call('GET', ENTITIES)).body as { results: JsonObject[] }
    const births = results.flatMap(({ date_of_birth: born }) => (typeof born === 'string' ? [born] : []))
    const begun = results.flatMap(({ incorporation_date: date }) => (typeof date === 'string' ? [date] : []))
    for (const born of births) expect(born < '1991-06-01').toBe(true)
    for (const date of begun) expect(date < '2009-06-01').toBe(true)
    expect(new Set([...births, ...begun]).size).toBeGreaterThan(25)
  })

  it('belong to their API key', async () => {
    const { call, post } = await api()
    const { id } = (await post(ENTITIES, ACME)).body
    expect((await call('GET', `${ENTITIES}${id}/`, { key: 'kycg_two' })).status).toBe(404)
    expect((await call('GET', ENTITIES, { key: 'kycg_two' })).body.count).toBe(0)
  })

  it('move with resourceBase, as do responses and workflows', async () => {
    // With a list of its own the server is checked against its own document, which follows the setting.
    const { call } = await kycgenieApi({ resourceBase: '/api/v2' }, { providers: [...builtInProviders] })
    expect((await call('POST', '/api/v2/entities/', { body: ACME })).status).toBe(201)
    expect((await call('GET', '/api/v2/responses/')).status).toBe(200)
    expect((await call('GET', ENTITIES)).status).toBe(404)
    expect((await call('GET', '/api/v2/entities')).headers.get('location')).toMatch(/\/api\/v2\/entities\/$/)
  })
})

describe('questionnaires', () => {
  it('are listed in version 1 with integers and in version 2 with uuids', async () => {
    const { call } = await api()
    const { body: one } = await call('GET', '/api/v1/questionnaires/')
    expect(one).toMatchObject({ count: 3, next: null, previous: null })
    const [first] = one.results as JsonObject[]
    expect(Object.keys(first ?? {})).toEqual([
      'id',
      'name',
      'description',
      'questionnaire_type',
      'question_count',
      'created_at',
    ])
    expect(first?.id).toBe(1)
    const { body: two } = await call('GET', '/api/v2/questionnaire-templates/?type=rfi')
    expect(two).toMatchObject({ results: [{ questionnaire_type: 'rfi' }], next_cursor: null })
    expect((await call('GET', '/api/v1/questionnaires/?page_size=2&page=2')).body.results).toHaveLength(1)
    expect((await call('GET', '/api/v1/questionnaires/?type=x')).body.errors).toEqual({
      type: ['Select a valid choice. x is not one of the available choices.'],
    })
  })

  it('have as many questions as they count, and count the responses that use them', async () => {
    const { call, post } = await api()
    await post(SEND, { entity: ACME, ddq: { questionnaire_id: 3, prefill: true } })
    const read = async () => (await call('GET', '/api/v1/questionnaires/3/')).body
    const before = await read()
    expect(before.questions).toHaveLength(Number(before.question_count))
    expect(before.response_count).toBe(0)
    await post(SEND, { entity: ACME, ddq: { questionnaire_id: 3 } })
    expect((await read()).response_count).toBe(1)
    expect((await call('GET', '/api/v1/questionnaires/9/')).status).toBe(404)
  })
})

describe('sending a workflow', () => {
  it('answers with the twelve documented keys and begins the onboarding', async () => {
    const { call, post, types } = await api()
    const { status, body } = await post(SEND, { entity: ACME, ddq: {}, verification: {} })
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual([
      'success',
      'message',
      'workflow_type',
      'workflow_session_id',
      'status',
      'email_sent',
      'email_sent_to',
      'entity_id',
      'response_id',
      'verification_session_id',
      'has_ddq',
      'has_verification',
    ])
    expect(body).toMatchObject({
      success: true,
      workflow_type: 'ddq_and_verification',
      status: 'sent',
      email_sent_to: ACME.email,
      has_ddq: true,
      has_verification: true,
    })
    expect(types()).toEqual(['onboarding.created', 'verification.session_created', 'response.created'])
    const { body: response } = await call('GET', `/api/v1/responses/${body.response_id}/`)
    expect(response).toMatchObject({
      status: 'DRAFT',
      subject_entity: { id: body.entity_id, name: 'Acme Corp', type: 'company' },
      questionnaire: { name: 'Corporate Due Diligence', type: 'ddq' },
    })
  })

  it('is delivered: the events of the call have its ids', async () => {
    const { call, emulator, post } = await api()
    const { url, requests } = await testReceiver([200])
    await call('POST', '/api/v1/webhooks/', { body: { event_type: 'all', webhook_url: url } })
    const { body } = await post(SEND, { entity: ACME, ddq: {}, verification: { profile: 'standard' } })
    await emulator.rest()
    const data = Object.fromEntries(
      requests.map(request => [request.json().event_type, request.json().data as JsonObject]),
    )
    expect(data['onboarding.created']).toMatchObject({
      workflow_session_id: body.workflow_session_id,
      response_id: body.response_id,
      verification_session_id: body.verification_session_id,
    })
    expect(data['response.created']?.id).toBe(body.response_id)
    expect(data['verification.session_created']?.session_id).toBe(body.verification_session_id)
  })

  it('is followed by what the entity does, step by step on the clock', async () => {
    const { call, emulator, post, types } = await api()
    const { body } = await post(SEND, { entity: ACME, ddq: {}, verification: {} })
    await emulator.advance(9_000)
    expect(types()).toHaveLength(3)
    await emulator.advance(1_000)
    expect(types().slice(3)).toEqual([
      'response.submitted',
      'onboarding.ddq_completed',
      'verification.session_accessed',
    ])
    expect((await call('GET', `/api/v1/responses/${body.response_id}/`)).body.status).toBe('SUBMITTED')
    await emulator.advance(10_000)
    expect(types().slice(6)).toEqual([
      'verification.check_completed',
      'verification.session_completed',
      'onboarding.verification_completed',
      'onboarding.completed',
    ])
    await emulator.advance(10 * DAY)
    expect(types()).toHaveLength(10)
  })

  it('of one part only has that part only', async () => {
    const { emulator, post, types } = await api({ submissionDelay: '1m' })
    const { body: ddq } = await post(SEND, { entity: ACME, ddq: {} })
    expect(ddq).toMatchObject({ workflow_type: 'ddq_only', verification_session_id: null, has_verification: false })
    await emulator.advance(60_000)
    expect(types()).toEqual([
      'onboarding.created',
      'response.created',
      'response.submitted',
      'onboarding.ddq_completed',
      'onboarding.completed',
    ])
    const { body: verification } = await post(SEND, { entity_id: ddq.entity_id as string, verification: {} })
    expect(verification).toMatchObject({ workflow_type: 'verification_only', response_id: null, has_ddq: false })
    expect(verification.workflow_session_id).not.toBe(ddq.workflow_session_id)
    await emulator.advance(120_000)
    expect(types().slice(5)).toEqual([
      'onboarding.created',
      'verification.session_created',
      'verification.session_accessed',
      'verification.check_completed',
      'verification.session_completed',
      'onboarding.verification_completed',
      'onboarding.completed',
    ])
  })

  it('has a response and a session of its own beside a prefilled response and a session of events', async () => {
    const { call, emulator, post } = await api()
    const { body: ready } = await post(SEND, { entity: ACME, ddq: {}, prefill: true })
    await emulator.trigger('kycgenie', 'verification.session_created', { subject: String(ready.entity_id) })
    const { body } = await post(SEND, { entity_id: ready.entity_id as string, ddq: {}, verification: {} })
    expect(body.response_id).not.toBe(ready.response_id)
    const statuses = async () =>
      Promise.all(
        [ready, body].map(
          async ({ response_id: id }) => (await call('GET', `/api/v1/responses/${String(id)}/`)).body.status,
        ),
      )
    expect(await statuses()).toEqual(['PREFILL', 'DRAFT'])
    await emulator.advance(60_000)
    expect(await statuses()).toEqual(['PREFILL', 'SUBMITTED'])
    const sessions = emulator.ledger.subjects({ kind: 'verification_session' }, { limit: 9 })
    expect(sessions.find(({ id }) => id === body.verification_session_id)?.state).toBe('completed')
    expect(sessions).toHaveLength(2)
    await post(`/api/v1/responses/${ready.response_id}/send/`, {})
    await emulator.advance(60_000)
    expect(await statuses()).toEqual(['SUBMITTED', 'SUBMITTED'])
  })

  it('expires with submissionDelay never, first the verification and then the link', async () => {
    const { emulator, post, types } = await api({ submissionDelay: 'never' })
    const { body } = await post(SEND, { entity: ACME, ddq: {}, verification: {} })
    await emulator.advance(3 * DAY)
    expect(types().slice(3)).toEqual(['verification.session_expired'])
    await emulator.trigger('kycgenie', 'onboarding.link_regenerated', { subject: String(body.workflow_session_id) })
    await emulator.advance(5 * DAY)
    expect(types().slice(3)).toEqual(['verification.session_expired', 'onboarding.link_regenerated'])
    await emulator.advance(3 * DAY)
    expect(types().at(-1)).toBe('onboarding.expired')
  })

  it('is not completed where the verification failed or expired before the entity went on', async () => {
    const { emulator, post, types } = await api({ submissionDelay: '3d' })
    await post(SEND, { entity: ACME, ddq: {}, verification: {} })
    await emulator.advance(4 * DAY)
    expect(types().slice(3)).toEqual(['verification.session_expired', 'response.submitted', 'onboarding.ddq_completed'])
    await emulator.advance(4 * DAY)
    expect(types().at(-1)).toBe('onboarding.expired')
  })

  it('goes on after a restart', async () => {
    const ledger = join(temporaryFolder(), 'ledger.db')
    const before = await kycgenieApi({}, { ledger })
    await before.call('POST', SEND, { body: { entity: ACME, ddq: {} } })
    await before.stop()
    const { emulator } = await kycgenieApi({}, { ledger })
    await emulator.advance(10_000)
    expect(emulator.ledger.events({}, { limit: 1 })[0]?.type).toBe('onboarding.completed')
  })

  it('has the older answer with objectGeneration old', async () => {
    const { post } = await api({ objectGeneration: 'old' })
    const { body } = await post(SEND, { entity: ACME, ddq: {}, verification: {} })
    expect(Object.keys(body)).toEqual([
      'workflow_session_id',
      'status',
      'email_sent',
      'entity_id',
      'entity_name',
      'response_id',
      'verification_session_id',
      'steps',
      'expires_at',
    ])
    expect(body).toMatchObject({ status: 'sent', entity_name: 'Acme Corp', steps: ['ddq', 'verification'] })
  })

  it('is refused without an entity, a part or a questionnaire that exists', async () => {
    const { post, types } = await api()
    const errorsOf = async (body: Json) => (await post(SEND, body)).body.errors
    expect(await errorsOf({})).toEqual({
      entity_id: ['This field is required.'],
      non_field_errors: ['A ddq or verification block is required.'],
    })
    expect(await errorsOf({ entity: ACME, verification: {}, prefill: true })).toEqual({
      prefill: ['Only a questionnaire can be prefilled.'],
    })
    expect(await errorsOf({ entity: ACME, ddq: { questionnaire_id: 99 } })).toEqual({
      ddq: ['There is no questionnaire with this questionnaire_id.'],
    })
    const unknown = await post(SEND, { entity_id: 'f67f165d-0d1e-4eb7-81e6-3494a260dcd4', ddq: {} })
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found'])
    expect(types()).toEqual([])
  })
})

describe('a prefilled response', () => {
  it('is filled in, sent and submitted', async () => {
    const { call, emulator, post, types } = await api()
    const { body: ready } = await post(SEND, { entity: ACME, ddq: {}, verification: {}, prefill: true })
    expect(ready).toMatchObject({
      status: 'prefill_ready',
      workflow_session_id: null,
      verification_session_id: null,
      email_sent: false,
      email_sent_to: null,
    })
    expect(types()).toEqual(['response.created'])
    const path = `/api/v1/responses/${ready.response_id}/`
    expect((await call('GET', path)).body).toMatchObject({ status: 'PREFILL', answers: [] })
    const answers = [{ question: 101, answer: 'Acme Corp' }]
    const saved = await call('PUT', `${path}save/`, { body: { answers } })
    expect([saved.status, saved.body.status, saved.body.answers]).toEqual([200, 'PREFILL', answers])

    const sent = await call('POST', `${path}send/`)
    expect(sent.status).toBe(200)
    expect(Object.keys(sent.body)).toEqual(['session_id', 'status', 'email_sent'])
    expect(sent.body).toMatchObject({ status: 'sent', email_sent: true })
    expect(types().slice(1)).toEqual(['onboarding.created', 'verification.session_created'])
    expect((await call('GET', path)).body).toMatchObject({ status: 'DRAFT', answers })
    await emulator.advance(10_000)
    expect(types().slice(3, 5)).toEqual(['response.submitted', 'onboarding.ddq_completed'])
    expect((await call('GET', path)).body).toMatchObject({ status: 'SUBMITTED', answers })
    const [event] = emulator.ledger.events({ type: 'response.submitted' }, { limit: 1 })
    expect(event?.payload.data).toMatchObject({ id: ready.response_id })
  })

  it('is neither saved nor sent twice: 400 names its present status', async () => {
    const { call, post } = await api()
    const { body: ready } = await post(SEND, { entity: ACME, ddq: { prefill: true } })
    const path = `/api/v1/responses/${ready.response_id}/`
    expect((await call('POST', `${path}send/`)).status).toBe(200)
    for (const again of [await call('POST', `${path}send/`), await call('PUT', `${path}save/`, { body: {} })]) {
      expect(again.status).toBe(400)
      expect(Object.keys(again.body)).toEqual(['error', 'code', 'request_id', 'details'])
      expect(again.body).toMatchObject({ code: 'invalid_request', details: { current_status: 'DRAFT' } })
    }
    expect((await call('POST', '/api/v1/responses/f67f165d-0d1e-4eb7-81e6-3494a260dcd4/send/')).status).toBe(404)
  })
})
