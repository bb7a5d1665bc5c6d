// What Rillis's documents leave open about its own API, and the choices needed to emulate it.
import type { Assumption } from '../../provider/assumptions.js'

const api: readonly Assumption[] = [
  {
    name: 'apiBasePath',
    question: 'What is the host of the API?',
    choice: "the emulator's own address, with the documented paths below it",
    reason: 'The production host of the Flow API is not documented.',
  },
  {
    name: 'authTokenRequest',
    question: 'How is a token requested, and what is the response?',
    choice: 'JSON with client_id and client_secret; 200 with access_token, token_type Bearer and expires_in 3600',
    reason: 'The Transaction Screening API names its credentials this way (Transaction Analysis, request body).',
  },
  {
    name: 'apiAuth',
    question: 'How is the token sent?',
    choice: 'bearer',
    reason: 'The usual place is the Authorization header. Any token that was issued is accepted until it expires.',
    setting: 'provider',
    alternatives: 'off: no token is needed',
  },
  {
    name: 'inferredPaths',
    question: 'What are the paths of endpoints that only the menu names?',
    choice: [
      'GET /api/v1/client-api/flow-instances',
      'GET /api/v1/client-api/identities/{id}',
      'PUT /api/v1/client-api/identities/change-status/{id}',
    ],
    reason:
      'By analogy with the onboarding paths (Onboarding: Get Details, path) and marked as ours; file and entity endpoints are not served.',
  },
  {
    name: 'apiObjects',
    question: 'What do the GET routes return?',
    choice: "a flow instance: the flow event's data; identities and onboardings: the event's inner object",
    reason: 'No response is documented; this way the receiver sees the same data in event and API.',
  },
  {
    name: 'updateStatusBody',
    question: 'What are the request and response of Update Status?',
    choice: '{ status }; 200 with the updated object',
    reason: 'Only the path is documented (Onboarding: Update Status, path).',
  },
  {
    name: 'webhookOnStatusChange',
    question: 'Does an Update Status call send a webhook?',
    choice: 'byStatus',
    reason:
      'Events are described as sent when a status is reached (Webhooks Overview, "Summary Table of Flow API Webhooks").',
    setting: 'provider',
    alternatives: 'none',
  },
  {
    name: 'apiErrorShape',
    question: 'What do errors look like?',
    choice: '{ statusCode, message, error } with 400, 401 or 404',
    reason: 'Common for APIs written in Node.js; none is documented.',
  },
  {
    name: 'submitResponse',
    question: 'What is the response of Submit Transaction?',
    choice: '200 with external_transaction_id and state PROGRESS',
    reason: 'PROGRESS means under analysis (Transaction webhooks, table of states), the first state.',
  },
  {
    name: 'transactionFilter',
    question: 'What is the filter of the transaction list called?',
    choice: 'external_transaction_id, and client_transaction_id too',
    reason:
      'The current page has the first name (Monitoring & History, query), an older one the second (Get operation, query).',
  },
  {
    name: 'apiRateLimit',
    question: 'Is there a rate limit?',
    choice: 'off',
    reason: 'None is documented.',
  },
]

const emulation: readonly Assumption[] = [
  {
    name: 'concurrency',
    question: 'How many deliveries of one subscription are in flight at once?',
    choice: 10,
    reason: 'No limit is documented; with several at once a receiver meets events that arrive out of order.',
    setting: 'subscription',
    alternatives: '1 to 500',
  },
  {
    name: 'flow',
    question: 'To which flow does a subscription belong?',
    choice: null,
    reason:
      'Webhooks are configured for each flow in the dashboard (Webhooks Overview, "General Flow Webhooks"). Without a flow a subscription gets the events of all flows and has a key of its own.',
    setting: 'subscription',
    alternatives: 'a label, which shares the key; or a flow id of 24 hex characters, which also takes only its events',
  },
  {
    name: 'analysisDelayMs',
    question: 'How long does the analysis of a submitted transaction take?',
    choice: 5_000,
    reason: 'No time is documented; it passes on the emulator’s clock.',
    setting: 'provider',
    alternatives: 'any number of milliseconds up to a week',
  },
  {
    name: 'analysisOutcome',
    question: 'How does the analysis of a submitted transaction end?',
    choice: 'COMPLETED',
    reason: 'No criteria are documented, so the test chooses.',
    setting: 'provider',
    alternatives: 'REJECTED, EVALUATION',
  },
]

/** Open questions about the API, and the choices needed to emulate it. */
export const apiAssumptions: readonly Assumption[] = [...api, ...emulation]
