// Stories of Rillis: which ids belong to the story and which to the thing, states that follow each other, documents that stay the same.
import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject, valueAt } from '../../../src/core/json.js'
import type { TriggerInput } from '../../../src/provider/port.js'
import { testEmulator } from '../../support/emulator.js'
import { rillisApi } from './client.js'
import { START, story } from './payloads.js'

const API = '/api/v1/client-api'
const COMPANY = 'ONBOARDING_FORM_COMPANY_COMPLETED'
const INDIVIDUAL = 'ONBOARDING_FORM_INDIVIDUAL_COMPLETED'

const at = (payload: JsonObject, path: string) => String(valueAt(payload, path))
const read = (payload: JsonObject): JsonObject => {
  const data = valueAt(payload, 'data.identity.data')
  return isJsonObject(data) ? data : {}
}

describe('two forms of one user', () => {
  it('share flow, flow instance and user, but are two onboardings', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const one = await story({ seed })
      const company = one.make(COMPANY).payload
      const person = one.make(INDIVIDUAL).payload
      for (const key of ['flow_id', 'flow_instance_id', 'user_id'])
        expect(at(person, `data.${key}`)).toBe(at(company, `data.${key}`))
      expect(at(person, 'data.onboarding_id')).not.toBe(at(company, 'data.onboarding_id'))
      for (const form of [company, person]) expect(at(form, 'data.onboarding._id')).toBe(at(form, 'data.onboarding_id'))
    }
  })

  it.each([
    [COMPANY, INDIVIDUAL],
    [INDIVIDUAL, COMPANY],
  ])('are each returned as sent: %s, then %s', async (...types) => {
    const { call, trigger } = await rillisApi()
    const sent: JsonObject[] = []
    for (const type of types) sent.push(await trigger(type))
    for (const form of sent) {
      const { body } = await call('GET', `${API}/onboardings/${at(form, 'data.onboarding_id')}`)
      expect(JSON.stringify(body)).toBe(JSON.stringify(valueAt(form, 'data.onboarding')))
    }
  })

  it('are changed and sent each for itself', async () => {
    const { call, trigger, events, newest, emulator } = await rillisApi()
    const company = await trigger(COMPANY)
    const person = await trigger(INDIVIDUAL)
    for (const form of [company, person]) {
      const id = at(form, 'data.onboarding_id')
      const { body } = await call('PUT', `${API}/onboardings/change-status/${id}`, { status: 'REJECTED' })
      await emulator.rest()
      expect(body).toEqual({ ...(valueAt(form, 'data.onboarding') as JsonObject), status: 'REJECTED' })
      expect(valueAt(newest(), 'data.onboarding')).toEqual(body)
      expect(at(newest(), 'data.onboarding_id')).toBe(id)
    }
    expect(events().slice(2)).toEqual(['ONBOARDING_FORM_COMPANY_REJECTED', 'ONBOARDING_FORM_INDIVIDUAL_REJECTED'])
  })

  it('are found by their own id, also by one that was set by hand', async () => {
    const { trigger, emulator } = await rillisApi()
    const own = at(await trigger(COMPANY), 'data.onboarding_id')
    const id = 'aaaaaaaaaaaaaaaaaaaaaaaa'
    const set = { 'data.onboarding_id': id }
    const first = (await emulator.trigger('rillis', COMPANY, { subject: 'other', set })).event.payload
    expect(at(first, 'data.onboarding._id')).toBe(id)
    const approved = await trigger(COMPANY, 'APPROVED', id)
    expect(at(approved, 'data.onboarding_id')).toBe(id)
    expect(at(await trigger(INDIVIDUAL, undefined, id), 'data.onboarding_id')).not.toBe(id)
    expect(emulator.ledger.subject('rillis', own)?.state).toBe('PENDING_REVIEW')
    expect(emulator.ledger.subject('rillis', id)?.state).toBe('APPROVED')
  })
})

