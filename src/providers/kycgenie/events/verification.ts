// Identity verification events: the session object in its two generations, and one check of a session (ours).
// Source: Verification (new), object; Verification (old), object.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { earlier, isTimestamp, shifted } from '../ids.js'
import { subjects } from '../subjects.js'
import { type DataContext, define, instant, textAt } from './envelope.js'

const outcome = z.enum(['pending', 'clear', 'consider', 'attention', 'issue', 'error'])

const sessionData = z.looseObject({
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
})

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
const SESSION_MS = 48 * 3_600_000

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

const FAILURES: Record<string, Failure> = {
  document_fake: DOCUMENT_FAKE,
  face_mismatch: {
    outcome: 'issue',
    reason: 'face_mismatch',
    details: 'The face does not match the photo of the document.',
  },
  error: { outcome: 'error', reason: 'processing_error', details: 'The check could not be carried out.' },
}

type SessionStatus = 'pending' | 'accessed' | 'completed' | 'failed' | 'expired'

/** When the session was created, opened and completed, as far as its story has it or this event implies it. */
function sessionDates({ facts, at }: DataContext, status: SessionStatus) {
  if (status === 'pending') return { created: at, accessed: null, completed: null }
  const unopened = status === 'expired' || status === 'accessed'
  const created =
    facts.session_created_at ??
    earlier(facts.session_accessed_at ?? at, status === 'expired' ? SESSION_MS + 1000 : 1_500_000)
  if (status === 'accessed') return { created, accessed: at, completed: null }
  const accessed = facts.session_accessed_at ?? (unopened ? null : earlier(at, 420_000, created))
  return { created, accessed, completed: status === 'completed' || status === 'failed' ? at : null }
}

function result({ variant }: DataContext, status: SessionStatus) {
  if (status === 'completed') return { outcome: variant ?? 'clear', failure: null }
  if (status !== 'failed') return { outcome: 'pending', failure: null }
  const failure = FAILURES[variant ?? 'document_fake'] ?? DOCUMENT_FAKE
  return { outcome: failure.outcome, failure }
}

function session<const Type extends string>(type: Type, status: SessionStatus) {
  return define(type, {
    data: sessionData,
    about: { kind: 'verification_session', idKey: 'session_id', idFact: 'verification_session_id' },
    state: status,
    make(context): JsonObject {
      const { facts, settings } = context
      const { created, accessed, completed } = sessionDates(context, status)
      const { outcome: found, failure } = result(context, status)
      const expires = shifted(created, SESSION_MS)
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
        expires_at: expires,
        ...(old ? {} : { created_at: created }),
      }
    },
    newFacts: (made): Partial<Facts> => ({
      session_created_at: isTimestamp(made.created_at) ? made.created_at : null,
      session_accessed_at: isTimestamp(made.accessed_at) ? made.accessed_at : null,
      session_completed_at: isTimestamp(made.completed_at) ? made.completed_at : null,
      session_outcome: textAt(made, 'outcome', null),
    }),
  })
}

const checkCompleted = define('verification.check_completed', {
  data: checkData,
  about: { kind: 'check', idKey: 'check_id', idFact: 'check_id' },
  state: 'completed',
  make: ({ facts, at, variant }) => ({
    check_id: facts.check_id,
    session_id: facts.verification_session_id,
    entity_id: facts.entity_id,
    entity_name: facts.entity_name,
    check_type: 'document',
    status: 'completed',
    outcome: variant ?? 'clear',
    completed_at: at,
  }),
})

/** The identity verification events, by type. */
export const verification = {
  'verification.session_created': session('verification.session_created', 'pending'),
  'verification.session_accessed': session('verification.session_accessed', 'accessed'),
  'verification.session_completed': session('verification.session_completed', 'completed'),
  'verification.session_failed': session('verification.session_failed', 'failed'),
  'verification.session_expired': session('verification.session_expired', 'expired'),
  'verification.check_completed': checkCompleted,
}
