// The Flow API over HTTP: files, entities, and the flow instance as it was sent; all of it agrees with the events a receiver got.
import { startStandin } from 'standin/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isJsonObject, type JsonObject, valueAt } from '../../../src/core/json.js'
import { testReceiver } from '../../support/receiver.js'
import { CREDENTIALS, rillisApi } from './client.js'

const API = '/api/v1/client-api'
const COMPANY = 'ONBOARDING_FORM_COMPANY_COMPLETED'
const INDIVIDUAL = 'ONBOARDING_FORM_INDIVIDUAL_COMPLETED'

const at = (payload: JsonObject, path: string) => String(valueAt(payload, path))

/** A list in an object; empty where there is none. */
function listAt(payload: JsonObject, path: string): JsonObject[] {
  const list = valueAt(payload, path)
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

/** A server on a free port with these settings of Rillis, a receiver, and a client with a token. */
async function overHttp(settings: JsonObject = {}) {
  const standin = await startStandin({ clock: 'manual', seed: 7, settings: { rillis: settings } })
  onTestFinished(() => standin.stop())
  const { url, requests } = await testReceiver()
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${standin.url}/rillis${path}`, init)
    return { status: answer.status, body: (await answer.json()) as JsonObject }
  }
  const { body } = await ask('/api/v1/auth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(CREDENTIALS),
  })
  const headers = { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' }
  return {
    standin,
    url,
    bodies: () => requests.map(request => request.json()),
    get: (path: string) => ask(path, { headers }),
    /** The status only, without the check against the document of the default settings. */
    plain: async (path: string) =>
      (await standin.fetch(new Request(`${standin.url}/rillis${path}`, { headers }))).status,
    put: (path: string, value: JsonObject) => ask(path, { method: 'PUT', headers, body: JSON.stringify(value) }),
  }
}

describe('a flow over HTTP', () => {
  it('is read back as the receiver got it: url, forms, identity, files and entities', async () => {
    const { standin, url, bodies, get, put } = await overHttp()
    await standin.subscribe('rillis', { url, secret: 'k' })
    for (const type of [COMPANY, INDIVIDUAL, 'VERIFICATION_IDENTITY_COMPLETED', 'FLOW_COMPLETED'] as const)
      await standin.trigger('rillis', type, { subject: 'acme' })
    await standin.rest()
    const [company = {}, person = {}, identity = {}, flow = {}] = ['COMPANY', 'INDIVIDUAL', 'IDENTITY', 'FLOW_'].map(
      word =>
        bodies().find(
          ({ type }) => String(type).includes(word) && !String(type).startsWith('VERI') === (word !== 'IDENTITY'),
        ),
    )
    expect((await get(`${API}/flow-instance/${at(flow, 'data.flow_instance_id')}`)).body).toEqual(flow.data)
    for (const form of [company, person])
      expect((await get(`${API}/onboardings/${at(form, 'data.onboarding_id')}`)).body).toEqual(
        valueAt(form, 'data.onboarding'),
      )
    const files = await get(`${API}/identities/files/${at(identity, 'data.identity_id')}`)
    expect(files.status).toBe(200)
    expect((files.body as unknown as JsonObject[]).map(({ content, ...file }) => file)).toEqual(
      listAt(identity, 'data.identity.file_references_data'),
    )
    const nif = at(company, 'data.onboarding.data.data_company.nif')
    expect((await get(`${API}/onboardings/entity/${nif}`)).body).toMatchObject({
      role: 'COMPANY',
      onboarding_id: at(company, 'data.onboarding_id'),
      data: valueAt(company, 'data.onboarding.data.data_company'),
    })
    await put(`${API}/onboardings/change-status/${at(company, 'data.onboarding_id')}`, { status: 'REJECTED' })
    await standin.rest()
    expect(bodies().at(-1)?.type).toBe('ONBOARDING_FORM_COMPANY_REJECTED')
    expect((await get(`${API}/onboardings/entity/${nif}`)).body.status).toBe('REJECTED')
  })

  it('serves undocumented paths below a base path of your own, and documented ones where they were', async () => {
    const { standin, plain } = await overHttp({ clientApiBasePath: '/v9/flows' })
    const { event } = await standin.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED')
    const { identity_id, flow_instance_id } = event.payload.data
    expect(await plain(`/v9/flows/identities/${identity_id}`)).toBe(200)
    expect(await plain(`${API}/identities/${identity_id}`)).toBe(404)
    expect(await plain(`${API}/flow-instance/${flow_instance_id}`)).toBe(200)
  })
})

describe('the url of a flow instance', () => {
  it('is that of the oldest subscription that got its event', async () => {
    const { call, emulator, trigger } = await rillisApi()
    const [step, first, second, late] = await Promise.all([1, 2, 3, 4].map(() => testReceiver()))
    await emulator.subscribe('rillis', { url: step?.url ?? '', settings: { class: 'step' } })
    await emulator.subscribe('rillis', { url: first?.url ?? '', eventTypes: ['FLOW_COMPLETED'] })
    await emulator.subscribe('rillis', { url: second?.url ?? '' })
    const { data } = await trigger('FLOW_COMPLETED')
    const rejected = (await trigger('FLOW_REJECTED', undefined, 'other')).data
    await emulator.advance(1000)
    await emulator.subscribe('rillis', { url: late?.url ?? '' })
    const urlOf = async (of: typeof data) =>
      (await call('GET', `${API}/flow-instance/${isJsonObject(of) ? of.flow_instance_id : ''}`)).body.url
    expect(await urlOf(data)).toBe(first?.requests[0]?.json().data && valueAt(first.requests[0].json(), 'data.url'))
    expect(await urlOf(data)).toBe(first?.url)
    expect(await urlOf(rejected)).toBe(second?.url)
  })

  it('stays what was sent when the subscription moves, is removed or gets other settings', async () => {
    const { call, emulator, trigger } = await rillisApi()
    const receiver = await testReceiver()
    const { id } = await emulator.subscribe('rillis', { url: receiver.url })
    const { data } = await trigger('FLOW_COMPLETED')
    await emulator.rest()
    const sent = { status: 200, body: valueAt(receiver.requests[0]?.json() ?? {}, 'data') }
    const asked = () => call('GET', `${API}/flow-instance/${isJsonObject(data) ? data.flow_instance_id : ''}`)
    expect(await asked()).toEqual(sent)
    await emulator.updateSubscription(id, { url: `${receiver.url}/other` })
    expect(await asked()).toEqual(sent)
    await emulator.updateSubscription(id, { settings: { dataUrl: 'reference' } })
    expect(await asked()).toEqual(sent)
    await emulator.unsubscribe(id)
    expect(await asked()).toEqual(sent)
  })

  it('is that of the subscription that an event was sent to alone', async () => {
    const { call, emulator } = await rillisApi()
    const [first, second] = await Promise.all([1, 2].map(() => testReceiver()))
    await emulator.subscribe('rillis', { url: first?.url ?? '' })
    const { id } = await emulator.subscribe('rillis', { url: second?.url ?? '' })
    const { event } = await emulator.trigger('rillis', 'FLOW_COMPLETED', { only: [id] })
    const { body } = await call('GET', `${API}/flow-instance/${event.subject}`)
    expect(body.url).toBe(second?.url)
  })

  it('is the reference URL with dataUrl reference, and the one that was set by hand', async () => {
    const { call, emulator, trigger } = await rillisApi({ dataUrl: 'reference' })
    const { url } = await testReceiver()
    await emulator.subscribe('rillis', { url })
    const reference = await trigger('FLOW_COMPLETED')
    const set = { 'data.url': 'https://elsewhere.example/x' }
    const own = (await emulator.trigger('rillis', 'FLOW_COMPLETED', { subject: 'other', set })).event.payload
    for (const sent of [reference, own])
      expect((await call('GET', `${API}/flow-instance/${at(sent, 'data.flow_instance_id')}`)).body).toEqual(sent.data)
  })

  it('does not exist for the story of a transaction, which has no flow', async () => {
    const { call, emulator, trigger } = await rillisApi()
    await trigger('TRANSACTION_STATE_CHANGED')
    const [root] = emulator.ledger.subjects({ provider: 'rillis', kind: 'flow_instance' }, { limit: 1 })
    expect((await call('GET', `${API}/flow-instance/${root?.id}`)).status).toBe(404)
  })
})

describe('files', () => {
  it('of a company form are PDF documents that name the company', async () => {
    const { call, trigger } = await rillisApi()
    const form = await trigger(COMPANY)
    const id = at(form, 'data.onboarding_id')
    const [reference] = listAt(form, 'data.onboarding.file_references_data')
    const { status, body } = await call('GET', `${API}/onboardings/file/${id}?path=${reference?.path}`)
    expect(status).toBe(200)
    const { content, ...file } = body
    expect(file).toEqual(reference)
    const pdf = Buffer.from(String(content), 'base64').toString('latin1')
    expect(pdf).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/)
    expect(pdf).toContain(at(form, 'data.onboarding.data.data_company.nif'))
    const xref = Number(/startxref\n(\d+)/.exec(pdf)?.[1])
    expect(pdf.slice(xref, xref + 4)).toBe('xref')
    for (const [i, [, offset]] of [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].entries())
      expect(pdf.slice(Number(offset))).toMatch(new RegExp(`^${i + 1} 0 obj`))
  })

  it('of an identity are JPEG pictures, each another, the same at every call', async () => {
    const { call, trigger } = await rillisApi()
    const id = at(await trigger('VERIFICATION_IDENTITY_COMPLETED'), 'data.identity_id')
    const get = async () =>
      ((await call('GET', `${API}/identities/files/${id}`)).body as unknown as JsonObject[]).map(({ content }) =>
        String(content),
      )
    const contents = await get()
    for (const content of contents) expect(Buffer.from(content, 'base64').toString('hex')).toMatch(/^ffd8ffe0.*ffd9$/)
    expect(new Set(contents).size).toBe(3)
    expect(await get()).toEqual(contents)
  })

  it('are chosen by their paths, several or all', async () => {
    const { call, trigger } = await rillisApi()
    const form = await trigger(COMPANY)
    const files = `${API}/onboardings/files/${at(form, 'data.onboarding_id')}`
    const paths = listAt(form, 'data.onboarding.file_references_data').map(({ path }) => String(path))
    const got = async (query: string) =>
      ((await call('GET', `${files}${query}`)).body as unknown as JsonObject[]).map(({ path }) => path)
    expect(paths).toHaveLength(2)
    expect(await got('')).toEqual(paths)
    expect(await got(`?paths=${paths.join(',')}`)).toEqual(paths)
    expect(await got(`?paths=${paths[1]}`)).toEqual([paths[1]])
    const person = at(await trigger(INDIVIDUAL), 'data.onboarding_id')
    expect((await call('GET', `${API}/onboardings/files/${person}`)).body).toEqual([])
  })

  it('of a flow instance are those of its forms and identities, but of no other flow', async () => {
    const { call, trigger } = await rillisApi()
    const form = await trigger(COMPANY)
    const identity = await trigger('VERIFICATION_IDENTITY_COMPLETED')
    const other = await trigger(COMPANY, undefined, 'other')
    const get = (path: unknown) =>
      call('GET', `${API}/flow-instance/file/${at(form, 'data.flow_instance_id')}?path=${path}`)
    const [paper] = listAt(form, 'data.onboarding.file_references_data')
    const [picture] = listAt(identity, 'data.identity.file_references_data')
    for (const file of [paper, picture]) expect((await get(file?.path)).body).toMatchObject(file ?? {})
    const [foreign] = listAt(other, 'data.onboarding.file_references_data')
    expect((await get(foreign?.path)).status).toBe(404)
  })

  it.each([
    ['flow-instance/file/67a3be04d236cd46c537c95d?path=x', 404, 'Flow instance not found.'],
    ['identities/files/67a3be04d236cd46c537c95d', 404, 'Identity not found.'],
    ['onboardings/file/67a3be04d236cd46c537c95d?path=x', 404, 'Onboarding not found.'],
    ['onboardings/file/67a3be04d236cd46c537c95d', 400, 'path: is required'],
    ['onboardings/entity/99999999-9', 404, 'Entity not found.'],
    ['onboardings/entity-list/99999999-9?limit=0', 400, 'limit: must be a whole number from 1 to 100'],
  ])('%s is %i: %s', async (path, status, message) => {
    const { call, bare } = await rillisApi()
    expect(await call('GET', `${API}/${path}`)).toMatchObject({ status, body: { statusCode: status, message } })
    expect((await bare('GET', `${API}/${path}`)).status).toBe(401)
  })

  it('that the form does not have are 404', async () => {
    const { call, trigger } = await rillisApi()
    const id = at(await trigger(COMPANY), 'data.onboarding_id')
    for (const path of [`file/${id}?path=nothing.pdf`, `files/${id}?paths=nothing.pdf`])
      expect((await call('GET', `${API}/onboardings/${path}`)).body.message).toBe('File "nothing.pdf" not found.')
  })
})

describe('entities', () => {
  it('are found by document number, written with or without dots and hyphen', async () => {
    const { call, trigger } = await rillisApi()
    const form = await trigger(COMPANY)
    const number = at(form, 'data.onboarding.data.data_company.nif')
    const { body } = await call('GET', `${API}/onboardings/entity/${number}`)
    expect(body).toEqual({
      entity_type: 'COMPANY',
      role: 'COMPANY',
      name: at(form, 'data.onboarding.data.data_company.name'),
      document_type: 'CL-RUT',
      document_number: number,
      onboarding_id: at(form, 'data.onboarding_id'),
      flow_instance_id: at(form, 'data.flow_instance_id'),
      flow_id: at(form, 'data.flow_id'),
      user_id: at(form, 'data.user_id'),
      status: 'PENDING_REVIEW',
      data: valueAt(form, 'data.onboarding.data.data_company'),
    })
    const dotted = number.replace(/^(\d+)(\d{3})(\d{3})-/, '$1.$2.$3-').toLowerCase()
    expect((await call('GET', `${API}/onboardings/entity/${dotted}`)).body).toEqual(body)
    expect((await call('GET', `${API}/onboardings/entity/${number.replace('-', '')}`)).body).toEqual(body)
  })

  it('are representatives and beneficiaries too, and the person of an individual form by the verified document', async () => {
    const { call, trigger } = await rillisApi()
    const form = await trigger(COMPANY)
    const entity = async (number: string) => (await call('GET', `${API}/onboardings/entity/${number}`)).body
    const data = 'data.onboarding.data'
    expect(await entity(at(form, `${data}.legal_representatives.0.document_number`))).toMatchObject({
      entity_type: 'PERSON',
      role: 'LEGAL_REPRESENTATIVE',
      data: valueAt(form, `${data}.legal_representatives.0`),
    })
    expect(await entity(at(form, `${data}.final_beneficiaries.0.document_number`))).toMatchObject({
      role: 'FINAL_BENEFICIARY',
    })
    const person = await trigger(INDIVIDUAL)
    const identity = await trigger('VERIFICATION_IDENTITY_REJECTED', 'COUNTRY_MISMATCH')
    expect(await entity(at(identity, 'data.identity.data.document_number'))).toMatchObject({
      role: 'INDIVIDUAL',
      document_type: 'AR-DNI',
      onboarding_id: at(person, 'data.onboarding_id'),
      data: valueAt(person, `${data}.data_individual`),
    })
  })

  it('are listed with all onboardings of a number in pages, newest first', async () => {
    const { call, emulator } = await rillisApi()
    const ids: string[] = []
    for (const subject of ['a', 'b', 'c']) {
      const set = { 'data.onboarding.data.data_company.nif': '76543210-3' }
      ids.unshift(at((await emulator.trigger('rillis', COMPANY, { subject, set })).event.payload, 'data.onboarding_id'))
    }
    const { body } = await call('GET', `${API}/onboardings/entity-list/76543210-3?limit=2`)
    expect(body).toMatchObject({ totalItems: 3, totalPages: 2 })
    expect(listAt(body, 'items').map(({ onboarding_id }) => onboarding_id)).toEqual(ids.slice(0, 2))
    expect((await call('GET', `${API}/onboardings/entity/76543210-3`)).body.onboarding_id).toBe(ids[0])
    expect((await call('GET', `${API}/onboardings/entity-list/1-9`)).body).toEqual({
      items: [],
      totalItems: 0,
      totalPages: 0,
    })
  })
})
