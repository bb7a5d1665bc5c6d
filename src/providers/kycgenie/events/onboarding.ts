// Onboarding session events. Source of the key names: Workflows (new), response of POST /workflows/send/. Their order and the later statuses are ours.
import * as z from 'zod'
import type { Facts } from '../facts.js'
import { isTimestamp, shifted } from '../ids.js'
import { type DataContext, define, instant, textAt } from './envelope.js'

const data = z.looseObject({
  workflow_session_id: z.uuid(),
  workflow_type: z.enum(['ddq_only', 'verification_only', 'ddq_and_verification']),
  status: z.enum(['sent', 'in_progress', 'completed', 'expired', 'revoked']),
  entity_id: z.uuid(),
  entity_name: z.string(),
  response_id: z.uuid().nullable(),
  verification_session_id: z.uuid().nullable(),
  has_ddq: z.boolean(),
  has_verification: z.boolean(),
  expires_at: instant,
})

/** Lifetime of a link, ms; assumed. */
const LINK_MS = 7 * 86_400_000

/** The workflow of a story: the variant's, otherwise that of its earlier events. */
function workflowType({ variant, facts }: DataContext, needs?: 'ddq' | 'verification'): string {
  const named = variant === undefined || variant === 'as_created' ? facts.workflow_type : variant
  const type = named ?? 'ddq_and_verification'
  return needs !== undefined && !type.includes(needs) ? 'ddq_and_verification' : type
}

function expiry({ facts, at }: DataContext, status: string): string {
  const known = facts.workflow_expires_at
  if (known) return known
  return status === 'expired' ? shifted(at, -1000) : shifted(at, LINK_MS)
}

function event<const Type extends string>(
  type: Type,
  status: string,
  { needs, renews = false }: { needs?: 'ddq' | 'verification'; renews?: boolean } = {},
) {
  return define(type, {
    data,
    about: { kind: 'onboarding', idKey: 'workflow_session_id', idFact: 'workflow_session_id' },
    state: status,
    make(context) {
      const { facts, at } = context
      const workflow = workflowType(context, needs)
      const hasDdq = workflow !== 'verification_only'
      const hasVerification = workflow !== 'ddq_only'
      return {
        workflow_session_id: facts.workflow_session_id,
        workflow_type: workflow,
        status,
        entity_id: facts.entity_id,
        entity_name: facts.entity_name,
        response_id: hasDdq ? facts.response_id : null,
        verification_session_id: hasVerification ? facts.verification_session_id : null,
        has_ddq: hasDdq,
        has_verification: hasVerification,
        expires_at: renews ? shifted(at, LINK_MS) : expiry(context, status),
      }
    },
    newFacts: (made, facts): Partial<Facts> => ({
      workflow_type: textAt(made, 'workflow_type', facts.workflow_type),
      workflow_expires_at: isTimestamp(made.expires_at) ? made.expires_at : facts.workflow_expires_at,
      response_id: textAt(made, 'response_id', facts.response_id),
      verification_session_id: textAt(made, 'verification_session_id', facts.verification_session_id),
    }),
  })
}

/** The onboarding events, by type. */
export const onboarding = {
  'onboarding.created': event('onboarding.created', 'sent', { renews: true }),
  'onboarding.ddq_completed': event('onboarding.ddq_completed', 'in_progress', { needs: 'ddq' }),
  'onboarding.verification_completed': event('onboarding.verification_completed', 'in_progress', {
    needs: 'verification',
  }),
  'onboarding.completed': event('onboarding.completed', 'completed'),
  'onboarding.expired': event('onboarding.expired', 'expired'),
  'onboarding.revoked': event('onboarding.revoked', 'revoked'),
  'onboarding.link_regenerated': event('onboarding.link_regenerated', 'sent', { renews: true }),
}