describe('the identities of one story', () => {
  it('are two: that of the user and that of the shareholder, whichever of them is named', async () => {
    const { trigger } = await rillisApi()
    const user = at(await trigger('VERIFICATION_IDENTITY_COMPLETED'), 'data.identity_id')
    const shareholder = 'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED'
    const other = at(await trigger(shareholder, undefined, user), 'data.identity_id')
    expect(other).not.toBe(user)
    expect(at(await trigger('VERIFICATION_IDENTITY_UPDATED', undefined, other), 'data.identity_id')).toBe(user)
  })

  it('have ids and states that agree after one of two places was set by hand', async () => {
    const { emulator } = await rillisApi()
    const { event } = await emulator.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED', {
      set: {
        'data.identity_id': 'aaaaaaaaaaaaaaaaaaaaaaaa',
        'data.identity.status': 'PENDING_REVIEW',
        'data.identity.data.birth_date': '2010-05-01',
        'data.identity.data.expiry_date': '2020-01-01',
      },
    })
    expect(event.payload).toMatchObject({
      data: {
        identity: { _id: 'aaaaaaaaaaaaaaaaaaaaaaaa', data: { age: 15, is_expired: true } },
        status: 'PENDING_REVIEW',
      },
    })
  })
})

describe('an event that cannot follow the state of its subject', () => {
  it.each<[first: string, variant: string | undefined, then: string, variant: string | undefined, states: string[]]>([
    ['FLOW_COMPLETED', undefined, 'FLOW_REJECTED', undefined, ['COMPLETED', 'REJECTED']],
    ['FLOW_REJECTED', undefined, 'FLOW_COMPLETED', undefined, ['REJECTED', 'COMPLETED']],
    ['ONBOARDING_FORM_COMPANY_REJECTED', undefined, COMPANY, 'APPROVED', ['REJECTED', 'APPROVED']],
    [COMPANY, 'APPROVED', 'ONBOARDING_FORM_COMPANY_REJECTED', undefined, ['APPROVED', 'REJECTED']],
    [COMPANY, 'APPROVED', COMPANY, 'PENDING_REVIEW', ['APPROVED', 'PENDING_REVIEW']],
    ['ONBOARDING_FORM_INDIVIDUAL_REJECTED', undefined, INDIVIDUAL, undefined, ['REJECTED', 'PENDING_REVIEW']],
    ['VERIFICATION_IDENTITY_REJECTED', undefined, 'VERIFICATION_IDENTITY_COMPLETED', undefined, ['REJECTED']],
    ['VERIFICATION_IDENTITY_COMPLETED', undefined, 'VERIFICATION_IDENTITY_REJECTED', undefined, ['APPROVED']],
    ['TRANSACTION_STATE_CHANGED', 'REJECTED', 'TRANSACTION_STATE_CHANGED', 'COMPLETED', ['REJECTED', 'COMPLETED']],
    ['TRANSACTION_STATE_CHANGED', 'COMPLETED', 'TRANSACTION_STATE_CHANGED', 'EVALUATION', ['COMPLETED', 'EVALUATION']],
  ])('is sent with a warning: %s %s, then %s %s', async (first, firstVariant, then, variant, states) => {
    const { trigger, emulator } = await rillisApi()
    await trigger(first, firstVariant)
    const late = await emulator.trigger('rillis', then, { subject: 'story', variant })
    expect(late.warnings).toHaveLength(1)
    for (const state of states) expect(late.warnings[0]).toContain(state)
    const again = await emulator.trigger('rillis', then, { subject: 'story', variant, anyState: true })
    expect(again.warnings).toEqual([])
  })

  it('leaves one consistent flow instance', async () => {
    const { call, trigger, emulator } = await rillisApi()
    await trigger('FLOW_COMPLETED')
    await emulator.advance(60_000)
    const late = await trigger('FLOW_REJECTED')
    const { body } = await call('GET', `${API}/flow-instance/${at(late, 'data.flow_instance_id')}`)
    expect(body).toEqual(late.data)
  })

  it('is none of the usual orders', async () => {
    const { emulator } = await rillisApi()
    for (const [type, variant] of [
      [COMPANY],
      [INDIVIDUAL],
      ['VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED'],
      ['VERIFICATION_IDENTITY_COMPLETED', 'PENDING_REVIEW'],
      ['VERIFICATION_IDENTITY_UPDATED'],
      ['VERIFICATION_IDENTITY_REJECTED'],
      ['VERIFICATION_IDENTITY_UPDATED', 'PENDING_REVIEW'],
      ['VERIFICATION_IDENTITY_COMPLETED'],
      [COMPANY, 'APPROVED'],
      ['ONBOARDING_FORM_INDIVIDUAL_REJECTED'],
      ['FLOW_COMPLETED'],
      ['TRANSACTION_STATE_CHANGED', 'PROGRESS'],
      ['TRANSACTION_STATE_CHANGED', 'EVALUATION'],
      ['TRANSACTION_STATE_CHANGED', 'REJECTED'],
    ] as const)
      expect([type, (await emulator.trigger('rillis', type, { subject: 'story', variant })).warnings]).toEqual([
        type,
        [],
      ])
  })
})

