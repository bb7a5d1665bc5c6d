// Rules that every story of KYC Genie keeps, whatever its events and their order: played with random events over random seeds.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.js'
import type { Subject } from '../../../src/core/subject.js'
import { kycgenie } from '../../../src/providers/kycgenie/index.js'
import { subjects } from '../../../src/providers/kycgenie/subjects.js'
import { kycgenieApi } from './client.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/
const MINUTE = 60_000

const forms = (kycgenie.channels[0]?.eventTypes ?? []).flatMap(({ name, variants }) => [
  { type: name },
  ...variants.map(variant => ({ type: name, variant: variant.name })),
])
const step = fc.record({
  form: fc.constantFrom(...forms),
  waitMs: fc.constantFrom(0, 0, 1, MINUTE, 26 * 60 * MINUTE, 9 * 24 * 60 * MINUTE),
})
const play = fc.record({ seed: fc.nat(10_000), steps: fc.array(step, { minLength: 1, maxLength: 14 }) })

/** Times of one object that are in this order, as far as it has them. */
const CHAINS = [
  ['created_at', 'submitted_at', 'reviewed_at', 'manager_reviewed_at', 'updated_at'],
  ['created_at', 'accessed_at', 'completed_at', 'expires_at'],
  ['created_at', 'completed_at', 'reviewed_at'],
  ['created_at', 'resolved_at'],
]

function expectObject(data: JsonObject, what: string): void {
  for (const chain of CHAINS) {
    const times = chain.map(key => data[key]).filter(time => typeof time === 'string')
    expect(times, `${what} ${chain}`).toEqual([...times].sort())
  }
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string') continue
    if (key.endsWith('_at')) expect(value, `${what} ${key}`).toMatch(STAMP)
    if (key === 'id' || key.endsWith('_id')) expect(value, `${what} ${key}`).toMatch(UUID)
  }
  if (typeof data.processed === 'number') {
    expect(data.processed, what).toBe(Number(data.successful) + Number(data.failed))
    expect(data.processed, what).toBeLessThanOrEqual(Number(data.total))
  }
  if (typeof data.has_ddq === 'boolean') {
    expect(data.response_id === null, what).toBe(!data.has_ddq)
    expect(data.verification_session_id === null, what).toBe(!data.has_verification)
  }
}

const nameIn = (data: JsonObject): Json | undefined =>
  isJsonObject(data.subject_entity) ? data.subject_entity.name : data.entity_name

/** What is stored of a thing agrees with itself. */
function expectSubject({ kind, id, state, data }: Subject): void {
  const { states } = subjects[kind as keyof typeof subjects]
  expect(states as readonly string[], `${kind} ${id}`).toContain(state)
  if (kind !== 'entity' && data.status !== undefined) expect(data.status, `${kind} ${id}`).toBe(state)
  if (kind !== 'entity') expectObject(data, `${kind} ${id}`)
}

it('names, times, counts and states agree over all events and over the API', async () => {
  await fc.assert(
    fc.asyncProperty(play, async ({ seed, steps }) => {
      const { emulator, call, stop } = await kycgenieApi({}, { seed })
      let name: Json | undefined
      let last = ''
      for (const { form, waitMs } of steps) {
        await emulator.advance(waitMs)
        const { event } = await emulator.trigger('kycgenie', form.type, {
          subject: 'acme',
          ...('variant' in form ? { variant: form.variant } : {}),
        })
        const { created_at: at, data } = event.payload as { created_at: string; data: JsonObject }
        expect(at >= last, form.type).toBe(true)
        last = at
        expectObject(data, form.type)
        name ??= nameIn(data)
        expect(nameIn(data) ?? name, form.type).toBe(name)
        for (const [key, value] of Object.entries(data))
          if (key.endsWith('_at') && key !== 'expires_at' && typeof value === 'string')
            expect(value <= at, `${form.type} ${key}`).toBe(true)
        if (form.type.endsWith('expired')) expect(String(data.expires_at) <= at, form.type).toBe(true)
      }

      const known = emulator.ledger.subjects({ provider: 'kycgenie' }, { limit: 1000 })
      for (const subject of known) expectSubject(subject)
      const of = (kind: string) => known.filter(subject => subject.kind === kind)
      const [entity] = of('entity')
      const { body } = await call('GET', `/api/v1/entities/${entity?.id}/`)
      expect(body).toMatchObject({ response_count: of('response').length, screening_status: entity?.state })
      if (name !== undefined) expect(body.name).toBe(name)
      for (const { data, kind } of known)
        if (kind !== 'entity' && typeof data.created_at === 'string')
          expect(String(body.created_at) <= data.created_at, kind).toBe(true)
      const profiles = of('risk_profile')
      const alerted = of('alert').reduce((sum, { data }) => sum + Number(data.risk_profiles_count), 0)
      expect(profiles).toHaveLength(alerted)
      for (const profile of profiles)
        expect(emulator.ledger.subject('kycgenie', String(profile.data.alert_id))?.state).toBe(profile.state)
      for (const open of of('case').filter(({ state }) => state === 'open'))
        expect(of('alert').every(alert => alert.data.case_id !== open.id || alert.state === 'not_reviewed')).toBe(true)
      for (const response of of('response'))
        expect((await call('GET', `/api/v1/responses/${response.id}/`)).body.status).toBe(response.state)
      for (const screening of of('screening')) {
        const { body: read } = await call('GET', `/api/v1/screening/${screening.id}/`)
        expect(read).toMatchObject({
          screening_status: body.screening_status,
          risk_profiles_count: body.risk_profiles_count,
        })
      }
      await stop()
    }),
    { numRuns: 80, seed: 1 },
  )
}, 120_000)
