// The process as a subject: how one is made, what it lives through, how it ends, and what GetProcess shows of it.
import type { Faker } from '@faker-js/faker'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { micros } from '../../provider/fake.js'
import { authenticationInfo, capacitiesOf, flowParts, type Measures, type Verdict } from './flows.js'
import { DEFAULT_LIFE_MS, type ProcessResult } from './vocabulary.js'

/** One thing that happened to a process. */
export type Lived = { type: string; at: string }

/** What the emulator remembers of a process besides what GetProcess shows; the key `life` of a subject's data. */
export interface Life extends Measures {
  /** `api`: CreateProcess made it; `story`: it came with a triggered event. */
  origin: 'api' | 'story'
  fullName: string
  /** Oldest first. */
  events: Lived[]
}

/** Keys of `process` in the answer of GetProcess, in the order of the current page; those it does not list at the end. */
const SHOWN = [
  'id',
  'flow',
  'callbackUri',
  'userRedirectUrl',
  'state',
  'result',
  'createdAt',
  'finishedAt',
  'expiresAt',
  'purpose',
  'clientReference',
  'useCase',
  'capacities',
  'token',
  'person',
  'authenticationInfo',
  'companyData',
  'bioTokenData',
  'services',
] as const

/** A text in a process's data, '' where there is none. */
export function textOf(data: JsonObject, key: string): string {
  const value = data[key]
  return typeof value === 'string' ? value : ''
}

/** An instant (ms) as the API writes it; the microseconds go by the process, so that later instants are never earlier. */
export function instant(at: number, id: string): string {
  const tail = (Number.parseInt(id.slice(0, 6), 16) || 0) % 1000
  return micros(at, 'Z').replace('000Z', `${String(tail).padStart(3, '0')}Z`)
}

/** The life of a process, from its data. */
export function lifeOf(data: JsonObject): Life {
  const life = isJsonObject(data.life) ? data.life : {}
  const events = Array.isArray(life.events) ? life.events : []
  return {
    origin: life.origin === 'api' ? 'api' : 'story',
    authenticationId: textOf(life, 'authenticationId'),
    score: Number(life.score ?? 0),
    serpro: Number(life.serpro ?? 0),
    fullName: textOf(life, 'fullName'),
    events: events.flatMap(event =>
      isJsonObject(event) ? [{ type: textOf(event, 'type'), at: textOf(event, 'at') }] : [],
    ),
  }
}

/** A life as JSON, with one more event at its end. */
export function lived(data: JsonObject, event?: Lived): JsonObject {
  const life = lifeOf(data)
  return { ...life, events: event ? [...life.events, event] : life.events }
}

/** The last event a process really had; undefined when none is known. */
export function lastLived(data: JsonObject): string | undefined {
  return lifeOf(data).events.at(-1)?.type
}

/** Eleven digits, the last two being the check digits of the nine before. */
function cpf(fake: Faker): string {
  let digits = fake.string.numeric({ length: 9, allowLeadingZeros: true })
  for (const weight of [10, 11]) {
    let sum = 0
    for (let i = 0; i < digits.length; i++) sum += Number(digits[i]) * (weight - i)
    digits += String(((sum * 10) % 11) % 10)
  }
  return digits
}

const NOT_LETTERS = /[^a-z]/g

/** A made-up person of Brazil in the documented keys, and the full name for documents. */
function person(fake: Faker): { shown: JsonObject; fullName: string } {
  const first = fake.person.firstName()
  const last = fake.person.lastName()
  const mailbox = [first, last].map(name => name.normalize('NFD').toLowerCase().replace(NOT_LETTERS, '')).join('.')
  return {
    fullName: `${first} ${last}`,
    shown: {
      duiType: 'DUI_TYPE_BR_CPF',
      duiValue: cpf(fake),
      friendlyName: `${first} ${last}`.slice(0, 50),
      email: `${mailbox}@example.com`,
      phone: `55${fake.helpers.arrayElement(['11', '21', '31', '41', '51', '71', '81'])}9${fake.string.numeric(8)}`,
      notifications: [{ notificationChannel: 'NOTIFICATION_CHANNEL_WHATSAPP' }],
    },
  }
}

/** Where the user of a process is sent, as in the documented example. */
export function journeyOf(id: string): string {
  return `https://cadastro.unico.app/process/${id}`
}

