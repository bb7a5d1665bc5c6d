// Unico's payloads, and the process that GetProcess shows after them.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { seedWords } from '../../../src/core/seed.js'
import type { EventDefinition, MakeContext } from '../../../src/provider/channel.js'
import { loadFaker, reseed } from '../../../src/provider/fake.js'
import { newFacts } from '../../../src/provider/story-facts.js'
import { behaviour } from '../../../src/providers/unico/behaviour.js'
import { channel } from '../../../src/providers/unico/channel.js'
import { unico } from '../../../src/providers/unico/index.js'
import { magicLinkSettings, subscriptionSettings } from '../../../src/providers/unico/settings.js'
import { shown } from '../../../src/providers/unico/subjects.js'
import { fixture, START } from './signing.js'

async function fakeOf(seed: number) {
  return reseed(await loadFaker('pt_BR'), seedWords(seed, 'facts'), START)
}

async function factsOf(seed: number, given: JsonObject = {}, id?: string): Promise<JsonObject> {
  const words = (...late: string[]) => seedWords(seed, 'facts', ...late)
  const source = { faker: await loadFaker('pt_BR'), now: START, words }
  return newFacts(behaviour, source, { settings: {}, given, id })
}

function definitionOf(type: string): EventDefinition {
  const definition = channel.definition(type, {})
  if (!definition) throw new Error(`no type ${type}`)
  return definition
}

async function played(type: string, variant: string, facts: JsonObject, more: Partial<MakeContext> = {}) {
  const context: MakeContext = { type, variant, now: START, facts, settings: {}, ...more }
  const definition = definitionOf(type)
  const payload = definition.make(await fakeOf(1), context)
  const [change] = definition.subjects(payload, context)
  return { payload, process: shown(Object.assign(Object.create(facts), change?.data)), change }
}

const variantsOf = (type: string) =>
  unico.channels[0]?.eventTypes.find(one => one.name === type)?.variants.map(variant => variant.name) ?? []

const EXPIRED = variantsOf('process.finished.expired')

describe('payloads of Unico', () => {
  it.each(['process.finished.ok', 'process.finished.expired'])(
    '%s is the documented example, key for key',
    async type => {
      const { documented, payload, variant } = fixture<{ documented: boolean; payload: JsonObject; variant: string }>(
        `events/${type}.json`,
      )
      expect(documented).toBe(true)
      const made = await played(type, variant, await factsOf(1, { flow: 'id' }, String(payload.processId)))
      expect(JSON.stringify(made.payload)).toBe(JSON.stringify(payload))
    },
  )

  it('an expiry has ten last events with their descriptions; EVENT_TYPE_SESSION_ENDED is the default', async () => {
    expect(EXPIRED).toHaveLength(10)
    expect(EXPIRED[0]).toBe('EVENT_TYPE_SESSION_ENDED')
    for (const variant of EXPIRED) {
      const file = variant === 'EVENT_TYPE_SESSION_ENDED' ? '' : `.${variant}`
      const { payload } = fixture<{ payload: JsonObject }>(`events/process.finished.expired${file}.json`)
      const made = (await played('process.finished.expired', variant, await factsOf(1))).payload
      expect(made.lastEvent).toBe(variant)
      expect(made.lastEventDescription).toBe(payload.lastEventDescription)
    }
  })

  it('a generated process that expires at a document has a flow with documents', async () => {
    for (const variant of EXPIRED) {
      const { payload, process } = await played('process.finished.expired', variant, await factsOf(1, { flow: 'id' }))
      expect(payload.flow).toBe(variant.includes('_DOCUMENT_') ? 'iddocs' : 'id')
      expect(process.flow).toBe(payload.flow)
    }
  })

  it('omits only result with includeResult false', async () => {
    const { payload } = await played('process.finished.ok', 'approved', await factsOf(1))
    const wrap = (includeResult: boolean) =>
      channel.wrap?.(payload, {
        subscription: undefined as never,
        event: undefined as never,
        settings: subscriptionSettings.parse({ includeResult }),
      })
    expect(wrap(true)).toEqual(payload)
    const { result: _result, ...rest } = payload
    expect(JSON.stringify(wrap(false))).toBe(JSON.stringify(rest))
  })
})

