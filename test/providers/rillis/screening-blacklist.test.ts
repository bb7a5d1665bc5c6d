// Rillis's blacklist: the records of an account, its settings, and what screenings make of them.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { MOST_RECORDS } from '../../../src/providers/rillis/blacklist.js'
import { temporaryFolder } from '../../support/emulator.js'
import { testServer } from '../../support/server.js'
import { CREDENTIALS, rillisApi } from './client.js'
import { START } from './payloads.js'

const BLACKLIST = '/api/v1/black-list-api'
const SETTINGS = `${BLACKLIST}/settings`
const INDIVIDUALS = '/api/v1/screening/entities/individuals'
const ORGANIZATIONS = '/api/v1/screening/entities/organizations'
const WALLETS = '/api/v1/analysis-crypto/risk-wallet/send'

const CAMILA = { entity_type: 'PERSON', first_name: 'Camila', last_name: 'González Rojas' }
const OTHER = { client_id: 'other', client_secret: 'b' }

/** An API whose calls have credentials where they belong: in the body, or in the query of GET and DELETE. */
async function blacklistApi(...given: Parameters<typeof rillisApi>) {
  const api = await rillisApi(...given)
  const ask = (method: string, path: string, body: JsonObject = {}, credentials: JsonObject = CREDENTIALS) =>
    method === 'GET' || method === 'DELETE'
      ? api.bare(
          method,
          `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(credentials as Record<string, string>)}`,
        )
      : api.bare(method, path, { ...credentials, ...body })
  const matches = async (path: string, body: JsonObject, credentials?: JsonObject) =>
    (await ask('POST', path, body, credentials)).body.blacklist_matches as unknown as {
      blacklist_id: string
      match_percentage: number
      matched_fields: string[]
      reason: string | null
    }[]
  return {
    ...api,
    ask,
    create: async (body: JsonObject, credentials?: JsonObject) =>
      String((await ask('POST', BLACKLIST, body, credentials)).body.id),
    matches,
  }
}

const NOT_FOUND = { status: 404, body: { statusCode: 404, message: 'Blacklist record not found.', error: 'Not Found' } }

describe('a record', () => {
  it('is created with every key, those not given being null', async () => {
    const { ask } = await blacklistApi()
    const { status, body } = await ask('POST', BLACKLIST, { ...CAMILA, reason: 'chargebacks' })
    expect(status).toBe(201)
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        id: body.id,
        entity_type: 'PERSON',
        first_name: 'Camila',
        middle_name: null,
        last_name: 'González Rojas',
        birth_date: null,
        nationality: null,
        name: null,
        country: null,
        document_number: null,
        wallet: null,
        network: null,
        reason: 'chargebacks',
        status: 'ACTIVE',
        created_at: START,
        updated_at: START,
      }),
    )
    expect(body.id).toMatch(/^[0-9a-f]{24}$/)
  })

  it.each([
    [{}, 'entity_type: is required'],
    [{ entity_type: 'INDIVIDUAL' }, 'entity_type: must be one of PERSON, COMPANY, WALLET'],
    [
      { entity_type: 'PERSON', first_name: 'x' },
      'entity_type: a PERSON requires first_name and last_name, or document_number',
    ],
    [{ entity_type: 'COMPANY', country: 'CHL' }, 'entity_type: a COMPANY requires name or document_number'],
    [{ entity_type: 'WALLET', network: 'Bitcoin' }, 'entity_type: a WALLET requires wallet'],
    [{ ...CAMILA, status: 'OFF' }, 'status: must be one of ACTIVE, INACTIVE'],
    [{ ...CAMILA, reason: 'x'.repeat(501) }, 'reason: must not be longer than 500 characters'],
    [{ ...CAMILA, birth_date: '1980-02-31' }, 'birth_date: must be a date such as 1980-12-31'],
  ])('given as %j is refused', async (record, message) => {
    const { ask } = await blacklistApi()
    expect(await ask('POST', BLACKLIST, record as JsonObject)).toEqual({
      status: 400,
      body: { statusCode: 400, message, error: 'Bad Request' },
    })
    expect((await ask('GET', BLACKLIST)).body.totalItems).toBe(0)
  })

  it('is shown, changed and removed by its id', async () => {
    const { ask, create, emulator } = await blacklistApi()
    const id = await create(CAMILA)
    const path = `${BLACKLIST}/${id}`
    const shown = await ask('GET', path)
    expect(shown).toMatchObject({ status: 200, body: { id, last_name: 'González Rojas' } })
    await emulator.advance(1_000)
    const changed = await ask('PATCH', path, { status: 'INACTIVE', nationality: 'CHL', id: 'x', created_at: 1 })
    expect(changed).toEqual({
      status: 200,
      body: { ...shown.body, status: 'INACTIVE', nationality: 'CHL', updated_at: START + 1_000 },
    })
    expect(await ask('DELETE', path)).toEqual(changed)
    for (const method of ['GET', 'PATCH', 'DELETE']) expect(await ask(method, path)).toEqual(NOT_FOUND)
  })

  it('keeps what identifies it, and is not changed by a change that is refused', async () => {
    const { ask, create } = await blacklistApi()
    const path = `${BLACKLIST}/${await create(CAMILA)}`
    const before = await ask('GET', path)
    const refused = await ask('PATCH', path, { last_name: null, reason: 'x' })
    expect([refused.status, refused.body.message]).toEqual([
      400,
      'entity_type: a PERSON requires first_name and last_name, or document_number',
    ])
    expect((await ask('PATCH', path, { status: null })).status).toBe(400)
    expect(await ask('GET', path)).toEqual(before)
  })
})

