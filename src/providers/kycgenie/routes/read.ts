// Objects of events over the API: responses and risk profiles, the two with documented routes.
// Source: Getting started, pagination; Responses (new), object; Risk profiles, path and object.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteCall } from '../../../provider/routes.js'
import { responseObject } from '../events/response.js'
import { subjects } from '../subjects.js'
import { missing, notFound, unauthorized } from './errors.js'

/** Keys of a response in documented order, without those that AI events add. */
const RESPONSE_KEYS = Object.keys(responseObject.shape)
const PAGE_SIZE = 20
const MAX_SUBJECTS = 100_000
const PAGE = 'A valid integer is required.'

const riskProfile = z.looseObject({
  id: z.uuid(),
  alert_id: z.uuid(),
  name: z.string(),
  entity_type: z.enum(['individual', 'company']),
  status: z.enum(subjects.risk_profile.states),
  matching_score: z.number(),
  matching_name: z.string(),
  match_type: z.array(z.string()),
  aml_types: z.array(z.string()),
  dates_of_birth: z.array(z.string()),
  also_known_as: z.array(z.string()),
})

const required = ({ shape }: z.ZodObject): string[] =>
  Object.entries(shape).flatMap(([key, field]) => (field instanceof z.ZodOptional ? [] : [key]))

const WHOLE_RESPONSE = required(responseObject)
const WHOLE_PROFILE = required(riskProfile)

/** True for records of the caller's account and of events that were triggered for no account. */
const visible = (call: RouteCall, subject: Subject): boolean =>
  subject.account === null || subject.account === call.account

/** True for a whole object: an event triggered with a payload of the user's own may have made one of which the API could show a part only. */
const isWhole = ({ data }: Subject, keys: readonly string[]): boolean => keys.every(key => data[key] !== undefined)

function record(call: RouteCall, kind: string, id: string | undefined, keys: readonly string[]): Subject | undefined {
  const found = call.port.subject(id ?? '')
  return found && found.kind === kind && visible(call, found) && isWhole(found, keys) ? found : undefined
}

function responseView({ data }: Subject): JsonObject {
  const view: JsonObject = {}
  for (const key of RESPONSE_KEYS) {
    const value = data[key]
    if (value !== undefined) view[key] = value
  }
  return view
}

const listResponses: Route = {
  method: 'GET',
  path: '/api/v1/responses/',
  summary: 'List responses',
  documented: true,
  query: z.looseObject({ page: z.coerce.number(PAGE).int(PAGE).min(1, PAGE).optional() }),
  answers: {
    200: {
      description: 'A page of 20, newest first; the name of the parameter and the size are ours.',
      schema: z.object({
        count: z.number().int(),
        next: z.url().nullable(),
        previous: z.url().nullable(),
        results: z.array(responseObject),
      }),
    },
    ...unauthorized,
  },
  handler(call) {
    const all = call.port
      .subjects({ kind: 'response' }, { limit: MAX_SUBJECTS })
      .filter(subject => visible(call, subject) && isWhole(subject, WHOLE_RESPONSE))
    const page = Math.max(1, Number(call.query.page ?? 1) || 1)
    const at = (number: number): string => `${call.base}/api/v1/responses/?page=${number}`
    return {
      status: 200,
      body: {
        count: all.length,
        next: page * PAGE_SIZE < all.length ? at(page + 1) : null,
        previous: page > 1 ? at(page - 1) : null,
        results: all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map(responseView),
      },
    }
  },
}

const getResponse: Route = {
  method: 'GET',
  path: '/api/v1/responses/{response_id}/',
  summary: 'Get one response',
  documented: false,
  answers: {
    200: {
      description: 'The response with its answers.',
      schema: z.looseObject({ ...responseObject.shape, answers: z.array(z.json()) }),
    },
    ...unauthorized,
    ...missing,
  },
  handler(call) {
    const found = record(call, 'response', call.params.response_id, WHOLE_RESPONSE)
    return found ? { status: 200, body: { ...responseView(found), answers: [] } } : notFound(call)
  },
}

const getRiskProfile: Route = {
  method: 'GET',
  path: '/api/v2/risk-profiles/{risk_profile_id}/',
  summary: 'Get one risk profile',
  documented: true,
  answers: { 200: { description: 'The risk profile.', schema: riskProfile }, ...unauthorized, ...missing },
  handler(call) {
    const found = record(call, 'risk_profile', call.params.risk_profile_id, WHOLE_PROFILE)
    return found ? { status: 200, body: found.data } : notFound(call)
  },
}

/** The read routes. */
export const readRoutes: readonly Route[] = [listResponses, getResponse, getRiskProfile]
