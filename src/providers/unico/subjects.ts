// The process as a subject: how it is created, its history, how it ends, and what GetProcess shows of it.
import type { Faker } from '@faker-js/faker'
import { micros } from '../../core/instant-text.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { digitText, uuidText } from '../../provider/fake.js'
import type { LateFacts } from '../../provider/provider.js'
import { DEFAULT_LIFETIME_MS, type ProcessResult } from './enums.js'
import { authenticationInfo, capacitiesOf, flowParts, isVerdict, type Measures, type Verdict } from './flows.js'
import { generatedPerson, type Holder, holderOf } from './people.js'

/** One event in the history of a process. */
export type HistoryEvent = { type: string; at: string }

/** What is stored of a process besides what GetProcess shows; the key `history` of a subject's data. */
export interface History extends Measures {
  /** `api`: created by CreateProcess; `story`: created by a triggered event. */
  origin: 'api' | 'story'
  /** When it expires unless it ends before, an API timestamp; '' where that is not known. */
  due: string
  /** How it ended last. */
  verdict: Verdict
  /** Oldest first. */
  events: HistoryEvent[]
}

/** Keys of `process` in the response of GetProcess. Source: GetProcess, example (key order); DC GetProcess, services. */
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

/** A text in a process's data; '' if there is none. */
export function textOf(data: JsonObject, key: string): string {
  const value = data[key]
  return typeof value === 'string' ? value : ''
}

/** An instant (ms) as an API timestamp; the microseconds depend on the process only, so that timestamps keep their order. Source: DC Flow examples, timestamps. */
export function instant(at: number, id: string): string {
  return micros(at, 'Z', (Number.parseInt(id.slice(0, 6), 16) || 0) % 1000)
}

/** The history of a process, from its data. */
export function historyOf(data: JsonObject): History {
  const history = isJsonObject(data.history) ? data.history : {}
  const events = Array.isArray(history.events) ? history.events : []
  return {
    origin: history.origin === 'api' ? 'api' : 'story',
    authenticationId: textOf(history, 'authenticationId'),
    score: Number(history.score ?? 0),
    serpro: Number(history.serpro ?? 0),
    due: textOf(history, 'due'),
    verdict: isVerdict(history.verdict) ? history.verdict : 'none',
    events: events.flatMap(event =>
      isJsonObject(event) ? [{ type: textOf(event, 'type'), at: textOf(event, 'at') }] : [],
    ),
  }
}

/** The person behind a process: that of its story, or of its history where the API created it. */
export function holderIn(data: JsonObject): Holder {
  const { history } = data
  const from = isJsonObject(history) && history.document !== undefined ? history : data.holder
  if (!isJsonObject(from)) return { fullName: '', document: {} }
  return { fullName: textOf(from, 'fullName'), document: isJsonObject(from.document) ? from.document : {} }
}

/** The history as JSON, with the event appended. */
export function withEvent(data: JsonObject, event?: HistoryEvent, verdict?: Verdict): JsonObject {
  const history = historyOf(data)
  return {
    ...(isJsonObject(data.history) ? data.history : {}),
    ...history,
    verdict: verdict ?? history.verdict,
    events: event ? [...history.events, event] : history.events,
  }
}

/** The type of the last event in the history; undefined if there is none. */
export function lastEventIn(data: JsonObject): string | undefined {
  return historyOf(data).events.at(-1)?.type
}

/** The URL of the user's journey. Source: DC Flow examples, userRedirectUrl. */
export function journeyOf(id: string): string {
  return `https://cadastro.unico.app/process/${id}`
}

/** What a process begins with; instants in ms. */
interface Beginning {
  id: string
  createdAt: number
  expiresAt: number
  origin: History['origin']
  /** Given values; they win over generated ones. */
  given: JsonObject
}

/** What a process in its first state has besides late facts. A flow in `given` sets its capacities too. */
function begun(fake: Faker, { id, createdAt, expiresAt, origin, given }: Beginning) {
  const flow =
    textOf(given, 'flow') || fake.helpers.arrayElement(['id', 'id', 'id', 'idtoken', 'idcheck', 'idtrust', 'iddocs'])
  const measures: Measures = {
    authenticationId: uuidText(fake),
    score: fake.number.int({ min: 55, max: 99 }),
    serpro: fake.number.int({ min: 70, max: 99 }),
  }
  const history: History = {
    origin,
    ...measures,
    due: instant(expiresAt, id),
    verdict: 'none',
    events: [{ type: 'EVENT_TYPE_PROCESS_CREATED', at: instant(createdAt, id) }],
  }
  return {
    id,
    flow,
    userRedirectUrl: journeyOf(id),
    state: 'PROCESS_STATE_CREATED',
    result: 'PROCESS_RESULT_UNSPECIFIED',
    createdAt: instant(createdAt, id),
    expiresAt: instant(expiresAt, id),
    clientReference: `pedido-${digitText(fake, 6)}`,
    capacities: capacitiesOf(flow),
    authenticationInfo: authenticationInfo(flow, 'none', measures),
    ...given,
    history: { ...history },
  }
}

