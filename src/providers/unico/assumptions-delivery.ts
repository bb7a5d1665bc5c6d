// What Unico's documents leave open about deliveries and payloads.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about deliveries and payloads. */
export const deliveryAssumptions: readonly Assumption[] = [
  {
    name: 'method',
    question: 'Which HTTP method calls the webhook?',
    choice: 'POST',
    reason: 'No official page names the method; a body with JSON is usually sent by POST.',
  },
  {
    name: 'contentType',
    question: 'Which Content-Type does the webhook have?',
    choice: 'application/json',
    reason: 'The body is JSON (Event types, "Example payload"); no page shows the header.',
    setting: 'subscription',
    alternatives: 'application/json; charset=utf-8',
  },
  {
    name: 'bodyFormat',
    question: 'How is the JSON body formatted, and in which order are its keys?',
    choice: 'compact, keys in the order of the documented examples',
    reason:
      'Pages indent for reading. Example and table disagree on the order of two keys (Event types, "Example payload"); the example is closer to what is sent.',
  },
  {
    name: 'userAgent',
    question: 'What is the User-Agent, and which other headers are sent?',
    choice: 'Standin/<version> (unico), and no other header besides the credential',
    reason: 'No other header is documented.',
  },
  {
    name: 'includeResult',
    question: 'Does the payload have result?',
    choice: true,
    reason: 'It does (Event types, "Payload schema"); older material omits it.',
    setting: 'subscription',
    alternatives: 'false omits only that key',
  },
  {
    name: 'lastEventTexts',
    question: 'Which text is lastEventDescription for each last event?',
    choice: 'the text of the documented table, for all ten',
    reason: 'Example and table agree for EVENT_TYPE_SESSION_ENDED (Event types, "lastEvent enumeration").',
  },
  {
    name: 'defaultLastEvent',
    question: 'Which lastEvent has an expired process without a history?',
    choice: 'EVENT_TYPE_SESSION_ENDED',
    reason:
      'The example has it (Event types, "Example payload"). Each of the ten is a variant, and a process created by the API expires with the last event of its history.',
  },
  {
    name: 'allowUnknownLastEvent',
    question: 'Can a lastEvent outside the list occur?',
    choice: 'by override only, with a warning',
    reason:
      'The set of events may evolve (Event types, "Configurable handling"), so a receiver must be testable with a new one.',
  },
  {
    name: 'signing',
    question: 'Is a webhook signed or protected against replay?',
    choice: 'no',
    reason: 'No page has a signature; only the configured credentials identify the sender (Setup, authentication).',
  },
  {
    name: 'attemptsIncludeFirst',
    question: 'Does the maximum number of attempts include the first call?',
    choice: true,
    reason: 'The page counts attempts, not retries (Setup, retry settings).',
  },
  {
    name: 'maxAttempts',
    question: 'How many attempts are made by default?',
    choice: 5,
    reason: 'A setting of each webhook (Setup, retry settings); default and range are not documented.',
    setting: 'subscription',
    alternatives: '1 to 100, or unlimited',
  },
  {
    name: 'intervalSeconds',
    question: 'How long is the interval between attempts by default?',
    choice: 10,
    reason: 'The unit is seconds (DC Webhook 1, retry settings); the default is not documented.',
    setting: 'subscription',
    alternatives: '1 to 86400 seconds',
  },
  {
    name: 'backoff',
    question: 'How does the interval grow?',
    choice: 'exponential',
    reason:
      'Backoff is exponential (Setup, retry settings), the base is not documented. The interval doubles (10, 20, 40, 80 s), counted from the end of the failed attempt.',
    setting: 'subscription',
    alternatives: 'fixed keeps the interval',
  },
  {
    name: 'maxIntervalSeconds',
    question: 'What is the maximum interval?',
    choice: 3600,
    reason: 'Not documented; a longer interval setting is its own maximum.',
  },
  {
    name: 'retryJitter',
    question: 'Do retry intervals have jitter?',
    choice: 0,
    reason: 'Not documented, and tests must be repeatable.',
  },
  {
    name: 'timeoutSeconds',
    question: 'What is the timeout by default?',
    choice: 10,
    reason: 'A setting of each webhook, in seconds (Setup, timeout); the default is not documented.',
    setting: 'subscription',
    alternatives: 'up to 60 seconds',
  },
  {
    name: 'concurrency',
    question: 'How many deliveries are in flight at once by default?',
    choice: 10,
    reason: 'Only the maximum of 500 is documented (Setup, concurrency).',
    setting: 'subscription',
    alternatives: '1 to 500',
  },
  {
    name: 'queueOrder',
    question: 'In which order are pending deliveries sent?',
    choice: 'by due time, first attempts and retries together',
    reason: 'They are sent as capacity frees (Security, concurrency), without an order.',
  },
  {
    name: 'networkErrorIsFailure',
    question: 'Are timeouts, connection and TLS errors failed attempts?',
    choice: true,
    reason: 'They are no response between 200 and 299 (Security, success and failure).',
  },
  {
    name: 'followRedirects',
    question: 'Are redirects followed?',
    choice: false,
    reason: 'A 3xx is outside 200 to 299 (Security, success and failure), so the attempt fails.',
  },
  {
    name: 'retryAfterUpTo',
    question: 'Is a Retry-After header obeyed, and do 410 or 429 change the schedule?',
    choice: '0s',
    reason: 'None of them is mentioned, so they are failures like any other.',
    setting: 'subscription',
    alternatives: 'a duration such as 1h: the next attempt waits as long as Retry-After asks, at most that long',
  },
  {
    name: 'onExhausted',
    question: 'What follows the last failed attempt?',
    choice: 'the delivery is exhausted, the webhook stays active',
    reason: 'The remedy is to call GetProcess (Fallback, description); nothing else is documented.',
  },
  {
    name: 'duplicateDeliveries',
    question: 'How often is a delivered webhook sent again?',
    choice: 0,
    reason:
      'Delivery is at least once (Security, idempotency), but tests must be repeatable. Resend or a duplicate fault does it on demand.',
  },
  {
    name: 'errorThrottle',
    question: 'How is an endpoint with many errors throttled?',
    choice: false,
    reason:
      'Its throughput is reduced (Security, throughput of a failing endpoint), without numbers. When on: concurrency is halved while more than half of the last 20 attempts failed (never below 1) and doubled after 20 successes.',
    setting: 'subscription',
    alternatives: 'true',
  },
  {
    name: 'webhookScope',
    question: 'How many webhooks can there be, and do they filter?',
    choice: 'any number; each gets every finished process unless its event types exclude it',
    reason: 'Not documented.',
  },
  {
    name: 'testEvent',
    question: 'Is there a test call?',
    choice: 'none; trigger process.finished.ok',
    reason: 'No page has an endpoint for it.',
  },
  {
    name: 'deliveryDelayMs',
    question: 'How long after the end of a process is the first call?',
    choice: 0,
    reason: 'Not documented.',
  },
  {
    name: 'notifyOnProcessError',
    question: 'Is a webhook sent for a process that finished with PROCESS_RESULT_ERROR?',
    choice: 'no',
    reason: 'The webhook has no result value for it (Event types, "Payload schema").',
  },
  {
    name: 'notifyStates',
    question: 'Are webhooks sent for PROCESS_STATE_CREATED and PROCESS_STATE_FAILED?',
    choice: 'no, PROCESS_STATE_FINISHED only',
    reason: 'The status to notify is fixed (Setup, status to notify).',
  },
  {
    name: 'notifyApiContract',
    question: 'Are webhooks sent for processes of the by-client API?',
    choice: false,
    reason: 'That API returns the result at once (API GetProcess, description).',
  },
  {
    name: 'eventNames',
    question: 'What are the events called?',
    choice: 'process.finished. and the result',
    reason: 'The payload names none (Event types, "Payload schema").',
  },
]
