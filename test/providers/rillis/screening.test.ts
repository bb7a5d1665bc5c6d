// Rillis's Screening API: individuals, organizations and wallets against the made-up lists, and the summary of an account.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { LIST_ENTRIES, LISTED_WALLETS } from '../../../src/providers/rillis/screening-lists.js'
import { companyWordsOf, nameScore, wordsOf } from '../../../src/providers/rillis/screening-names.js'
import { temporaryFolder } from '../../support/emulator.js'
import { CREDENTIALS, rillisApi } from './client.js'
import { START } from './payloads.js'

const INDIVIDUALS = '/api/v1/screening/entities/individuals'
const ORGANIZATIONS = '/api/v1/screening/entities/organizations'
const SUMMARY = '/api/v1/screening/summary'
const WALLETS = '/api/v1/analysis-crypto/risk-wallet/send'

const AMADEO = { first_name: 'Amadeo', last_name: 'Villaroz Quintrelo' }
const NOBODY = { first_name: 'Camila', last_name: 'González Rojas' }

type Match = { list: string; name: string; matched_name: string; match_percentage: number; entry_id: string }
const matchesOf = (body: JsonObject) => body.matches as unknown as Match[]

/** An API with credentials in every body. */
async function screeningApi(...given: Parameters<typeof rillisApi>) {
  const api = await rillisApi(...given)
  return {
    ...api,
    post: (path: string, body: JsonObject, credentials: JsonObject = CREDENTIALS) =>
      api.bare('POST', path, { ...credentials, ...body }),
  }
}

/** The best percentage of an individual, 0 without a match. */
async function percentage(api: Awaited<ReturnType<typeof screeningApi>>, person: JsonObject): Promise<number> {
  const { status, body } = await api.post(INDIVIDUALS, person)
  expect(status).toBe(200)
  return matchesOf(body)[0]?.match_percentage ?? 0
}

