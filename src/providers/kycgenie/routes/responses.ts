// Responses over the API: listed, read, filled in and sent to the entity.
// Source: Responses (new), object; Getting started, pagination; Workflows (new), Two Delivery Paths.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route } from '../../../provider/routes.js'
import { changeFacts, entityOf, factsOf, timestamp } from '../entities.js'
import { responseObject } from '../events/response.js'
import { badRequest, missing, notFound, unauthorized, wrongStatus } from './errors.js'
import {
  assumedPageQuery,
  isWhole,
  paged,
  pageOf,
  picked,
  requiredKeys,
  visibleSubject,
  visibleSubjects,
} from './paging.js'
import { sendOnboarding, sentAnswer, sentSchema } from './send.js'

/** Keys of a response in documented order, without those that AI events add. */
const KEYS = Object.keys(responseObject.shape)
const WHOLE = requiredKeys(responseObject)

const answers = z
  .array(z.json().meta({ assumption: 'answers' }))
  .describe('As they were saved; the form of an answer is not documented.')
const detail = z.looseObject({ ...responseObject.shape, answers })

const detailView = ({ data }: Subject): JsonObject => ({ ...picked(data, KEYS), answers: data.answers ?? [] })

const BASE = { documented: false, assumption: 'resourceBase', base: 'resourceBase' } as const

const list: Route = {
  ...BASE,
  method: 'GET',
  path: '/responses/',
  summary: 'List responses',
  query: assumedPageQuery,
  answers: { 200: { description: 'A page, newest first.', schema: pageOf(responseObject) }, ...unauthorized },
  handler: call =>
    paged(
      call,
      visibleSubjects(call, 'response').filter(one => isWhole(one, WHOLE)),
      ({ data }) => picked(data, KEYS),
    ),
}

const get: Route = {
  ...BASE,
  method: 'GET',
  path: '/responses/{response_id}/',
  summary: 'Get one response',
  answers: { 200: { description: 'The response with its answers.', schema: detail }, ...unauthorized, ...missing },
  handler(call) {
    const found = visibleSubject(call, 'response', call.params.response_id)
    return found && isWhole(found, WHOLE) ? { status: 200, body: detailView(found) } : notFound(call)
  },
}

const saveBody = z
  .looseObject(
    { answers: z.array(z.json(), 'Expected a list of items.').optional() },
    { error: 'Invalid data. Expected a dictionary.' },
  )
  .meta({ assumption: 'saveBody' })

const save: Route = {
  ...BASE,
  method: 'PUT',
  path: '/responses/{response_id}/save/',
  summary: 'Fill in a response before it is sent',
  body: { type: 'json', schema: saveBody },
  answers: {
    200: { description: 'The response as it is now.', schema: detail, assumption: 'saveBody' },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const found = visibleSubject(call, 'response', call.params.response_id)
    if (!found || !isWhole(found, WHOLE)) return notFound(call)
    if (found.state !== 'PREFILL')
      return wrongStatus(call, 'Only a response in PREFILL status can be saved.', found.state)
    const { answers: given } = call.body as z.infer<typeof saveBody>
    const { id, kind, state, data, story } = found
    const entity = entityOf(call.port, story)
    const at = timestamp(call.port, entity ? factsOf(entity) : { last_at: null })
    const changed = { answers: given ?? data.answers ?? [], updated_at: at }
    return { status: 200, body: detailView(await call.port.putSubject({ id, kind, state, data: changed })) }
  },
}

const send: Route = {
  ...BASE,
  method: 'POST',
  path: '/responses/{response_id}/send/',
  summary: 'Send a response that was filled in to its entity',
  answers: {
    200: { description: 'Sent: the onboarding session with its link has begun.', schema: sentSchema },
    400: badRequest[400],
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const { port, account } = call
    const found = visibleSubject(call, 'response', call.params.response_id)
    const entity = found && entityOf(port, found.story)
    if (!found || !entity || !isWhole(found, WHOLE)) return notFound(call)
    if (found.state !== 'PREFILL')
      return wrongStatus(call, 'Only a response in PREFILL status can be sent.', found.state)
    const { id, kind } = found
    const hasVerification = found.data.verification !== undefined && found.data.verification !== null
    await port.putSubject({
      id,
      kind,
      state: 'DRAFT',
      data: { status: 'DRAFT', updated_at: timestamp(port, factsOf(entity)) },
    })
    if (factsOf(entity).response_id === id) await changeFacts(port, entity, { response_status: 'DRAFT' })
    const onboarding = await sendOnboarding(port, {
      subject: id,
      account,
      workflow: hasVerification ? 'ddq_and_verification' : 'ddq_only',
    })
    return { status: 200, body: sentAnswer(call, entity, onboarding) }
  },
}

/** The routes of responses. */
export const responseRoutes: readonly Route[] = [list, get, save, send]
