// What Unico's API shows of a process agrees with itself and with what the client gave: one person, times in order, one outcome.
import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject } from '../../../src/core/json.js'
import { loadFaker } from '../../../src/provider/fake.js'
import { DUI_TYPES } from '../../../src/providers/unico/enums.js'
import { holderOf } from '../../../src/providers/unico/people.js'
import { type Call, LEAST, unicoApi } from './client.js'
import { START } from './signing.js'

const OPEN = { apiAuth: 'off' }
const CPF = '52998224725'
const DAY = 86_400_000

type Shown = Record<string, JsonObject & string>

async function created(call: Call, more: JsonObject = {}): Promise<Shown> {
  const { status, body } = await call('POST', '/client/v1/process', { body: { ...LEAST, ...more } })
  expect(status).toBe(200)
  return (body as { process: Shown }).process
}

const named = (friendlyName?: string, duiType = 'DUI_TYPE_BR_CPF', duiValue = CPF): JsonObject => ({
  person: { duiType, duiValue, ...(friendlyName === undefined ? {} : { friendlyName }) },
})

async function shown(call: Call, id: unknown): Promise<Shown> {
  return ((await call('GET', `/client/v1/process/${String(id)}`)).body as { process: Shown }).process
}

async function evidence(call: Call, id: unknown): Promise<string> {
  const { body } = await call('GET', `/client/v1/process/${String(id)}/evidenceset`)
  return Buffer.from((body as { fileContents: string }).fileContents, 'base64').toString('latin1')
}

/** The document in `services` of a process. */
function documentOf(process: Shown): { code: string; data: Record<string, string> } {
  const [service] = process.services as unknown as {
    documents: { doc: { code: string; data: Record<string, string> } }[]
  }[]
  const doc = service?.documents[0]?.doc
  if (!doc) throw new Error('no document')
  return doc
}

describe('the person of a Unico process', () => {
  it('has the given name and CPF in its documents and in the evidence set', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call, { flow: 'iddocs', ...named('Elisa Prado') })
    await emulator.move(String(id), 'approved')
    const doc = documentOf(await shown(call, id))
    expect(doc.data).toMatchObject({ nomeCivil: 'Elisa Prado', cpfNumero: CPF })
    const text = await evidence(call, id)
    expect(text).toContain('Elisa Prado')
    expect(text).toContain(CPF)
  })

  it('is the same person under one CPF in every process, when no name is given too', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const documents: JsonObject[] = []
    for (const _ of [1, 2]) {
      const { id } = await created(call, { flow: 'iddocs', ...named() })
      await emulator.move(String(id), 'approved')
      documents.push(documentOf(await shown(call, id)).data)
      expect(await evidence(call, id)).toContain(String(documents[0]?.nomeCivil))
      await emulator.advance(DAY)
    }
    expect(documents[1]).toEqual(documents[0])
  })

  it('has its keys in the order of the current page: duiType, duiValue, friendlyName, notifications, others after', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const api = await created(call, named('Elisa Prado'))
    const { event } = await emulator.trigger('unico', 'process.finished.ok')
    const story = await shown(call, event.payload.processId)
    for (const process of [api, story])
      expect(Object.keys(process.person ?? {})).toEqual([
        'duiType',
        'duiValue',
        'friendlyName',
        'notifications',
        'email',
        'phone',
      ])
  })
})

describe('the documents of Unico', () => {
  it('have the given number under the name of its type, and dates of an adult with a valid document', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    for (const [duiType, duiValue, code, country] of [
      ['DUI_TYPE_AR_DNI', '31256789', 'DNI', 'ARG'],
      ['DUI_TYPE_AR_PASSPORT', 'AAF123456', 'Passport', 'ARG'],
      ['DUI_TYPE_BR_PASSPORT', 'FZ123456', 'Passport', 'BRA'],
      ['DUI_TYPE_MX_CURP', 'PXNE660720MDFXXXA7', 'CURP', 'MEX'],
    ] as const) {
      const { id } = await created(call, { flow: 'iddocs', ...named('Elisa Prado', duiType, duiValue) })
      await emulator.move(String(id), 'approved')
      const doc = documentOf(await shown(call, id))
      expect(doc.code).toBe(code)
      expect(doc.data).toMatchObject({ numero: duiValue, nacionalidade: country })
      expect([doc.data.nomeCivil, `${doc.data.nome} ${doc.data.sobrenome}`]).toContain('Elisa Prado')
    }
  })

  it('have check digits, and births and expiry dates that vary with the seed and fit', async () => {
    const fake = await loadFaker('pt_BR')
    const births = new Set<string>()
    const codes = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      fake.seed(seed)
      const duiType = DUI_TYPES[seed % 3 === 0 ? seed % DUI_TYPES.length : 0] ?? 'DUI_TYPE_BR_CPF'
      const { document } = holderOf(fake, { duiType, duiValue: CPF, name: '', now: START })
      const data = isJsonObject(document.data) ? document.data : {}
      const text = (key: string) => String(data[key] ?? '')
      codes.add(String(document.code))
      const [birth, issued, expires] = [
        text('dataNascimento') || text('data_nascimento'),
        text('data_emissao'),
        text('data_expiracao'),
      ].map(at => Date.parse(at))
      expect(birth).toBeLessThan(START - 18 * 365 * DAY)
      expect(issued).toBeGreaterThan(Number(birth) + 18 * 365 * DAY)
      expect(issued).toBeLessThanOrEqual(START)
      if (text('data_expiracao') !== '') expect(expires).toBeGreaterThan(START)
      if (text('data_habilitacao') !== '')
        expect(Date.parse(text('data_habilitacao'))).toBeLessThanOrEqual(Number(issued))
      if (document.code === 'CNH') expect(cnhChecks(text('numero').slice(0, 9))).toBe(text('numero').slice(9))
      if (document.code === 'RG') expect(rgCheck(text('numero').slice(0, 8))).toBe(text('numero').slice(8))
      births.add(String(birth))
    }
    expect(births.size).toBeGreaterThan(50)
    for (const code of ['RG', 'CNH', 'CIN']) expect(codes).toContain(code)
  })

  it('have the check digits of a driving licence that is known to be right', () => {
    expect(cnhChecks('624729276')).toBe('37')
  })
})

