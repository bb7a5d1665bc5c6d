// The Flow API's client routes: flow instances, onboarding forms and identity verifications, and changes of their status.
// Source of the documented paths: Get Flow Instance, path; Onboarding: Get Details, path; Onboarding: Update Status, path.
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { referenceUrl } from '../events/envelope.js'
import { setState, triggerStateEvent } from '../moves.js'
import type { ProviderSettings } from '../settings.js'
import { FLOW_STATES, IDENTITY_STATES, ONBOARDING_STATES } from '../subjects.js'
import { errorResponse, errors, must } from './errors.js'
import { allSubjects, paged, pageOf, paging } from './paging.js'

const BASE = '/api/v1/client-api'

const flowInstanceSchema = z.strictObject({
  flow_instance_id: z.string(),
  flow_id: z.string(),
  user_id: z.string(),
  status: z.enum(FLOW_STATES),
  completed_at: z.iso.datetime().nullable(),
  url: z.string(),
})

/** The flow event's `data`; `completed_at` is null until the instance has ended. */
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
  return subject?.kind === kind ? subject : errorResponse(404, `${title} not found.`)
}

function show(kind: string, title: string, body: (subject: Subject) => JsonObject): Route['handler'] {
  return call => {
    const subject = found(call, kind, title)
    return 'kind' in subject ? { status: 200, body: body(subject) } : subject
  }
}

/** Sets the status. The event of a new status is triggered after the response, if the setting asks for it. */
function changeStatus(kind: string, title: string, body: z.ZodType<{ status: string }>): Route['handler'] {
  return async call => {
    const subject = found(call, kind, title)
    if (!('kind' in subject)) return subject
    const { status } = body.parse(call.body)
    // The same call may already be in progress: one change triggers one event.
    const changing = `changing ${subject.id} ${status}`
    if (status === subject.state || call.port.memory.has(changing))
      return { status: 200, body: { ...subject.data, status } }
    call.port.memory.set(changing, true)
    const changed = await setState(subject, status, call.port).finally(() => call.port.memory.delete(changing))
    const { webhookOnStatusChange } = call.port.settings() as ProviderSettings
    if (webhookOnStatusChange === 'none') return { status: 200, body: changed.data }
    return {
      status: 200,
      body: changed.data,
      after: async () => {
        await triggerStateEvent(changed, status, call.port)
      },
    }
  }
}

/** The routes of one kind of step: details and change of status. */
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

/** The routes under /api/v1/client-api. All bodies and responses are assumed; so are the paths where `documented` is false. */
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
      // A story about a transaction only has facts too, but no flow event was ever triggered.
      const withStatus = allSubjects(port, 'flow_instance').filter(({ data }) => data.status !== undefined)
      const { items, ...counts } = paged(withStatus, listQuery.parse(query))
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
