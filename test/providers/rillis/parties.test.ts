// What a transaction is made with: registered remitters and beneficiaries, and the list of cryptocurrencies.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { CREDENTIALS, rillisApi } from './client.js'

const REGISTER = '/api/v1/verification/register-'
const party = (over: JsonObject = {}): JsonObject => ({
  external_id: 'P-1',
  entity_type: 'PERSON',
  names: 'Inés',
  ...over,
})

describe.each(['remitter', 'beneficiary'])('registering a %s', kind => {
  it('answers with ids and type, needs no token, and sends no event', async () => {
    const { bare, emulator, events } = await rillisApi()
    const { status, body } = await bare('POST', `${REGISTER}${kind}`, { ...CREDENTIALS, [kind]: party() })
    expect([status, body]).toEqual([
      200,
      { id: expect.stringMatching(/^[0-9a-f]{24}$/), external_id: 'P-1', entity_type: 'PERSON' },
    ])
    expect(emulator.ledger.subject('rillis', String(body.id))).toMatchObject({
      kind,
      state: 'REGISTERED',
      data: { external_id: 'P-1', names: 'Inés' },
    })
    expect(events()).toEqual([])
  })

  it('again with the same external_id replaces it', async () => {
    const { bare, emulator } = await rillisApi()
    const register = (over: JsonObject) => bare('POST', `${REGISTER}${kind}`, { ...CREDENTIALS, [kind]: party(over) })
    const first = (await register({})).body
    const second = (await register({ entity_type: 'COMPANY' })).body
    expect(second).toEqual({ ...first, entity_type: 'COMPANY' })
    expect(emulator.ledger.subjects({ provider: 'rillis', kind }, { limit: 9 })).toHaveLength(1)
  })

  it.each<[string, JsonObject]>([
    [`client_id: is required; client_secret: is required; ${kind}: is required`, {}],
    [`${kind}.entity_type: must be PERSON or COMPANY`, { ...CREDENTIALS, [kind]: party({ entity_type: 'SHIP' }) }],
    [`${kind}.external_id: must not be empty`, { ...CREDENTIALS, [kind]: party({ external_id: '' }) }],
  ])('is refused with "%s"', async (message, body) => {
    const { bare } = await rillisApi()
    expect(await bare('POST', `${REGISTER}${kind}`, body)).toEqual({
      status: 400,
      body: { statusCode: 400, message, error: 'Bad Request' },
    })
  })
})

it('a remitter, a beneficiary and a transaction may have the same id of yours', async () => {
  const { bare, emulator } = await rillisApi()
  for (const kind of ['remitter', 'beneficiary'])
    await bare('POST', `${REGISTER}${kind}`, { ...CREDENTIALS, [kind]: party({ external_id: 'X' }) })
  const { status } = await bare('POST', '/api/v1/verification/send', {
    ...CREDENTIALS,
    transaction: {
      external_transaction_id: 'X',
      transaction_type: 'FIAT',
      sending_dollar_amount: 1,
      sending_amount: 900,
      sending_currency: 'CLP',
      receiving_amount: 1,
      receiving_currency: 'USD',
    },
    remitter: party({ external_id: 'X' }),
    beneficiary: party({ external_id: 'X' }),
  })
  expect(status).toBe(200)
  expect(emulator.ledger.subject('rillis', 'X')?.kind).toBe('transaction')
})

describe('cryptocurrencies', () => {
  const path = '/api/v1/resources/validation/cryptocurrencies'

  it('are listed with their networks, those of generated transactions among them', async () => {
    const { bare, trigger } = await rillisApi()
    const { status, body } = await bare('GET', `${path}?client_id=a&client_secret=b`)
    expect(status).toBe(200)
    const listed = body as unknown as { symbol: string; name: string; networks: string[] }[]
    expect(listed.map(({ symbol }) => symbol)).toContain('BTC')
    for (let n = 1; n <= 12; n++) {
      const { asset, network } = await trigger('TRANSACTION_STATE_CHANGED', undefined, `story ${n}`)
      if (asset === null) continue
      expect(listed.find(({ symbol }) => symbol === asset)?.networks).toContain(network)
    }
  })

  it('are not listed without credentials', async () => {
    const { bare } = await rillisApi()
    expect((await bare('GET', `${path}?client_id=a`)).body.message).toBe('client_secret: is required')
  })
})
