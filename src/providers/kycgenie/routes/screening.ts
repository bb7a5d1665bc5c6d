// Screening over the API: accepted at once, finished after a delay. Source: Screening, Screen Entity; Screening (old), responses 202 and 409.
import * as z from 'zod'
import { durationMs } from '../../../core/duration.js'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { changeFacts, factsOf, timestamp } from '../entities.js'
import { screeningObject } from '../events/screening.js'
import { addTarget, SCREENED } from '../screenings.js'
import { asProviderSettings } from '../settings.js'
import { subjects } from '../subjects.js'
import { badRequest, conflict, errorEnvelope, missing, notFound, unauthorized, validationError } from './errors.js'
import { rejectedUrlProblem, urlField } from './fields.js'
import { isWhole, picked, requiredKeys, visibleSubject } from './paging.js'
import { isOlder } from './send.js'

const KEYS = Object.keys(screeningObject.shape)
const WHOLE = requiredKeys(screeningObject)

const required = (wrong: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'This field is required.' : wrong),
})

const body = z.object(
  {
    entity_id: z.uuid(required('Must be a valid UUID.')),
    webhook_url: urlField
      .optional()
      .describe('Gets the screening.completed or screening.failed of this screening, besides subscriptions.'),
    monitoring_enabled: z.boolean('Must be a valid boolean.').optional(),
  },
  { error: 'Invalid data. Expected a dictionary.' },
)

const accepted = z.object({
  screening_id: z.uuid(),
  entity_id: z.uuid(),
  name: z.string(),
  entity_type: z.enum(['company', 'individual']),
  screening_status: z.literal('pending'),
  message: z.string(),
  test_mode: z.boolean(),
})

const olderConflict = z.looseObject({ error: z.string(), detail: z.string(), screening_id: z.uuid() })

/** 202, as the older page shows it; its message under a live key is ours. */
function acceptedAnswer(call: RouteCall, entity: Subject): RouteAnswer {
  const facts = factsOf(entity)
  const isTest = asProviderSettings(call.port.settings()).keyEnvironment === 'test'
  return {
    status: 202,
    body: {
      screening_id: facts.screening_id,
      entity_id: entity.id,
      name: facts.entity_name,
      entity_type: facts.entity_type,
      screening_status: 'pending',
      message: isTest
        ? 'Test screening initiated (no credits charged, mock data will be returned)'
        : 'Screening initiated',
      test_mode: isTest,
    },
  }
}

/** 409 with the screening that there is. Source: Screening (old), 409; Errors, table of codes. */
function alreadyScreened(call: RouteCall, entity: Subject): RouteAnswer {
  const { screening_id: id, screening_state: status } = factsOf(entity)
  const error = 'Entity already screened'
  if (!isOlder(call)) return conflict(call, error, { existing_screening_id: id, status })
  return {
    status: 409,
    body: { error, detail: `Entity has existing screening with status: ${status}`, screening_id: id },
  }
}

/** The length of an Idempotency-Key. Source: Screening (old), Idempotency Required. */
const isKey = (key: string) => key.length >= 16 && key.length <= 255

/** Stores a pending screening of an entity. */
async function begin(call: RouteCall, entity: Subject, { monitoring_enabled: monitoring }: z.infer<typeof body>) {
  const { port, account, headers } = call
  const facts = factsOf(entity)
  const at = timestamp(port, facts)
  const { monitoringEnabled, screeningDelay } = asProviderSettings(port.settings())
  const data: JsonObject = {
    screening_id: facts.screening_id,
    entity_id: entity.id,
    entity_name: facts.entity_name,
    status: 'pending',
    screening_status: 'pending',
    risk_profiles_count: facts.risk_profiles_count ?? 0,
    monitoring_enabled: monitoring ?? monitoringEnabled,
    error: null,
    created_at: at,
    completed_at: null,
    idempotency_key: headers['idempotency-key'] ?? null,
  }
  await port.putSubject({
    id: facts.screening_id,
    kind: 'screening',
    state: 'pending',
    story: entity.story,
    account,
    data,
  })
  const changed = await changeFacts(port, entity, {
    screening_created_at: at,
    screening_state: 'pending',
    screening_status: 'pending',
    monitoring_enabled: monitoring ?? monitoringEnabled,
    last_at: at,
  })
  await port.setTimer(facts.screening_id, SCREENED, port.now() + (durationMs(screeningDelay) ?? 0))
  return changed
}

/** `POST /api/v1/screening/` and the same in version 2. */
const screen = (version: 'v1' | 'v2'): Route => ({
  method: 'POST',
  path: `/api/${version}/screening/`,
  summary: `Screen an entity (version ${version.slice(1)})`,
  documented: true,
  body: { type: 'json', schema: body },
  answers: {
    202: { description: 'Accepted; the screening ends after screeningDelay.', schema: accepted },
    409: {
      description: 'The entity has a screening; its details are ours (screeningConflict).',
      schema: z.union([errorEnvelope, olderConflict]),
    },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const { port, account } = call
    const given = call.body as z.infer<typeof body>
    const entity = visibleSubject(call, 'entity', given.entity_id)
    if (!entity) return notFound(call)
    const key = call.headers['idempotency-key']
    if (key !== undefined && !isKey(key))
      return validationError(call, { 'Idempotency-Key': ['Must have 16 to 255 characters.'] })
    const facts = factsOf(entity)
    const known = port.subject(facts.screening_id)
    if (key !== undefined && known?.data.idempotency_key === key) return acceptedAnswer(call, entity)
    if (facts.screening_created_at !== null || known) return alreadyScreened(call, entity)
    const url = given.webhook_url ?? asProviderSettings(port.settings()).screeningWebhookUrl
    if (url !== null)
      try {
        await addTarget(port, { url, screening: facts.screening_id, account })
      } catch (error) {
        const message = rejectedUrlProblem(error, url)
        if (message === undefined) throw error
        return validationError(call, { webhook_url: [message] })
      }
    return acceptedAnswer(call, await begin(call, entity, given))
  },
})

const get: Route = {
  method: 'GET',
  base: 'screeningBase',
  path: '/{screening_id}/',
  summary: 'Get one screening with its result',
  documented: false,
  assumption: 'screeningBase',
  answers: {
    200: {
      description: 'The screening; pending until it has ended.',
      schema: z.looseObject({ ...screeningObject.shape, status: z.enum(subjects.screening.states) }),
      assumption: 'dataShapes',
    },
    ...unauthorized,
    ...missing,
  },
  handler(call) {
    const found = visibleSubject(call, 'screening', call.params.screening_id)
    return found && isWhole(found, WHOLE) ? { status: 200, body: picked(found.data, KEYS) } : notFound(call)
  },
}

/** The routes of screenings. */
export const screeningRoutes: readonly Route[] = [screen('v1'), screen('v2'), get]
