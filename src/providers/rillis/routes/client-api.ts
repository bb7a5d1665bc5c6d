// The Flow API's client routes: flow instances, onboarding forms and identity verifications, and changes of their status.
// Source of the documented paths: Get Flow Instance, path; Onboarding: Get Details, path; Onboarding: Update Status, path.
import * as z from 'zod'
import { type Json, type JsonObject, valueAt } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { flowRefusal } from '../channels.js'
import { referenceUrl } from '../events/envelope.js'
import { ours } from '../marked.js'
import { setState, triggerStateEvent } from '../moves.js'
import type { FlowSettings, ProviderSettings } from '../settings.js'
import { FLOW_STATES, IDENTITY_STATES, ONBOARDING_STATES } from '../subjects.js'
import { errorResponse, errors, must } from './errors.js'
import { allSubjects, paged, pageOf, paging } from './paging.js'

const BASE = '/api/v1/client-api'

/** What a route has whose path is chosen by analogy. */
export const INFERRED = { base: 'clientApiBasePath', documented: false, assumption: 'inferredPaths' } as const

const flowInstanceSchema = z
  .strictObject({
    flow_instance_id: z.string(),
    flow_id: z.string(),
    user_id: z.string(),
    status: z
      .enum(FLOW_STATES)
      .describe('IN_PROGRESS until the flow has ended.')
      .meta({ assumption: 'flowInProgress' }),
    completed_at: z.iso
      .datetime()
      .nullable()
      .describe('null until the flow has ended.')
      .meta({ assumption: 'flowInProgress' }),
    url: z.string(),
  })
  .meta({ assumption: 'apiObjects' })

/** The URL that the flow's event would be sent with now: the oldest subscription's that would get it, or the reference URL. */
function expectedUrl({ id, data: { flow_id } }: Subject, port: ProviderPort): string {
  for (const { active, eventTypes, settings, url } of port.subscriptions({ channel: 'flow' })) {
    const complete = { ...port.settings(), ...settings } as FlowSettings
    const gets = active && (eventTypes.includes('*') || eventTypes.includes('FLOW_COMPLETED'))
    if (!gets || flowRefusal('FLOW_COMPLETED', typeof flow_id === 'string' ? flow_id : undefined, complete)) continue
    return complete.dataUrl === 'subscription' ? url : referenceUrl('flow-instances', id)
  }
  return referenceUrl('flow-instances', id)
}

/** The `data.url` that the flow's event was sent with, whatever has become of the subscription; the event's own where nobody got it. */
function sentUrl(subject: Subject, port: ProviderPort): string {
  const { id, state, data } = subject
  if (state === 'IN_PROGRESS') return expectedUrl(subject, port)
  const sent = valueAt(port.lastSent(id) ?? {}, 'data.url') ?? data.url
  return typeof sent === 'string' ? sent : referenceUrl('flow-instances', id)
}

/** The flow event's `data`; `completed_at` is null until the instance has ended. */
function flowInstance(subject: Subject, port: ProviderPort): JsonObject {
  const { id, state, data } = subject
  const known = (key: string, otherwise: Json): Json => data[key] ?? otherwise
  return {
    flow_instance_id: id,
    flow_id: known('flow_id', ''),
    user_id: known('user_id', ''),
    status: state,
    completed_at: state === 'IN_PROGRESS' ? null : known('completed_at', null),
    url: sentUrl(subject, port),
  }
}

/** True for a flow instance that an event was about; a story about a transaction only has facts, but no flow. */
const isStarted = ({ data }: Subject) => data.status !== undefined

function found({ params, port }: RouteCall, kind: string, title: string): Subject | RouteAnswer {
  const subject = port.subject(params.id ?? '')
  const exists = subject?.kind === kind && (kind !== 'flow_instance' || isStarted(subject))
  return exists ? subject : errorResponse(404, `${title} not found.`)
}

function show(
  kind: string,
  title: string,
  body: (subject: Subject, port: ProviderPort) => JsonObject,
): Route['handler'] {
  return call => {
    const subject = found(call, kind, title)
    return 'kind' in subject ? { status: 200, body: body(subject, call.port) } : subject
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
  const body = z
    .looseObject({ status: z.enum(states, must(`one of ${states.join(', ')}`)) }, must('an object'))
    .meta({ assumption: 'updateStatusBody' })
  const inner = z.looseObject({ _id: z.string(), status: z.string() }).meta({ assumption: 'apiObjects' })
  const at = (path: string) =>
    documented ? { documented, path: `${BASE}/${path}` } : { ...INFERRED, path: `/${path}` }
  return [
    {
      method: 'GET',
      ...at(`${folder}/{id}`),
      summary: `${title}: Get Details`,
      answers: {
        200: { description: `The ${kind} object of the events`, schema: inner, assumption: 'apiObjects' },
        ...errors(401, 404),
      },
      handler: show(kind, title, ({ data }) => data),
    },
    {
      method: 'PUT',
      ...at(`${folder}/change-status/{id}`),
      summary: `${title}: Update Status`,
      body: { type: 'json', schema: body },
      answers: {
        200: { description: `The ${kind} object, changed`, schema: inner, assumption: 'updateStatusBody' },
        ...errors(400, 401, 404),
      },
      handler: changeStatus(kind, title, body),
    },
  ]
}

const listQuery = z.object(ours('apiPaging', paging))

/** The routes under /api/v1/client-api. All bodies and responses are assumed; so are the paths where `documented` is false. */
export const clientApiRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${BASE}/flow-instance/{id}`,
    summary: 'Get Flow Instance By Id',
    documented: true,
    answers: {
      200: { description: 'The flow instance', schema: flowInstanceSchema, assumption: 'apiObjects' },
      ...errors(401, 404),
    },
    handler: show('flow_instance', 'Flow instance', flowInstance),
  },
  {
    method: 'GET',
    ...INFERRED,
    path: '/flow-instances',
    summary: 'Get Flow Instances',
    query: listQuery,
    answers: {
      200: {
        description: 'A page of flow instances, newest first',
        schema: pageOf(flowInstanceSchema),
        assumption: 'apiPaging',
      },
      ...errors(400, 401),
    },
    handler: ({ query, port }) => {
      const { items, ...counts } = paged(allSubjects(port, 'flow_instance').filter(isStarted), listQuery.parse(query))
      return { status: 200, body: { items: items.map(one => flowInstance(one, port)), ...counts } }
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
