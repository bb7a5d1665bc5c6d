// Rillis's event types as plain data, with their variants.
import type { EventType } from '../../provider/channel.js'
import type { subjects } from './subjects.js'

/** One variant for each documented check. Source: Flow Step: Identity Verification, list of checks; the names are ours. */
const REJECTIONS = [
  { name: 'DOCUMENT_EXPIRED', title: 'the document is past its expiry date' },
  { name: 'COUNTRY_MISMATCH', title: 'the document is of a country that the flow does not accept' },
  { name: 'DOCUMENT_TYPE_MISMATCH', title: 'the document is not of the requested kind' },
  { name: 'NAME_MISMATCH', title: 'the names differ from those the user gave' },
  { name: 'FORGERY_SUSPECTED', title: 'signs of forgery' },
  { name: 'UNDERAGE', title: 'the person is younger than the flow allows' },
] as const satisfies EventType['variants']

// Names and variants stay literal types, so that an editor can complete them.
const type = <const Name extends string, const Variants extends EventType['variants'] = []>(
  name: Name,
  title: string,
  subject: keyof typeof subjects,
  variants?: Variants,
) => ({ name, title, subject, variants: variants ?? ([] as const), documented: true })

/** Types of the flow channel. Source: Webhooks Overview, "Summary Table of Flow API Webhooks"; the last two: Identity Verification by Onboarding, table of fields. */
export const flowTypes = [
  type('FLOW_COMPLETED', 'A flow and all its services are completed', 'flow_instance'),
  type('FLOW_REJECTED', 'A flow is rejected', 'flow_instance'),
  type('VERIFICATION_IDENTITY_COMPLETED', 'An identity verification is approved', 'identity', [
    { name: 'APPROVED', title: 'approved' },
    { name: 'PENDING_REVIEW', title: 'completed, waiting for a review' },
  ]),
  type('VERIFICATION_IDENTITY_REJECTED', 'An identity verification is rejected', 'identity', REJECTIONS),
  type('VERIFICATION_IDENTITY_UPDATED', 'An identity verification is edited by hand', 'identity', [
    { name: 'UPDATED', title: 'edited' },
    { name: 'PENDING_REVIEW', title: 'edited, waiting for a review' },
  ]),
  type('ONBOARDING_FORM_INDIVIDUAL_COMPLETED', "A person's form is completed, pending review", 'onboarding'),
  type('ONBOARDING_FORM_INDIVIDUAL_REJECTED', "A person's form is rejected", 'onboarding'),
  type('ONBOARDING_FORM_COMPANY_COMPLETED', "A company's form is completed", 'onboarding', [
    { name: 'PENDING_REVIEW', title: 'waiting for a review' },
    { name: 'APPROVED', title: 'approved' },
  ]),
  type('ONBOARDING_FORM_COMPANY_REJECTED', "A company's form is rejected", 'onboarding'),
  type(
    'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED',
    'An identity verification that belongs to an onboarding form is approved',
    'identity',
  ),
  type(
    'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_REJECTED',
    'An identity verification that belongs to an onboarding form is rejected',
    'identity',
    REJECTIONS,
  ),
] as const

/** The type of the transaction channel; its name is ours. Source: Transaction webhooks, table of states. */
export const transactionTypes = [
  {
    ...type('TRANSACTION_STATE_CHANGED', "A screened transaction's state changes", 'transaction', [
      { name: 'COMPLETED', title: 'analysed and approved' },
      { name: 'REJECTED', title: 'rejected by the analysis, or by an operator after an evaluation' },
      { name: 'EVALUATION', title: 'analysed, an operator has to decide' },
      { name: 'PROGRESS', title: 'under analysis' },
    ]),
    documented: false,
    assumption: 'transactionEventName',
  },
] as const