describe('an individual', () => {
  it('on a sanctions list is a match of high risk', async () => {
    const { post } = await screeningApi()
    const { status, body } = await post(INDIVIDUALS, { ...AMADEO, external_id: 'customer-1' })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      external_id: 'customer-1',
      entity_type: 'PERSON',
      name: 'Amadeo Villaroz Quintrelo',
      status: 'MATCH',
      risk_level: 'HIGH',
      analyzed_at: START,
      matches: [
        {
          list: 'SANCTION',
          entry_id: expect.stringMatching(/^[0-9a-f]{24}$/),
          name: 'Amadeo Villaroz Quintrelo',
          matched_name: 'Amadeo Villaroz Quintrelo',
          match_percentage: 100,
          birth_date: '1968-04-17',
          country: 'CHL',
          document_number: 'XT-4417001',
        },
      ],
      blacklist_matches: [],
    })
    expect(Object.keys(body)).toEqual([
      'id',
      'external_id',
      'entity_type',
      'name',
      'status',
      'risk_level',
      'analyzed_at',
      'matches',
      'blacklist_matches',
    ])
  })

  it('on another list is of medium risk, and on none of low risk', async () => {
    const { post } = await screeningApi()
    const exposed = await post(INDIVIDUALS, { first_name: 'Perpetua', last_name: 'Valdecorne Izarraga' })
    expect(exposed.body).toMatchObject({ status: 'MATCH', risk_level: 'MEDIUM', matches: [{ list: 'PEP' }] })
    const nobody = await post(INDIVIDUALS, NOBODY)
    expect(nobody.body).toMatchObject({ status: 'NO_MATCH', risk_level: 'LOW', external_id: null, matches: [] })
  })

  it.each([
    ['other accents and case', { first_name: 'AMÁDEO', last_name: 'villaroz quíntrelo' }, 100],
    ['another order of names', { first_name: 'Quintrelo Villaroz', last_name: 'Amadeo' }, 100],
    ['letters that have no accent to lose', { first_name: 'Lukian', last_name: 'Drozmirek' }, 100],
    ['an alias', { first_name: 'Lucian', last_name: 'Drosmirek' }, 100],
    ['an apostrophe left out', { first_name: 'Ruperto', last_name: 'OTavarell Menduriz' }, 100],
    ['a hyphen left out', { first_name: 'Eufrasio', last_name: 'Tancredi Molvares' }, 100],
    ['letters changed over', { first_name: 'Zoriada', last_name: 'Bentacor Ulmeda' }, 95],
    ['a letter less', { first_name: 'Zoraida', last_name: 'Bentaco Ulmeda' }, 95],
    ['no second surname', { first_name: 'Hermógenes', last_name: 'Cazurrel' }, 88],
    ['a first name alone', { first_name: 'Amadeo', last_name: 'Soto' }, 0],
  ])('with %s scores as stated', async (_, person, expected) => {
    const api = await screeningApi()
    expect(await percentage(api, person)).toBe(expected)
  })

  it('loses percent by another date of birth and nationality, and has a hundred by document number', async () => {
    const api = await screeningApi({ screeningThreshold: 50 })
    const score = (more: JsonObject) => percentage(api, { ...AMADEO, ...more })
    expect(await score({ birth_date: '1968-04-17', nationality: 'chl' })).toBe(100)
    expect(await score({ birth_date: '1968-12-31' })).toBe(90)
    expect(await score({ birth_date: '1999-04-17' })).toBe(75)
    expect(await score({ birth_date: '1999-04-17', nationality: 'PER' })).toBe(65)
    expect(await percentage(api, { ...NOBODY, document_number: 'xt 4417001' })).toBe(100)
  })

  it('is a match from the percentage of the setting on', async () => {
    const person = { ...AMADEO, nationality: 'PER' }
    expect(await percentage(await screeningApi({ screeningThreshold: 90 }), person)).toBe(90)
    expect(await percentage(await screeningApi({ screeningThreshold: 91 }), person)).toBe(0)
  })

  it.each([
    [{ last_name: 'x' }, 'first_name: is required'],
    [{ first_name: '', last_name: 'x' }, 'first_name: must not be empty'],
    [{ first_name: 'x'.repeat(41), last_name: 'x' }, 'first_name: must not be longer than 40 characters'],
    [{ ...NOBODY, last_name: 'a b c d e f' }, 'last_name: must not have more than 5 words'],
    [{ ...NOBODY, birth_date: '31-12-1980' }, 'birth_date: must be a date such as 1980-12-31'],
    [{ ...NOBODY, nationality: 'Chile' }, 'nationality: must be a country code of three letters'],
    [{ ...NOBODY, document_number: 7 }, 'document_number: must be a text'],
  ])('given as %j is refused', async (person, message) => {
    const { post } = await screeningApi()
    expect(await post(INDIVIDUALS, person)).toEqual({
      status: 400,
      body: { statusCode: 400, message, error: 'Bad Request' },
    })
  })
})

describe('an organization', () => {
  it('is found whatever its legal form, by an alias and by its document number', async () => {
    const { post } = await screeningApi()
    const names = async (body: JsonObject) => matchesOf((await post(ORGANIZATIONS, body)).body).map(({ name }) => name)
    const shipping = ['Naviera Quintrelo Austral SpA']
    expect(await names({ name: 'NAVIERA QUINTRELO AUSTRAL S.A.' })).toEqual(shipping)
    expect(await names({ name: 'Quintrelo Shipping' })).toEqual(shipping)
    expect(await names({ name: 'Another name', document_number: 'XT-9917001' })).toEqual(shipping)
    expect(await names({ name: 'Comercial Aconcagua SpA' })).toEqual([])
    expect((await post(ORGANIZATIONS, { name: 'Comercial Drozmirek' })).body).toMatchObject({
      entity_type: 'COMPANY',
      name: 'Comercial Drozmirek',
      status: 'MATCH',
      risk_level: 'HIGH',
    })
  })

  it('is not a person of the same name, and needs a name', async () => {
    const { post } = await screeningApi()
    expect(matchesOf((await post(ORGANIZATIONS, { name: 'Amadeo Villaroz Quintrelo' })).body)).toEqual([])
    expect((await post(ORGANIZATIONS, {})).body.message).toBe('name: is required')
  })
})