describe('the document of an identity verification', () => {
  const REASONS = ['DOCUMENT_EXPIRED', 'COUNTRY_MISMATCH', 'DOCUMENT_TYPE_MISMATCH', 'NAME_MISMATCH', 'UNDERAGE']
  const rejected = async (seed: number, variant: string) =>
    read((await story({ seed })).make('VERIFICATION_IDENTITY_REJECTED', variant).payload)

  it('has numbers and dates that vary with the seed and fit the reason', async () => {
    const today = '2026-01-15'
    const seen = { expired: new Set(), births: new Set(), passports: new Set(), dnis: new Set() }
    for (let seed = 1; seed <= 30; seed++) {
      const expired = await rejected(seed, 'DOCUMENT_EXPIRED')
      expect(expired.is_expired).toBe(true)
      expect(String(expired.expiry_date) < today).toBe(true)
      expect(String(expired.issue_date) < String(expired.expiry_date)).toBe(true)
      const minor = await rejected(seed, 'UNDERAGE')
      expect(Number(minor.age)).toBeLessThan(18)
      expect(Number(minor.age)).toBeGreaterThan(12)
      expect(String(minor.birth_date) < String(minor.issue_date) && String(minor.issue_date) < today).toBe(true)
      expect(minor.is_expired).toBe(false)
      const passport = await rejected(seed, 'DOCUMENT_TYPE_MISMATCH')
      expect([passport.document_type, passport.country]).toEqual(['CL-PASS', 'CHL'])
      expect(passport.document_number).toMatch(/^P\d{8}$/)
      const abroad = await rejected(seed, 'COUNTRY_MISMATCH')
      expect([abroad.document_type, abroad.country]).toEqual(['AR-DNI', 'ARG'])
      expect(abroad.document_number).toMatch(/^\d{8}$/)
      seen.expired.add(expired.expiry_date)
      seen.births.add(minor.birth_date)
      seen.passports.add(passport.document_number)
      seen.dnis.add(abroad.document_number)
    }
    for (const values of Object.values(seen)) expect(values.size).toBeGreaterThan(25)
  })

  it.each(REASONS)('rejected with %s is the same document in every rejection, whenever it is sent', async reason => {
    const one = await story({ seed: 3 })
    const first = read(one.make('VERIFICATION_IDENTITY_REJECTED', reason).payload)
    const later = read(one.make('VERIFICATION_IDENTITY_REJECTED', reason, START + 86_400_000).payload)
    expect(later).toEqual(first)
  })

  it.each(['COUNTRY_MISMATCH', 'DOCUMENT_TYPE_MISMATCH'])(
    'stays what it was after a rejection with %s',
    async reason => {
      const one = await story({ seed: 5 })
      const first = read(one.make('VERIFICATION_IDENTITY_REJECTED', reason).payload)
      for (const type of ['VERIFICATION_IDENTITY_UPDATED', 'VERIFICATION_IDENTITY_COMPLETED'])
        expect(read(one.make(type).payload)).toEqual(first)
      expect(read(one.make('VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED').payload)).not.toMatchObject({
        document_number: first.document_number,
      })
    },
  )

  it('has the same birth date in all events but the rejection of a minor', async () => {
    const one = await story({ seed: 5 })
    const birth = (type: string, variant?: string) => read(one.make(type, variant).payload).birth_date
    const own = birth('VERIFICATION_IDENTITY_COMPLETED')
    expect(birth('VERIFICATION_IDENTITY_REJECTED', 'DOCUMENT_EXPIRED')).toBe(own)
    expect(birth('VERIFICATION_IDENTITY_REJECTED', 'UNDERAGE')).not.toBe(own)
    expect(birth('VERIFICATION_IDENTITY_UPDATED')).toBe(own)
    expect(birth('VERIFICATION_IDENTITY_COMPLETED')).toBe(own)
  })

  it('is a valid one with an approval after a rejection of an expired one, of the same person', async () => {
    const one = await story({ seed: 5 })
    const expired = read(one.make('VERIFICATION_IDENTITY_REJECTED', 'DOCUMENT_EXPIRED').payload)
    expect(read(one.make('VERIFICATION_IDENTITY_UPDATED').payload)).toEqual(expired)
    const { issue_date, expiry_date, is_expired, ...person } = read(one.make('VERIFICATION_IDENTITY_COMPLETED').payload)
    expect(expired).toMatchObject(person)
    expect(is_expired).toBe(false)
    expect(String(issue_date) > String(expired.issue_date)).toBe(true)
    expect(String(expiry_date) > '2026-01-15').toBe(true)
  })

  it('has no picture of a back side if it is a passport', async () => {
    const { payload } = (await story()).make('VERIFICATION_IDENTITY_REJECTED', 'DOCUMENT_TYPE_MISMATCH')
    expect(JSON.stringify(valueAt(payload, 'data.identity.file_references_data'))).not.toContain('back')
  })
})

