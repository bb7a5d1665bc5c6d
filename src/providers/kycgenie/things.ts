// The things of a story (its onboarding session, response, case …): the facts that a story keeps of the latest one of each kind.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { Facts } from './facts.js'
import { isTimestamp } from './ids.js'
import type { Kind } from './subjects.js'

/** One kind of thing. Its id and these facts belong to the thing, everything else to the story: a second thing has an id and facts of its own. */
export interface Thing {
  kind: Kind
  /** Key of an event's `data` and the fact that hold its id. */
  idKey: string
  idFact: keyof Facts
  /** The fact that is null until an event was about it. */
  begun: keyof Facts
  /** The facts that its data give; null where they give none. */
  read(data: JsonObject): Partial<Facts>
}

const time = (value: Json | undefined): string | null => (isTimestamp(value) ? value : null)
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)
const number = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null)

/** The kinds of thing of which a story can have several. A screening is none: an entity is screened once (Screening, One Screening Per Entity). */
export const things = {
  onboarding: {
    kind: 'onboarding',
    idKey: 'workflow_session_id',
    idFact: 'workflow_session_id',
    begun: 'workflow_type',
    read: data => ({
      workflow_type: text(data.workflow_type),
      workflow_expires_at: time(data.expires_at),
      ...(typeof data.response_id === 'string' ? { response_id: data.response_id } : {}),
      ...(typeof data.verification_session_id === 'string'
        ? { verification_session_id: data.verification_session_id }
        : {}),
    }),
  },
  response: {
    kind: 'response',
    idKey: 'id',
    idFact: 'response_id',
    begun: 'response_created_at',
    read: data => ({
      response_status: text(data.status),
      response_created_at: time(data.created_at),
      submitted_at: time(data.submitted_at),
      reviewed_at: time(data.reviewed_at),
      manager_reviewed_at: time(data.manager_reviewed_at),
    }),
  },
  screening: {
    kind: 'screening',
    idKey: 'screening_id',
    idFact: 'screening_id',
    begun: 'screening_created_at',
    read: data => ({ screening_created_at: time(data.created_at), screening_state: text(data.status) }),
  },
  batch: {
    kind: 'batch',
    idKey: 'batch_id',
    idFact: 'batch_id',
    begun: 'batch_created_at',
    read: data => ({
      batch_created_at: time(data.created_at),
      batch_processed: number(data.processed),
      batch_failed: number(data.failed),
      ...(typeof data.total === 'number' ? { batch_total: data.total } : {}),
    }),
  },
  verification_session: {
    kind: 'verification_session',
    idKey: 'session_id',
    idFact: 'verification_session_id',
    begun: 'session_created_at',
    read: data => ({
      session_created_at: time(data.created_at),
      session_accessed_at: time(data.accessed_at),
      session_completed_at: time(data.completed_at),
      session_outcome: text(data.outcome),
    }),
  },
  check: {
    kind: 'check',
    idKey: 'check_id',
    idFact: 'check_id',
    begun: 'check_completed_at',
    read: data => ({ check_completed_at: time(data.completed_at) }),
  },
  non_document_check: {
    kind: 'non_document_check',
    idKey: 'check_id',
    idFact: 'non_document_check_id',
    begun: 'non_document_created_at',
    read: data => ({
      non_document_created_at: time(data.created_at),
      non_document_completed_at: time(data.completed_at),
      non_document_outcome: text(data.outcome),
      non_document_two_plus_two: typeof data.two_plus_two === 'boolean' ? data.two_plus_two : null,
    }),
  },
  case: {
    kind: 'case',
    idKey: 'case_id',
    idFact: 'case_id',
    begun: 'case_created_at',
    read: data => ({ case_created_at: time(data.created_at), case_state: text(data.status) }),
  },
  alert: {
    kind: 'alert',
    idKey: 'alert_id',
    idFact: 'alert_id',
    begun: 'alert_created_at',
    read: data => ({ alert_created_at: time(data.created_at) }),
  },
} as const satisfies Record<string, Thing>

/** The thing that a subject of this kind is; undefined for an entity and a risk profile. */
export function thingOf(kind: string): Thing | undefined {
  return Object.values(things).find(thing => thing.kind === kind)
}

/** An alert of a story: its case and its risk profiles. */
export interface AlertFact {
  id: string
  case_id: string
  profiles: string[]
}

/** The alerts of a story. */
export function alertsOf(facts: Facts): AlertFact[] {
  return facts.alerts.flatMap(one => {
    if (!isJsonObject(one)) return []
    const { id, case_id, profiles } = one
    return typeof id === 'string' && typeof case_id === 'string' && Array.isArray(profiles)
      ? [{ id, case_id, profiles: profiles.filter(profile => typeof profile === 'string') }]
      : []
  })
}

/** A decision of the team about a risk profile of the story; undefined while there is none. */
export function decisionOf(facts: Facts, profile: string): string | undefined {
  const decision = isJsonObject(facts.decisions) ? facts.decisions[profile] : undefined
  return typeof decision === 'string' ? decision : undefined
}

/** The state of an alert: decided when all its risk profiles are. */
export function alertState(facts: Facts, { profiles }: AlertFact): string {
  const decisions = profiles.map(profile => decisionOf(facts, profile))
  if (decisions.every(decision => decision === undefined)) return 'not_reviewed'
  if (decisions.some(decision => decision === undefined || decision === 'in_review')) return 'in_review'
  return decisions.includes('true_positive') ? 'true_positive' : 'false_positive'
}
