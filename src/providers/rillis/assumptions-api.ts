// What Rillis's documents leave open about its own API, and what Standin adds to play it.
import type { Assumption } from '../../provider/assumptions.js'

const api: readonly Assumption[] = [
  {
    name: 'apiBasePath',
    question: 'At which host is the API?',
    choice: "the emulator's own address, with the documented paths below it",
    reason: 'The production host is not documented.',
  },
  {
    name: 'authTokenRequest',
    question: 'How is a token asked for, and what comes back?',
    choice: 'JSON with client_id and client_secret; 200 with access_token, token_type Bearer and expires_in 3600',
    reason: 'The Transaction Screening API names its credentials so.',
  },
  {
    name: 'apiAuth',
    question: 'How is the token carried?',
    choice: 'bearer',
    reason: 'The natural place is the Authorization header; any token that was issued is accepted until it expires.',
    setting: 'provider',
    alternatives: 'off: no token is asked for',
  },
  {
    name: 'inferredPaths',
    question: 'What are the paths of endpoints that only the menu names?',
    choice: [
      'GET /api/v1/client-api/flow-instances',
      'GET /api/v1/client-api/identities/{id}',
      'PUT /api/v1/client-api/identities/change-status/{id}',
    ],
    reason: 'By analogy with the onboarding paths, and marked as ours; file and entity endpoints are not served.',
  },
  {
    name: 'apiObjects',
    question: 'What do the GET routes answer?',
    choice: "a flow instance: the flow event's data; identities and onboardings: the event's inner object",
    reason: 'A receiver sees the same data twice.',
  },
  {
    name: 'updateStatusBody',
    question: 'What does Update Status take and answer?',
    choice: '{ status }; 200 with the updated object',
    reason: 'The plain reading of its name.',
  },
  {
    name: 'webhookOnStatusChange',
    question: 'Does an Update Status call send a webhook?',
    choice: 'byStatus',
    reason:
      'Events are described as sent when a status is reached, and a team that makes the call wants to rehearse what follows.',
    setting: 'provider',
    alternatives: 'none',
  },
  {
    name: 'apiErrorShape',
    question: 'What do errors look like?',
    choice: '{ statusCode, message, error } with 400, 401 or 404',
    reason: 'Customary for APIs written for Node.js.',
  },
  {
    name: 'submitResponse',
    question: 'What does Submit Transaction answer?',
    choice: '200 with external_transaction_id and state PROGRESS',
    reason: 'The first state of a transaction.',
  },
  {
    name: 'transactionFilter',
    question: 'What is the filter of the transaction list called?',
    choice: 'external_transaction_id, and client_transaction_id too',
    reason: 'Two generations of the documents name it differently.',
  },
  {
    name: 'apiRateLimit',
    question: 'Is there a rate limit?',
    choice: 'off',
    reason: 'None is documented.',
  },
]

const playing: readonly Assumption[] = [
  {
    name: 'concurrency',
    question: 'How many deliveries of one subscription are in flight at once?',
    choice: 10,
    reason: 'No limit is documented; a few at once show a receiver that events do not wait for each other.',
    setting: 'subscription',
    alternatives: '1 to 500',
  },
  {
    name: 'flow',
    question: 'To which flow does a subscription belong?',
    choice: null,
    reason:
      'Flows are set up in the dashboard; without one a subscription takes the events of all and has a key of its own.',
    setting: 'subscription',
    alternatives: 'a label, which shares the key; or a flow id of 24 hex characters, which takes only its events too',
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
    reason: 'What it goes by is not documented, so the test chooses.',
    setting: 'provider',
    alternatives: 'REJECTED, EVALUATION',
  },
]

/** Questions about the API; the last ones are about playing it. */
export const apiAssumptions: readonly Assumption[] = [...api, ...playing]
