// Stories of KYC Genie: ids of things, times and states agree over events and the API, whatever order is played.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { TriggerInput } from '../../../src/provider/port.js'
import { kycgenieApi } from './client.js'

const HOUR = 3_600_000

/** A story: `send` triggers one of its events and returns its data; `read` is the API. */
async function story(settings: JsonObject = {}) {
  const { emulator, call } = await kycgenieApi(settings)
  const warnings: string[] = []
  return {
    emulator,
    warnings,
    async send(type: string, options: TriggerInput = {}): Promise<JsonObject> {
      const result = await emulator.trigger('kycgenie', type, { subject: 'acme', ...options })
      warnings.push(...result.warnings)
      return { ...(result.event.payload.data as JsonObject), at: result.event.payload.created_at as string }
    },
    read: async (path: string) => (await call('GET', path)).body,
    entity: async () => {
      const [known] = emulator.ledger.subjects({ kind: 'entity' }, { limit: 1 })
      return (await call('GET', `/api/v1/entities/${known?.id}/`)).body
    },
  }
}

describe('an id', () => {
  it('belongs to its thing: a second onboarding, response, session, check, case or alert has another', async () => {
    const { send, warnings } = await story()
    const twice = async (type: string, key: string) => [(await send(type))[key], (await send(type))[key]]
    for (const [type, key] of [
      ['onboarding.created', 'workflow_session_id'],
      ['response.created', 'id'],
      ['verification.session_created', 'session_id'],
      ['verification.check_completed', 'check_id'],
      ['non_document.check_initiated', 'check_id'],
      ['case.opened', 'case_id'],
      ['alert.created', 'alert_id'],
    ] as const) {
      const [one, other] = await twice(type, key)
      expect(one, type).not.toBe(other)
    }
    expect(warnings).toEqual([])
  })

  it('of the entity, its people and its screening is that of the story', async () => {
    const { send } = await story()
    const one = await send('screening.failed')
    const other = await send('screening.completed')
    expect(other.screening_id).toBe(one.screening_id)
    const [first, second] = [await send('response.created'), await send('response.created')]
    expect(second.sent_by).toBe(first.sent_by)
    expect(second.questionnaire).toEqual(first.questionnaire)
    expect(second.subject_entity).toEqual(first.subject_entity)
  })

  it('names the thing that is meant: events about its id leave the later one as it is', async () => {
    const { send, read } = await story()
    const first = await send('response.created')
    const second = await send('response.created')
    const submitted = await send('response.submitted', { subject: String(first.id) })
    expect(submitted).toMatchObject({ id: first.id, created_at: first.created_at })
    expect(await read(`/api/v1/responses/${second.id}/`)).toMatchObject({ status: 'DRAFT', submitted_at: null })
    expect(await read(`/api/v1/responses/${first.id}/`)).toMatchObject({ status: 'SUBMITTED' })
  })

  it('of a second onboarding comes with a response and a session of its own', async () => {
    const { send } = await story()
    const first = await send('onboarding.created')
    const response = await send('response.created')
    const session = await send('verification.session_created')
    expect([response.id, session.session_id]).toEqual([first.response_id, first.verification_session_id])
    await send('onboarding.expired')
    const second = await send('onboarding.created')
    expect(second.response_id).not.toBe(first.response_id)
    expect((await send('response.created')).id).toBe(second.response_id)
    expect((await send('verification.session_created')).session_id).toBe(second.verification_session_id)
  })

  it('of a questionnaire is that of the template', async () => {
    const { send, read } = await story()
    const { questionnaire } = await send('response.created')
    const { id } = questionnaire as JsonObject
    const { results } = await read('/api/v2/questionnaire-templates/')
    expect((results as JsonObject[]).map(({ uuid }) => uuid)).toContain(id)
  })
})

