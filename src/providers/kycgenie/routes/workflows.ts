// POST /workflows/send/: sends a questionnaire, an identity verification or both to an entity.
// Source: Workflows (new), Two Delivery Paths and Response Objects; Workflows (old), Send Workflow.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { changeFacts, createEntity, factsOf } from '../entities.js'
import { documentedFields } from '../events/envelope.js'
import { findQuestionnaire, reference } from '../questionnaires.js'
import { entityBody } from './entity-fields.js'
import { badRequest, missing, notFound, unauthorized, validationError } from './errors.js'
import { visibleSubject } from './paging.js'
import { isOlder, olderAnswer, olderSchema, sendOnboarding } from './send.js'

const OBJECT = { error: 'Invalid data. Expected a dictionary.' }
const flag = z.boolean('Must be a valid boolean.').optional()

const body = z.looseObject(
  {
    entity_id: z
      .uuid('Must be a valid UUID.')
      .optional()
      .describe('An entity that exists; otherwise give entity.')
      .meta({ assumption: 'workflowBody' }),
    entity: entityBody.optional().describe('A new entity.').meta({ assumption: 'workflowBody' }),
    ddq: z
      .looseObject(
        {
          questionnaire_id: z
            .union([z.number().int(), z.string()], 'A valid questionnaire id is required.')
            .optional()
            .meta({ assumption: 'workflowBody' }),
          prefill: flag.describe('In the older pages here, in the newer ones beside ddq.'),
        },
        OBJECT,
      )
      .nullable()
      .optional()
      .describe('A questionnaire is sent.'),
    verification: z
      .looseObject(
        {
          profile: z
            .enum(['basic', 'standard', 'comprehensive'], '"basic", "standard" or "comprehensive" is required.')
            .optional()
            .describe('Kept, without effect.'),
        },
        OBJECT,
      )
      .nullable()
      .optional()
      .describe('An identity verification is sent.')
      .meta({ assumption: 'workflowBody' }),
    prefill: flag,
  },
  OBJECT,
)
type Body = z.output<typeof body>

const newerSchema = z.object(
  documentedFields({
    success: z.boolean(),
    message: z.string(),
    workflow_type: z.enum(['ddq_only', 'verification_only', 'ddq_and_verification']),
    workflow_session_id: z.uuid().nullable(),
    status: z.enum(['sent', 'prefill_ready']),
    email_sent: z.boolean(),
    email_sent_to: z.string().nullable(),
    entity_id: z.uuid(),
    response_id: z.uuid().nullable(),
    verification_session_id: z.uuid().nullable(),
    has_ddq: z.boolean(),
    has_verification: z.boolean(),
  }),
)

const isPrefill = ({ prefill, ddq }: Body) => prefill === true || ddq?.prefill === true
const isGiven = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null

/** What is wrong with a call besides its fields' types. */
function problems(given: Body): Record<string, string[]> {
  const errors: Record<string, string[]> = {}
  if (given.entity_id === undefined && given.entity === undefined) errors.entity_id = ['This field is required.']
  if (!isGiven(given.ddq) && !isGiven(given.verification))
    errors.non_field_errors = ['A ddq or verification block is required.']
  if (isPrefill(given) && !isGiven(given.ddq)) errors.prefill = ['Only a questionnaire can be prefilled.']
  const questionnaire = given.ddq?.questionnaire_id
  if (questionnaire !== undefined && !findQuestionnaire(questionnaire))
    errors.ddq = ['There is no questionnaire with this questionnaire_id.']
  return errors
}

function answer(
  call: RouteCall,
  {
    entity,
    onboarding,
    response,
    workflow,
  }: {
    entity: Subject
    onboarding: Subject | null
    response: string | null
    workflow: string
  },
): RouteAnswer {
  if (isOlder(call)) return { status: 201, body: olderAnswer(entity, onboarding, response) }
  const made: JsonObject = {
    success: true,
    message: onboarding ? 'Workflow sent successfully' : 'Response created for prefilling',
    workflow_type: workflow,
    workflow_session_id: onboarding?.id ?? null,
    status: onboarding ? 'sent' : 'prefill_ready',
    email_sent: onboarding !== null,
    email_sent_to: onboarding ? factsOf(entity).entity_email : null,
    entity_id: entity.id,
    response_id: response,
    verification_session_id: onboarding?.data.verification_session_id ?? null,
    has_ddq: workflow !== 'verification_only',
    has_verification: workflow !== 'ddq_only',
  }
  return { status: 201, body: made }
}

const send: Route = {
  documented: false,
  assumption: 'resourceBase',
  base: 'resourceBase',
  method: 'POST',
  path: '/workflows/send/',
  summary: 'Send a questionnaire, an identity verification or both',
  body: { type: 'json', schema: body },
  answers: {
    201: {
      description: 'Sent, or ready to be prefilled. The status code is ours (workflowBody), the body is documented.',
      schema: z.union([newerSchema, olderSchema]),
      assumption: 'workflowBody',
    },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const { port, account } = call
    const given = call.body as Body
    const errors = problems(given)
    if (Object.keys(errors).length > 0) return validationError(call, errors)
    const known = given.entity_id === undefined ? undefined : visibleSubject(call, 'entity', given.entity_id)
    if (given.entity_id !== undefined && !known) return notFound(call)
    const entity = known ?? (await createEntity(port, account, (given.entity ?? {}) as JsonObject))
    const about = { subject: entity.id, account }
    const hasDdq = isGiven(given.ddq)
    const workflow = !hasDdq ? 'verification_only' : isGiven(given.verification) ? 'ddq_and_verification' : 'ddq_only'
    const questionnaire = findQuestionnaire(given.ddq?.questionnaire_id)
    if (questionnaire) await changeFacts(port, entity, { questionnaire: reference(questionnaire) })
    if (isPrefill(given)) {
      const { event } = await port.trigger('response.created', { ...about, variant: 'prefill' })
      const id = String(event.subject)
      const verification = (given.verification ?? null) as JsonObject | null
      await port.putSubject({ id, kind: 'response', state: 'PREFILL', data: { verification } })
      return answer(call, { entity, onboarding: null, response: id, workflow })
    }
    const onboarding = await sendOnboarding(port, { ...about, workflow })
    const response = hasDdq ? String(onboarding.data.response_id) : null
    if (response !== null) await port.trigger('response.created', { subject: onboarding.id, account, variant: 'draft' })
    return answer(call, { entity, onboarding, response, workflow })
  },
}

/** The routes of workflows. */
export const workflowRoutes: readonly Route[] = [send]
