// What KYC Genie's documents leave open about its own API and its objects.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about the API. */
export const apiAssumptions: readonly Assumption[] = [
  {
    name: 'apiKeys',
    question: 'What does an API key look like?',
    choice: [],
    reason:
      'Two pages show two formats (Authentication, example key) (Getting started, example key), so any non-empty Bearer token is a key and an account of its own.',
    setting: 'provider',
    alternatives: 'a list: only those keys are accepted',
  },
  {
    name: 'unknownKeyMessage',
    question: 'What is the response to an unknown API key?',
    choice: '401, code authentication_failed, "Invalid API key."',
    reason: 'Status and code are documented (Errors, table of codes), the text is not.',
  },
  {
    name: 'acceptSessionAuth',
    question: 'Does the test endpoint accept a browser session here?',
    choice: false,
    reason:
      'It does at the provider (Webhooks API, "Test Webhook"), which does not say how a session is sent, and the emulator has no browser login. With true any sessionid cookie, the name that Django uses, is a session; it has no account, so the secret is that of the oldest active webhook of any key with that URL.',
    setting: 'provider',
    alternatives: 'true: a request with a sessionid cookie and no API key is accepted',
  },
  {
    name: 'foreignIdStatus',
    question: "What is the response to the id of another account's webhook?",
    choice: 404,
    reason: 'Nothing is documented; any other status would reveal that it exists.',
  },
  {
    name: 'notFoundBody',
    question: 'What is the body of a 404?',
    choice: 'The error envelope with "Not found." and code not_found, for a malformed id too',
    reason:
      "The envelope is documented for every endpoint (Errors, description of the envelope); the text is the framework's default.",
  },
  {
    name: 'methodNotAllowedBody',
    question: 'What is the response to a method that a path does not have (PUT)?',
    choice: '405 and the error envelope with code method_not_allowed',
    reason: "The framework's default status.",
  },
  {
    name: 'validationMessages',
    question: 'What do the messages of validation errors say?',
    choice:
      'Missing: "This field is required."; unknown type: ""<value>" is not a valid choice."; bad URL: "Enter a valid URL."; http refused: "Webhook URL must use HTTPS."; above them "Validation failed.". The messages of all fields come at once, and whitespace around URLs and descriptions is dropped',
    reason:
      'The first and the last are documented (Errors, example); they are default texts of Django REST framework, as are the others.',
  },
  {
    name: 'malformedJson',
    question: 'What is the response to a body that is not JSON?',
    choice: '400, code invalid_request, "JSON parse error."',
    reason: 'It is no error of a single field (Errors, table of codes).',
  },
  {
    name: 'apiRateLimit',
    question: 'Is the API rate limited?',
    choice: false,
    reason: 'Nothing is documented.',
  },
  {
    name: 'credits',
    question: 'Can an account run out of credits?',
    choice: 'No; 402 is never sent',
    reason: 'No page says that webhooks use credits.',
  },
  {
    name: 'trailingSlash',
    question: 'What is the response to a path without its trailing slash?',
    choice: 'strict',
    reason:
      'Every path is documented with a slash (Webhooks API, "Create Webhook"). Django redirects a GET with 301 and answers 404 otherwise; the error names the path with its slash.',
    setting: 'provider',
    alternatives: 'lenient: the same as with the slash',
  },
  {
    name: 'serveV2',
    question: 'Are the webhook routes also under /api/v2/?',
    choice: false,
    reason: 'The page has them under /api/v1/ only (Webhooks API, "Create Webhook").',
  },
  {
    name: 'listOrder',
    question: 'In which order are webhooks listed?',
    choice: 'Newest created_at first',
    reason: 'The example is in this order (Webhooks API, "List Webhooks").',
  },
  {
    name: 'listFilters',
    question: 'Does the list have filters or pages?',
    choice: 'No; query parameters are ignored',
    reason: 'The response has no keys for pages (Webhooks API, "List Webhooks").',
  },
  {
    name: 'omittedFields',
    question: 'What are description and filters when they were omitted?',
    choice: 'An empty string and an empty object',
    reason: 'Their types are string and object (Webhooks API, "List Webhooks").',
  },
  {
    name: 'filtersEffect',
    question: 'Do filters hold events back?',
    choice: 'No; they are stored and shown',
    reason: 'They are for future use (Webhooks API, "Create Webhook").',
  },
  {
    name: 'unknownPatchFields',
    question: 'What if an update has other fields, such as event_type?',
    choice: 'They are ignored; updated_at changes on every accepted update',
    reason: 'They are not in the table of fields (Webhooks API, "Update Webhook").',
  },
  {
    name: 'allowDuplicates',
    question: 'May two webhooks have the same event type and URL?',
    choice: true,
    reason: 'No page forbids it.',
  },
  {
    name: 'maxWebhooks',
    question: 'How many webhooks may an account have?',
    choice: 'Any number',
    reason: 'No limit is documented.',
  },
  {
    name: 'statsUnit',
    question: 'What do the stats of a webhook count?',
    choice: 'deliveries',
    reason:
      'The keys are total, successful and failed deliveries (Webhooks API, "List Webhooks"). A delivery counts when it is delivered or exhausted, so the total is the sum of the two.',
    setting: 'provider',
    alternatives: 'attempts: every single request',
  },
  {
    name: 'lastTriggeredAt',
    question: 'Which time is last_triggered_at?',
    choice: 'The start of the latest attempt',
    reason: 'It is the last delivery timestamp (Webhooks API, "List Webhooks").',
  },
  {
    name: 'testMovesStats',
    question: 'Do test events count in the stats?',
    choice: false,
    reason: 'The URL of a test need not belong to a webhook (Webhooks API, "Test Webhook").',
  },
  {
    name: 'pendingOnDisable',
    question: 'What happens to pending retries when a webhook is deleted or deactivated?',
    choice: 'They are cancelled',
    reason: 'Nothing is documented; no receiver is left to notify.',
  },
  {
    name: 'retryTarget',
    question: 'Where do pending retries go after the URL was changed?',
    choice: 'To the new URL',
    reason: 'Nothing is documented; settings are read for each attempt.',
  },
  {
    name: 'testBody',
    question: 'What is the body of a test event?',
    choice: 'The envelope with event_type test and data.message',
    reason: 'Only the name is documented (Webhooks API, "Event Types").',
  },
  {
    name: 'testSigningSecret',
    question: 'With which secret is a test event signed?',
    choice: 'whsec_T0E1S2T3W4E5B6H7O8O9K0S1E2C3R4E5T6F7O8R9S0T1A2N3D4I5',
    reason:
      "Nothing is documented. The secret of the key's oldest active webhook with that URL, which the receiver knows, is used; this one if there is none.",
    setting: 'provider',
    alternatives: 'any whsec_ secret',
  },
  {
    name: 'testFailureMessages',
    question: 'What does a test report when there was no HTTP response?',
    choice:
      '502, "Test webhook delivery failed: " with "Request timed out", "Connection failed" or "TLS error"; http_status_code null',
    reason: 'The same four keys as the documented failure (Webhooks API, "Test Webhook").',
  },
  {
    name: 'testTimeoutMs',
    question: 'What is the timeout of a test, and is it retried?',
    choice: 'That of any attempt (responseTimeoutMs, 15 seconds); no retry',
    reason: 'The test is synchronous (Webhooks API, "Test Webhook").',
  },
  {
    name: 'firstLogId',
    question: 'What is the first log_id?',
    choice: 4821,
    reason: 'The example has it (Webhooks API, "Test Webhook"); each test adds one.',
  },
  {
    name: 'logEndpoints',
    question: 'Can deliveries be listed over the provider API?',
    choice: 'No; the control API shows every attempt',
    reason: 'No page has such an endpoint.',
  },
  {
    name: 'apiBasePath',
    question: 'What is the host of the API?',
    choice: "Standin's own address, with the documented paths below /kycgenie",
    reason: 'Two hosts are documented (Authentication, host) (Screening, host).',
  },
  {
    name: 'maxAttempts',
    question: 'How many attempts are made in all?',
    choice: 10,
    reason:
      'The first and one after each delay of the example schedule (Standard Webhooks, "Deliverability and reliability").',
    setting: 'subscription',
    alternatives: 'any number, or unlimited: the last delay repeats until the accepted answer',
  },
  {
    name: 'concurrency',
    question: 'How many deliveries of one subscription are in flight at once?',
    choice: 10,
    reason: 'Nothing is documented; the size of a small pool of workers.',
    setting: 'subscription',
    alternatives: '1 to 500',
  },
]
