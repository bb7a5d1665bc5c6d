// What Rillis's events and API are about: flow instances, identity verifications, onboarding forms, transactions and their parties, with their states.
import type { SubjectKind } from '../../provider/provider.js'

/** `IN_PROGRESS` is ours, for an instance that has not ended. Source of the others: Flow, "Webhook Payload Schema". */
export const FLOW_STATES = ['IN_PROGRESS', 'COMPLETED', 'REJECTED'] as const
/** Source: Identity Verification, table of fields. */
export const IDENTITY_STATES = ['PENDING_REVIEW', 'APPROVED', 'REJECTED', 'UPDATED'] as const
/** `APPROVED` is assumed. Source of the others: Onboarding Organizations, table of fields. */
export const ONBOARDING_STATES = ['PENDING_REVIEW', 'APPROVED', 'REJECTED'] as const
/** Source: Monitoring & History, response. */
export const TRANSACTION_STATES = ['PROGRESS', 'COMPLETED', 'REJECTED', 'EVALUATION'] as const
/** Ours: whether a list or the account's blacklist has a match. */
export const SCREENING_STATES = ['NO_MATCH', 'MATCH'] as const
/** Ours: whether the account's blacklist is used. */
export const BLACKLIST_STATES = ['ENABLED', 'DISABLED'] as const

/** The kinds of subject; each starts in its first state. */
export const subjects = {
  flow_instance: { title: 'Flow instance', states: FLOW_STATES },
  identity: { title: 'Identity verification', states: IDENTITY_STATES },
  onboarding: { title: 'Onboarding form', states: ONBOARDING_STATES },
  transaction: { title: 'Screened transaction', states: TRANSACTION_STATES },
  screening: { title: 'Screened person, company or wallet', states: SCREENING_STATES },
  blacklist: { title: 'Blacklist of an account', states: BLACKLIST_STATES },
  // No page names a state of a party; this one is ours.
  remitter: { title: 'Registered remitter', states: ['REGISTERED'] },
  beneficiary: { title: 'Registered beneficiary', states: ['REGISTERED'] },
} satisfies Record<string, SubjectKind>

/** The status if it is one of the states, else `otherwise` (an override can set any text). */
export function stateOf(states: readonly string[], status: unknown, otherwise: string): string {
  return typeof status === 'string' && states.includes(status) ? status : otherwise
}