describe('times', () => {
  it('of a link or session that expires early are not after the event', async () => {
    const { send, emulator } = await story()
    for (const [created, expired] of [
      ['onboarding.created', 'onboarding.expired'],
      ['verification.session_created', 'verification.session_expired'],
    ] as const) {
      const { expires_at: planned } = await send(created)
      await emulator.advance(HOUR)
      const ended = await send(expired)
      expect(String(ended.expires_at) <= String(ended.at), expired).toBe(true)
      expect(String(ended.expires_at) < String(planned), expired).toBe(true)
    }
  })

  it('of a link or session that expires when it should are as they were', async () => {
    const { send, emulator } = await story()
    const session = await send('verification.session_created')
    const link = await send('onboarding.created')
    await emulator.advance(8 * 24 * HOUR)
    expect((await send('verification.session_expired')).expires_at).toBe(session.expires_at)
    expect((await send('onboarding.expired')).expires_at).toBe(link.expires_at)
  })

  it('of a session that is opened late and then expires are in order', async () => {
    const { send, emulator } = await story()
    await send('verification.session_created')
    await emulator.advance(72 * HOUR)
    const { accessed_at: opened } = await send('verification.session_accessed')
    const { expires_at: expires, at } = await send('verification.session_expired')
    expect([opened, expires, at].map(String)).toEqual([opened, expires, at].map(String).sort())
  })

  it('of a session that is completed late are in order', async () => {
    const { send, emulator } = await story()
    await send('verification.session_created')
    await emulator.advance(72 * HOUR)
    const done = await send('verification.session_completed')
    expect(String(done.completed_at) <= String(done.expires_at)).toBe(true)
  })

  it('are not before the entity, in a running story', async () => {
    const implied = ['screening.completed', 'response.approved', 'batch.completed', 'case.resolved']
    for (const type of [...implied, 'verification.session_completed', 'non_document.reviewed']) {
      const { send, entity, emulator } = await story()
      await send('onboarding.created')
      await emulator.advance(1000)
      const { created_at: begun } = await send(type)
      expect(String((await entity()).created_at) <= String(begun), type).toBe(true)
    }
  })

  it('are not before the entity, in a story that the event begins', async () => {
    const { send, entity } = await story()
    const { created_at: begun } = await send('response.approved')
    expect((await entity()).created_at).toBe(begun)
  })
})

describe('an event that cannot follow', () => {
  it.each([
    ['onboarding.created', 'onboarding.revoked', 'onboarding.completed', 'is revoked and cannot become completed'],
    ['response.created', 'response.rejected', 'response.approved', 'is REJECTED and cannot become APPROVED'],
    ['response.created', 'response.approved', 'response.rejected', 'is APPROVED and cannot become REJECTED'],
    [
      'verification.session_created',
      'verification.session_completed',
      'verification.session_expired',
      'is completed and cannot become expired',
    ],
    ['screening.failed', 'screening.completed', 'screening.failed', 'is completed and cannot become failed'],
    ['batch.progress', 'batch.failed', 'batch.completed', 'is failed and cannot become completed'],
    ['case.opened', 'case.resolved', 'case.resolved', 'is resolved, which case.resolved cannot follow'],
    [
      'non_document.check_initiated',
      'non_document.completed',
      'non_document.completed',
      'is completed, which non_document.completed cannot follow',
    ],
  ] as const)('%s, %s, %s is sent with a warning', async (first, second, third, words) => {
    const { send, warnings } = await story()
    await send(first)
    await send(second)
    expect(warnings).toEqual([])
    await send(third)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(words)
    await send(third, { anyState: true })
    expect(warnings).toHaveLength(1)
  })

  it('leaves one consistent state', async () => {
    const { send, read } = await story()
    const { id } = await send('response.created')
    await send('response.rejected')
    await send('response.submitted')
    expect(await read(`/api/v1/responses/${id}/`)).toMatchObject({
      status: 'SUBMITTED',
      reviewed_at: null,
      reviewed_by: null,
      manager_reviewed_at: null,
      manager_reviewer: null,
    })
  })

  it('leaves nothing of the later state: a check that completes again has no review', async () => {
    const { send, emulator } = await story()
    const { check_id: id } = await send('non_document.reviewed')
    await send('non_document.completed')
    expect(emulator.ledger.subject('kycgenie', String(id))?.data).toMatchObject({
      status: 'completed',
      reviewed_by: null,
      reviewed_at: null,
      review_notes: null,
    })
  })

  it('is none where a step is only left out', async () => {
    const { send, warnings } = await story()
    await send('response.created')
    await send('response.approved')
    await send('onboarding.created')
    await send('onboarding.completed')
    expect(warnings).toEqual([])
  })
})

