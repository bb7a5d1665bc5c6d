// Identity verification events: the session object in its two generations, and one check of a session (ours).
// Source: Verification (new), object; Verification (old), object.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { shifted } from '../ids.js'
import { subjects } from '../subjects.js'
import { things } from '../things.js'
import { ago, type DataContext, define, documentedFields, instant, textAt } from './envelope.js'

const outcome = z.enum(['pending', 'clear', 'consider', 'attention', 'issue', 'error'])

const sessionData = z.looseObject(
  documentedFields({
    session_id: z.uuid(),
    entity_id: z.uuid(),
    entity_name: z.string(),
    status: z.enum(subjects.verification_session.states),
    outcome,
    failure_reason: z.string().nullable(),
    failure_details: z.string().nullable().optional().describe('Only in the newer generation of the object.'),
    verification_url: z.url(),
    email_sent: z.boolean(),
    delivery_method: z.string().optional().describe('Only in the newer generation of the object.'),
    accessed_at: instant.nullable(),
    completed_at: instant.nullable(),
    expires_at: instant,
    created_at: instant,
  }),
)

const checkData = z.looseObject({
  check_id: z.uuid(),
  session_id: z.uuid(),
  entity_id: z.uuid(),
  entity_name: z.string(),
  check_type: z.string(),
  status: z.enum(subjects.check.states),
  outcome,
  completed_at: instant.nullable(),
})

/** Default lifetime of a session: 48 hours, in ms. Source: Verification (old), expires_at. */
export const SESSION_MS = 48 * 3_600_000

interface Failure {
  outcome: string
  reason: string
  details: string
}

const DOCUMENT_FAKE: Failure = {
  outcome: 'issue',
  reason: 'document_fake',
  details: 'The document does not look genuine.',
}
const ERROR: Failure = { outcome: 'error', reason: 'processing_error', details: 'The check could not be carried out.' }

/** A failure by its variant or reason. Faces are people's: of a company's session it says whose. Source of two reasons: Verification (old), failure_reason. */
function failureOf(name: string | undefined, company: string | null): Failure | undefined {
  if (name === 'document_fake') return DOCUMENT_FAKE
  if (name === 'error' || name === ERROR.reason) return ERROR
  if (name !== 'face_mismatch') return undefined
  const whose = company === null ? 'The face' : `The face of ${company}`
  return { outcome: 'issue', reason: name, details: `${whose} does not match the photo of the document.` }
}

type SessionStatus = 'pending' | 'accessed' | 'completed' | 'failed' | 'expired'

/** When the session was created, opened and completed, as far as its story has it or this event implies it. */
function sessionDates(context: DataContext, status: SessionStatus) {
  const { facts, at } = context
  if (status === 'pending') return { created: at, accessed: null, completed: null }
  const expired = status === 'expired'
  const created =
    facts.session_created_at ??
    ago(context, expired ? SESSION_MS + 1000 : 1_500_000, null, facts.session_accessed_at ?? at)
  if (status === 'accessed') return { created, accessed: at, completed: null }
  const accessed = facts.session_accessed_at ?? (expired ? null : ago(context, 420_000, created))
  return { created, accessed, completed: expired ? null : at }
}

/** Outcomes from good to bad: a session has the worst of its checks. Source of the names: Verification (new), outcome. */
const BY_WEIGHT = ['pending', 'clear', 'consider', 'attention', 'issue', 'error']

function worst(a: string | null, b: string | null): string | null {
  return BY_WEIGHT.indexOf(a ?? '') > BY_WEIGHT.indexOf(b ?? '') ? a : b
}

/** The person who is verified: a company's contact; null for an individual, who is the entity. */
const companyContact = ({ entity_type: type, contact }: Facts) => (type === 'company' ? contact.name : null)

