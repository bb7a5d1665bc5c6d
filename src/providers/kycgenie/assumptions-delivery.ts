// What KYC Genie's documents leave open about payloads, signatures, requests and retries.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about deliveries. */
export const deliveryAssumptions: readonly Assumption[] = [
  {
    name: 'envelope',
    question: 'Which keys wrap the data of an event, and in which order?',
    choice: 'id, event_type, created_at, data',
    reason:
      'event_type and created_at are keys of the subscription API (Webhooks API, "List Webhooks"); data holds one resource object.',
  },
  {
    name: 'typeKey',
    question: 'What is the envelope key of the event type called?',
    choice: 'event_type',
    reason: 'The subscription API calls it event_type (Webhooks API, "Create Webhook").',
    setting: 'subscription',
    alternatives: 'type',
  },
  {
    name: 'eventIdFormat',
    question: 'What does the id of an event look like, and when does it change?',
    choice:
      'evt_ and the 32 hex characters of a version 4 uuid; one id for all subscriptions and all attempts of an event',
    reason: 'Nothing is documented; receivers need one value to detect duplicates.',
  },
  {
    name: 'createdAtFormat',
    question: 'What is the format of created_at, and does a retry change it?',
    choice: 'Six fractional digits and +00:00; the time of the event, the same on every attempt',
    reason: 'Every timestamp in the examples has this format (Webhooks API, "List Webhooks").',
  },
  {
    name: 'dataShapes',
    question: 'What is in data for each event type?',
    choice:
      'The documented resource object where there is one, otherwise a small object with documented key names and our own',
    reason: 'No payload is documented; the pages of the resources are the only source of key names.',
  },
  {
    name: 'signatureScheme',
    question: 'With which headers and algorithm are deliveries signed?',
    choice: 'standard',
    reason:
      'Secrets start with whsec_ (Webhooks API, "Create Webhook"), the prefix of Standard Webhooks (Standard Webhooks, "Signature scheme").',
    setting: 'subscription',
    alternatives:
      'hex-body: X-Webhook-Signature: sha256=<hex over the raw body>; stripe: X-Webhook-Signature: t=<seconds>,v1=<hex over t.body>',
  },
  {
    name: 'secretDecoding',
    question: 'Which bytes of the secret are the key?',
    choice: 'standard: base64 after whsec_; hex-body and stripe: the whole string as UTF-8',
    reason: 'The convention of each scheme.',
  },
  {
    name: 'secretFormat',
    question: 'Which characters and length do secrets have?',
    choice: 'whsec_ and 52 characters A-Z and 0-9',
    reason: 'The example has this form (Webhooks API, "Create Webhook"); any such text is base64 of 39 bytes.',
  },
  {
    name: 'resignOnRetry',
    question: 'Is a retry signed again?',
    choice: 'Yes: webhook-timestamp is the second of the attempt, webhook-id stays',
    reason: 'Standard Webhooks requires it (Standard Webhooks, "Webhook metadata").',
  },
  {
    name: 'timestampToleranceSeconds',
    question: 'How old may a timestamp be for a receiver to accept it?',
    choice: 300,
    reason:
      'A tolerance is required without a number (Standard Webhooks, "Verifying signatures"); five minutes is the value of the reference libraries.',
  },
  {
    name: 'secretRotation',
    question: 'Can a secret be rotated?',
    choice:
      'Not over the provider API. By the control API: standard signs with the new and the old secret for 24 hours, the other schemes switch at once',
    reason:
      'No rotation is documented; only Standard Webhooks has a header for several signatures (Standard Webhooks, "Webhook headers").',
  },
  {
    name: 'contentType',
    question: 'Which method and Content-Type does a delivery have?',
    choice: 'application/json',
    reason: 'Nothing is documented; webhooks with JSON are usually sent this way.',
    setting: 'subscription',
    alternatives: 'any text, such as application/json; charset=utf-8 (the method is always POST)',
  },
  {
    name: 'bodyFormat',
    question: 'How is the JSON body formatted?',
    choice: 'compact',
    reason: 'Nothing is documented; the signed bytes are the sent bytes, so a receiver must verify the raw body.',
    setting: 'subscription',
    alternatives: 'python: a space after each comma and colon, everything beyond ASCII as \\u escapes',
  },
  {
    name: 'userAgent',
    question: 'Which other headers are sent?',
    choice: 'User-Agent: Standin/<version> (kycgenie), and no other',
    reason: 'None is documented.',
  },
  {
    name: 'successStatus',
    question: 'Which status settles a delivery?',
    choice: 200,
    reason:
      'The examples show 200 as success and 404 as failure (Webhooks API, "Test Webhook"); the strict rule finds more mistakes in receivers.',
    setting: 'subscription',
    alternatives: '2xx: any status from 200 to 299',
  },
  {
    name: 'followRedirects',
    question: 'Are redirects followed?',
    choice: false,
    reason: 'A 3xx is no success, so the attempt fails.',
  },
  {
    name: 'retryDelays',
    question: 'When is a failed delivery retried?',
    choice: ['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h'],
    reason:
      'The example schedule (Standard Webhooks, "Deliverability and reliability"). Each delay runs from the end of the previous attempt.',
    setting: 'subscription',
    alternatives: 'any list of durations',
  },
  {
    name: 'retryJitter',
    question: 'Do retry delays have jitter?',
    choice: 0,
    reason: 'Tests must be repeatable.',
  },
  {
    name: 'retryAfterUpTo',
    question: 'Is a Retry-After header obeyed, and does 410 change the schedule?',
    choice: '0s',
    reason: 'Nothing is documented, so both are failures like any other.',
    setting: 'subscription',
    alternatives: 'a duration such as 1h: the next attempt waits as long as Retry-After asks, at most that long',
  },
  {
    name: 'responseTimeoutMs',
    question: 'How long may a receiver take to answer?',
    choice: 15_000,
    reason: '15 to 30 seconds are recommended (Standard Webhooks, "Request timeouts").',
    setting: 'subscription',
    alternatives: 'any number of milliseconds',
  },
  {
    name: 'autoDisable',
    question: 'Is a webhook disabled after too many failures?',
    choice: false,
    reason:
      'is_active is set by the user (Webhooks API, "Update Webhook"); an exhausted delivery only counts as failed.',
  },
  {
    name: 'deliveryOrder',
    question: 'Are deliveries in order, and sent only once?',
    choice: 'No order is guaranteed; there are no duplicates unless a fault asks for them',
    reason: 'Nothing is documented.',
  },
  {
    name: 'strictHttps',
    question: 'Must every webhook URL be https?',
    choice: false,
    reason:
      'The documents require https (Webhooks API, "Create Webhook"). Receivers under test often run locally, so http is accepted for loopback and private hosts.',
    setting: 'subscription',
    alternatives: 'true: the documented rule for every host',
  },
  {
    name: 'patchHttpsRule',
    question: 'Does the https rule apply to updates too?',
    choice: 'Yes, the same as for creation',
    reason: 'It is stated for creation and test only (Webhooks API, "Create Webhook"); one field has one rule.',
  },
  {
    name: 'allowTestSubscription',
    question: 'Can a webhook subscribe to test?',
    choice: 'Yes; the test endpoint still sends to the given URL only',
    reason: 'test is in the table of event types (Webhooks API, "Event Types") that the event_type field refers to.',
  },
  {
    name: 'allReceivesTest',
    question: 'Does an all subscription get test events?',
    choice: false,
    reason: 'A test goes to the URL of the call only (Webhooks API, "Test Webhook").',
  },
  {
    name: 'wildcardTypeValue',
    question: 'Which event type is sent to an all subscription?',
    choice: 'The concrete one',
    reason: 'Nothing is documented; a receiver could not handle any other.',
  },
  {
    name: 'overlapDeliveries',
    question: 'What if an all subscription and one for the type have the same URL?',
    choice: 'One delivery each, each with its own secret',
    reason: 'Several subscriptions can be created for different events and endpoints (Webhooks API, "Create Webhook").',
  },
  {
    name: 'eventCatalog',
    question: 'Which generation of the event list is emulated?',
    choice: 'The newer: 34 types besides all and test',
    reason:
      'It has the 32 types of the older page (Webhooks API, "Event Types") and two more (Webhooks API (new), list of event types).',
  },
  {
    name: 'extraEventTypes',
    question: 'What is the further response event of the newer page called?',
    choice: [],
    reason: 'Its name is unknown (Webhooks API (new), list of event types), so there is none until you name it.',
    setting: 'provider',
    alternatives: 'names such as response.something_new',
  },
  {
    name: 'batchProgressEvery',
    question: 'How often is batch.progress sent?',
    choice: 'Every 25 per cent of the items',
    reason: 'No frequency is documented.',
  },
  {
    name: 'simulatedShape',
    question: 'Where is simulated in an autoflag result under a test key, and what are its counts?',
    choice: 'data.simulated true and data.counts {}; under a live key counts has checked and flagged',
    reason:
      'simulated and empty counts are documented without their place (Webhooks API (new), list of event types); the keys under a live key are ours.',
  },
]