describe('states', () => {
  it('of an entity with a case and of its screening have risk, though the screening was clear', async () => {
    const { send, entity, read } = await story()
    const { screening_id: id } = await send('screening.completed', { variant: 'clear' })
    expect(await entity()).toMatchObject({ screening_status: 'approved', risk_profiles_count: 0 })
    await send('case.opened')
    expect(await entity()).toMatchObject({ screening_status: 'not_reviewed', risk_profiles_count: 1 })
    expect(await read(`/api/v1/screening/${id}/`)).toMatchObject({
      status: 'completed',
      screening_status: 'not_reviewed',
      risk_profiles_count: 1,
    })
  })

  it('of alerts and risk profiles are decided when their case is resolved', async () => {
    const { send, entity, emulator, read } = await story()
    await send('screening.completed', { variant: 'match' })
    await send('case.opened')
    const alert = await send('alert.created')
    const profiles = emulator.ledger.subjects({ kind: 'risk_profile' }, { limit: 10 })
    expect(profiles).toHaveLength(Number(alert.risk_profiles_count))
    await send('case.resolved')
    expect(emulator.ledger.subject('kycgenie', String(alert.alert_id))).toMatchObject({
      state: 'false_positive',
      data: { status: 'false_positive' },
    })
    for (const { id } of profiles)
      expect(await read(`/api/v2/risk-profiles/${id}/`)).toMatchObject({ status: 'false_positive' })
    expect(await entity()).toMatchObject({ screening_status: 'approved', risk_profiles_count: profiles.length })
  })

  it('of a confirmed match reject the entity when the case is resolved', async () => {
    const { send, entity, emulator } = await story()
    await send('screening.completed', { variant: 'match' })
    await send('case.opened')
    await send('alert.created')
    const [profile] = emulator.ledger.subjects({ kind: 'risk_profile' }, { limit: 1 })
    await emulator.move(String(profile?.id), 'true_positive')
    await send('case.resolved')
    expect(emulator.ledger.subject('kycgenie', String(profile?.id))?.state).toBe('true_positive')
    expect(await entity()).toMatchObject({ screening_status: 'rejected' })
  })

  it('count the risk profiles of all alerts', async () => {
    const { send, entity } = await story()
    await send('screening.completed', { variant: 'match' })
    let sum = 0
    for (let i = 0; i < 3; i++) sum += Number((await send('alert.created')).risk_profiles_count)
    expect(await entity()).toMatchObject({ risk_profiles_count: sum })
  })

  it('of what comes after a resolved case belong to a new one', async () => {
    const { send } = await story()
    const first = await send('case.opened')
    await send('case.resolved')
    const alert = await send('alert.created')
    expect(alert.case_id).not.toBe(first.case_id)
    expect((await send('case.opened')).case_id).toBe(alert.case_id)
  })
})

describe('a move by hand', () => {
  it('back to draft leaves nothing of the submission', async () => {
    const { send, emulator, read } = await story()
    const { id } = await send('response.submitted')
    await emulator.advance(HOUR)
    await emulator.move(String(id), 'CHANGES_REQUESTED')
    await emulator.advance(HOUR)
    await emulator.move(String(id), 'DRAFT')
    const draft = await read(`/api/v1/responses/${id}/`)
    expect(draft).toMatchObject({ status: 'DRAFT', submitted_at: null, responded_by: null })
    expect(await send('response.autofill_completed')).toMatchObject({ status: 'DRAFT', submitted_at: null })
    const again = await send('response.submitted')
    expect(again).toMatchObject({ status: 'SUBMITTED', created_at: draft.created_at, submitted_at: again.at })
  })

  it('is refused where the thing has no such state: a prefilled response is sent over the API', async () => {
    const { send, emulator } = await story()
    const { id } = await send('response.created', { variant: 'prefill' })
    await expect(emulator.move(String(id), 'DRAFT')).rejects.toThrow('cannot be moved')
  })
})

