// Response (DDQ submission) events: the response object without its answers. Source: Responses (new), object.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { earlier, isTimestamp } from '../ids.js'
import { subjects } from '../subjects.js'
import { type DataContext, define, instant, profile, textAt } from './envelope.js'

const named = z.looseObject({ id: z.uuid(), name: z.string(), type: z.string() })

const shape = {
  id: z.uuid(),
  response_name: z.string(),
  questionnaire: named,
  subject_entity: named,
  status: z.enum(subjects.response.states),
  // Source: Responses (old), object.
  is_test_data: z.boolean().optional().describe('Only in the older generation of the object.'),
  sent_by: z.string(),
  responded_by: profile.nullable(),
  reviewed_by: profile.nullable(),
  manager_reviewer: profile.nullable(),
  created_at: instant,
  submitted_at: instant.nullable(),
  reviewed_at: instant.nullable(),
  manager_reviewed_at: instant.nullable(),
  updated_at: instant,
}

/** Schema of the response object in events and in the API. */
export const responseObject = z.looseObject(shape)

const HOUR = 3_600_000

/** What has happened to the response so far, this event included. */
interface Progress {
  status: string
  submitted?: string | null
  reviewed?: string | null
  managed?: string | null
}

function responseData(context: DataContext, { status, submitted, reviewed, managed }: Progress): JsonObject {
  const { facts, at, settings } = context
  const first = submitted ?? reviewed ?? managed ?? at
  const created = status === 'DRAFT' && !submitted ? at : earlier(first, 26 * HOUR)
  return {
    id: facts.response_id,
    response_name: `${facts.questionnaire.name} - ${facts.entity_name}`,
    questionnaire: facts.questionnaire,
    subject_entity: { id: facts.entity_id, name: facts.entity_name, type: facts.entity_type },
    status,
    ...(settings.objectGeneration === 'old' ? { is_test_data: settings.keyEnvironment === 'test' } : {}),
    sent_by: facts.analyst.id,
    responded_by: submitted ? facts.contact : null,
    reviewed_by: reviewed ? facts.analyst : null,
    manager_reviewer: managed ? facts.manager : null,
    created_at: facts.response_created_at ?? created,
    submitted_at: submitted ?? null,
    reviewed_at: reviewed ?? null,
    manager_reviewed_at: managed ?? null,
    updated_at: at,
  }
}

const submittedAt = ({ facts, at }: DataContext): string =>
  facts.submitted_at ?? earlier(facts.reviewed_at ?? at, 20 * HOUR, facts.response_created_at)

const reviewedAt = (context: DataContext): string =>
  context.facts.reviewed_at ?? earlier(context.at, 4 * HOUR, submittedAt(context))

function progress(status: string, context: DataContext): Progress {
  const { at, variant } = context
  if (status === 'DRAFT') return { status }
  if (status === 'SUBMITTED') return { status, submitted: at }
  const submitted = submittedAt(context)
  if (status === 'REVIEWED') return { status, submitted, reviewed: at }
  if (status === 'REJECTED' && variant === 'at_review') return { status, submitted, reviewed: at }
  return { status, submitted, reviewed: reviewedAt(context), managed: at }
}

/** The response as its story left it, for AI events; submitted if there is none. */
function currentProgress(context: DataContext): Progress {
  const { facts } = context
  const status = facts.response_status ?? 'SUBMITTED'
  if (status === 'DRAFT' || status === 'PREFILL') return { status }
  return {
    status,
    submitted: submittedAt(context),
    reviewed: facts.reviewed_at,
    managed: facts.manager_reviewed_at,
  }
}

const timestampOrNull = (made: JsonObject, key: string): string | null => {
  const value = made[key]
  return isTimestamp(value) ? value : null
}

function event<const Type extends string, Data extends z.ZodType>(
  type: Type,
  state: string,
  data: Data,
  make: (context: DataContext) => JsonObject,
) {
  return define(type, {
    data,
    about: { kind: 'response', idKey: 'id', idFact: 'response_id' },
    state,
    make,
    newFacts: (made): Partial<Facts> => ({
      response_status: textAt(made, 'status', state),
      response_created_at: timestampOrNull(made, 'created_at'),
      submitted_at: timestampOrNull(made, 'submitted_at'),
      reviewed_at: timestampOrNull(made, 'reviewed_at'),
      manager_reviewed_at: timestampOrNull(made, 'manager_reviewed_at'),
    }),
  })
}

const statusEvent = <const Type extends string>(type: Type, status: string) =>
  event(type, status, responseObject, context => responseData(context, progress(status, context)))

const aiEvent = <const Type extends string>(type: Type) =>
  event(type, 'SUBMITTED', responseObject, context => responseData(context, currentProgress(context)))

/** Definition of a further response event, named by the user: the response as it is. */
export const furtherResponseEvent = aiEvent

// Source of simulated and the empty counts: Webhooks API (new), list of event types.
const autoflagCompleted = event(
  'response.autoflag_completed',
  'SUBMITTED',
  z.looseObject({
    ...shape,
    simulated: z.boolean().optional().describe('true under a test key.'),
    counts: z.record(z.string(), z.number()).describe('Empty under a test key.'),
  }),
  (context): JsonObject => {
    const base = responseData(context, currentProgress(context))
    if (context.settings.keyEnvironment === 'test') return { ...base, simulated: true, counts: {} }
    const checked = context.fake.number.int({ min: 20, max: 80 })
    return { ...base, counts: { checked, flagged: context.fake.number.int({ min: 0, max: 9 }) } }
  },
)

const autoflagFailed = event(
  'response.autoflag_failed',
  'SUBMITTED',
  z.looseObject({ ...shape, error: z.string() }),
  context => ({ ...responseData(context, currentProgress(context)), error: 'The analysis could not be completed.' }),
)

/** The response events, by type. */
export const response = {
  'response.created': event('response.created', 'DRAFT', responseObject, context =>
    responseData({ ...context, facts: { ...context.facts, response_created_at: null } }, progress('DRAFT', context)),
  ),
  'response.submitted': statusEvent('response.submitted', 'SUBMITTED'),
  'response.reviewed': statusEvent('response.reviewed', 'REVIEWED'),
  'response.approved': statusEvent('response.approved', 'APPROVED'),
  'response.rejected': statusEvent('response.rejected', 'REJECTED'),
  'response.autofill_completed': aiEvent('response.autofill_completed'),
  'response.check_answers_completed': aiEvent('response.check_answers_completed'),
  'response.autoflag_started': aiEvent('response.autoflag_started'),
  'response.autoflag_completed': autoflagCompleted,
  'response.autoflag_failed': autoflagFailed,
}
