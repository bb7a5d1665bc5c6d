// Rillis's own API: what it returns about sent events, and what its calls trigger.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { valueAt } from '../../../src/core/json.js'
import { temporaryFolder } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'
import { CREDENTIALS, rillisApi } from './client.js'
import { START } from './payloads.js'

const API = '/api/v1/client-api'

const at = (payload: JsonObject, path: string) => String(valueAt(payload, path))

describe('tokens', () => {
  it('are issued for any credentials, each one different', async () => {
    const { bare } = await rillisApi()
    const first = await bare('POST', '/api/v1/auth/token', CREDENTIALS)
    const second = await bare('POST', '/api/v1/auth/token', CREDENTIALS)
    expect(first).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^[0-9a-f]{64}$/), token_type: 'Bearer', expires_in: 3600 },
    })
    expect(second.body.access_token).not.toBe(first.body.access_token)
  })

  it('are not issued without credentials', async () => {
    const { bare } = await rillisApi()
    const { status, body } = await bare('POST', '/api/v1/auth/token', { client_id: 'a' })
    expect([status, body]).toEqual([
      400,
      { statusCode: 400, message: expect.stringContaining('client_secret'), error: 'Bad Request' },
    ])
  })

  it('are required by the client API, which accepts its own for an hour', async () => {
    const { bare, emulator, token } = await rillisApi()
    const get = (headers?: Record<string, string>) => bare('GET', `${API}/flow-instances`, undefined, headers)
    const good = { authorization: `Bearer ${await token()}` }
    expect((await get()).body).toEqual({
      statusCode: 401,
      message: 'A bearer token is required.',
      error: 'Unauthorized',
    })
    expect((await get({ authorization: 'Bearer invented' })).status).toBe(401)
    await emulator.advance(3_599_000)
    expect((await get(good)).status).toBe(200)
    await emulator.advance(1_000)
    expect((await get(good)).body.message).toBe('The token has expired.')
  })

  it('stay valid across a restart, until they expire', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const before = await rillisApi({}, { ledger })
    const authorization = `Bearer ${await before.token()}`
    await before.stop()
    const { bare, emulator } = await rillisApi({}, { ledger })
    const get = (text: string) => bare('GET', `${API}/flow-instances`, undefined, { authorization: text })
    expect((await get(authorization)).status).toBe(200)
    expect((await get(`${authorization.slice(0, -1)}-`)).status).toBe(401)
    await emulator.advance(3_600_000)
    expect((await get(authorization)).body.message).toBe('The token has expired.')
  })

  it('are not required with apiAuth off', async () => {
    const { bare } = await rillisApi({ apiAuth: 'off' })
    expect((await bare('GET', `${API}/flow-instances`)).status).toBe(200)
  })
})

describe('flow instances', () => {
  it("return the flow event's data once the flow has ended", async () => {
    const { call, trigger } = await rillisApi()
    const { data } = await trigger('FLOW_REJECTED')
    const { status, body } = await call('GET', `${API}/flow-instance/${(data as JsonObject).flow_instance_id}`)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toBe(JSON.stringify(data))
  })

  it('are in progress, without completed_at, after a step', async () => {
    const { call, trigger } = await rillisApi()
    const payload = await trigger('VERIFICATION_IDENTITY_COMPLETED')
    const { body } = await call('GET', `${API}/flow-instance/${at(payload, 'data.flow_instance_id')}`)
    expect(body).toMatchObject({ status: 'IN_PROGRESS', completed_at: null })
  })

  it('keep the people of their story when an event of another story names them', async () => {
    const { emulator, trigger } = await rillisApi()
    const own = await trigger('ONBOARDING_FORM_COMPANY_COMPLETED', undefined, 'acme')
    const id = at(own, 'data.flow_instance_id')
    await emulator.trigger('rillis', 'FLOW_COMPLETED', { set: { 'data.flow_instance_id': id } })
    const later = await trigger('ONBOARDING_FORM_COMPANY_REJECTED', undefined, 'acme')
    expect(valueAt(later, 'data.onboarding.data')).toEqual(valueAt(own, 'data.onboarding.data'))
    expect(emulator.ledger.subject('rillis', id)?.state).toBe('COMPLETED')
  })

  it('are listed in pages, newest first, without the stories of transactions', async () => {
    const { call, trigger } = await rillisApi()
    const ids: string[] = []
    for (const subject of ['a', 'b', 'c'])
      ids.unshift(at(await trigger('FLOW_COMPLETED', undefined, subject), 'data.flow_instance_id'))
    await trigger('TRANSACTION_STATE_CHANGED', undefined, 'd')
    const { body } = await call('GET', `${API}/flow-instances?page=2&limit=2`)
    expect(body).toMatchObject({ totalItems: 3, totalPages: 2, items: [{ flow_instance_id: ids[2] }] })
    expect((await call('GET', `${API}/flow-instances?limit=101`)).status).toBe(400)
  })

  it("that do not exist are 404 in the API's error format", async () => {
    const { call, trigger } = await rillisApi()
    const identity = at(await trigger('VERIFICATION_IDENTITY_COMPLETED'), 'data.identity_id')
    for (const id of ['67a3be04d236cd46c537c95d', identity])
      expect(await call('GET', `${API}/flow-instance/${id}`)).toEqual({
        status: 404,
        body: { statusCode: 404, message: 'Flow instance not found.', error: 'Not Found' },
      })
  })
})

