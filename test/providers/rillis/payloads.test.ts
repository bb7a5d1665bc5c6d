// Rillis's payloads: documented examples, key order, consistency within a story, Chilean tax numbers.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../../src/core/json.js'
import { rut } from '../../../src/providers/rillis/ids.js'
import { START, story, wideSettings } from './payloads.js'

interface Fixture {
  documented: boolean
  type: string
  variant: string | null
  payload: JsonObject
}

const FOLDER = join(import.meta.dirname, '../../../fixtures/rillis/events')
const fixtures = readdirSync(FOLDER).map(file => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Fixture)

/** Names in the order they stand, at every depth, without the values. */
function outline(value: Json): unknown {
  if (Array.isArray(value)) return value.map(outline)
  return isJsonObject(value) ? Object.entries(value).map(([key, inner]) => [key, outline(inner)]) : '·'
}

const at = (payload: JsonObject, path: string) => valueAt(payload, path)
const seconds = (id: Json | undefined) => Number.parseInt(String(id).slice(0, 8), 16)

describe('fixtures', () => {
  it.each(fixtures.map(fixture => [`${fixture.type} ${fixture.variant ?? ''}`, fixture] as const))(
    '%s is made with the same keys in the same order at every depth',
    async (_, { type, variant, payload }) => {
      const made = (await story()).make(type, variant ?? undefined)
      expect(outline(made.payload)).toEqual(outline(payload))
      expect(made.schema.safeParse(payload).error?.issues ?? []).toEqual([])
    },
  )

  it('mark only the two complete examples as documented', () => {
    expect(fixtures.filter(fixture => fixture.documented).map(fixture => fixture.type)).toEqual([
      'FLOW_COMPLETED',
      'FLOW_REJECTED',
    ])
  })
})

describe('the envelope', () => {
  it('has an id that starts with the seconds of timestamp, and completes at the same instant', async () => {
    const { payload } = (await story()).make('FLOW_COMPLETED')
    expect(payload.timestamp).toBe(START)
    expect(seconds(payload.id)).toBe(START / 1000)
    expect(at(payload, 'data.completed_at')).toBe('2026-01-15T09:00:00.000Z')
  })

  it('has the documented flow id, unless the provider-wide flow is an id', async () => {
    const own = 'aaaaaaaaaaaaaaaaaaaaaaaa'
    const plain = (await story()).make('FLOW_COMPLETED').payload
    const named = (await story({ settings: wideSettings({ flow: own }) })).make('FLOW_COMPLETED').payload
    expect(at(plain, 'data.flow_id')).toBe('67a3af4ca59af345d61f4f9c')
    expect(at(named, 'data.flow_id')).toBe(own)
  })

  it('accepts a flow instance id named by the user', async () => {
    const id = '67a3be04d236cd46c537c95d'
    const { payload } = (await story({ id })).make('FLOW_REJECTED')
    expect(at(payload, 'data.flow_instance_id')).toBe(id)
  })
})

describe('a story', () => {
  it('keeps ids, names and company over all its events', async () => {
    const one = await story({ seed: 9 })
    const form = one.make('ONBOARDING_FORM_COMPANY_COMPLETED').payload
    const shareholder = one.make('VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED', undefined, START + 1e5).payload
    const user = one.make('VERIFICATION_IDENTITY_COMPLETED', undefined, START + 2e5).payload
    const approved = one.make('ONBOARDING_FORM_COMPANY_COMPLETED', 'APPROVED', START + 3e5).payload
    const flow = one.make('FLOW_COMPLETED', undefined, START + 4e5).payload
    for (const key of ['flow_instance_id', 'flow_id', 'user_id'])
      for (const other of [shareholder, user, approved, flow])
        expect(at(other, `data.${key}`)).toBe(at(form, `data.${key}`))
    expect(at(approved, 'data.onboarding.data')).toEqual(at(form, 'data.onboarding.data'))
    expect(at(form, 'data.onboarding.identities.0')).toBe(at(shareholder, 'data.identity_id'))
    const beneficiary = 'data.onboarding.data.final_beneficiaries.0'
    expect(at(shareholder, 'data.identity.data.family_names')).toBe(at(form, `${beneficiary}.last_name`))
    expect(at(shareholder, 'data.identity.data.document_number')).toBe(at(form, `${beneficiary}.document_number`))
    const representative = 'data.onboarding.data.legal_representatives.0'
    expect(at(user, 'data.identity.data.document_number')).toBe(at(form, `${representative}.document_number`))
  })

  it('has ids in the order of creation', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { payload } = (await story({ seed })).make('VERIFICATION_IDENTITY_COMPLETED')
      const order = ['data.user_id', 'data.flow_instance_id', 'data.identity_id', 'id'].map(path =>
        seconds(at(payload, path)),
      )
      expect([...order].sort((a, b) => a - b)).toEqual(order)
    }
  })

  it('corrects a wrong name in the update of the same identity', async () => {
    const one = await story({ seed: 4 })
    const rejected = one.make('VERIFICATION_IDENTITY_REJECTED', 'NAME_MISMATCH').payload
    const updated = one.make('VERIFICATION_IDENTITY_UPDATED').payload
    const form = one.make('ONBOARDING_FORM_INDIVIDUAL_COMPLETED').payload
    const names = 'data.identity.data.family_names'
    expect(at(rejected, 'data.identity_id')).toBe(at(updated, 'data.identity_id'))
    expect(at(rejected, names)).not.toBe(at(updated, names))
    expect(at(updated, names)).toBe(at(form, 'data.onboarding.data.data_individual.last_name'))
    expect(at(updated, 'data.errors')).toEqual([])
  })

  it('has its flow instance in progress until the flow has ended', async () => {
    const one = await story()
    const root = (type: string) => one.make(type).changes.find(change => change.kind === 'flow_instance')?.state
    expect(root('ONBOARDING_FORM_INDIVIDUAL_COMPLETED')).toBe('IN_PROGRESS')
    expect(root('FLOW_REJECTED')).toBe('REJECTED')
    expect(root('VERIFICATION_IDENTITY_UPDATED')).toBe('REJECTED')
  })
})