describe('a wallet', () => {
  it.each(LISTED_WALLETS.map(one => [one.category, one] as const))('of the list (%s) has its risk', async (_, one) => {
    const { post } = await screeningApi()
    const { status, body } = await post(WALLETS, { wallet: one.address, network: 'Ethereum', asset: 'USDT' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      entity_type: 'WALLET',
      wallet: one.address,
      network: 'Ethereum',
      asset: 'USDT',
      status: 'MATCH',
      risk_level: one.risk_level,
      blacklist_matches: [],
    })
    const exposures = body.exposures as { category: string; percentage: number }[]
    expect(exposures[0]?.category).toBe(one.category)
    expect(exposures.reduce((sum, { percentage }) => sum + percentage, 0)).toBe(100)
  })

  it('of no list is of low risk, with details of its own that the case of its address does not change', async () => {
    const { post } = await screeningApi()
    const analyse = async (wallet: string) => {
      const { status, risk_level, risk_score, exposures } = (await post(WALLETS, { wallet, network: 'Ethereum' })).body
      return { status, risk_level, risk_score, exposures }
    }
    const first = await analyse(`0x${'ab'.repeat(20)}`)
    expect(first).toMatchObject({ status: 'NO_MATCH', risk_level: 'LOW' })
    expect(await analyse(`0x${'AB'.repeat(20)}`)).toEqual(first)
    expect(await analyse(`0x${'cd'.repeat(20)}`)).not.toEqual(first)
  })

  it('needs a network', async () => {
    const { post } = await screeningApi()
    const { status, body } = await post(WALLETS, { wallet: 'x' })
    expect([status, body.message]).toEqual([400, 'network: is required'])
  })
})

describe('the summary', () => {
  it('lists the analyses of individuals and organizations, newest first, in pages', async () => {
    const { post } = await screeningApi()
    await post(INDIVIDUALS, AMADEO)
    await post(WALLETS, { wallet: 'x', network: 'Bitcoin' })
    const second = await post(ORGANIZATIONS, { name: 'Quintrelo Shipping', external_id: 'c' })
    const { status, body } = await post(SUMMARY, { limit: 1 })
    expect(status).toBe(200)
    expect(body).toEqual({
      items: [
        {
          id: second.body.id,
          external_id: 'c',
          entity_type: 'COMPANY',
          name: 'Quintrelo Shipping',
          status: 'MATCH',
          risk_level: 'HIGH',
          analyzed_at: START,
          matches: 1,
          blacklist_matches: 0,
          highest_match_percentage: 100,
        },
      ],
      totalItems: 2,
      totalPages: 2,
    })
    expect((await post(SUMMARY, { page: 2, limit: 1 })).body.items).toMatchObject([{ entity_type: 'PERSON' }])
  })

  it('can be filtered, and refuses an unknown filter value or page', async () => {
    const { post } = await screeningApi()
    await post(INDIVIDUALS, AMADEO)
    await post(INDIVIDUALS, { ...NOBODY, external_id: 'n' })
    await post(ORGANIZATIONS, { name: 'Comercial Aconcagua' })
    const names = async (filter: JsonObject) =>
      ((await post(SUMMARY, filter)).body.items as { name: string }[]).map(({ name }) => name)
    expect(await names({ entity_type: 'COMPANY' })).toEqual(['Comercial Aconcagua'])
    expect(await names({ status: 'MATCH' })).toEqual(['Amadeo Villaroz Quintrelo'])
    expect(await names({ external_id: 'n' })).toEqual(['Camila González Rojas'])
    expect(await names({ external_id: 'n', status: 'MATCH' })).toEqual([])
    const wrong: JsonObject[] = [{ status: 'CLEAR' }, { entity_type: 'WALLET' }, { page: 0 }, { limit: 101 }]
    for (const filter of wrong) expect((await post(SUMMARY, filter)).status).toBe(400)
  })

  it('shows an account its own analyses only', async () => {
    const { post } = await screeningApi()
    await post(INDIVIDUALS, AMADEO)
    const other = { client_id: 'other', client_secret: 'b' }
    expect((await post(SUMMARY, {}, other)).body).toEqual({ items: [], totalItems: 0, totalPages: 0 })
  })
})

