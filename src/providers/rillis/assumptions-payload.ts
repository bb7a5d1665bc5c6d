// What Rillis's documents leave open about payloads, flows and their keys, and the transaction webhook.
import type { Assumption } from '../../provider/assumptions.js'

const envelope: readonly Assumption[] = [
  {
    name: 'dataUrl',
    question: 'What is data.url?',
    choice: 'subscription',
    reason: "Both documented examples look like the receiver's own webhook URL, whatever the field's description says.",
    setting: 'subscription',
    alternatives: "reference: a URL in Rillis's app",
  },
  {
    name: 'metadata',
    question: 'What does data.metadata hold?',
    choice: 'an empty object in step events; flow events have none',
    reason: 'It agrees with the tables and puts nothing into them that is not there.',
  },
  {
    name: 'eventIdFormat',
    question: 'How is an event id made?',
    choice: '24 lower-case hex characters, the first 8 being the seconds of timestamp',
    reason: 'All five documented examples agree with it.',
  },
  {
    name: 'completedAt',
    question: 'How does data.completed_at relate to timestamp?',
    choice: 'the same instant',
    reason: 'It is so in both documented flow examples.',
  },
]

const flows: readonly Assumption[] = [
  {
    name: 'strictHttps',
    question: 'Which URLs may be configured?',
    choice: false,
    reason:
      'Receivers under test run on the same machine, so http is accepted there and in private networks; public hosts need https.',
    setting: 'subscription',
    alternatives: 'true: https everywhere',
  },
  {
    name: 'class',
    question: 'Which configured URL gets which event?',
    choice: 'both',
    reason:
      'The overview knows general webhooks (FLOW_*) and step webhooks (the others); a first subscription should simply work.',
    setting: 'subscription',
    alternatives: 'general, step',
  },
  {
    name: 'byOnboardingClass',
    question: 'Which URL gets the identity events of an onboarding form?',
    choice: 'the step URL',
    reason: 'They tell of progress within a flow.',
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
    reason: "It is entered in the flow's settings.",
  },
  {
    name: 'generatedKeyLength',
    question: 'Which form does a webhook key have?',
    choice: '64 hex characters where none is given; any text that is not empty is accepted',
    reason: 'No form is documented.',
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
    reason: 'The provider has no endpoint for it.',
  },
]

const shapes: readonly Assumption[] = [
  {
    name: 'identityStatus',
    question: 'Which status goes with which identity event?',
    choice:
      '_COMPLETED APPROVED, _REJECTED REJECTED, _UPDATED UPDATED; PENDING_REVIEW as a variant of the first and the last',
    reason: 'The natural reading of four statuses for three types.',
  },
  {
    name: 'companyApprovedStatus',
    question: 'How is the status of an approved company form spelled?',
    choice: 'APPROVED as a variant; PENDING_REVIEW otherwise',
    reason: 'The overview mentions approval, and the identity events spell it so.',
  },
  {
    name: 'identityShape',
    question: 'Which keys does data.identity have?',
    choice:
      '_id, flow, user, flow_instance, status, data (names, document, country, dates, age, is_expired), file_references_data',
    reason:
      "The form of the onboarding object with the contents that the identity step's page hints at; further keys are accepted.",
  },
  {
    name: 'errorShape',
    question: 'What is an element of data.errors?',
    choice: '{ code, message }; none when approved, one when rejected',
    reason: 'One code for each check that is documented: expiry, country, document type, names, forgery, minimum age.',
  },
  {
    name: 'individualShape',
    question: 'What are the rest and the types of data_individual?',
    choice: 'the documented names in the order of the text; is_pep a boolean, the others texts, country alpha-3',
    reason: 'The example begins so and breaks off after the first key.',
  },
  {
    name: 'individualOnboardingOrder',
    question: "In which order do the keys of a person's form stand?",
    choice: '_id, flow, user, flow_instance, identities, data, status',
    reason: 'The documented beginning, then the status.',
  },
  {
    name: 'companyShape',
    question: 'What is the rest of data_company?',
    choice: 'the seven keys of the example, then date_of_incorporation (YYYY-MM-DD) and legal_address',
    reason: 'The example first, then what only the text names.',
  },
  {
    name: 'companyBlocks',
    question: 'Where do business information, representatives, beneficiaries and files stand?',
    choice: 'the first three beside data_company, the files in onboarding after the identities',
    reason: '`data` wraps named blocks in both examples.',
  },
  {
    name: 'companyOnboardingOrder',
    question: "In which order do the keys of a company's form stand?",
    choice: '_id, flow, user, status, data, flow_instance, identities, file_references_data',
    reason: 'The documented beginning; the identity of the first beneficiary is listed by its id.',
  },
  {
    name: 'dataKeyOrder',
    question: 'In which order do the keys of data stand?',
    choice: 'that of the tables',
    reason: 'On the flow page table and example agree.',
  },
  {
    name: 'mongoKeys',
    question: 'Do objects carry createdAt, updatedAt or __v?',
    choice: 'no',
    reason: 'Nothing documents them.',
  },
]

const transactions: readonly Assumption[] = [
  {
    name: 'transactionEnvelope',
    question: 'Is anything wrapped around the fields of a transaction webhook?',
    choice: 'nothing: the 21 fields at top level in the order of the table',
    reason: 'No wrapper is shown.',
  },
  {
    name: 'transactionEventName',
    question: 'What is the event called?',
    choice: 'TRANSACTION_STATE_CHANGED, a name of ours that is not sent',
    reason: 'The catalog needs a name; the wire has none.',
  },
  {
    name: 'transactionSigning',
    question: 'Is a transaction webhook signed?',
    choice: 'none',
    reason: 'The scheme is documented for the Flow API alone.',
    setting: 'subscription',
    alternatives: "flow: the flow webhooks' scheme with the subscription's key",
  },
  {
    name: 'transactionRetry',
    question: 'Which answers, retries and timeout hold for it?',
    choice: 'those of the flow webhooks',
    reason: 'One policy to learn.',
  },
  {
    name: 'transactionStates',
    question: 'Which states does it tell?',
    choice: 'all four, EVALUATION included',
    reason: "EVALUATION stands in the list endpoint's enum.",
  },
  {
    name: 'rejectionCategories',
    question: 'Which categories can reasons_rejection_operator_list hold?',
    choice: ['BLACKLIST', 'SANCTION'],
    reason: 'The two documented examples; the list is open, so other texts are accepted.',
  },
  {
    name: 'transactionLimits',
    question: 'What is in the limits objects?',
    choice: null,
    reason: 'Their shape is not documented, and null is allowed.',
  },
]

/** Questions about what is in the messages. */
export const payloadAssumptions: readonly Assumption[] = [...envelope, ...flows, ...shapes, ...transactions]
