// What Rillis's events are about: flow instances, identity verifications, onboarding forms and transactions, with their states.
import type { SubjectKind } from '../../provider/provider.js'

/** `COMPLETED` and `REJECTED` are documented; `IN_PROGRESS` is ours, for an instance that has not ended. */
export const FLOW_STATES = ['IN_PROGRESS', 'COMPLETED', 'REJECTED'] as const
/** The four statuses of the page "Identity Verification". */
export const IDENTITY_STATES = ['PENDING_REVIEW', 'APPROVED', 'REJECTED', 'UPDATED'] as const
/** `PENDING_REVIEW` and `REJECTED` are documented; `APPROVED` is our literal for the approval that the overview mentions. */
export const ONBOARDING_STATES = ['PENDING_REVIEW', 'APPROVED', 'REJECTED'] as const
/** The states of the page "Monitoring & History". */
export const TRANSACTION_STATES = ['PROGRESS', 'COMPLETED', 'REJECTED', 'EVALUATION'] as const

/** Kinds of subject; each starts in its first state. */
export const subjects = {
  flow_instance: { title: 'Flow instance', states: FLOW_STATES },
  identity: { title: 'Identity verification', states: IDENTITY_STATES },
  onboarding: { title: 'Onboarding form', states: ONBOARDING_STATES },
  transaction: { title: 'Screened transaction', states: TRANSACTION_STATES },
} satisfies Record<string, SubjectKind>

/** The status as a state of that kind, or `otherwise` where an override has put another text there. */
export function stateOf(states: readonly string[], status: unknown, otherwise: string): string {
  return typeof status === 'string' && states.includes(status) ? status : otherwise
}