describe('a story that an earlier version stored', () => {
  it('has two onboardings and documents of the right shape too', async () => {
    const { emulator, trigger, call } = await rillisApi()
    const port = await emulator.port('rillis')
    const facts = (await story()).facts()
    // It stored all of them at once.
    for (const late of ['person', 'shareholder', 'company', 'transaction']) expect(facts[late]).toBeDefined()
    const { company_onboarding_id, individual_onboarding_id, papers, shareholder_papers, ...older } = facts
    await port.facts('story', { ...older, onboarding_id: company_onboarding_id ?? '', papers: null })
    const root = String(older.flow_instance_id)
    const stored = emulator.ledger.subject('rillis', root)
    expect(stored?.data.papers).toBeNull()
    const company = await trigger(COMPANY)
    const person = await trigger(INDIVIDUAL)
    expect(at(company, 'data.onboarding_id')).toBe(company_onboarding_id)
    expect(at(person, 'data.onboarding_id')).toMatch(/^[0-9a-f]{24}$/)
    expect(at(person, 'data.onboarding_id')).not.toBe(company_onboarding_id)
    const passport = await trigger('VERIFICATION_IDENTITY_REJECTED', 'DOCUMENT_TYPE_MISMATCH')
    expect(read(passport).document_number).toMatch(/^P\d{8}$/)
    expect((await call('GET', `${API}/flow-instance/${root}`)).status).toBe(200)
  })
})

