// What KYC Genie's documents leave open about its objects and the routes for them.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about entities, questionnaires, workflows, responses, screenings and risk profiles. */
export const resourceAssumptions: readonly Assumption[] = [
  {
    name: 'keyEnvironment',
    question: 'Are API keys test or live keys?',
    choice: 'test',
    reason: 'All data here is generated.',
    setting: 'provider',
    alternatives: 'live',
  },
  {
    name: 'objectGeneration',
    question: 'Which generation do objects and the answers of workflow and screening calls have?',
    choice: 'new',
    reason:
      'The newest pages (Responses (new), object) (Verification (new), object) (Workflows (new), Response Objects).',
    setting: 'provider',
    alternatives:
      'old: with is_test_data, without failure_details and delivery_method, created_at before accessed_at; one answer with steps and expires_at for both sending calls (Workflows (old), Workflow Response Object); a 409 with error, detail and screening_id (Screening (old), 409)',
  },
  {
    name: 'resourceBase',
    question: 'Which version is in the paths of entities, responses and workflows?',
    choice: '/api/v1',
    reason:
      'Their pages name paths such as /workflows/send/ without it (Workflows (new), Two Delivery Paths) (Entities (new), Entity Object); every example with one has /api/v1 (Getting started, List Questionnaires).',
    setting: 'provider',
    alternatives: 'any path, such as /api/v2',
  },
  {
    name: 'screeningBase',
    question: 'Where is one screening read?',
    choice: '/api/v1/screening',
    reason:
      'Results can be fetched with GET (Screening, How Screening Works); the path is that of the POST with the id.',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'questionnaireBase',
    question: 'Where is one questionnaire read?',
    choice: '/api/v1/questionnaires',
    reason: 'A detail view is documented (Questionnaires, detail fields); the path is that of the list with the id.',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'templateBase',
    question: 'Where is one questionnaire template of version 2 read?',
    choice: '/api/v2/questionnaire-templates',
    reason: 'A detail view is documented (Questionnaires, detail fields); the path is that of the list with the uuid.',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'questionnaireSet',
    question: 'Which questionnaires does a tenant have?',
    choice: 'Three: for companies, for individuals, and a request for information; the same in every run',
    reason: 'They are made in the web interface (Questionnaires, Read-Only API), which the emulator has not.',
  },
  {
    name: 'questionShape',
    question: 'What are the keys of a question and of a file question?',
    choice: 'id, question_text, question_type, is_required, order; id, name, is_required',
    reason: 'The lists are documented (Questionnaires, detail fields), their items are not.',
  },
  {
    name: 'cursorPage',
    question: 'What is a page of version 2 made of?',
    choice: 'results, next_cursor, previous_cursor',
    reason: 'Only next_cursor is named (Questionnaires, Query Parameters).',
  },
  {
    name: 'pageSize',
    question: 'Which parameters and page size do the lists of responses and entities have?',
    choice: 'page and page_size, 50 unless given and at most 100; newest first',
    reason:
      'Those of questionnaires (Questionnaires, Query Parameters); the four keys are documented (Getting started, pagination).',
  },
  {
    name: 'answers',
    question: 'What is in the answers of a response?',
    choice: 'What was saved over the API, as it was; otherwise an empty list',
    reason: 'The array is documented (Responses (new), object), its items are not.',
  },
  {
    name: 'saveBody',
    question: 'What does the call that fills in a response take and answer?',
    choice: 'answers, a list of anything; the response with its answers',
    reason: 'Only method and path are documented (Workflows (new), Two Delivery Paths).',
  },
  {
    name: 'profileKeys',
    question: 'What are the keys of a profile in a response?',
    choice: 'id, name, email',
    reason: 'A profile has them elsewhere (Non-document verification, object).',
  },
  {
    name: 'entityBody',
    question: 'What does a new entity need?',
    choice:
      'entity_type, and legal_name of a company or first_name and last_name of an individual; the other keys of the object can be given, what is not given is generated',
    reason:
      'The object is documented (Entities (new), Entity Object), the request is not; the SDK shows one (Python SDK, Quick Start).',
  },
  {
    name: 'companyShare',
    question: 'How many of the entities that events make are companies?',
    choice:
      'Six in ten; a story that begins with a verification or a non-document check is of an individual, and of a company the contact is verified',
    reason: 'Nothing is documented; a receiver should meet both.',
  },
  {
    name: 'workflowBody',
    question: 'What does the call that sends a workflow take, and with which status does it answer?',
    choice:
      'entity_id or entity (as for a new entity); ddq with questionnaire_id; verification with profile, or empty; 201',
    reason:
      'Only the blocks and prefill are named (Workflows (new), Two Delivery Paths) (Workflows (old), Send Workflow).',
  },
  {
    name: 'workflowEvents',
    question: 'Which events follow from sending?',
    choice:
      'Direct: onboarding.created, verification.session_created and response.created; prefill: response.created, the others when it is sent. They can arrive before the answer',
    reason:
      'Each is documented as the making of what the call makes (Webhooks API, "Event Types") (Workflows (new), Two Delivery Paths).',
  },
  {
    name: 'submissionDelay',
    question: 'When does an entity go on after a workflow was sent to it?',
    choice: '10s',
    reason:
      'A person decides. It submits the response after this time and finishes the verification after it again, each with its events; runs stay short.',
    setting: 'provider',
    alternatives: 'any duration, or never: nothing happens until the links expire, and you go on by hand',
  },
  {
    name: 'linkLifetime',
    question: 'How long is the link of an onboarding valid?',
    choice: '7 days',
    reason:
      'expires_at is documented (Workflows (old), Workflow Response Object), the time is not; a verification has 48 hours.',
  },
  {
    name: 'onboardingStates',
    question: 'Which statuses does an onboarding session have after it was sent?',
    choice: 'in_progress, completed, expired, revoked',
    reason: 'Only sent and prefill_ready are named (Workflows (new), Response Objects); the others follow the events.',
  },
  {
    name: 'screeningDelay',
    question: 'How long does a screening take?',
    choice: '2s',
    reason: 'Usually a few seconds (Screening (old), Screen Entity).',
    setting: 'provider',
    alternatives: 'any duration; 0: at once, as test mode is described (Screening, Test Mode Supported)',
  },
  {
    name: 'screeningKeywords',
    question: 'Which keywords in the name of an entity decide the result of a screening?',
    choice:
      'sanction, sanctions, sanctioned, pep, watchlist, adverse, match: risk profiles, a case and an alert; fail, failed, failure, error: screening.failed; otherwise clear',
    reason: 'Results are controlled by keywords (Screening, Test Mode Supported); the list is not known.',
  },
  {
    name: 'screeningConflict',
    question: 'Which details does the 409 of a second screening have?',
    choice: 'existing_screening_id and status',
    reason: 'By analogy with existing_check_id and status (Errors, table of codes).',
  },
  {
    name: 'screeningTargets',
    question: 'How is the end of a screening sent to its own webhook_url?',
    choice:
      'As the event, with retries, besides what subscriptions get; signed with the secret of the oldest active webhook of the key with that URL, otherwise with testSigningSecret',
    reason: 'Nothing is documented but the URL itself (Screening, Request Body).',
  },
  {
    name: 'screeningWebhookUrl',
    question: "What is the tenant's default URL for screenings?",
    choice: null,
    reason: "It is set in the web interface; a screening's webhook_url takes its place (Screening, Request Body).",
    setting: 'provider',
    alternatives: 'a URL',
  },
  {
    name: 'monitoringEnabled',
    question: "What is the tenant's setting of ongoing monitoring?",
    choice: true,
    reason: 'It is used where a screening does not name it (Screening, Request Body); the value is not documented.',
    setting: 'provider',
    alternatives: 'false',
  },
  {
    name: 'idempotencyKey',
    question: 'What does an Idempotency-Key do?',
    choice:
      'Of screenings: the same key for the same entity gets the first answer again; it may be left out, and must have 16 to 255 characters. Elsewhere it is ignored',
    reason:
      'One page requires it (Screening (old), Idempotency Required), a newer one only shows it (Screening, example request).',
  },
  {
    name: 'nonDocumentBase',
    question: 'Below which path is non-document-verification/, the route of non-document checks?',
    choice: '/api/v1',
    reason:
      'A check that is in progress gets a 409 (Errors, example with details); the name is that of the page (Non-document verification, object).',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'nonDocumentBody',
    question: 'What does the call that begins a non-document check take and answer, and when is it refused?',
    choice:
      'entity_id of an individual, optionally two_plus_two; 201 with the check. While one of the entity is pending or in progress: 409 with its id and status',
    reason:
      'The object and the 409 are documented (Non-document verification, object) (Errors, example with details), the request is not.',
  },
  {
    name: 'checkDelay',
    question: 'How long does a non-document check take, and what does it find?',
    choice: '2s',
    reason: 'Checks are made in real time (Non-document verification, object). It ends clear unless you end it before.',
    setting: 'provider',
    alternatives: 'any duration, or never: you trigger non_document.completed',
  },
  {
    name: 'twoPlusTwo',
    question: 'Which non-document checks need two identity and two address matches?',
    choice: 'Every second one, unless the call says; it stays so',
    reason: 'The key says whether it is enabled (Non-document verification, object); a receiver should meet both.',
  },
  {
    name: 'decisions',
    question: 'Which decisions about a risk profile are possible, and what follows from them?',
    choice:
      'not_reviewed to any other status, in_review to false_positive and true_positive; others get 400 with current_status. The alert agrees with its risk profiles; no event is sent',
    reason: 'The statuses are documented (Risk profiles, Review Status Values), the transitions are not.',
  },
  {
    name: 'caseOutcome',
    question: 'What does the resolution of a case mean for alerts, risk profiles and the entity?',
    choice:
      'Risk profiles without a decision become false_positive; the entity is rejected if one is a true_positive, otherwise approved',
    reason: 'The chain is documented (Risk profiles, Risk Profile Workflow), its end is not.',
  },
  {
    name: 'transitions',
    question: 'Which events can follow which status?',
    choice:
      'Any later one as long as the thing has not ended; a link that expired can be regenerated, a screening that failed can complete. Others are sent with a warning',
    reason: 'A state machine is mentioned (Responses (new), Status Values), its table is not shown.',
  },
]