describe('the list of records', () => {
  it('is in pages, newest first', async () => {
    const { ask, create } = await blacklistApi()
    const ids: string[] = []
    for (const name of ['A', 'B', 'C']) ids.unshift(await create({ entity_type: 'COMPANY', name }))
    const { status, body } = await ask('GET', `${BLACKLIST}?page=2&limit=2`)
    expect([status, body]).toMatchObject([200, { totalItems: 3, totalPages: 2, items: [{ id: ids[2] }] }])
    expect((await ask('GET', `${BLACKLIST}?limit=0`)).status).toBe(400)
  })

  it('has every record of many made at once, up to the most that an account may have', async () => {
    const { ask, create } = await blacklistApi()
    await Promise.all(
      Array.from({ length: MOST_RECORDS }, (_, n) => create({ entity_type: 'COMPANY', name: `C ${n}` })),
    )
    expect((await ask('GET', BLACKLIST)).body.totalItems).toBe(MOST_RECORDS)
    const { status, body } = await ask('POST', BLACKLIST, CAMILA)
    expect([status, body.message]).toEqual([400, `The blacklist is full: it holds at most ${MOST_RECORDS} records.`])
  })
})

describe('a screening', () => {
  it('finds persons of the blacklist, says by what, and takes the risk level of the settings', async () => {
    const { ask, create } = await blacklistApi()
    const id = await create({ ...CAMILA, nationality: 'CHL', document_number: '12.345.678-5', reason: 'fraud' })
    const whole = {
      first_name: 'camila',
      last_name: 'gonzalez rojas',
      nationality: 'CHL',
      document_number: '12345678-5',
    }
    const { body } = await ask('POST', INDIVIDUALS, whole)
    expect(body).toMatchObject({
      status: 'MATCH',
      risk_level: 'HIGH',
      matches: [],
      blacklist_matches: [
        {
          blacklist_id: id,
          match_percentage: 100,
          matched_fields: ['first_name', 'last_name', 'document_number', 'nationality'],
          reason: 'fraud',
        },
      ],
    })
    await ask('PATCH', SETTINGS, { risk_level: 'MEDIUM' })
    expect((await ask('POST', INDIVIDUALS, whole)).body.risk_level).toBe('MEDIUM')
  })

  it('can have several matches, the best first', async () => {
    const { create, matches } = await blacklistApi()
    const near = await create({ ...CAMILA, last_name: 'Gonzales Rojas' })
    const exact = await create(CAMILA)
    await create({ entity_type: 'COMPANY', name: 'Camila González Rojas' })
    const found = await matches(INDIVIDUALS, { first_name: 'Camila', last_name: 'González Rojas' })
    expect(found.map(({ blacklist_id }) => blacklist_id)).toEqual([exact, near])
    expect(found.map(({ match_percentage }) => match_percentage)).toEqual([100, 95])
  })

  it('finds companies and wallets', async () => {
    const { ask, create, matches } = await blacklistApi()
    const firm = await create({ entity_type: 'COMPANY', name: 'Comercial Aconcagua SpA', country: 'CHL' })
    expect(await matches(ORGANIZATIONS, { name: 'Comercial Aconcagua Ltda.', country: 'PER' })).toEqual([
      { blacklist_id: firm, match_percentage: 90, matched_fields: ['name'], reason: null },
    ])
    const wallet = await create({ entity_type: 'WALLET', wallet: `0x${'ab'.repeat(20)}`, network: 'Ethereum' })
    const asked = { wallet: `0x${'AB'.repeat(20)}`, network: 'ethereum' }
    expect((await ask('POST', WALLETS, asked)).body).toMatchObject({
      status: 'MATCH',
      risk_level: 'HIGH',
      blacklist_matches: [{ blacklist_id: wallet, match_percentage: 100, matched_fields: ['wallet', 'network'] }],
    })
    expect(await matches(WALLETS, { ...asked, network: 'Polygon' })).toMatchObject([
      { match_percentage: 90, matched_fields: ['wallet'] },
    ])
  })

  it('does not take two document numbers without a letter or digit for the same', async () => {
    const { create, matches } = await blacklistApi()
    await create({ entity_type: 'COMPANY', document_number: '--' })
    expect(await matches(ORGANIZATIONS, { name: 'Another', document_number: '.' })).toEqual([])
  })

  it('lists the best fifty matches of a blacklist', async () => {
    const { ask, create, matches } = await blacklistApi()
    await ask('PATCH', SETTINGS, { minimum_match_percentage: 0 })
    await Promise.all(Array.from({ length: 51 }, (_, n) => create({ entity_type: 'COMPANY', name: `Other ${n}` })))
    const best = await create({ entity_type: 'COMPANY', name: 'Quisqueya' })
    const found = await matches(ORGANIZATIONS, { name: 'Quisqueya' })
    expect([found.length, found[0]?.blacklist_id]).toEqual([50, best])
  })

  it('passes over records that are inactive, removed, or below the percentage of the settings', async () => {
    const { ask, create, matches } = await blacklistApi()
    const id = await create({ ...CAMILA, nationality: 'CHL' })
    const count = async () =>
      (await matches(INDIVIDUALS, { first_name: 'Camila', last_name: 'González Rojas', nationality: 'PER' })).length
    expect(await count()).toBe(1)
    await ask('PATCH', SETTINGS, { minimum_match_percentage: 91 })
    expect(await count()).toBe(0)
    await ask('PATCH', SETTINGS, { minimum_match_percentage: 90 })
    expect(await count()).toBe(1)
    await ask('PATCH', SETTINGS, { enabled: false })
    expect(await count()).toBe(0)
    await ask('PATCH', SETTINGS, { enabled: true })
    await ask('PATCH', `${BLACKLIST}/${id}`, { status: 'INACTIVE' })
    expect(await count()).toBe(0)
    await ask('PATCH', `${BLACKLIST}/${id}`, { status: 'ACTIVE' })
    expect(await count()).toBe(1)
    await ask('DELETE', `${BLACKLIST}/${id}`)
    expect(await count()).toBe(0)
  })
})

