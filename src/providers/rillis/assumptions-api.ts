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
      'GET {clientApiBasePath}/flow-instances',
      'GET {clientApiBasePath}/flow-instance/file/{id}',
      'GET {clientApiBasePath}/identities/{id}',
      'GET {clientApiBasePath}/identities/files/{id}',
      'PUT {clientApiBasePath}/identities/change-status/{id}',
      'GET {clientApiBasePath}/onboardings/file/{id}',
      'GET {clientApiBasePath}/onboardings/files/{id}',
      'GET {clientApiBasePath}/onboardings/entity/{document_number}',
      'GET {clientApiBasePath}/onboardings/entity-list/{document_number}',
      'POST {transactionBasePath}/register-remitter',
      'POST {transactionBasePath}/register-beneficiary',
      'GET {resourcesBasePath}/cryptocurrencies',
    ],
    reason:
      'By analogy with the paths that are documented: an action goes before the id (Onboarding: Update Status, path), a page of the guide names its resource (Document Types, query and response).',
  },
  {
    name: 'clientApiBasePath',
    question: 'What is in front of the Flow API paths that only the menu names?',
    choice: '/api/v1/client-api',
    reason: 'The documented paths of the Flow API begin so (Onboarding: Get Details, path).',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'transactionBasePath',
    question: 'What is in front of the paths of Register remitter and Register Beneficiary?',
    choice: '/api/v1/verification',
    reason: 'Transactions are submitted and listed there (Monitoring & History, query).',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'resourcesBasePath',
    question: 'What is in front of the path of List Cryptocurrencies?',
    choice: '/api/v1/resources/validation',
    reason: 'The document types are listed there (Document Types, query and response).',
    setting: 'provider',
    alternatives: 'any path',
  },
  {
    name: 'apiPaging',
    question: 'How are the lists of the Flow API paged?',
    choice: 'page and limit; items, totalItems and totalPages',
    reason: 'As the transaction list is (Monitoring & History, query and response).',
  },
  {
    name: 'flowInProgress',
    question: 'What does a flow instance look like that has not ended?',
    choice: 'status IN_PROGRESS, completed_at null',
    reason: 'Only the two final statuses are documented (Flow, "Status Differences").',
  },
  {
    name: 'flowInstanceUrl',
    question: 'What is the url of a flow instance?',
    choice:
      "the one sent in the flow's event: with several subscriptions that of the oldest; a reference URL where none was sent",
    reason:
      "Event and API show the same object (assumption apiObjects), and data.url is the subscription's URL (dataUrl).",
  },
  {
    name: 'fileRequest',
    question: 'How is a file named in a request?',
    choice: 'path, or paths separated by commas; without paths all files are returned',
    reason:
      'path identifies a file in file_references_data (Onboarding Organizations, description of data.onboarding).',
  },
  {
    name: 'fileResponse',
    question: 'What do the file routes return?',
    choice: '{ name, path, type, content } with the content as base64; a list of them where the name is plural',
    reason:
      'The keys of file_references_data (Onboarding Organizations, description of data.onboarding), and the content in JSON like every other response. Contents are made up.',
  },
  {
    name: 'entityObject',
    question: 'What is an entity, and which one does a document number name?',
    choice:
      'a person or company in an onboarding form with its role, document, form data and the ids of the onboarding; one: that of the newest onboarding, the list: all of them in pages',
    reason:
      "Both endpoints stand among those of onboardings (Webhooks Overview, menu). An individual's number is that of the identity verification.",
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
    name: 'partyRegistration',
    question: 'What are request and response of Register remitter and Register Beneficiary?',
    choice:
      'client_id, client_secret and remitter or beneficiary as in Submit Transaction; 200 with id, external_id and entity_type. The same external_id again replaces it',
    reason:
      'Remitter and beneficiary have one documented structure (Transaction Analysis, request body). No event is documented for a registration.',
  },
  {
    name: 'cryptocurrencies',
    question: 'What does List Cryptocurrencies take and return?',
    choice: 'client_id and client_secret; a list of { symbol, name, networks }',
    reason:
      'The credentials of the document types (Document Types, query and response); assets and networks are those that the pages name (Transaction Analysis, request body) and a few more.',
  },
  {
    name: 'documentTypes',
    question: 'Which document types are there besides the Colombian ones?',
    choice: 'those of Chile, Argentina and Peru, in the same format',
    reason: 'CO-CC, CO-PASS and CO-NIT are the only examples (Document Types, query and response).',
  },
  {
    name: 'transactionFilter',
    question: 'What is the filter of the transaction list called?',
    choice: 'external_transaction_id, and client_transaction_id too',
    reason:
      'The current page has the first name (Monitoring & History, query), an older one the second (Get operation, query).',
  },
  {
    name: 'transactionAccounts',
    question: 'Does a client see only its own transactions?',
    choice: 'no: every client_id sees all of them, and an external_transaction_id can be submitted once',
    reason:
      'The credentials are parameters of each request (Transaction Analysis, request body; Monitoring & History, query); no page says what they separate. A transaction that an event was about has no client_id, and the list must show it too.',
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
