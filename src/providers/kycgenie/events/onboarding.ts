// Onboarding session events. Source of the key names: Workflows (new) and Workflows (old), response of POST /workflows/send/. Their order and the later statuses are ours.
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import { uuidText } from '../../../provider/fake.js'
import type { Facts } from '../facts.js'
import { shifted } from '../ids.js'
import { type Thing, things } from '../things.js'
import { type DataContext, define, documentedFields, instant } from './envelope.js'

const data = z.looseObject({
  ...documentedFields({
    workflow_session_id: z.uuid(),
    workflow_type: z.enum(['ddq_only', 'verification_only', 'ddq_and_verification']),
  }),
  status: z.enum(['sent', 'in_progress', 'completed', 'expired', 'revoked']).meta({ assumption: 'onboardingStates' }),
  ...documentedFields({
    entity_id: z.uuid(),
    entity_name: z.string(),
    response_id: z.uuid().nullable(),
    verification_session_id: z.uuid().nullable(),
    has_ddq: z.boolean(),
    has_verification: z.boolean(),
    expires_at: instant,
  }),
})

/** Lifetime of a link, ms; assumed. */
export const LINK_MS = 7 * 86_400_000

/** The workflow of a story: the variant's, otherwise that of its earlier events. */
function workflowType({ variant, facts }: DataContext, needs?: 'ddq' | 'verification'): string {
  const named = variant === undefined || variant === 'as_created' ? facts.workflow_type : variant
  const type = named ?? 'ddq_and_verification'
  return needs !== undefined && !type.includes(needs) ? 'ddq_and_verification' : type
}

/** When the link expires: as the story has it, but an event after that time was possible, and an expiry is not before its time. */
function expiry({ facts, at }: DataContext, status: string): string {
  const known = facts.workflow_expires_at ?? (status === 'expired' ? shifted(at, -1000) : shifted(at, LINK_MS))
  if (status === 'expired') return known < at ? known : at
  return status !== 'revoked' && known < at ? at : known
}

/** The id of the response or verification session of an onboarding: a new session has new ones where the story's have begun. */
function partId({ fake, facts, named, isNext }: DataContext, thing: Thing): string {
  const known = String(facts[thing.idFact])
  return isNext && facts[thing.begun] !== null && named?.kind !== thing.kind ? uuidText(fake) : known
}

/** What a workflow of this type has. */
function parts(type: Json | undefined): { has_ddq: boolean; has_verification: boolean } {
  return { has_ddq: type !== 'verification_only', has_verification: type !== 'ddq_only' }
}

function event<const Type extends string>(
  type: Type,
  status: string,
  after: readonly string[],
  {
    needs,
    renews = false,
    begins = false,
  }: { needs?: 'ddq' | 'verification'; renews?: boolean; begins?: boolean } = {},
) {
  return define(type, {
    data,
    about: things.onboarding,
    state: status,
    after,
    begins,
    make(context) {
      const { facts, at } = context
      const workflow = workflowType(context, needs)
      const { has_ddq, has_verification } = parts(workflow)
      const response = partId(context, things.response)
      const session = partId(context, things.verification_session)
      return {
        workflow_session_id: facts.workflow_session_id,
        workflow_type: workflow,
        status,
        entity_id: facts.entity_id,
        entity_name: facts.entity_name,
        response_id: has_ddq ? response : null,
        verification_session_id: has_verification ? session : null,
        has_ddq,
        has_verification,
        expires_at: renews ? shifted(at, LINK_MS) : expiry(context, status),
      }
    },
    agree(made, isGiven) {
      if (!isGiven('workflow_type')) return made
      const { has_ddq, has_verification } = parts(made.workflow_type)
      const agreed: JsonObject = { ...made }
      if (!isGiven('has_ddq')) agreed.has_ddq = has_ddq
      if (!isGiven('has_verification')) agreed.has_verification = has_verification
      if (!isGiven('response_id') && !has_ddq) agreed.response_id = null
      if (!isGiven('verification_session_id') && !has_verification) agreed.verification_session_id = null
      return agreed
    },
    newFacts(made, facts): Partial<Facts> {
      const learned: Partial<Facts> = {}
      for (const thing of [things.response, things.verification_session]) {
        const id = made[thing.idFact]
        const known = facts[thing.idFact]
        const isOther = typeof id === 'string' && id !== known
        // A thing that has begun stays the story's latest one unless a new session brings another.
        if (isOther && (begins || facts[thing.begun] === null))
          Object.assign(learned, thing.read({}), { [thing.idFact]: id })
        else Object.assign(learned, { [thing.idFact]: known })
      }
      return learned
    },
  })
}

const OPEN = ['sent', 'in_progress']

/** The onboarding events, by type. */
export const onboarding = {
  'onboarding.created': event('onboarding.created', 'sent', [], { renews: true, begins: true }),
  'onboarding.ddq_completed': event('onboarding.ddq_completed', 'in_progress', OPEN, { needs: 'ddq' }),
  'onboarding.verification_completed': event('onboarding.verification_completed', 'in_progress', OPEN, {
    needs: 'verification',
  }),
  'onboarding.completed': event('onboarding.completed', 'completed', OPEN),
  'onboarding.expired': event('onboarding.expired', 'expired', OPEN),
  'onboarding.revoked': event('onboarding.revoked', 'revoked', OPEN),
  'onboarding.link_regenerated': event('onboarding.link_regenerated', 'sent', [...OPEN, 'expired'], { renews: true }),
}