describe('the settings of an account', () => {
  it('are all returned after a change of some', async () => {
    const { ask } = await blacklistApi()
    const { status, body } = await ask('PATCH', SETTINGS, { minimum_match_percentage: 95 })
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toBe('{"enabled":true,"minimum_match_percentage":95,"risk_level":"HIGH"}')
    expect((await ask('PATCH', SETTINGS)).body).toEqual(body)
  })

  it.each([
    [{ enabled: 'yes' }, 'enabled: must be true or false'],
    [{ minimum_match_percentage: 101 }, 'minimum_match_percentage: must be a whole number from 0 to 100'],
    [{ minimum_match_percentage: 0.5 }, 'minimum_match_percentage: must be a whole number from 0 to 100'],
    [{ risk_level: 'NONE' }, 'risk_level: must be one of HIGH, MEDIUM, LOW'],
  ])('given as %j are refused', async (settings, message) => {
    const { ask } = await blacklistApi()
    const { status, body } = await ask('PATCH', SETTINGS, settings as JsonObject)
    expect([status, body.message]).toEqual([400, message])
  })
})

describe('accounts', () => {
  it('have records, settings and matches of their own', async () => {
    const { ask, create, matches } = await blacklistApi()
    const path = `${BLACKLIST}/${await create(CAMILA)}`
    await ask('PATCH', SETTINGS, { enabled: false }, OTHER)
    expect((await ask('GET', BLACKLIST, {}, OTHER)).body.items).toEqual([])
    for (const method of ['GET', 'PATCH', 'DELETE']) expect(await ask(method, path, {}, OTHER)).toEqual(NOT_FOUND)
    const camila = { first_name: 'Camila', last_name: 'González Rojas' }
    expect(await matches(INDIVIDUALS, camila, OTHER)).toEqual([])
    expect(await matches(INDIVIDUALS, camila)).toHaveLength(1)
  })

  it.each([
    ['GET', BLACKLIST],
    ['POST', BLACKLIST],
    ['GET', `${BLACKLIST}/x`],
    ['PATCH', `${BLACKLIST}/x`],
    ['DELETE', `${BLACKLIST}/x`],
    ['PATCH', SETTINGS],
  ])('are named in each request: %s %s is refused without credentials', async (method, path) => {
    const { ask } = await blacklistApi()
    const body: JsonObject = method === 'POST' ? CAMILA : {}
    expect((await ask(method, path, body, {})).body).toEqual({
      statusCode: 400,
      message: 'client_id: is required; client_secret: is required',
      error: 'Bad Request',
    })
    expect((await ask(method, path, body, { client_id: 'a' })).body.message).toBe('client_secret: is required')
  })

  it('keep their blacklist across a restart', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const before = await blacklistApi({}, { ledger })
    const id = await before.create(CAMILA)
    await before.ask('PATCH', SETTINGS, { risk_level: 'LOW' })
    const shown = await before.ask('GET', `${BLACKLIST}/${id}`)
    await before.stop()
    const { ask, create } = await blacklistApi({}, { ledger })
    expect(await ask('GET', `${BLACKLIST}/${id}`)).toEqual(shown)
    expect((await ask('PATCH', SETTINGS)).body.risk_level).toBe('LOW')
    expect(await create(CAMILA)).not.toBe(id)
  })

  it('have the same ids in every run with the same seed, and others with another seed', async () => {
    const made = async (seed: number) => (await blacklistApi({}, { seed })).create(CAMILA)
    expect(await made(5)).toBe(await made(5))
    expect(await made(6)).not.toBe(await made(5))
  })
})

