// What Rillis's documents leave open about payloads, flows and their keys, and the transaction webhook.
import type { Assumption } from '../../provider/assumptions.js'

const envelope: readonly Assumption[] = [
  {
    name: 'dataUrl',
    question: 'What is data.url?',
    choice: 'subscription',
    reason:
      'Both examples look like the receiver\'s own webhook URL (Flow, "Example Webhook Payloads"), though the table calls it a reference URL.',
    setting: 'subscription',
    alternatives: "reference: a URL in Rillis's app",
  },
  {
    name: 'metadata',
    question: 'What does data.metadata hold?',
    choice: 'an empty object in step events; absent in flow events',
    reason:
      'The tables of the step events list it without inner keys (Identity Verification, table of fields); the table of the flow events does not list it.',
  },
  {
    name: 'eventIdFormat',
    question: 'How is an event id formed?',
    choice: '24 lower-case hex characters, the first 8 being the seconds of timestamp',
    reason: 'All five documented examples agree (such as Flow, "Example Webhook Payloads").',
  },
  {
    name: 'completedAt',
    question: 'How does data.completed_at relate to timestamp?',
    choice: 'the same instant',
    reason: 'Both examples agree (Flow, "Example Webhook Payloads").',
  },
]

const flows: readonly Assumption[] = [
  {
    name: 'strictHttps',
    question: 'Which URLs may be configured?',
    choice: false,
    reason:
      'No rule is documented. Receivers under test often run locally, so http is accepted for loopback and private hosts; public hosts need https.',
    setting: 'subscription',
    alternatives: 'true: https everywhere',
  },
  {
    name: 'class',
    question: 'Which configured URL gets which event?',
    choice: 'both',
    reason:
      'There are general flow webhooks and step-by-step webhooks (Webhooks Overview, "General Flow Webhooks"); by default one subscription gets the events of both.',
    setting: 'subscription',
    alternatives: 'general, step',
  },
  {
    name: 'byOnboardingClass',
    question: 'Which URL gets the identity events of an onboarding form?',
    choice: 'the step URL',
    reason: 'They report progress within a flow, as step webhooks do (Webhooks Overview, "Step-by-Step Webhooks").',
  },
  {
    name: 'allowSeveralUrls',
    question: 'May one flow have several URLs of one class?',
    choice: true,
    reason: 'Several receivers under test share an emulator, and each sees only its own subscription.',
  },
  {
    name: 'webhookKeyScope',
    question: 'What does a webhook key belong to?',
    choice: 'the flow: one key for its general and step webhooks',
    reason: 'It is configured in the flow\'s settings (Webhooks Overview, "Securing Your Webhooks").',
  },
  {
    name: 'generatedKeyLength',
    question: 'What does a webhook key look like?',
    choice: '64 hex characters when none is given; any text that is not empty is accepted',
    reason: 'No format is documented.',
  },
  {
    name: 'keyRotation',
    question: 'Does an old key stay valid after a rotation?',
    choice: 'no, there is one key at a time',
    reason: 'No overlap is documented.',
  },
  {
    name: 'testEvent',
    question: 'How is a test event sent?',
    choice: 'by the control API, which sends any chosen event',
    reason: 'No page has an endpoint for it.',
  },
]