export interface NewProcess {
  id: string
  createdAt: number
  expiresAt: number
  origin: Life['origin']
  /** Shown values that are known already; they win over what is made up. */
  given: JsonObject
}

/** The data of a process in its first state. A flow in `given` brings its capacities with it. */
export function newProcess(fake: Faker, { id, createdAt, expiresAt, origin, given }: NewProcess): JsonObject {
  const flow =
    textOf(given, 'flow') || fake.helpers.arrayElement(['id', 'id', 'id', 'idtoken', 'idcheck', 'idtrust', 'iddocs'])
  const { shown, fullName } = person(fake)
  const reference = flowParts(flow).token ? fake.string.uuid() : ''
  const measures: Measures = {
    authenticationId: fake.string.uuid(),
    score: fake.number.int({ min: 55, max: 99 }),
    serpro: fake.number.int({ min: 70, max: 99 }),
  }
  const life: Life = {
    origin,
    ...measures,
    fullName,
    events: [{ type: 'EVENT_TYPE_PROCESS_CREATED', at: instant(createdAt, id) }],
  }
  return {
    id,
    flow,
    callbackUri: '/',
    userRedirectUrl: journeyOf(id),
    state: 'PROCESS_STATE_CREATED',
    result: 'PROCESS_RESULT_UNSPECIFIED',
    createdAt: instant(createdAt, id),
    expiresAt: instant(expiresAt, id),
    purpose: 'creditprocess',
    clientReference: `pedido-${fake.string.numeric(6)}`,
    useCase: '',
    capacities: capacitiesOf(flow),
    token: '',
    person: shown,
    authenticationInfo: authenticationInfo(flow, 'none', measures),
    companyData: { branchId: '', countryCode: 'BRA' },
    bioTokenData: { referenceProcessId: reference },
    services: [],
    ...given,
    life: { ...life },
  }
}

/** The facts of a story that begins with a triggered event: its process was created some minutes before. */
export function storyFacts(fake: Faker, now: number, given: JsonObject, id: string | undefined): JsonObject {
  const processId = id ?? (textOf(given, 'id') || fake.string.uuid())
  const createdAt = now - fake.number.int({ min: 90_000, max: 900_000 })
  return newProcess(fake, {
    id: processId,
    createdAt,
    expiresAt: createdAt + DEFAULT_LIFE_MS,
    origin: 'story',
    given: { ...given, id: processId },
  })
}

/** How a process ends: what becomes of its data. */
export interface Ending {
  id: string
  flow: string
  state: string
  result: ProcessResult
  verdict: Verdict
  /** ms. */
  at: number
  /** The last event of an expired process. */
  lastEvent?: string | undefined
}

/** The documents of a flow that asks for them, as far as the pages show their shape. */
function services(data: JsonObject, ending: Ending): Json[] {
  if (!flowParts(ending.flow).documents || ending.result !== 'PROCESS_RESULT_OK') return []
  const shown = isJsonObject(data.person) ? data.person : {}
  const doc = {
    version: '1',
    code: 'RG',
    data: { name: lifeOf(data).fullName, cpf: textOf(shown, 'duiValue') },
  }
  return [{ documents: [{ doc }] }]
}

/** The changes to a process's data that an ending makes. */
export function ended(data: JsonObject, ending: Ending): JsonObject {
  const at = instant(ending.at, ending.id)
  const life = lifeOf(data)
  const news =
    ending.lastEvent !== undefined && lastLived(data) !== ending.lastEvent ? { type: ending.lastEvent, at } : undefined
  const wasDue = ending.result === 'PROCESS_RESULT_EXPIRED' && life.origin === 'story'
  return {
    id: ending.id,
    flow: ending.flow,
    state: ending.state,
    result: ending.result,
    finishedAt: at,
    ...(wasDue ? { expiresAt: at } : {}),
    capacities: capacitiesOf(ending.flow),
    token: '',
    authenticationInfo: authenticationInfo(ending.flow, ending.verdict, life),
    services: services(data, ending),
    life: lived(data, news),
  }
}

/** The value of `process` in the answers of GetProcess and CreateProcess. */
export function shown(data: JsonObject): JsonObject {
  const process: JsonObject = {}
  for (const key of SHOWN) {
    const value = data[key]
    if (value !== undefined) process[key] = value
  }
  return process
}
