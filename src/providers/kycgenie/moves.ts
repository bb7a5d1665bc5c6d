// How a KYC Genie subject can be moved on by hand, and the event that reports it.
import type { JsonObject } from '../../core/json.js'
import type { Subject } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { decide, decisionsFrom } from './decisions.js'
import { changeFacts, entityOf, factsOf, timestamp } from './entities.js'
import type { Kind } from './subjects.js'
import { things } from './things.js'

/** One move: the state it leads to and the event that reports it; null where no event is documented. */
type Move = readonly [to: string, event: string | null]

const MOVES: Partial<Record<Kind, Record<string, readonly Move[]>>> = {
  onboarding: {
    sent: [
      ['in_progress', 'onboarding.ddq_completed'],
      ['expired', 'onboarding.expired'],
      ['revoked', 'onboarding.revoked'],
    ],
    in_progress: [
      ['completed', 'onboarding.completed'],
      ['expired', 'onboarding.expired'],
      ['revoked', 'onboarding.revoked'],
    ],
    expired: [['sent', 'onboarding.link_regenerated']],
  },
  response: {
    DRAFT: [['SUBMITTED', 'response.submitted']],
    SUBMITTED: [
      ['UNDER_REVIEW', null],
      ['CHANGES_REQUESTED', null],
      ['REVIEWED', 'response.reviewed'],
      ['REJECTED', 'response.rejected'],
    ],
    UNDER_REVIEW: [
      ['CHANGES_REQUESTED', null],
      ['REVIEWED', 'response.reviewed'],
      ['REJECTED', 'response.rejected'],
    ],
    CHANGES_REQUESTED: [
      ['DRAFT', null],
      ['RESUBMITTED', null],
    ],
    RESUBMITTED: [['REVIEWED', 'response.reviewed']],
    REVIEWED: [
      ['APPROVED', 'response.approved'],
      ['REJECTED', 'response.rejected'],
    ],
  },
  screening: {
    pending: [
      ['completed', 'screening.completed'],
      ['failed', 'screening.failed'],
    ],
    failed: [['completed', 'screening.completed']],
  },
  batch: {
    in_progress: [
      ['completed', 'batch.completed'],
      ['failed', 'batch.failed'],
    ],
  },
  verification_session: {
    pending: [
      ['accessed', 'verification.session_accessed'],
      ['expired', 'verification.session_expired'],
      ['revoked', null],
    ],
    accessed: [
      ['completed', 'verification.session_completed'],
      ['failed', 'verification.session_failed'],
      ['expired', 'verification.session_expired'],
      ['revoked', null],
    ],
  },
  non_document_check: {
    pending: [
      ['in_progress', null],
      ['completed', 'non_document.completed'],
    ],
    in_progress: [['completed', 'non_document.completed']],
  },
  case: { open: [['resolved', 'case.resolved']] },
}

/** Kinds that the team decides about, by itself and without an event. */
const isDecided = ({ kind }: Subject) => kind === 'alert' || kind === 'risk_profile'

function movesFrom(subject: Subject): readonly Move[] {
  if (isDecided(subject)) return decisionsFrom(subject.state).map(to => [to, null] as const)
  const ofKind = Object.entries(MOVES).find(([kind]) => kind === subject.kind)?.[1]
  return ofKind?.[subject.state] ?? []
}

/** The states a subject can be moved to by hand. */
export function moves(subject: Subject): readonly string[] {
  return movesFrom(subject).map(([to]) => to)
}

/** Moves a subject to a state: by its event where one is documented, without one otherwise (a session that is revoked). */
export async function move(subject: Subject, to: string, port: ProviderPort): Promise<void> {
  const found = movesFrom(subject).find(([state]) => state === to)
  if (!found) return
  if (isDecided(subject)) {
    await decide(port, subject, to)
    return
  }
  const [, event] = found
  if (event !== null) {
    // A session without a questionnaire has the verification step only.
    const otherStep = event === 'onboarding.ddq_completed' && subject.data.has_ddq === false
    const type = otherStep ? 'onboarding.verification_completed' : event
    await port.trigger(type, { subject: subject.id, account: subject.account })
    return
  }
  if (subject.kind === 'response') await moveResponse(subject, to, port)
  else await port.putSubject({ id: subject.id, kind: subject.kind, state: to, data: { status: to } })
}

/** What was submitted and reviewed is no longer so when a response returns to draft. Source: Responses (new), Status Values. */
const NOT_SUBMITTED = {
  responded_by: null,
  reviewed_by: null,
  manager_reviewer: null,
  submitted_at: null,
  reviewed_at: null,
  manager_reviewed_at: null,
}

/** Moves a response without an event; later events of the story show it as it is. */
async function moveResponse({ id, kind, story }: Subject, to: string, port: ProviderPort): Promise<void> {
  const entity = entityOf(port, story)
  const at = timestamp(port, entity ? factsOf(entity) : { last_at: null })
  const times: JsonObject = to === 'DRAFT' ? NOT_SUBMITTED : to === 'RESUBMITTED' ? { submitted_at: at } : {}
  const data = { status: to, ...times, updated_at: at }
  const moved = await port.putSubject({ id, kind, state: to, data })
  if (entity && factsOf(entity).response_id === id)
    await changeFacts(port, entity, { ...things.response.read(moved.data), last_at: at })
}