describe('onboardings and identities', () => {
  it.each([
    ['ONBOARDING_FORM_COMPANY_COMPLETED', 'onboardings', 'onboarding'],
    ['ONBOARDING_FORM_INDIVIDUAL_REJECTED', 'onboardings', 'onboarding'],
    ['VERIFICATION_IDENTITY_REJECTED', 'identities', 'identity'],
    ['VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED', 'identities', 'identity'],
  ])('%s is returned as its inner object, byte for byte', async (type, folder, kind) => {
    const { call, trigger } = await rillisApi()
    const payload = await trigger(type)
    const { status, body } = await call('GET', `${API}/${folder}/${at(payload, `data.${kind}_id`)}`)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toBe(JSON.stringify(valueAt(payload, `data.${kind}`)))
  })

  it.each([
    ['ONBOARDING_FORM_COMPANY_COMPLETED', 'onboardings', 'APPROVED', 'ONBOARDING_FORM_COMPANY_COMPLETED APPROVED'],
    ['ONBOARDING_FORM_COMPANY_COMPLETED', 'onboardings', 'REJECTED', 'ONBOARDING_FORM_COMPANY_REJECTED'],
    [
      'ONBOARDING_FORM_COMPANY_REJECTED',
      'onboardings',
      'PENDING_REVIEW',
      'ONBOARDING_FORM_COMPANY_COMPLETED PENDING_REVIEW',
    ],
    ['ONBOARDING_FORM_INDIVIDUAL_COMPLETED', 'onboardings', 'REJECTED', 'ONBOARDING_FORM_INDIVIDUAL_REJECTED'],
    ['ONBOARDING_FORM_INDIVIDUAL_REJECTED', 'onboardings', 'PENDING_REVIEW', 'ONBOARDING_FORM_INDIVIDUAL_COMPLETED'],
    ['ONBOARDING_FORM_INDIVIDUAL_COMPLETED', 'onboardings', 'APPROVED', undefined],
    ['VERIFICATION_IDENTITY_REJECTED', 'identities', 'APPROVED', 'VERIFICATION_IDENTITY_COMPLETED APPROVED'],
    ['VERIFICATION_IDENTITY_COMPLETED', 'identities', 'REJECTED', 'VERIFICATION_IDENTITY_REJECTED FORGERY_SUSPECTED'],
    ['VERIFICATION_IDENTITY_REJECTED', 'identities', 'UPDATED', 'VERIFICATION_IDENTITY_UPDATED UPDATED'],
    ['VERIFICATION_IDENTITY_COMPLETED', 'identities', 'PENDING_REVIEW', 'VERIFICATION_IDENTITY_UPDATED PENDING_REVIEW'],
    [
      'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_REJECTED',
      'identities',
      'APPROVED',
      'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED',
    ],
    ['VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED', 'identities', 'UPDATED', undefined],
  ])('after %s, %s set to %s triggers %s', async (type, folder, status, follows) => {
    const { call, trigger, events, newest, emulator } = await rillisApi()
    const first = await trigger(type)
    const kind = folder === 'identities' ? 'identity' : 'onboarding'
    const id = at(first, `data.${kind}_id`)
    const changed = await call('PUT', `${API}/${folder}/change-status/${id}`, { status })
    await emulator.rest()
    expect(changed).toMatchObject({ status: 200, body: { _id: id, status } })
    expect((await call('GET', `${API}/${folder}/${id}`)).body.status).toBe(status)
    expect(events().slice(1)).toEqual(follows === undefined ? [] : [follows])
    if (follows === undefined) return
    expect(at(newest(), `data.${kind}_id`)).toBe(id)
    expect(at(newest(), 'data.status')).toBe(status)
    expect(at(newest(), `data.${kind}.status`)).toBe(status)
  })

  it('a change of status keeps values set on the form by hand', async () => {
    const { call, emulator, newest } = await rillisApi()
    const name = 'data.onboarding.data.data_company.name'
    const { event } = await emulator.trigger('rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED', {
      set: { [name]: 'Viñedos Ñuble SpA' },
    })
    await call('PUT', `${API}/onboardings/change-status/${at(event.payload, 'data.onboarding_id')}`, {
      status: 'APPROVED',
    })
    await emulator.rest()
    expect(at(newest(), name)).toBe('Viñedos Ñuble SpA')
  })

  it('a change of status triggers its event even if a key of the form was removed by hand', async () => {
    const { call, emulator, events } = await rillisApi()
    const { event } = await emulator.trigger('rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED', {
      unset: ['data.onboarding.data.data_company.name'],
    })
    await call('PUT', `${API}/onboardings/change-status/${at(event.payload, 'data.onboarding_id')}`, {
      status: 'REJECTED',
    })
    await emulator.rest()
    expect(events().at(-1)).toBe('ONBOARDING_FORM_COMPANY_REJECTED')
  })

  it('no event follows with webhookOnStatusChange none, or if the status is unchanged', async () => {
    const silent = await rillisApi({ webhookOnStatusChange: 'none' })
    const id = at(await silent.trigger('ONBOARDING_FORM_COMPANY_COMPLETED'), 'data.onboarding_id')
    expect(
      (await silent.call('PUT', `${API}/onboardings/change-status/${id}`, { status: 'APPROVED' })).body.status,
    ).toBe('APPROVED')
    await silent.emulator.rest()
    expect(silent.events()).toHaveLength(1)

    const same = await rillisApi()
    const other = at(await same.trigger('ONBOARDING_FORM_COMPANY_COMPLETED'), 'data.onboarding_id')
    await same.call('PUT', `${API}/onboardings/change-status/${other}`, { status: 'PENDING_REVIEW' })
    await same.emulator.rest()
    expect(same.events()).toHaveLength(1)
  })

  it('a change requested several times concurrently triggers one event', async () => {
    const { call, events, trigger } = await rillisApi()
    const id = at(await trigger('ONBOARDING_FORM_COMPANY_COMPLETED'), 'data.onboarding_id')
    const path = `${API}/onboardings/change-status/${id}`
    const answers = await Promise.all([1, 2, 3].map(() => call('PUT', path, { status: 'APPROVED' })))
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(answers.map(() => [200, 'APPROVED']))
    expect(events()).toEqual([
      'ONBOARDING_FORM_COMPANY_COMPLETED PENDING_REVIEW',
      'ONBOARDING_FORM_COMPANY_COMPLETED APPROVED',
    ])
  })

  it('an unknown status is rejected', async () => {
    const { call, trigger } = await rillisApi()
    const id = at(await trigger('ONBOARDING_FORM_COMPANY_COMPLETED'), 'data.onboarding_id')
    expect(await call('PUT', `${API}/onboardings/change-status/${id}`, { status: 'UPDATED' })).toMatchObject({
      status: 400,
      body: { statusCode: 400, message: expect.stringContaining('status'), error: 'Bad Request' },
    })
  })
})

