// Processes of Unico's by-client API as subjects: their statuses and results. Source: API GetProcess, response.
import { isJsonObject, type JsonObject } from '../../core/json.js'
import type { Subject } from '../../core/subject.js'

/** The kind of these subjects. */
export const BY_CLIENT = 'api_process'

/** Each state with its `status`; the names of the states are ours. Source: API GetProcess, status. */
const BY_CLIENT_STATUS = { processing: 1, divergence: 2, finished: 3, canceled: 4, error: 5 } as const

/** The states, the first being that of a new process. */
export const BY_CLIENT_STATES = Object.keys(BY_CLIENT_STATUS)

type ByClientState = keyof typeof BY_CLIENT_STATUS

/** How a process ends: results of a finished one, or a state. The first is the default of the setting. */
export const BY_CLIENT_RESULTS = [
  'yes',
  'no',
  'inconclusive',
  'not_live',
  'processing',
  'divergence',
  'canceled',
  'error',
] as const

/** A result. */
export type ByClientResult = (typeof BY_CLIENT_RESULTS)[number]

const STATES: Partial<Record<ByClientResult, ByClientState>> = {
  processing: 'processing',
  divergence: 'divergence',
  canceled: 'canceled',
  error: 'error',
}

/** What was measured of a person, whatever the result; the key `measures` of a subject's data. */
export interface ByClientMeasures {
  score: number
  serpro: number
  /** 1:1 against a reference, not against an identity. */
  transactional: boolean
}

/** What is shown of a finished process. Source: API GetProcess, response; Transactional, response. */
function finished(result: ByClientResult, { score, serpro, transactional }: ByClientMeasures): JsonObject {
  const live = result !== 'not_live'
  const identity = live ? result : 'inconclusive'
  return {
    unicoId: { result: identity },
    identityFraudsters: { result: result === 'no' ? 'yes' : 'inconclusive' },
    ...(transactional ? { biometryToken: { result: result === 'yes' ? 'true' : 'false' } } : {}),
    government: { serpro: result === 'no' ? Math.floor(serpro / 4) : serpro },
    liveness: live ? 1 : 2,
    ...(live && identity === 'inconclusive' ? { score } : {}),
  }
}

/** State and shown values of a process that ends so. */
export function byClientEnd(
  result: ByClientResult,
  measures: ByClientMeasures,
): { state: ByClientState; shown: JsonObject } {
  const state = STATES[result] ?? 'finished'
  return { state, shown: state === 'finished' ? finished(result, measures) : {} }
}

/** The response of GetProcess by client. Key order: API GetProcess, response. */
export function shownByClient({ id, state, data }: Subject): JsonObject {
  const status = BY_CLIENT_STATUS[state as ByClientState]
  return { id, status, ...(data.shown as JsonObject) }
}

/** The changes that a move makes to the data of such a process, and its state. */
export function byClientMoved({ data }: Subject, to: string): { state: string; data: JsonObject } {
  const result = BY_CLIENT_RESULTS.find(one => one === to) ?? 'error'
  const measures = isJsonObject(data.measures) ? data.measures : {}
  const { state, shown } = byClientEnd(result, {
    score: Number(measures.score),
    serpro: Number(measures.serpro),
    transactional: measures.transactional === true,
  })
  return { state, data: { shown } }
}

/** What a process of this kind can be moved to: how it ends, while it is processed. */
export function byClientMoves({ state }: Subject): readonly ByClientResult[] {
  return state === 'processing' ? BY_CLIENT_RESULTS.filter(result => result !== 'processing') : []
}
