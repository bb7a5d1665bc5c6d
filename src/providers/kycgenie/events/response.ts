// Response (DDQ submission) events: the response object without its answers. Source: Responses (new), object.
import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { subjects } from '../subjects.js'
import { things } from '../things.js'
import { ago, type DataContext, define, documentedFields, instant, textAt } from './envelope.js'

const named = z.looseObject({ id: z.uuid(), name: z.string(), type: z.string() })

const PROFILE_KEYS = { assumption: 'profileKeys' }
const profile = z.looseObject({
  id: z.uuid().meta(PROFILE_KEYS),
  name: z.string().meta(PROFILE_KEYS),
  email: z.string().meta(PROFILE_KEYS),
})

const shape = documentedFields({
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
})

/** Schema of the response object in events and in the API. */
export const responseObject = z.looseObject(shape)

const HOUR = 3_600_000
/** Statuses in which the entity has submitted nothing. */
const UNSENT = ['PREFILL', 'DRAFT']

const nameOf = (questionnaire: string, entity: string) => `${questionnaire} - ${entity}`

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
  const created = UNSENT.includes(status) && !submitted ? at : ago(context, 26 * HOUR, null, first)
  return {
    id: facts.response_id,
    response_name: nameOf(facts.questionnaire.name, facts.entity_name),
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

const submittedAt = (context: DataContext): string =>
  context.facts.submitted_at ??
  ago(context, 20 * HOUR, context.facts.response_created_at, context.facts.reviewed_at ?? context.at)

const reviewedAt = (context: DataContext): string =>
  context.facts.reviewed_at ?? ago(context, 4 * HOUR, submittedAt(context))

/** Who rejects: the variant's, otherwise the reviewer before the review and the manager after it. */
function isRejectedAtReview({ variant, variantGiven, facts: { response_status: status } }: DataContext): boolean {
  if (variantGiven || status === null) return variant === 'at_review'
  return status !== 'REVIEWED'
}

function progress(status: string, context: DataContext): Progress {
  const { at } = context
  if (UNSENT.includes(status)) return { status }
  if (status === 'SUBMITTED') return { status, submitted: at }
  const submitted = submittedAt(context)
  if (status === 'REVIEWED') return { status, submitted, reviewed: at }
  if (status === 'REJECTED' && isRejectedAtReview(context)) return { status, submitted, reviewed: at }
  return { status, submitted, reviewed: reviewedAt(context), managed: at }
}

/** The response as its story left it, for AI events; submitted if there is none. */
function currentProgress(context: DataContext): Progress {
  const { facts } = context
  const status = facts.response_status ?? 'SUBMITTED'
  if (UNSENT.includes(status)) return { status }
  return {
    status,
    submitted: submittedAt(context),
    reviewed: facts.reviewed_at,
    managed: facts.manager_reviewed_at,
  }
}

/** The name of a response is made of those of its questionnaire and entity. */
function agreedName(made: JsonObject, isGiven: (key: string) => boolean): JsonObject {
  const { questionnaire, subject_entity: entity } = made
  if (isGiven('response_name') || !isJsonObject(questionnaire) || !isJsonObject(entity)) return made
  if (typeof questionnaire.name !== 'string' || typeof entity.name !== 'string') return made
  return { ...made, response_name: nameOf(questionnaire.name, entity.name) }
}

function event<const Type extends string, Data extends z.ZodType>(
  type: Type,
  state: string,
  data: Data,
  make: (context: DataContext) => JsonObject,
  {
    after,
    begins = false,
    clears = [],
  }: { after?: readonly string[]; begins?: boolean; clears?: readonly string[] } = {},
) {
  return define(type, {
    data,
    about: things.response,
    state,
    ...(after && { after }),
    begins,
    clears,
    make,
    agree: agreedName,
    newFacts({ subject_entity: entity }, facts): Partial<Facts> {
      return isJsonObject(entity) ? { entity_name: textAt(entity, 'name', facts.entity_name) } : {}
    },
  })
}

/** Before the team's decision. A step may be left out: the event then implies it. */
const BEFORE_REVIEW = [...UNSENT, 'SUBMITTED', 'UNDER_REVIEW', 'CHANGES_REQUESTED', 'RESUBMITTED']
const BEFORE_DECISION = [...BEFORE_REVIEW, 'REVIEWED']

const statusEvent = <const Type extends string>(type: Type, status: string, after: readonly string[]) =>
  event(type, status, responseObject, context => responseData(context, progress(status, context)), { after })

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
    simulated: z.boolean().optional().describe('true under a test key.').meta({ documented: true }),
    counts: z.record(z.string(), z.number()).describe('Empty under a test key.').meta({ assumption: 'simulatedShape' }),
  }),
  (context): JsonObject => {
    const base = responseData(context, currentProgress(context))
    if (context.settings.keyEnvironment === 'test') return { ...base, simulated: true, counts: {} }
    const checked = context.fake.number.int({ min: 20, max: 80 })
    return { ...base, counts: { checked, flagged: context.fake.number.int({ min: 0, max: 9 }) } }
  },
  { clears: ['error'] },
)

const autoflagFailed = event(
  'response.autoflag_failed',
  'SUBMITTED',
  z.looseObject({ ...shape, error: z.string() }),
  context => ({ ...responseData(context, currentProgress(context)), error: 'The analysis could not be completed.' }),
  { clears: ['simulated', 'counts'] },
)

/** A new response: a draft that was sent to the entity, or one that the client fills in first. */
function newResponse(context: DataContext): JsonObject {
  const status = context.variant === 'prefill' ? 'PREFILL' : 'DRAFT'
  return responseData({ ...context, facts: { ...context.facts, response_created_at: null } }, progress(status, context))
}

/** The response events, by type. */
export const response = {
  'response.created': event('response.created', 'DRAFT', responseObject, newResponse, { after: [], begins: true }),
  'response.submitted': statusEvent('response.submitted', 'SUBMITTED', [...UNSENT, 'CHANGES_REQUESTED']),
  'response.reviewed': statusEvent('response.reviewed', 'REVIEWED', BEFORE_REVIEW),
  'response.approved': statusEvent('response.approved', 'APPROVED', BEFORE_DECISION),
  'response.rejected': statusEvent('response.rejected', 'REJECTED', BEFORE_DECISION),
  'response.autofill_completed': aiEvent('response.autofill_completed'),
  'response.check_answers_completed': aiEvent('response.check_answers_completed'),
  'response.autoflag_started': aiEvent('response.autoflag_started'),
  'response.autoflag_completed': autoflagCompleted,
  'response.autoflag_failed': autoflagFailed,
}