function result(context: DataContext, status: SessionStatus) {
  const { variant, variantGiven, facts } = context
  if (status === 'completed') {
    const outcome = variantGiven ? variant : (facts.checks_outcome ?? variant)
    return { outcome: outcome ?? 'clear', failure: null }
  }
  if (status !== 'failed') return { outcome: 'pending', failure: null }
  const failure = failureOf(variant, companyContact(facts)) ?? DOCUMENT_FAKE
  return { outcome: failure.outcome, failure }
}

/** When a session expires: 48 hours after its creation. An event after that was possible, and an expiry is not before its time. */
function expiry(created: string, accessed: string | null, at: string, status: SessionStatus): string {
  const planned = shifted(created, SESSION_MS)
  const known = accessed !== null && planned < accessed ? accessed : planned
  if (status === 'expired') return known < at ? known : at
  return known < at ? at : known
}

/** Outcome and details of the reason that the user set. */
function agreedFailure(made: JsonObject, isGiven: (key: string) => boolean): JsonObject {
  if (!isGiven('failure_reason')) return made
  const { failure_reason: reason } = made
  const failure = typeof reason === 'string' ? failureOf(reason, null) : undefined
  const agreed: JsonObject = { ...made }
  if ('failure_details' in made && !isGiven('failure_details')) agreed.failure_details = failure?.details ?? null
  if (failure && !isGiven('outcome')) agreed.outcome = failure.outcome
  return agreed
}

function session<const Type extends string>(
  type: Type,
  status: SessionStatus,
  after: readonly string[] = ['pending', 'accessed'],
) {
  return define(type, {
    data: sessionData,
    about: things.verification_session,
    state: status,
    after,
    begins: status === 'pending',
    ofPerson: true,
    agree: agreedFailure,
    make(context): JsonObject {
      const { facts, at, settings } = context
      const { created, accessed, completed } = sessionDates(context, status)
      const { outcome: found, failure } = result(context, status)
      const old = settings.objectGeneration === 'old'
      return {
        session_id: facts.verification_session_id,
        entity_id: facts.entity_id,
        entity_name: facts.entity_name,
        status,
        outcome: found,
        failure_reason: failure?.reason ?? null,
        ...(old ? {} : { failure_details: failure?.details ?? null }),
        verification_url: `https://kycgenie.com/verification/${facts.verification_session_id}/`,
        email_sent: true,
        ...(old ? { created_at: created } : { delivery_method: 'email' }),
        accessed_at: accessed,
        completed_at: completed,
        expires_at: expiry(created, accessed, at, status),
        ...(old ? {} : { created_at: created }),
      }
    },
    newFacts: (): Partial<Facts> => (status === 'pending' ? { checks_outcome: null, check_count: 0 } : {}),
  })
}

/** Types of the checks of a session, in turn. */
const CHECK_TYPES = ['document', 'face'] as const

const checkCompleted = define('verification.check_completed', {
  data: checkData,
  about: things.check,
  state: 'completed',
  after: ['pending'],
  begins: true,
  ofPerson: true,
  make({ facts, at, variant, variantGiven }) {
    const ofSession = facts.session_outcome === 'pending' ? null : facts.session_outcome
    return {
      check_id: facts.check_id,
      session_id: facts.verification_session_id,
      entity_id: facts.entity_id,
      entity_name: facts.entity_name,
      check_type: CHECK_TYPES[facts.check_count % CHECK_TYPES.length] ?? 'document',
      status: 'completed',
      outcome: (variantGiven ? variant : (ofSession ?? variant)) ?? 'clear',
      completed_at: at,
    }
  },
  newFacts: (made, facts): Partial<Facts> => ({
    check_count: facts.check_count + 1,
    checks_outcome: worst(facts.checks_outcome, textAt(made, 'outcome', null)),
  }),
})

/** The identity verification events, by type. */
export const verification = {
  'verification.session_created': session('verification.session_created', 'pending', []),
  'verification.session_accessed': session('verification.session_accessed', 'accessed'),
  'verification.session_completed': session('verification.session_completed', 'completed'),
  'verification.session_failed': session('verification.session_failed', 'failed'),
  'verification.session_expired': session('verification.session_expired', 'expired'),
  'verification.check_completed': checkCompleted,
}