describe('the OpenAPI document', () => {
  it('shows the ten routes, and follows the setting of the undocumented path', async () => {
    const settings = { rillis: { screeningBasePath: '/v2' } }
    const { app, document } = await testServer({ providers: builtInProviders, settings })
    const operations = Object.entries((await document()).paths).flatMap(([path, item]) =>
      Object.keys(item).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect(operations).toEqual(
      expect.arrayContaining(
        [
          'POST /api/v1/screening/entities/individuals',
          'POST /v2/entities/organizations',
          'POST /api/v1/screening/summary',
          'POST /api/v1/analysis-crypto/risk-wallet/send',
          'POST /api/v1/black-list-api',
          'GET /api/v1/black-list-api',
          'GET /api/v1/black-list-api/{id}',
          'PATCH /api/v1/black-list-api/{id}',
          'DELETE /api/v1/black-list-api/{id}',
          'PATCH /api/v1/black-list-api/settings',
        ].map(line => line.replace(' /', ' /rillis/')),
      ),
    )
    const body = JSON.stringify({ ...CREDENTIALS, name: 'Quintrelo Shipping' })
    const post = async (path: string) =>
      (await app.request(`/rillis${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }))
        .status
    expect([await post('/v2/entities/organizations'), await post(ORGANIZATIONS)]).toEqual([200, 404])
  })
})