/** Check digits of a CNH, by the published rule. */
function cnhChecks(nine: string): string {
  const digits = [...nine].map(Number)
  const first = digits.reduce((sum, digit, i) => sum + digit * (9 - i), 0) % 11
  const second = digits.reduce((sum, digit, i) => sum + digit * (1 + i), 0) % 11
  if (first < 10) return `${first}${second >= 10 ? 0 : second}`
  return `0${second >= 10 ? 0 : second - 2 < 0 ? second + 9 : second - 2}`
}

/** Check character of an RG of São Paulo: the weighted sum with it is a multiple of 11. */
function rgCheck(eight: string): string {
  const sum = [...eight].reduce((total, digit, i) => total + Number(digit) * (i + 2), 0)
  const check = [...Array(11).keys()].find(digit => (sum + digit * 100) % 11 === 0)
  return check === 10 ? 'X' : String(check)
}

describe('the times of a Unico process', () => {
  it.each(['trigger', 'move'])('expiresAt is not after finishedAt when it expires early by %s', async how => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call)
    await emulator.advance(60_000)
    if (how === 'move') await emulator.move(String(id), 'expired')
    else await emulator.trigger('unico', 'process.finished.expired', { subject: String(id) })
    const { createdAt, expiresAt, finishedAt } = await shown(call, id)
    expect(expiresAt).toBe(finishedAt)
    expect(String(finishedAt) > String(createdAt)).toBe(true)
  })

  it('expiresAt is not before finishedAt of a process that did not expire, in whatever order its events come', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { event } = await emulator.trigger('unico', 'process.finished.expired', { subject: 'ana' })
    const id = event.payload.processId
    for (const [type, wait] of [
      ['process.finished.ok', 1],
      ['process.finished.expired', 2],
      ['process.finished.invalid_identity', 30],
      ['process.finished.ok', 31],
    ] as const) {
      await emulator.advance(wait * DAY)
      await emulator.trigger('unico', type, { subject: 'ana' })
      const { createdAt, expiresAt, finishedAt } = await shown(call, id)
      const [created, finished, expires] = [createdAt, finishedAt, expiresAt].map(String)
      expect(String(created) < String(finished)).toBe(true)
      expect(type === 'process.finished.expired' ? expires === finished : String(expires) >= String(finished)).toBe(
        true,
      )
    }
  })

  it('stay as they are when the same end is reported again', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { event } = await emulator.trigger('unico', 'process.finished.ok', { subject: 'ana' })
    const before = await shown(call, event.payload.processId)
    await emulator.advance(DAY)
    await emulator.trigger('unico', 'process.finished.ok', { subject: 'ana' })
    expect(await shown(call, event.payload.processId)).toEqual(before)
  })
})