describe('a variant', () => {
  it('is kept by the other events of the story', async () => {
    const { send } = await story()
    await send('verification.session_created')
    await send('verification.check_completed', { variant: 'consider' })
    expect((await send('verification.check_completed')).outcome).toBe('clear')
    expect((await send('verification.session_completed')).outcome).toBe('consider')
    expect((await send('verification.check_completed')).outcome).toBe('consider')
    await send('case.opened')
    expect((await send('screening.completed')).risk_profiles_count).toBe(1)
    expect((await send('screening.failed', { anyState: true })).monitoring_enabled).toBe(true)
  })

  it('that is named wins', async () => {
    const { send } = await story()
    await send('verification.check_completed', { variant: 'attention' })
    expect((await send('verification.session_completed', { variant: 'clear' })).outcome).toBe('clear')
  })

  it('of a rejection follows the status of the response', async () => {
    const { send } = await story()
    await send('response.created')
    await send('response.submitted')
    expect(await send('response.rejected')).toMatchObject({ manager_reviewed_at: null, manager_reviewer: null })
    await send('response.created')
    await send('response.reviewed')
    expect((await send('response.rejected')).manager_reviewer).not.toBeNull()
  })
})

describe('a verification', () => {
  it('begins a story of a person', async () => {
    for (let i = 0; i < 20; i++) {
      const { send, entity } = await story()
      const { entity_name: name } = await send('verification.session_failed', {
        variant: 'face_mismatch',
        subject: `person ${i}`,
      })
      expect(await entity()).toMatchObject({ entity_type: 'individual', name })
    }
  })

  it('of a company says whose face does not match', async () => {
    const { emulator } = await kycgenieApi()
    const found: string[] = []
    for (let i = 0; i < 30; i++) {
      const subject = `story ${i}`
      await emulator.trigger('kycgenie', 'onboarding.created', { subject })
      const { event } = await emulator.trigger('kycgenie', 'verification.session_failed', {
        subject,
        variant: 'face_mismatch',
      })
      const { failure_details: details, entity_id: id } = event.payload.data as JsonObject
      const facts = emulator.ledger.subject('kycgenie', String(id))?.data as JsonObject
      const contact = (facts.contact as JsonObject).name
      const whose = facts.entity_type === 'company' ? `The face of ${contact}` : 'The face'
      expect(details).toBe(`${whose} does not match the photo of the document.`)
      found.push(String(facts.entity_type))
    }
    expect(new Set(found)).toEqual(new Set(['company', 'individual']))
  })
})

describe('values that depend on those a user set', () => {
  it('agree with them', async () => {
    const { send } = await story()
    expect(
      await send('verification.session_failed', { set: { 'data.failure_reason': 'face_mismatch' } }),
    ).toMatchObject({ outcome: 'issue', failure_details: 'The face does not match the photo of the document.' })
    expect(await send('non_document.completed', { set: { 'data.outcome': 'attention' } })).toMatchObject({
      status: 'completed',
      failure_details: 'The date of birth differs between the sources.',
    })
    expect(await send('onboarding.created', { set: { 'data.workflow_type': 'ddq_only' } })).toMatchObject({
      has_verification: false,
      verification_session_id: null,
    })
    expect(await send('screening.completed', { set: { 'data.risk_profiles_count': 2 } })).toMatchObject({
      screening_status: 'not_reviewed',
    })
    const batch = await send('batch.completed', { set: { 'data.failed': 7 } })
    expect(batch.successful).toBe(Number(batch.total) - 7)
    expect(await send('response.created', { set: { 'data.subject_entity.name': 'Zoë Ltd' } })).toMatchObject({
      response_name: expect.stringMatching(/ - Zoë Ltd$/),
    })
  })

  it('stay where the user set them too', async () => {
    const { send } = await story()
    const set = { 'data.failure_reason': 'face_mismatch', 'data.failure_details': 'Mine.', 'data.outcome': 'error' }
    expect(await send('verification.session_failed', { set })).toMatchObject({
      failure_details: 'Mine.',
      outcome: 'error',
    })
  })
})
