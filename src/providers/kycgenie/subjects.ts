// What KYC Genie's events are about: the kinds of subject and their states.
import type { SubjectKind } from '../../provider/provider.js'

/**
 * The kinds of subject. Source of the states: Entities (new), screening_status; Workflows (new), status (`sent` and `prefill_ready`);
 * Responses (new), statuses; Verification (new), status; Non-document verification, status; Risk profiles, status. The others are ours.
 */
export const subjects = {
  entity: {
    title: 'Entity (its state is its screening status)',
    states: ['not_screened', 'not_reviewed', 'pending', 'approved', 'conditional', 'rejected'],
  },
  onboarding: {
    title: 'Onboarding session',
    states: ['sent', 'prefill_ready', 'in_progress', 'completed', 'expired', 'revoked'],
  },
  response: {
    title: 'Response (DDQ submission)',
    states: [
      'DRAFT',
      'PREFILL',
      'SUBMITTED',
      'UNDER_REVIEW',
      'CHANGES_REQUESTED',
      'REVIEWED',
      'APPROVED',
      'REJECTED',
      'RESUBMITTED',
    ],
  },
  screening: { title: 'AML screening', states: ['pending', 'completed', 'failed'] },
  batch: { title: 'Batch screening', states: ['in_progress', 'completed', 'failed'] },
  verification_session: {
    title: 'Identity verification session',
    states: ['pending', 'accessed', 'completed', 'expired', 'revoked', 'failed'],
  },
  check: { title: 'Identity verification check', states: ['pending', 'completed'] },
  non_document_check: {
    title: 'Non-document check',
    states: ['pending', 'in_progress', 'completed', 'failed', 'error'],
  },
  case: { title: 'Case', states: ['open', 'resolved'] },
  alert: { title: 'Alert', states: ['not_reviewed', 'in_review', 'false_positive', 'true_positive'] },
  risk_profile: {
    title: 'Risk profile',
    states: ['not_reviewed', 'in_review', 'false_positive', 'true_positive'],
  },
} as const satisfies Record<string, SubjectKind>

/** Name of a kind of subject. */
export type Kind = keyof typeof subjects