describe('the process of a Unico event', () => {
  it.each([
    ['process.finished.ok', 'approved', 'PROCESS_RESULT_OK', 'LIVENESS_RESULT_LIVE', 'AUTHENTICATION_RESULT_POSITIVE'],
    [
      'process.finished.ok',
      'inconclusive',
      'PROCESS_RESULT_OK',
      'LIVENESS_RESULT_LIVE',
      'AUTHENTICATION_RESULT_INCONCLUSIVE',
    ],
    [
      'process.finished.invalid_identity',
      'refused',
      'PROCESS_RESULT_INVALID_IDENTITY',
      'LIVENESS_RESULT_LIVE',
      'AUTHENTICATION_RESULT_NEGATIVE',
    ],
    [
      'process.finished.invalid_identity',
      'not_live',
      'PROCESS_RESULT_INVALID_IDENTITY',
      'LIVENESS_RESULT_NOT_LIVE',
      'AUTHENTICATION_RESULT_UNSPECIFIED',
    ],
    [
      'process.finished.expired',
      'EVENT_TYPE_QR_CODE_READ',
      'PROCESS_RESULT_EXPIRED',
      'LIVENESS_RESULT_UNSPECIFIED',
      'AUTHENTICATION_RESULT_UNSPECIFIED',
    ],
  ])('%s %s shows %s, %s, %s', async (type, variant, result, livenessResult, authenticationResult) => {
    const { payload, process, change } = await played(type, variant, await factsOf(2))
    expect(change).toMatchObject({ id: payload.processId, kind: 'process', state: 'PROCESS_STATE_FINISHED' })
    expect(process).toMatchObject({
      id: payload.processId,
      flow: payload.flow,
      state: 'PROCESS_STATE_FINISHED',
      result,
      authenticationInfo: { livenessResult, authenticationResult },
    })
  })

  it('has its dates in order, for every seed', async () => {
    for (let seed = 1; seed <= 40; seed++)
      for (const type of ['process.finished.ok', 'process.finished.expired']) {
        const { process } = await played(type, variantsOf(type)[0] ?? '', await factsOf(seed))
        const dates = [process.createdAt, process.finishedAt, process.expiresAt].map(String)
        for (const date of dates) expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
        expect([...dates].sort()).toEqual(dates)
        expect(dates[0]).not.toBe(dates[1])
      }
  })

  it('has a person from Brazil with a valid CPF', async () => {
    const check = (digits: string) => {
      const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (digits.length + 1 - i), 0)
      return String(((sum * 10) % 11) % 10)
    }
    expect(check('123456789') + check('1234567890')).toBe('09')
    for (let seed = 1; seed <= 40; seed++) {
      const { person } = (await factsOf(seed)) as { person: Record<string, string> }
      expect(person.duiType).toBe('DUI_TYPE_BR_CPF')
      expect(person.duiValue).toMatch(/^\d{11}$/)
      const digits = String(person.duiValue)
      expect(digits.slice(9)).toBe(check(digits.slice(0, 9)) + check(digits.slice(0, 10)))
      expect(person.phone).toMatch(/^55\d{2}9\d{8}$/)
      expect(person.email).toMatch(/^[a-z]+\.[a-z]+@example\.com$/)
    }
  })

  it('a process created by the API expires with the last event of its history, unless the trigger names another', async () => {
    const facts = await factsOf(3)
    const history = facts.history as JsonObject
    const withHistory: JsonObject = {
      ...facts,
      history: { ...history, origin: 'api', events: [{ type: 'EVENT_TYPE_QR_CODE_READ', at: '' }] },
    }
    const lastEvent = async (more: Partial<MakeContext>) =>
      (await played('process.finished.expired', 'EVENT_TYPE_SESSION_ENDED', withHistory, more)).payload.lastEvent
    expect(await lastEvent({ variantGiven: false })).toBe('EVENT_TYPE_QR_CODE_READ')
    expect(await lastEvent({ variantGiven: true })).toBe('EVENT_TYPE_SESSION_ENDED')
  })

  it('a process id is recognized by its format', () => {
    expect(behaviour.isRootId('8263a268-5388-492a-bca2-28e1ff4a69f0')).toBe(true)
    expect(behaviour.isRootId('ana')).toBe(false)
  })
})

describe('settings and assumptions of Unico', () => {
  it('every setting is an assumption whose choice is its default', () => {
    for (const [scope, schema] of [
      ['subscription', subscriptionSettings.extend(magicLinkSettings.shape)],
      ['provider', behaviour.settings],
    ] as const) {
      const defaults = schema.parse({}) as JsonObject
      const chosen = unico.assumptions.filter(one => one.setting === scope).map(one => [one.name, one.choice])
      expect(Object.fromEntries(chosen)).toEqual(defaults)
    }
  })
})