const shapes: readonly Assumption[] = [
  {
    name: 'identityStatus',
    question: 'Which status goes with which identity event?',
    choice:
      '_COMPLETED APPROVED, _REJECTED REJECTED, _UPDATED UPDATED; PENDING_REVIEW as a variant of the first and the last',
    reason: 'Four statuses are listed for three types (Identity Verification, table of fields).',
  },
  {
    name: 'companyApprovedStatus',
    question: 'How is the status of an approved company form spelled?',
    choice: 'APPROVED as a variant; PENDING_REVIEW otherwise',
    reason:
      'The form can be pending or approved (Webhooks Overview, "Summary Table of Flow API Webhooks"); the identity events spell it APPROVED (Identity Verification, table of fields).',
  },
  {
    name: 'identityShape',
    question: 'Which keys does data.identity have?',
    choice:
      '_id, flow, user, flow_instance, status, data (names, document, country, dates, age, is_expired), file_references_data',
    reason:
      'Only its content is described (Flow Step: Identity Verification, list of checks). The outer keys are those of the onboarding object (Onboarding Individual, example); other keys are accepted.',
  },
  {
    name: 'documentNumbers',
    question: 'Which documents do people have, and how are they numbered?',
    choice:
      'a Chilean identity card (CL-CI) with its tax number; where a check fails for it a Chilean passport (CL-PASS, P and eight digits) or an Argentine DNI (AR-DNI, eight digits)',
    reason:
      'The checks are documented (Flow Step: Identity Verification, list of checks), numbers are not. A rejected document stays the same in later events, but for names and birth dates that are corrected and a document that is renewed for an approval.',
  },
  {
    name: 'stateOrder',
    question: 'Which states can follow each other?',
    choice:
      'a form is completed, then approved or rejected; an identity is decided once, and again after an update; a flow ends once; a transaction is decided once, by its analysis or after an evaluation',
    reason:
      'As the events are described (Webhooks Overview, "Summary Table of Flow API Webhooks"). Another order is sent with a warning; Update Status sets any status.',
  },
  {
    name: 'errorShape',
    question: 'What is an element of data.errors?',
    choice: '{ code, message }; none when approved, one when rejected',
    reason:
      'An array of objects of unknown shape (Identity Verification, table of fields). There is one code for each documented check (Flow Step: Identity Verification, list of checks).',
  },
  {
    name: 'individualShape',
    question: 'Which keys follow in data_individual, and of which types?',
    choice: 'the documented names in the order of the text; is_pep a boolean, the others texts, country alpha-3',
    reason:
      'The text lists the names, the example stops after the first key (Onboarding Individual, description of data.onboarding).',
  },
  {
    name: 'individualOnboardingOrder',
    question: "In which order are the keys of an individual's form?",
    choice: '_id, flow, user, flow_instance, identities, data, status',
    reason: 'The documented beginning (Onboarding Individual, example), then the status.',
  },
  {
    name: 'companyShape',
    question: 'Which keys follow in data_company?',
    choice: 'the seven keys of the example, then date_of_incorporation (YYYY-MM-DD) and legal_address',
    reason:
      'First the example, then what only the text names (Onboarding Organizations, description of data.onboarding).',
  },
  {
    name: 'companyBlocks',
    question: 'Where are business information, representatives, beneficiaries and files?',
    choice: 'the first three beside data_company, the files in onboarding after the identities',
    reason: '`data` wraps a named block in both examples (Onboarding Organizations, example).',
  },
  {
    name: 'companyOnboardingOrder',
    question: "In which order are the keys of a company's form?",
    choice: '_id, flow, user, status, data, flow_instance, identities, file_references_data',
    reason:
      'The documented beginning (Onboarding Organizations, example), then the rest; identities lists the id of the first beneficiary.',
  },
  {
    name: 'dataKeyOrder',
    question: 'In which order are the keys of data?',
    choice: 'that of the tables',
    reason: 'Table and example agree for the flow events (Flow, "Webhook Payload Schema").',
  },
  {
    name: 'mongoKeys',
    question: 'Do objects have createdAt, updatedAt or __v?',
    choice: 'no',
    reason: 'No page shows them.',
  },
]

const transactions: readonly Assumption[] = [
  {
    name: 'transactionEnvelope',
    question: 'Is there an envelope around the fields of a transaction webhook?',
    choice: 'no: the 21 fields at top level in the order of the table',
    reason: 'The page shows the fields without a wrapper (Transaction webhooks, table of fields).',
  },
  {
    name: 'transactionEventName',
    question: 'What is the event called?',
    choice: 'TRANSACTION_STATE_CHANGED, a name of ours that is not sent',
    reason: 'The catalog needs a name; the payload has none (Transaction webhooks, table of fields).',
  },
  {
    name: 'transactionKey',
    question: 'By what does a receiver know a transaction webhook that comes twice, and which state is the last?',
    choice:
      'external_transaction_id with state; a decided transaction is not in progress again, and of two decisions the first to come stands',
    reason:
      'The payload has no id of its own and no time of the change; the states are under analysis, approved and rejected (Transaction webhooks, tables of fields and states).',
  },
  {
    name: 'transactionSigning',
    question: 'Is a transaction webhook signed?',
    choice: 'none',
    reason: 'A signature is documented for the Flow API only (Webhooks Overview, "Securing Your Webhooks").',
    setting: 'subscription',
    alternatives: "flow: the flow webhooks' scheme with the subscription's key",
  },
  {
    name: 'transactionRetry',
    question: 'Which success rule, retries and timeout does it have?',
    choice: 'those of the flow webhooks',
    reason: 'None is documented; one rule for both is easier to learn.',
  },
  {
    name: 'transactionStates',
    question: 'Which states does it report?',
    choice: 'all four, EVALUATION included',
    reason: 'The transaction list has EVALUATION among its states (Monitoring & History, response).',
  },
  {
    name: 'rejectionCategories',
    question: 'Which categories can reasons_rejection_operator_list hold?',
    choice: ['BLACKLIST', 'SANCTION'],
    reason: 'The two examples given (Transaction webhooks, table of fields); other texts are accepted.',
  },
  {
    name: 'transactionLimits',
    question: 'What is in remitter_limits and beneficiary_limits?',
    choice: null,
    reason: 'Their shape is not documented, and null is allowed (Transaction webhooks, table of fields).',
  },
]

/** Open questions about payloads and about what is configured for a flow. */
export const payloadAssumptions: readonly Assumption[] = [...envelope, ...flows, ...shapes, ...transactions]