describe('a transaction', () => {
  const made = async (...variants: string[]) => {
    const one = await story()
    let payload: JsonObject = {}
    for (const [i, variant] of variants.entries())
      payload = one.make('TRANSACTION_STATE_CHANGED', variant, START + i * 1000).payload
    return payload
  }

  it('has a note of its own state only', async () => {
    const note = async (...variants: string[]) => (await made(...variants)).state_change_note
    expect(await note('COMPLETED')).toBeNull()
    expect(await note('PROGRESS', 'REJECTED')).toBeNull()
    expect(await note('EVALUATION', 'COMPLETED')).toBe('Decided by an operator after evaluation.')
    expect(await note('COMPLETED', 'REJECTED')).toBe('Changed by an operator.')
    expect(await note('EVALUATION', 'COMPLETED', 'PROGRESS')).toBeNull()
    expect(await note('EVALUATION', 'COMPLETED', 'EVALUATION')).toBeNull()
  })

  it('keeps reasons and times when the same state is sent again', async () => {
    for (const variants of [['REJECTED'], ['EVALUATION', 'REJECTED'], ['PROGRESS', 'COMPLETED']])
      expect(await made(...variants, variants.at(-1) ?? '')).toEqual(await made(...variants))
  })

  it('whose state is set by hand has the decision of that state, but for what is set too', async () => {
    const { emulator } = await rillisApi()
    const made = async (set: JsonObject) =>
      (await emulator.trigger('rillis', 'TRANSACTION_STATE_CHANGED', { set })).event.payload
    const rejected = await made({ state: 'REJECTED' })
    expect(rejected).toMatchObject({
      risk_level: 'HIGH',
      rejected_at: START,
      reasons_rejection_analysis: expect.any(String),
    })
    expect(await made({ state: 'PROGRESS' })).toMatchObject({ risk_level: null, analyzed_at: null, rejected_at: null })
    expect(await made({ state: 'REJECTED', risk_level: 'LOW' })).toMatchObject({
      risk_level: 'LOW',
      rejected_at: START,
    })
    expect(Object.keys(rejected)).toEqual(Object.keys(await made({})))
  })

  it('keeps nothing of an earlier state that a later event leaves out', async () => {
    const { trigger, emulator } = await rillisApi()
    await trigger('TRANSACTION_STATE_CHANGED', 'EVALUATION')
    const decided = await trigger('TRANSACTION_STATE_CHANGED', 'COMPLETED')
    expect(decided.state_change_note).not.toBeNull()
    await emulator.trigger('rillis', 'TRANSACTION_STATE_CHANGED', {
      subject: 'story',
      variant: 'PROGRESS',
      unset: ['state_change_note'],
    })
    const subject = emulator.ledger.subject('rillis', String(decided.external_transaction_id))
    expect(subject).toMatchObject({ state: 'PROGRESS', data: { state_change_note: null, state: 'PROGRESS' } })
  })
})

describe('an event about another instance than its story begins with', () => {
  const OTHER = '0123456789abcdef01234567'

  it('has the people of its story', async () => {
    const emulator = await testEmulator()
    const send = async (type: string, input: TriggerInput) =>
      (await emulator.trigger('rillis', type, input)).event.payload
    await send('FLOW_COMPLETED', { subject: 'one', set: { 'data.flow_instance_id': OTHER } })
    const other = await send('VERIFICATION_IDENTITY_COMPLETED', { subject: OTHER })
    const twin = await testEmulator()
    await twin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'one' })
    const own = (await twin.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED', { subject: 'one' })).event.payload
    expect(Object.keys(read(other)).length).toBeGreaterThan(3)
    expect(read(other)).toEqual(read(own))
  })

  it('whose payload is given stores that instance alone', async () => {
    const emulator = await testEmulator()
    const raw = (await story({})).make('FLOW_COMPLETED').payload
    for (let n = 0; n < 3; n++) await emulator.trigger('rillis', 'FLOW_COMPLETED', { raw })
    expect(emulator.ledger.subjects({}, { limit: 10 }).map(({ id }) => id)).toEqual([at(raw, 'data.flow_instance_id')])
  })
})