const transaction = {
  external_transaction_id: 'TX-1',
  transaction_type: 'FIAT',
  sending_dollar_amount: 100,
  sending_amount: 94_000,
  sending_currency: 'CLP',
  receiving_amount: 100,
  receiving_currency: 'USD',
}
const submission = (over: JsonObject = {}): JsonObject => ({
  ...CREDENTIALS,
  transaction: { ...transaction, ...over },
  remitter: { external_id: 'r', entity_type: 'PERSON', names: 'open' },
  beneficiary: { external_id: 'b', entity_type: 'COMPANY' },
})

describe('transactions', () => {
  const send = '/api/v1/verification/send'
  const get = '/api/v1/verification/get?client_id=a&client_secret=b'

  it('are accepted, analysed after the delay on the emulator’s clock, and their change of state is sent', async () => {
    const { bare, emulator, newest } = await rillisApi()
    const { url, requests } = await testReceiver()
    await emulator.subscribe('rillis', { channel: 'transaction', url })
    expect(await bare('POST', send, submission())).toEqual({
      status: 200,
      body: { external_transaction_id: 'TX-1', state: 'PROGRESS' },
    })
    await emulator.advance(4_999)
    expect(requests).toEqual([])
    await emulator.advance(1)
    expect(requests.map(request => request.json())).toEqual([newest()])
    expect(newest()).toMatchObject({
      ...transaction,
      state: 'COMPLETED',
      risk_level: 'LOW',
      analyzed_at: START + 5_000,
    })
    expect(requests[0]?.headers).not.toHaveProperty('x-signature')
  })

  it.each(['REJECTED', 'EVALUATION'])(
    'end in %s where analysisOutcome says so, after analysisDelayMs',
    async outcome => {
      const { bare, emulator, events } = await rillisApi({ analysisOutcome: outcome, analysisDelayMs: 60_000 })
      await bare('POST', send, submission())
      await emulator.advance(59_999)
      expect(events()).toEqual([])
      await emulator.advance(1)
      expect(events()).toEqual([`TRANSACTION_STATE_CHANGED ${outcome}`])
    },
  )

  it('are analysed after a restart too', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const before = await rillisApi({}, { ledger })
    const { url, requests } = await testReceiver()
    await before.emulator.subscribe('rillis', { channel: 'transaction', url })
    await before.bare('POST', send, submission())
    await before.emulator.advance(4_000)
    expect(requests).toEqual([])
    await before.stop()
    const after = await rillisApi({}, { ledger })
    await after.emulator.advance(1_000)
    expect(requests.map(request => [request.json().external_transaction_id, request.json().state])).toEqual([
      ['TX-1', 'COMPLETED'],
    ])
  })

  it('in evaluation are decided by hand, with the operator’s reasons', async () => {
    const { bare, emulator, newest } = await rillisApi({ analysisOutcome: 'EVALUATION' })
    await bare('POST', send, submission())
    await emulator.drain()
    await emulator.advance(1_000)
    await emulator.move('TX-1', 'REJECTED')
    expect(newest()).toMatchObject({
      state: 'REJECTED',
      analyzed_at: START + 5_000,
      rejected_at: START + 6_000,
      reasons_rejection_operator_list: ['SANCTION'],
    })
  })

  it('decided by hand before the analysis are not analysed', async () => {
    const { bare, emulator, events } = await rillisApi()
    await bare('POST', send, submission())
    await emulator.move('TX-1', 'REJECTED')
    await emulator.advance(60_000)
    expect(events()).toEqual(['TRANSACTION_STATE_CHANGED REJECTED'])
  })

  it('have the caller’s values even if a story of that name exists', async () => {
    const { bare, emulator, trigger, newest } = await rillisApi()
    await trigger('FLOW_COMPLETED', undefined, 'TX-1')
    await bare('POST', send, submission())
    await emulator.drain()
    expect(newest()).toMatchObject(transaction)
  })

  it('are listed with both names of the filter, in pages, newest first', async () => {
    const { bare, emulator } = await rillisApi()
    for (const n of [1, 2, 3]) {
      await bare('POST', send, submission({ external_transaction_id: `TX-${n}` }))
      await emulator.advance(1_000)
    }
    const page = await bare('GET', `${get}&page=2&limit=2`)
    expect(page.body).toMatchObject({ totalItems: 3, totalPages: 2, items: [{ external_transaction_id: 'TX-1' }] })
    for (const filter of ['external_transaction_id', 'client_transaction_id']) {
      const { body } = await bare('GET', `${get}&${filter}=TX-2`)
      expect(body).toEqual({
        items: [
          {
            external_transaction_id: 'TX-2',
            request_at: START + 1_000,
            analyzed_at: null,
            transaction: {
              id: expect.stringMatching(/^[0-9a-f]{24}$/),
              transaction_type: 'FIAT',
              state: 'PROGRESS',
              sending_dollar_amount: 100,
              sending_amount: 94_000,
              sending_currency: 'CLP',
              receiving_wallet: null,
            },
          },
        ],
        totalItems: 1,
        totalPages: 1,
      })
    }
    expect((await bare('GET', `${get}&external_transaction_id=TX-9`)).body).toEqual({
      items: [],
      totalItems: 0,
      totalPages: 0,
    })
    expect((await bare('GET', '/api/v1/verification/get?client_id=a')).status).toBe(400)
  })

  it('are rejected without the fields of their type, and if their id was used before', async () => {
    const { bare } = await rillisApi()
    const crypto = { transaction_type: 'CRYPTO', network: 'Bitcoin', asset: 'BTC' }
    expect((await bare('POST', send, submission(crypto))).body.message).toContain('transaction.receiving_wallet')
    expect((await bare('POST', send, submission({ sending_currency: null }))).body.message).toContain(
      'transaction.sending_currency',
    )
    expect(
      (await bare('POST', send, { ...submission(), remitter: { external_id: 'r', entity_type: 'SHIP' } })).status,
    ).toBe(400)
    expect((await bare('POST', send, submission())).status).toBe(200)
    expect(await bare('POST', send, submission())).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('TX-1') },
    })
  })

  it('are accepted once if they are sent several times concurrently', async () => {
    const { bare } = await rillisApi()
    const answers = await Promise.all([1, 2, 3].map(() => bare('POST', send, submission())))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  })

  it.each<[string, JsonObject]>([
    [
      'client_id: is required; client_secret: is required; transaction: is required; remitter: is required; beneficiary: is required',
      {},
    ],
    ['transaction.transaction_type: must be FIAT or CRYPTO', submission({ transaction_type: 'CASH' })],
    ['transaction.sending_amount: must be a number from 0', submission({ sending_amount: '7' })],
    ['transaction.sending_amount: must be a number from 0', submission({ sending_amount: -7 })],
    ['transaction.sending_currency: must be a text', submission({ sending_currency: 7 })],
    ['remitter: must be an object', { ...submission(), remitter: 'me' }],
    [
      'remitter.entity_type: must be PERSON or COMPANY',
      { ...submission(), remitter: { external_id: 'r', entity_type: 'SHIP' } },
    ],
  ])('are rejected with "%s"', async (message, body) => {
    const { bare } = await rillisApi()
    expect(await bare('POST', send, body)).toEqual({
      status: 400,
      body: { statusCode: 400, message, error: 'Bad Request' },
    })
  })

  it('are listed with credentials and a valid page', async () => {
    const { bare } = await rillisApi()
    for (const [query, message] of [
      ['client_id=a', 'client_secret: is required'],
      ['client_id=a&client_secret=b&limit=101', 'limit: must be a whole number from 1 to 100'],
      ['client_id=a&client_secret=b&page=x', 'page: must be a whole number from 1'],
    ])
      expect((await bare('GET', `/api/v1/verification/get?${query}`)).body.message).toBe(message)
  })
})

