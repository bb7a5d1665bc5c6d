// KYC Genie's events: fixtures, dates in order, and stories with consistent events.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { kycgenie } from '../../../src/providers/kycgenie/index.js'
import { channel, story, wide } from './payloads.js'

const FOLDER = join(import.meta.dirname, '../../../fixtures/kycgenie/events')
const MINUTE = 60_000

interface Fixture {
  documented: boolean
  source: string
  type: string
  variant: string | null
  payload: JsonObject
}

const fixtures = readdirSync(FOLDER).map(file => ({
  file,
  fixture: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Fixture,
}))

const types = kycgenie.channels[0]?.eventTypes ?? []
type Form = readonly [type: string, variant: string | undefined]

const forms = types.flatMap(({ name, variants }): Form[] =>
  variants.length === 0 ? [[name, undefined] as const] : variants.map(variant => [name, variant.name] as const),
)

/** Paths of all keys, in order. */
function keysOf(value: Json | undefined, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => [`${path}${key}`, ...keysOf(inner, `${path}${key}.`)])
}

function stamps(value: Json | undefined): string[] {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stamps)
}

describe('the catalog', () => {
  it('has the 32 published types, the two newer autoflag types and test', () => {
    expect(types.filter(({ onlyByName }) => !onlyByName)).toHaveLength(34)
    expect(types.filter(({ onlyByName }) => onlyByName).map(({ name }) => name)).toEqual(['test'])
    expect(new Set(types.map(({ name }) => name)).size).toBe(35)
    for (const name of [
      'onboarding.link_regenerated',
      'response.autoflag_failed',
      'non_document.reviewed',
      'alert.created',
    ])
      expect(types.map(type => type.name)).toContain(name)
  })

  it.each([
    // Source: Webhooks API, "Event Types"; what a title must say besides the thing it is about.
    ['onboarding.created', 'generated', 'sent to the entity'],
    ['onboarding.ddq_completed', 'DDQ step', 'onboarding session'],
    ['onboarding.verification_completed', 'identity verification step', 'onboarding session'],
    ['onboarding.completed', 'required steps', 'fully onboarded'],
    ['onboarding.expired', 'expired before', 'all steps'],
    ['onboarding.revoked', 'permanently', 'your team'],
    ['onboarding.link_regenerated', 'New token', 'existing session', 'resent'],
    ['response.created', 'DDQ submission'],
    ['response.submitted', 'Entity submitted', 'completed response'],
    ['response.reviewed', 'compliance team'],
    ['response.autofill_completed', 'AI', 'completed'],
    ['response.autoflag_completed', 'AI', 'completed'],
    ['screening.completed', 'AML', 'successfully'],
    ['screening.failed', 'AML', 'error'],
    ['batch.progress', 'Progress update'],
    ['verification.session_created', 'New', 'started'],
    ['verification.session_accessed', 'accessed by the entity'],
    ['verification.session_completed', 'successfully'],
    ['verification.check_completed', 'Identity verification check'],
    ['non_document.completed', 'with results'],
    ['case.opened', 'investigation'],
    ['case.resolved', 'Resolved or closed'],
    ['alert.created', 'New'],
    ['test', 'Synthetic', 'POST /api/v1/webhooks/test/'],
  ])('says of %s what the page says', (name, ...facts) => {
    const title = types.find(type => type.name === name)?.title.toLowerCase()
    for (const fact of facts) expect(title).toContain(fact.toLowerCase())
  })

  it('defines every type and no other', async () => {
    const webhooks = await channel()
    const settings = await wide()
    for (const { name } of types) expect(webhooks.definition(name, settings), name).toBeDefined()
    for (const name of ['all', 'toString', 'verification.session_revoked', 'response.new_one'])
      expect(webhooks.definition(name, settings), name).toBeUndefined()
  })

  it('accepts further response types by name', async () => {
    const settings = await wide({ extraEventTypes: ['response.new_one'] })
    expect(kycgenie.channels[0]?.catalog?.(settings).map(({ name }) => name)).toContain('response.new_one')
    expect((await channel()).definition('response.new_one', settings)).toBeDefined()
    const told = await story(1, { settings: { extraEventTypes: ['response.new_one'] } })
    expect(told.next('response.new_one').payload.event_type).toBe('response.new_one')
  })
})

describe('fixtures', () => {
  it('exist for every variant of every type', () => {
    expect(fixtures.map(({ fixture }) => `${fixture.type} ${fixture.variant}`).sort()).toEqual(
      forms.map(([type, variant]) => `${type} ${variant ?? null}`).sort(),
    )
  })

  it.each(fixtures)('$file passes its schema and has the key order that is made', async ({ fixture }) => {
    const webhooks = await channel()
    const definition = webhooks.definition(fixture.type, await wide())
    expect(definition?.schema.safeParse(fixture.payload).error?.issues).toBeUndefined()
    expect(fixture.source).not.toBe('')
    const told = await story(5)
    const made = told.next(fixture.type, fixture.variant === null ? {} : { variant: fixture.variant })
    expect(keysOf(made.payload)).toEqual(keysOf(fixture.payload))
  })
})