describe('a rejected identity', () => {
  const rejected = async (variant: string) =>
    (await story({ seed: 2 })).make('VERIFICATION_IDENTITY_REJECTED', variant).payload

  it.each([
    'DOCUMENT_EXPIRED',
    'COUNTRY_MISMATCH',
    'DOCUMENT_TYPE_MISMATCH',
    'NAME_MISMATCH',
    'FORGERY_SUSPECTED',
    'UNDERAGE',
  ])('has one error with the code %s', async variant => {
    expect(at(await rejected(variant), 'data.errors')).toEqual([
      { code: variant, message: expect.stringMatching(/\.$/) },
    ])
  })

  it('shows its reason in the extracted data', async () => {
    const read = async (variant: string, key: string) => at(await rejected(variant), `data.identity.data.${key}`)
    expect(await read('DOCUMENT_EXPIRED', 'is_expired')).toBe(true)
    expect(String(await read('DOCUMENT_EXPIRED', 'expiry_date')) < '2026-01-15').toBe(true)
    expect(await read('FORGERY_SUSPECTED', 'is_expired')).toBe(false)
    expect(await read('UNDERAGE', 'age')).toBeLessThan(18)
    expect(await read('COUNTRY_MISMATCH', 'country')).toBe('ARG')
    expect(await read('DOCUMENT_TYPE_MISMATCH', 'document_type')).toBe('CL-PASS')
  })
})

describe('a Chilean tax number', () => {
  // Numbers whose check digits are known, K among them.
  it.each([
    [60803000, '60803000-K'],
    [97004000, '97004000-5'],
    [11111111, '11111111-1'],
    [12345678, '12345678-5'],
    [1000005, '1000005-K'],
  ])('of %i ends in its modulo 11 check digit', (number, text) => {
    expect(rut(number)).toBe(text)
  })

  it('is the nif of companies and the document number of persons, for every seed', async () => {
    const valid = (text: Json | undefined) => String(text) === rut(Number(String(text).split('-')[0]))
    for (let seed = 1; seed <= 60; seed++) {
      const { payload } = (await story({ seed })).make('ONBOARDING_FORM_COMPANY_COMPLETED')
      const data = 'data.onboarding.data'
      expect(valid(at(payload, `${data}.data_company.nif`))).toBe(true)
      expect(valid(at(payload, `${data}.legal_representatives.0.document_number`))).toBe(true)
    }
  })
})

describe('a transaction', () => {
  it('is a flat list of the 21 documented fields', async () => {
    const { payload } = (await story()).make('TRANSACTION_STATE_CHANGED')
    expect(Object.keys(payload)).toHaveLength(21)
    expect(payload.type).toBeUndefined()
  })

  it('has no crypto values if it is FIAT, and all of them if it is CRYPTO', async () => {
    const seen = new Set<Json | undefined>()
    for (let seed = 1; seed <= 20; seed++) {
      const { payload } = (await story({ seed })).make('TRANSACTION_STATE_CHANGED')
      const crypto = payload.transaction_type === 'CRYPTO'
      seen.add(payload.transaction_type)
      for (const key of ['asset', 'network', 'sending_wallet', 'receiving_wallet'])
        expect(payload[key] === null, key).toBe(!crypto)
    }
    expect(seen).toEqual(new Set(['FIAT', 'CRYPTO']))
  })

  it('is rejected by the analysis or, after an evaluation, by the operator, with their reasons', async () => {
    const direct = (await story()).make('TRANSACTION_STATE_CHANGED', 'REJECTED').payload
    expect(direct).toMatchObject({
      risk_level: 'HIGH',
      analyzed_at: START,
      rejected_at: START,
      reasons_rejection_operator: null,
    })
    expect(direct.reasons_rejection_analysis).toEqual(expect.any(String))

    const one = await story()
    expect(one.make('TRANSACTION_STATE_CHANGED', 'PROGRESS').payload).toMatchObject({
      analyzed_at: null,
      risk_level: null,
    })
    one.make('TRANSACTION_STATE_CHANGED', 'EVALUATION', START + 1000)
    const decided = one.make('TRANSACTION_STATE_CHANGED', 'REJECTED', START + 9000).payload
    expect(decided).toMatchObject({
      analyzed_at: START + 1000,
      rejected_at: START + 9000,
      reasons_rejection_analysis: null,
      reasons_rejection_operator_list: ['SANCTION'],
    })
  })
})
