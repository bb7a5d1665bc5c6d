// What the two sending calls have in common: the onboarding they begin, and their answers in two generations.
// Source: Workflows (new), Response Objects; Workflows (old), Workflow Response Object.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { RouteCall } from '../../../provider/routes.js'
import { changeFacts, entityOf, factsOf } from '../entities.js'
import { documentedFields } from '../events/envelope.js'
import type { Facts } from '../facts.js'
import { asProviderSettings } from '../settings.js'
import { things } from '../things.js'
import { planOnboarding } from '../workflows.js'

/** Schema of the answer of the older pages, the same for both calls. */
export const olderSchema = z.object(
  documentedFields({
    workflow_session_id: z.uuid().nullable(),
    status: z.enum(['sent', 'prefill_ready']),
    email_sent: z.boolean(),
    entity_id: z.uuid(),
    entity_name: z.string(),
    response_id: z.uuid().nullable(),
    verification_session_id: z.uuid().nullable(),
    steps: z.array(z.enum(['ddq', 'verification'])),
    expires_at: z.iso.datetime({ offset: true }).nullable(),
  }),
)

/** Schema of the answer to the sending of a response, by `objectGeneration`. */
export const sentSchema = z.union([
  z.looseObject({ session_id: z.uuid(), status: z.literal('sent'), email_sent: z.boolean() }),
  olderSchema,
])

/** True for the answers of the older pages. */
export const isOlder = (call: RouteCall): boolean => asProviderSettings(call.port.settings()).objectGeneration === 'old'

/**
 * Gives the first onboarding of a story a response and a verification session of its own where events or a prefilled response have begun
 * others; a response that is being sent is its own. Later onboardings get theirs with their event.
 */
async function separate(port: ProviderPort, { id, kind, story }: Subject, workflow: string): Promise<void> {
  const entity = entityOf(port, story)
  const facts = entity && factsOf(entity)
  if (!facts || facts.workflow_type !== null) return
  const parts = [
    ...(workflow === 'verification_only' || kind === 'response' ? [] : [things.response]),
    ...(workflow === 'ddq_only' ? [] : [things.verification_session]),
  ]
  const changed: Partial<Facts> = {}
  for (const thing of parts)
    if (facts[thing.begun] !== null)
      Object.assign(changed, thing.read({}), { [thing.idFact]: port.random('onboarding', thing.kind, id).uuid() })
  if (Object.keys(changed).length > 0) await changeFacts(port, entity, changed)
}

/** Begins an onboarding: its link is sent, and its verification session created. Source: Workflows (new), Two Delivery Paths. */
export async function sendOnboarding(
  port: ProviderPort,
  { subject, account, workflow }: { subject: string; account: string | null; workflow: string },
): Promise<Subject> {
  const about = port.subject(subject)
  if (about) await separate(port, about, workflow)
  const { event } = await port.trigger('onboarding.created', { subject, account, variant: workflow })
  const onboarding = port.subject(String(event.subject))
  if (!onboarding) throw new Error(`onboarding ${event.subject} was not stored`)
  if (onboarding.data.has_verification === true)
    await port.trigger('verification.session_created', { subject: onboarding.id, account })
  await planOnboarding(port, onboarding)
  return onboarding
}

/** The older answer. `onboarding` is null where nothing was sent yet. */
export function olderAnswer(entity: Subject, onboarding: Subject | null, response: string | null): JsonObject {
  const facts = factsOf(entity)
  const { has_ddq: ddq, has_verification: verification } = onboarding?.data ?? { has_ddq: true }
  return {
    workflow_session_id: onboarding?.id ?? null,
    status: onboarding ? 'sent' : 'prefill_ready',
    email_sent: onboarding !== null,
    entity_id: entity.id,
    entity_name: facts.entity_name,
    response_id: response,
    verification_session_id: onboarding?.data.verification_session_id ?? null,
    steps: [...(ddq === true ? ['ddq'] : []), ...(verification === true ? ['verification'] : [])],
    expires_at: onboarding?.data.expires_at ?? null,
  }
}

/** The answer to the sending of a response. */
export function sentAnswer(call: RouteCall, entity: Subject, onboarding: Subject): JsonObject {
  const { response_id: response } = onboarding.data
  if (isOlder(call)) return olderAnswer(entity, onboarding, typeof response === 'string' ? response : null)
  return { session_id: onboarding.id, status: 'sent', email_sent: true }
}
