// KYC Genie's API for non-document checks: one at a time for an entity, and the events that its calls cause.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { testReceiver } from '../../support/receiver.js'
import { kycgenieApi } from './client.js'

const CHECKS = '/api/v1/non-document-verification/'
const ADA = { entity_type: 'individual', first_name: 'Ada', last_name: 'Byron' }

/** The API with an entity; `check` begins a check of it. */
async function checked(settings: JsonObject = {}, entity: JsonObject = ADA) {
  // With a list of its own the server is checked against its own document, which follows the settings.
  const { call, emulator } = await kycgenieApi(settings, { providers: [...builtInProviders] })
  const { body: made } = await call('POST', '/api/v1/entities/', { body: entity })
  return {
    call,
    emulator,
    id: String(made.id),
    check: (body: JsonObject = {}) => call('POST', CHECKS, { body: { entity_id: String(made.id), ...body } }),
  }
}

describe('a non-document check', () => {
  it('begins with the documented object, and its events agree with what is read', async () => {
    const { call, check, emulator, id } = await checked()
    const { url, requests } = await testReceiver([200])
    await call('POST', '/api/v1/webhooks/', { body: { event_type: 'all', webhook_url: url } })
    const { status, body } = await check({ two_plus_two: true })
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual([
      'check_id',
      'entity_id',
      'entity_name',
      'status',
      'outcome',
      'two_plus_two',
      'failure_details',
      'created_at',
      'completed_at',
      'created_by',
    ])
    expect(body).toMatchObject({
      entity_id: id,
      entity_name: 'Ada Byron',
      status: 'pending',
      outcome: 'pending',
      two_plus_two: true,
      completed_at: null,
    })
    expect((await call('GET', `${CHECKS}${String(body.check_id)}/`)).body).toEqual(body)
    await emulator.advance(2_000)
    await emulator.rest()
    const ended = (await call('GET', `${CHECKS}${String(body.check_id)}/`)).body
    expect(ended).toMatchObject({ status: 'completed', outcome: 'clear', two_plus_two: true })
    expect(requests.map(request => request.json())).toEqual([
      expect.objectContaining({ event_type: 'non_document.check_initiated', data: body }),
      expect.objectContaining({ event_type: 'non_document.completed', data: ended }),
    ])
  })

  it('is refused with a 409 that has its id and status while another is in progress, and not after its end', async () => {
    const { check, emulator } = await checked()
    const { body: first } = await check()
    const { status, body } = await check()
    expect([status, Object.keys(body)]).toEqual([409, ['error', 'code', 'request_id', 'details']])
    expect(body).toMatchObject({
      error: 'A check is already in progress.',
      code: 'conflict',
      details: { existing_check_id: first.check_id, status: 'pending' },
    })
    await emulator.move(String(first.check_id), 'in_progress')
    expect((await check()).body.details).toEqual({ existing_check_id: first.check_id, status: 'in_progress' })
    await emulator.advance(2_000)
    const next = await check()
    expect(next.status).toBe(201)
    expect(next.body.check_id).not.toBe(first.check_id)
  })

  it('is of an individual of the account', async () => {
    const { call, check } = await checked({}, { entity_type: 'company', legal_name: 'Acme Corp' })
    expect((await check()).body.errors).toEqual({ entity_id: ['Only an individual can be checked.'] })
    expect((await call('POST', CHECKS, { body: {} })).body.errors).toEqual({ entity_id: ['This field is required.'] })
    const { check: foreign } = await checked()
    const other = await call('POST', CHECKS, { body: { entity_id: 'f67f165d-0d1e-4eb7-81e6-3494a260dcd4' } })
    expect([other.status, (await foreign()).status]).toEqual([404, 201])
  })

  it('goes on only by hand with checkDelay never, and moves with nonDocumentBase', async () => {
    const { call, emulator, id } = await checked({ checkDelay: 'never', nonDocumentBase: '/api/v2' })
    const { body } = await call('POST', '/api/v2/non-document-verification/', { body: { entity_id: id } })
    await emulator.advance(86_400_000)
    const path = `/api/v2/non-document-verification/${String(body.check_id)}/`
    expect((await call('GET', path)).body.status).toBe('pending')
    await emulator.trigger('kycgenie', 'non_document.completed', {
      subject: String(body.check_id),
      variant: 'attention',
    })
    expect((await call('GET', path)).body).toMatchObject({ status: 'completed', outcome: 'attention' })
  })

  it('has the same two_plus_two in all its events, whatever it finds, and not every check has', async () => {
    const { emulator } = await kycgenieApi()
    const seen = new Set<unknown>()
    for (let i = 0; i < 12; i++) {
      const flags = []
      for (const type of ['check_initiated', 'completed', 'reviewed']) {
        const { event } = await emulator.trigger('kycgenie', `non_document.${type}`, { subject: `person ${i}` })
        flags.push((event.payload.data as JsonObject).two_plus_two)
      }
      expect(new Set(flags).size).toBe(1)
      seen.add(flags[0])
    }
    expect(seen).toEqual(new Set([true, false]))
  })
})