describe('payloads', () => {
  it('write every timestamp with microseconds and +00:00, and none before its story', async () => {
    for (const [type, variant] of forms) {
      const { payload } = (await story(3)).next(type, variant === undefined ? {} : { variant })
      for (const stamp of stamps(payload)) expect(stamp, type).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/)
      expect(payload.id).toMatch(/^evt_[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
      expect(Object.keys(payload)).toEqual(['id', 'event_type', 'created_at', 'data'])
    }
  })

  it('have their dates in order after any other event, even when the clock does not advance', async () => {
    const chains = [
      ['created_at', 'submitted_at', 'reviewed_at', 'manager_reviewed_at', 'updated_at'],
      ['created_at', 'accessed_at', 'completed_at', 'expires_at'],
      ['created_at', 'completed_at', 'reviewed_at'],
      ['created_at', 'resolved_at'],
    ]
    for (let seed = 0; seed < 30; seed++) {
      const told = await story(seed)
      const shuffled = [...forms].sort((a, b) => (((seed + 1) * a[0].length) % 7) - (((seed + 1) * b[0].length) % 7))
      let last = ''
      for (const [type, variant] of shuffled) {
        const { payload, data } = told.next(type, {
          ...(variant === undefined ? {} : { variant }),
          afterMs: (seed % 3) * MINUTE,
        })
        expect(String(payload.created_at) >= last, type).toBe(true)
        last = String(payload.created_at)
        for (const chain of chains) {
          const known = chain.map(key => data[key]).filter(value => typeof value === 'string')
          expect([...known].sort(), `${type} ${chain}`).toEqual(known)
        }
      }
    }
  })

  it('have the older generation of objects with objectGeneration old', async () => {
    const told = await story(1, { settings: { objectGeneration: 'old' } })
    expect(Object.keys(told.next('response.submitted').data).slice(4, 7)).toEqual(['status', 'is_test_data', 'sent_by'])
    expect(Object.keys(told.next('verification.session_completed').data)).toEqual([
      'session_id',
      'entity_id',
      'entity_name',
      'status',
      'outcome',
      'failure_reason',
      'verification_url',
      'email_sent',
      'created_at',
      'accessed_at',
      'completed_at',
      'expires_at',
    ])
  })

  it('have simulated and empty counts with a test key only', async () => {
    const test = (await story(1)).next('response.autoflag_completed').data
    expect([test.simulated, test.counts]).toEqual([true, {}])
    const live = (await story(1, { settings: { keyEnvironment: 'live' } })).next('response.autoflag_completed').data
    expect(live).not.toHaveProperty('simulated')
    expect(Object.keys(live.counts as JsonObject)).toEqual(['checked', 'flagged'])
  })
})

describe('a story', () => {
  it('keeps ids, names and dates from event to event', async () => {
    const told = await story(8)
    const created = told.next('response.created').data
    const submitted = told.next('response.submitted', { afterMs: 90 * MINUTE }).data
    const reviewed = told.next('response.reviewed', { afterMs: 60 * MINUTE }).data
    const approved = told.next('response.approved', { afterMs: 60 * MINUTE }).data
    expect(created).toMatchObject({ status: 'DRAFT', submitted_at: null, responded_by: null })
    expect(approved).toMatchObject({
      id: created.id,
      response_name: created.response_name,
      created_at: created.created_at,
      submitted_at: submitted.submitted_at,
      reviewed_at: reviewed.reviewed_at,
      responded_by: submitted.responded_by,
    })
    expect(approved.manager_reviewed_at).toBe(approved.updated_at)
  })

  it('keeps the values that a user set', async () => {
    const told = await story(8)
    told.next('response.created', { set: { id: '0a1b2c3d-0000-4000-8000-000000000001' } })
    told.next('screening.failed', { set: { entity_name: 'Acme Ltd' } })
    expect(told.next('response.submitted').data).toMatchObject({
      id: '0a1b2c3d-0000-4000-8000-000000000001',
      subject_entity: { name: 'Acme Ltd' },
    })
  })

  it('shows AI events the response as it is', async () => {
    const told = await story(8)
    expect(told.next('response.autofill_completed').data.status).toBe('SUBMITTED')
    told.next('response.created')
    expect(told.next('response.autofill_completed').data).toMatchObject({ status: 'DRAFT', submitted_at: null })
  })

  it('of an onboarding keeps its workflow, and its link until that is regenerated', async () => {
    const told = await story(9)
    const created = told.next('onboarding.created', { variant: 'ddq_only' }).data
    const done = told.next('onboarding.completed', { afterMs: MINUTE }).data
    expect(done).toMatchObject({
      workflow_type: 'ddq_only',
      has_verification: false,
      verification_session_id: null,
      response_id: created.response_id,
      expires_at: created.expires_at,
    })
    expect(told.next('onboarding.link_regenerated', { afterMs: MINUTE }).data.expires_at).not.toBe(created.expires_at)
  })

  it('of a batch has counts that add up and never decrease', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const told = await story(seed)
      let processed = 0
      for (const [type, variant] of [
        ['batch.progress', 'quarter'],
        ['batch.progress', 'half'],
        ['batch.progress', 'three_quarters'],
        ['batch.completed', undefined],
      ] as const) {
        const { data } = told.next(type, variant === undefined ? {} : { variant })
        expect(data.processed).toBe(Number(data.successful) + Number(data.failed))
        expect(Number(data.processed)).toBeGreaterThan(processed)
        processed = Number(data.processed)
      }
      expect(processed).toBe(told.facts.batch_total)
    }
  })

  it('changes its subjects to documented states', async () => {
    const told = await story(6)
    const match = told.next('screening.completed', { variant: 'match' })
    expect(match.subjects.map(({ kind, state }) => [kind, state])).toEqual([
      ['screening', 'completed'],
      ['entity', 'not_reviewed'],
    ])
    const alert = told.next('alert.created')
    expect(alert.subjects.map(({ kind }) => kind)).toEqual(['alert', 'risk_profile', 'entity'])
    expect(alert.data.risk_profiles_count).toBe(match.data.risk_profiles_count)
    expect(told.next('verification.session_expired').subjects[0]).toMatchObject({
      kind: 'verification_session',
      state: 'expired',
    })
  })
})
