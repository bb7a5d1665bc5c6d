// The Flow API's client routes: flow instances, onboarding forms and identity verifications, and their change of status.
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { referenceUrl } from '../events/envelope.js'
import { announce, put } from '../moves.js'
import type { ProviderSettings } from '../settings.js'
import { FLOW_STATES, IDENTITY_STATES, ONBOARDING_STATES } from '../subjects.js'
import { errors, must, paged, pageOf, paging, refusal } from './answers.js'
import { everything } from './everything.js'

const BASE = '/api/v1/client-api'

const flowInstanceSchema = z.strictObject({
  flow_instance_id: z.string(),
  flow_id: z.string(),
  user_id: z.string(),
  status: z.enum(FLOW_STATES),
  completed_at: z.iso.datetime().nullable(),
  url: z.string(),
})

/** The flow event's `data`; an instance under way has no `completed_at`. */
function flowInstance({ id, state, data }: Subject): JsonObject {
  const known = (key: string, otherwise: Json): Json => data[key] ?? otherwise
  return {
    flow_instance_id: id,
    flow_id: known('flow_id', ''),
    user_id: known('user_id', ''),
    status: state,
    completed_at: state === 'IN_PROGRESS' ? null : known('completed_at', null),
    url: known('url', referenceUrl('flow-instances', id)),
  }
}

function found({ params, port }: RouteCall, kind: string, title: string): Subject | RouteAnswer {
  const subject = port.subject(params.id ?? '')
  return subject?.kind === kind ? subject : refusal(404, `${title} not found.`)
}

function show(kind: string, title: string, body: (subject: Subject) => JsonObject): Route['handler'] {
  return call => {
    const subject = found(call, kind, title)
    return 'kind' in subject ? { status: 200, body: body(subject) } : subject
  }
}

/** Sets the status; the event of a status newly reached is sent after the answer, where the setting asks for it. */
function changeStatus(kind: string, title: string, body: z.ZodType<{ status: string }>): Route['handler'] {
  return async call => {
    const subject = found(call, kind, title)
    if (!('kind' in subject)) return subject
    const { status } = body.parse(call.body)
    // The same call may be under way already: one change is told once.
    const changing = `changing ${subject.id} ${status}`
    if (status === subject.state || call.port.memory.has(changing))
      return { status: 200, body: { ...subject.data, status } }
    call.port.memory.set(changing, true)
    const changed = await put(subject, status, call.port).finally(() => call.port.memory.delete(changing))
    const { webhookOnStatusChange } = call.port.settings() as ProviderSettings
    if (webhookOnStatusChange === 'none') return { status: 200, body: changed.data }
    return {
      status: 200,
      body: changed.data,
      after: async () => {
        await announce(changed, status, call.port)
      },
    }
  }
}

/** The routes of one kind of step: its details and its change of status. */
function stepRoutes(
  kind: 'onboarding' | 'identity',
  {
    title,
    folder,
    states,
    documented,
  }: { title: string; folder: string; states: readonly string[]; documented: boolean },
): Route[] {
  const body = z.looseObject({ status: z.enum(states, must(`one of ${states.join(', ')}`)) }, must('an object'))
  const inner = z.looseObject({ _id: z.string(), status: z.string() })
  return [
    {
      method: 'GET',
      path: `${BASE}/${folder}/{id}`,
      summary: `${title}: Get Details`,
      documented,
      answers: { 200: { description: `The ${kind} object of the events`, schema: inner }, ...errors(401, 404) },
      handler: show(kind, title, ({ data }) => data),
    },
    {
      method: 'PUT',
      path: `${BASE}/${folder}/change-status/{id}`,
      summary: `${title}: Update Status`,
      documented,
      body: { type: 'json', schema: body },
      answers: { 200: { description: `The ${kind} object, changed`, schema: inner }, ...errors(400, 401, 404) },
      handler: changeStatus(kind, title, body),
    },
  ]
}

const listQuery = z.object(paging)

/** Everything under /api/v1/client-api; bodies and answers are ours throughout, paths where `documented` is false. */
export const clientApiRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${BASE}/flow-instance/{id}`,
    summary: 'Get Flow Instance',
    documented: true,
    answers: { 200: { description: 'The flow instance', schema: flowInstanceSchema }, ...errors(401, 404) },
    handler: show('flow_instance', 'Flow instance', flowInstance),
  },
  {
    method: 'GET',
    path: `${BASE}/flow-instances`,
    summary: 'Get Flow Instances',
    documented: false,
    query: listQuery,
    answers: {
      200: { description: 'A page of flow instances, newest first', schema: pageOf(flowInstanceSchema) },
      ...errors(400, 401),
    },
    handler: ({ query, port }) => {
      // A story of a transaction alone has facts, but nothing was ever told of a flow.
      const told = everything(port, 'flow_instance').filter(({ data }) => data.status !== undefined)
      const { items, ...counts } = paged(told, listQuery.parse(query))
      return { status: 200, body: { items: items.map(flowInstance), ...counts } }
    },
  },
  ...stepRoutes('onboarding', {
    title: 'Onboarding',
    folder: 'onboardings',
    states: ONBOARDING_STATES,
    documented: true,
  }),
  ...stepRoutes('identity', {
    title: 'Identity',
    folder: 'identities',
    states: IDENTITY_STATES,
    documented: false,
  }),
]
