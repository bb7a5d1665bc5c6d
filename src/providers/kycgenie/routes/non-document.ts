// Non-document checks over the API: begun, one at a time for an entity, and read. Source: Non-document verification, object; Errors, 409.
import * as z from 'zod'
import { durationMs } from '../../../core/duration.js'
import type { Route } from '../../../provider/routes.js'
import { factsOf } from '../entities.js'
import { checkObject } from '../events/non-document.js'
import { asProviderSettings } from '../settings.js'
import { CHECKED } from '../timers.js'
import { badRequest, conflict, errorEnvelope, missing, notFound, unauthorized, validationError } from './errors.js'
import { isWhole, picked, requiredKeys, visibleSubject } from './paging.js'

const KEYS = Object.keys(checkObject.shape)
const WHOLE = requiredKeys(checkObject)
const RUNNING = ['pending', 'in_progress']

const BASE = { documented: false, assumption: 'nonDocumentBase', base: 'nonDocumentBase' } as const

const body = z
  .object(
    {
      entity_id: z
        .uuid({
          error: ({ input }) => (input === undefined ? 'This field is required.' : 'Must be a valid UUID.'),
        })
        .describe('An individual.'),
      two_plus_two: z.boolean('Must be a valid boolean.').optional(),
    },
    { error: 'Invalid data. Expected a dictionary.' },
  )
  .meta({ assumption: 'nonDocumentBody' })

const create: Route = {
  ...BASE,
  method: 'POST',
  path: '/non-document-verification/',
  summary: 'Check an individual without documents',
  body: { type: 'json', schema: body },
  answers: {
    201: {
      description:
        'The check; it ends after checkDelay. The status code is ours (nonDocumentBody), the object is documented.',
      schema: checkObject,
      assumption: 'nonDocumentBody',
    },
    409: { description: 'A check of this entity is in progress.', schema: errorEnvelope },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const { port, account } = call
    const given = call.body as z.infer<typeof body>
    const entity = visibleSubject(call, 'entity', given.entity_id)
    if (!entity) return notFound(call)
    if (factsOf(entity).entity_type !== 'individual')
      return validationError(call, { entity_id: ['Only an individual can be checked.'] })
    const known = port.subjects({ kind: 'non_document_check', story: entity.story })
    const running = known.find(({ state }) => RUNNING.includes(state))
    if (running)
      return conflict(call, 'A check is already in progress.', {
        existing_check_id: running.id,
        status: running.state,
      })
    const { event } = await port.trigger('non_document.check_initiated', {
      subject: entity.id,
      account,
      ...(given.two_plus_two === undefined ? {} : { set: { 'data.two_plus_two': given.two_plus_two } }),
    })
    const check = port.subject(String(event.subject))
    if (!check) throw new Error(`check ${event.subject} was not stored`)
    const { checkDelay } = asProviderSettings(port.settings())
    const delay = checkDelay === 'never' ? undefined : durationMs(checkDelay)
    if (delay !== undefined) await port.setTimer(check.id, CHECKED, port.now() + delay)
    return { status: 201, body: picked(check.data, KEYS) }
  },
}

const get: Route = {
  ...BASE,
  method: 'GET',
  path: '/non-document-verification/{check_id}/',
  summary: 'Get one non-document check',
  answers: { 200: { description: 'The check.', schema: checkObject }, ...unauthorized, ...missing },
  handler(call) {
    const found = visibleSubject(call, 'non_document_check', call.params.check_id)
    return found && isWhole(found, WHOLE) ? { status: 200, body: picked(found.data, KEYS) } : notFound(call)
  },
}

/** The routes of non-document checks. */
export const nonDocumentRoutes: readonly Route[] = [create, get]