describe('callers of the Screening API', () => {
  const every = [INDIVIDUALS, ORGANIZATIONS, SUMMARY, WALLETS] as const
  const fitting: Record<string, JsonObject> = {
    [INDIVIDUALS]: NOBODY,
    [ORGANIZATIONS]: { name: 'Comercial Aconcagua' },
    [SUMMARY]: {},
    [WALLETS]: { wallet: 'x', network: 'Bitcoin' },
  }

  it.each(every)('give client_id and client_secret in the body of %s', async path => {
    const { post } = await screeningApi()
    expect((await post(path, fitting[path] ?? {}, {})).body).toEqual({
      statusCode: 400,
      message: 'client_id: is required; client_secret: is required',
      error: 'Bad Request',
    })
    expect((await post(path, fitting[path] ?? {})).status).toBe(200)
  })

  it('are not taken from the query of a request with a body', async () => {
    const { bare } = await rillisApi()
    const { body } = await bare('POST', `${INDIVIDUALS}?client_id=a&client_secret=b`, NOBODY)
    expect(body.message).toBe('client_id: is required; client_secret: is required')
  })

  it('give a token with screeningAuth bearer, and nothing with off', async () => {
    const { bare, call } = await rillisApi({ screeningAuth: 'bearer' })
    expect((await bare('POST', INDIVIDUALS, NOBODY)).body).toMatchObject({ statusCode: 401, error: 'Unauthorized' })
    expect((await call('POST', INDIVIDUALS, NOBODY)).status).toBe(200)
    const off = await rillisApi({ screeningAuth: 'off' })
    expect((await off.bare('POST', INDIVIDUALS, NOBODY)).status).toBe(200)
  })

  it('are told of a body that is not JSON or not an object, and of a method that there is not', async () => {
    const { bare } = await rillisApi()
    expect((await bare('POST', INDIVIDUALS, '{')).body.message).toBe('The body is not valid JSON.')
    expect((await bare('POST', INDIVIDUALS, '[]')).body.message).toBe('must be an object')
    expect((await bare('GET', INDIVIDUALS)).status).toBe(404)
  })
})

describe('analyses', () => {
  const play = async (seed: number) => {
    const { post } = await screeningApi({}, { seed })
    return [
      await post(INDIVIDUALS, AMADEO),
      await post(ORGANIZATIONS, { name: 'Quintrelo Shipping' }),
      await post(WALLETS, { wallet: `0x${'ab'.repeat(20)}`, network: 'Ethereum' }),
      await post(SUMMARY, {}),
    ]
  }

  it('are the same for the same seed; another seed has other ids and details, and the same matches', async () => {
    const first = await play(1)
    expect(await play(1)).toEqual(first)
    const other = await play(2)
    const of = (answers: typeof first) => answers.map(({ body }) => [body.status, body.risk_level, body.name])
    expect(of(other)).toEqual(of(first))
    const entry = (answers: typeof first) => matchesOf(answers[0]?.body ?? {})[0]?.entry_id
    expect(entry(other)).not.toBe(entry(first))
    expect(other[2]?.body.exposures).not.toEqual(first[2]?.body.exposures)
  })

  it('trigger no event and are kept across a restart', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const before = await screeningApi({}, { ledger })
    const { body } = await before.post(INDIVIDUALS, AMADEO)
    expect(before.events()).toEqual([])
    await before.stop()
    const { post, emulator } = await screeningApi({}, { ledger })
    expect((await post(SUMMARY, {})).body.items).toMatchObject([{ id: body.id }])
    expect(emulator.ledger.subject('rillis', String(body.id))).toMatchObject({
      kind: 'screening',
      state: 'MATCH',
      account: CREDENTIALS.client_id,
    })
    expect((await post(INDIVIDUALS, AMADEO)).body.id).not.toBe(body.id)
  })
})

describe('the lists', () => {
  it('have entries that differ so much that none is found by the name of another', () => {
    for (const type of ['PERSON', 'COMPANY']) {
      const split = type === 'PERSON' ? wordsOf : companyWordsOf
      const entries = LIST_ENTRIES.filter(({ entity_type }) => entity_type === type)
      for (const a of entries)
        for (const b of entries) if (a !== b) expect(nameScore(split(a.name), split(b.name))).toBeLessThan(80)
    }
  })

  it('are on the page of the provider', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/providers/rillis.md'), 'utf8')
    for (const { name } of LIST_ENTRIES) expect(page).toContain(name)
    for (const { address } of LISTED_WALLETS) expect(page).toContain(address)
  })

  it('compare names of any alphabet, the empty one and a legal form alone', () => {
    expect(nameScore(wordsOf('Жанна Ким'), wordsOf('ким жанна'))).toBe(100)
    expect(nameScore(wordsOf('—'), wordsOf('—'))).toBe(0)
    expect(companyWordsOf('S.A.')).toEqual(['sa'])
  })
})