describe('the outcome of a Unico process', () => {
  it('keeps the verdict of its first report when it is reported again without a variant', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { event } = await emulator.trigger('unico', 'process.finished.ok', {
      subject: 'ana',
      variant: 'inconclusive',
    })
    await emulator.trigger('unico', 'process.finished.ok', { subject: 'ana' })
    const { authenticationInfo } = await shown(call, event.payload.processId)
    expect(authenticationInfo).toMatchObject({ authenticationResult: 'AUTHENTICATION_RESULT_INCONCLUSIVE' })
  })

  it('keeps the last event of its first report when its expiry is reported again without a variant', async () => {
    const { emulator } = await unicoApi(OPEN)
    const variant = 'EVENT_TYPE_QR_CODE_READ'
    await emulator.trigger('unico', 'process.finished.expired', { subject: 'ana', variant })
    const { event } = await emulator.trigger('unico', 'process.finished.expired', { subject: 'ana' })
    expect(event.payload).toMatchObject({ lastEvent: variant, lastEventDescription: 'QR code was read' })
  })

  it('is one that its flow can have: only a compared face can be somebody else’s', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call, { flow: 'idlive' })
    await emulator.trigger('unico', 'process.finished.invalid_identity', { subject: String(id), variant: 'refused' })
    expect((await shown(call, id)).authenticationInfo).toMatchObject({
      livenessResult: 'LIVENESS_RESULT_NOT_LIVE',
      authenticationResult: 'AUTHENTICATION_RESULT_UNSPECIFIED',
    })
  })

  it('is finished with the result of its type, whatever a user sends instead', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const changes: JsonObject[] = [{ state: 'PROCESS_STATE_CREATED' }, { result: 'unheard_of' }]
    for (const set of changes) {
      const { event, warnings } = await emulator.trigger('unico', 'process.finished.ok', { set })
      expect(warnings).toHaveLength(1)
      expect(event.payload).toMatchObject(set)
      expect(await shown(call, event.payload.processId)).toMatchObject({
        state: 'PROCESS_STATE_FINISHED',
        result: 'PROCESS_RESULT_OK',
      })
    }
  })

  it.each([
    ['id', ['EVENT_TYPE_DOCUMENT_STEP_STARTED', 'EVENT_TYPE_ERROR_ON_DOCUMENT_STEP']],
    ['idlive', ['EVENT_TYPE_DOCUMENT_PHOTO_CAPTURED', 'refused', 'inconclusive']],
    ['idsmart', ['EVENT_TYPE_IDENTITY_VALIDATION_STEP_FINISHED', 'not_live']],
  ])('of the flow %s cannot be moved to %j, which it does not have', async (flow, refused) => {
    const { call, emulator } = await unicoApi(OPEN)
    const { id } = await created(call, { flow, ...(flow === 'idsmart' ? { useCase: 'USE_CASE_LOGIN' } : {}) })
    for (const to of refused) await expect(emulator.move(String(id), to)).rejects.toThrow(to)
    expect(await shown(call, id)).toMatchObject({ state: 'PROCESS_STATE_CREATED' })
    await emulator.move(String(id), 'approved')
  })
})

describe('an event that cannot follow the state of its process', () => {
  const warned = async (first: string, then: string, more: object = {}) => {
    const { call, emulator } = await unicoApi(OPEN)
    const { event } = await emulator.trigger('unico', first, { subject: 'ana' })
    const { warnings } = await emulator.trigger('unico', then, { subject: 'ana', ...more })
    return { warnings: warnings.join('\n'), process: await shown(call, event.payload.processId) }
  }

  it('is sent with a warning that names both states, and the API shows its state', async () => {
    const { warnings, process } = await warned('process.finished.ok', 'process.finished.expired')
    expect(warnings).toContain('PROCESS_STATE_FINISHED (PROCESS_RESULT_OK)')
    expect(warnings).toContain('process.finished.expired')
    expect(process).toMatchObject({
      result: 'PROCESS_RESULT_EXPIRED',
      authenticationInfo: { livenessResult: 'LIVENESS_RESULT_UNSPECIFIED', authenticationId: '' },
      services: [],
    })
  })

  it('is silent when the trigger asks for any state, and when the same result is reported again', async () => {
    const silent = await warned('process.finished.ok', 'process.finished.expired', { anyState: true })
    expect(silent.warnings).toBe('')
    expect((await warned('process.finished.ok', 'process.finished.ok')).warnings).toBe('')
  })
})

describe('lastEvent and lastEventDescription of Unico', () => {
  it.each([
    [{ lastEvent: 'EVENT_TYPE_QR_CODE_READ' }, 'EVENT_TYPE_QR_CODE_READ', 'QR code was read'],
    [{ lastEvent: 'EVENT_TYPE_NEW_STEP' }, 'EVENT_TYPE_NEW_STEP', 'New step'],
    [
      { lastEventDescription: 'Process started by user' },
      'EVENT_TYPE_PROCESS_STARTED_BY_USER',
      'Process started by user',
    ],
    [{ lastEventDescription: 'Something else' }, 'EVENT_TYPE_SESSION_ENDED', 'Something else'],
    [{ lastEvent: 'EVENT_TYPE_QR_CODE_READ', lastEventDescription: 'Read' }, 'EVENT_TYPE_QR_CODE_READ', 'Read'],
  ])('stay a pair when a user sets %j', async (set, lastEvent, lastEventDescription) => {
    const { emulator } = await unicoApi(OPEN)
    const { event } = await emulator.trigger('unico', 'process.finished.expired', { set: set as JsonObject })
    expect(event.payload).toMatchObject({ lastEvent, lastEventDescription })
  })

  it('at a document belong to a flow with documents, in the API too', async () => {
    const { call, emulator } = await unicoApi(OPEN)
    const set = { lastEvent: 'EVENT_TYPE_DOCUMENT_PHOTO_CAPTURED' }
    const { event } = await emulator.trigger('unico', 'process.finished.expired', { set })
    expect(event.payload.flow).toBe('iddocs')
    expect(await shown(call, event.payload.processId)).toMatchObject({ flow: 'iddocs' })
  })
})