/** The person behind a process and the document they show at an instant (ms). */
function holderFor(fake: Faker, data: JsonObject, now: number): Holder {
  const person = isJsonObject(data.person) ? data.person : {}
  return holderOf(fake, {
    duiType: textOf(person, 'duiType'),
    duiValue: textOf(person, 'duiValue'),
    name: textOf(person, 'friendlyName'),
    now,
  })
}

/** What is the same in every process that was not given another value. */
const USUAL = {
  callbackUri: '/',
  purpose: 'creditprocess',
  useCase: '',
  token: '',
  companyData: { branchId: '', countryCode: 'BRA' },
  services: [],
} satisfies JsonObject

/** The person of a process, who they are, and what few processes have. */
export const lateFacts = {
  ...USUAL,
  person: generatedPerson,
  holder: (fake, { facts }) => ({ ...holderFor(fake, facts, Date.parse(textOf(facts, 'createdAt'))) }),
  bioTokenData: (fake, { facts }) => ({
    referenceProcessId: flowParts(textOf(facts, 'flow')).token ? uuidText(fake) : '',
  }),
} satisfies LateFacts

/** A process of the API's own: complete from the start. `personFake` is the stream of the given person, so that one number is one person in every process. */
export function newProcess(fake: Faker, { personFake, ...beginning }: Beginning & { personFake: Faker }): JsonObject {
  const { createdAt, given } = beginning
  const { history, ...made } = begun(fake, beginning)
  const reference = flowParts(made.flow).token ? uuidText(fake) : ''
  return {
    ...USUAL,
    bioTokenData: { referenceProcessId: reference },
    ...made,
    history: { ...history, ...holderFor(personFake, given, createdAt) },
  }
}

/** What a story begins with whose first event is triggered at `now` (ms): its process was created some minutes before. */
export function storyFacts(fake: Faker, now: number, given: JsonObject, id: string | undefined): JsonObject {
  const processId = id ?? (textOf(given, 'id') || uuidText(fake))
  const createdAt = now - fake.number.int({ min: 90_000, max: 900_000 })
  return begun(fake, {
    id: processId,
    createdAt,
    expiresAt: createdAt + DEFAULT_LIFETIME_MS,
    origin: 'story',
    given: { ...given, id: processId },
  })
}

/** How a process ends. */
export interface Ending {
  id: string
  flow: string
  state: string
  result: ProcessResult
  verdict: Verdict
  /** When it ends, ms. */
  at: number
  /** The last event of an expired process. */
  lastEvent?: string | undefined
}

/** The documents of a flow that has them. Source: DC GetProcess, services. */
function services(data: JsonObject, ending: Ending): Json[] {
  if (!flowParts(ending.flow).documents || ending.result !== 'PROCESS_RESULT_OK') return []
  return [{ documents: [{ doc: holderIn(data).document }] }]
}

/** The changes that an ending makes to a process's data. The same ending again leaves the times as they are. */
export function ended(data: JsonObject, ending: Ending): JsonObject {
  const now = instant(ending.at, ending.id)
  const history = historyOf(data)
  const last =
    ending.lastEvent !== undefined && lastEventIn(data) !== ending.lastEvent
      ? { type: ending.lastEvent, at: now }
      : undefined
  const again = textOf(data, 'state') === ending.state && textOf(data, 'result') === ending.result
  const at = (again && textOf(data, 'finishedAt')) || now
  const due = history.due || textOf(data, 'expiresAt') || at
  // A process that expires does so no later than it finishes, any other no earlier.
  const isLate = due > at
  const isExpired = ending.result === 'PROCESS_RESULT_EXPIRED'
  return {
    id: ending.id,
    flow: ending.flow,
    state: ending.state,
    result: ending.result,
    finishedAt: at,
    expiresAt: isExpired === isLate ? at : due,
    capacities: capacitiesOf(ending.flow),
    token: '',
    authenticationInfo: authenticationInfo(ending.flow, ending.verdict, history),
    services: services(data, ending),
    history: withEvent(data, last, ending.verdict),
  }
}

/** The value of `process` in the responses of GetProcess and CreateProcess. */
export function shown(data: JsonObject): JsonObject {
  const process: JsonObject = {}
  for (const key of SHOWN) {
    const value = data[key]
    if (value !== undefined) process[key] = value
  }
  return process
}