describe('document types', () => {
  const path = '/api/v1/resources/validation/document-types?client_id=a&client_secret=b'

  it('are filtered by country and entity, case-insensitively', async () => {
    const { bare } = await rillisApi()
    const { body } = await bare('GET', `${path}&country=col&entity=COMPANY`)
    expect(body).toEqual({
      company: [{ code: 'COL', name: 'COLOMBIA', locTypes: [{ type: 'CO-NIT', name: expect.any(String) }] }],
    })
    const all = await bare('GET', path)
    expect(Object.keys(all.body)).toEqual(['person', 'company'])
    expect(JSON.stringify(all.body)).toContain('{"type":"CO-CC","name":"CEDULA DE CIUDADANIA"}')
    expect((await bare('GET', `${path}&entity=ship`)).status).toBe(400)
  })
})

describe('the error format', () => {
  it('covers unknown paths, other methods and bodies that are not JSON', async () => {
    const { bare } = await rillisApi()
    for (const [method, path, body, status] of [
      ['GET', '/api/v1/nothing', undefined, 404],
      ['DELETE', '/api/v1/verification/send', undefined, 404],
      ['POST', '/api/v1/auth/token', '{', 400],
    ] as const) {
      const answer = await bare(method, path, body)
      expect(answer.status).toBe(status)
      expect(Object.keys(answer.body)).toEqual(['statusCode', 'message', 'error'])
    }
  })
})

describe('moves by hand', () => {
  it('end a flow in progress, but not one that has ended', async () => {
    const { emulator, trigger, events } = await rillisApi()
    const id = at(await trigger('ONBOARDING_FORM_INDIVIDUAL_COMPLETED'), 'data.flow_instance_id')
    expect((await emulator.move(id, 'COMPLETED')).state).toBe('COMPLETED')
    expect(events().at(-1)).toBe('FLOW_COMPLETED')
    await expect(emulator.move(id, 'REJECTED')).rejects.toThrow()
  })

  it("approve an individual's form without an event", async () => {
    const { emulator, trigger, events } = await rillisApi()
    const id = at(await trigger('ONBOARDING_FORM_INDIVIDUAL_COMPLETED'), 'data.onboarding_id')
    expect((await emulator.move(id, 'APPROVED')).state).toBe('APPROVED')
    expect(events()).toHaveLength(1)
  })
})
