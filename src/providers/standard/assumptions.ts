// What the Standard Webhooks specification leaves to the sender: our choice, its reason and the setting that changes it.
import type { Assumption } from '../../provider/assumptions.js'

/** Every open question: payload, signature, then deliveries. */
export const assumptions: readonly Assumption[] = [
  {
    name: 'eventTypes',
    question: 'Which event types are there, and what does their data look like?',
    choice: 'contact.created, contact.updated, contact.deleted and invoice.paid',
    reason:
      'Names of the examples and similar ones (Standard Webhooks, "Payload structure"); each provider has its own.',
    setting: 'provider',
    alternatives: 'any list of name, title, schema (JSON Schema), sample and variants',
  },
  {
    name: 'envelope',
    question: 'What is the structure of the body?',
    choice: 'standard',
    reason: 'type, timestamp and data are recommended, nothing is required (Standard Webhooks, "Payload structure").',
    setting: 'provider',
    alternatives: 'none: the declared data is the whole body',
  },
  {
    name: 'timestampDigits',
    question: 'How many fractional digits does the timestamp of the envelope have?',
    choice: 6,
    reason: 'The examples have six, and Z (Standard Webhooks, "Payload structure").',
    setting: 'provider',
    alternatives: '3 or 0',
  },
  {
    name: 'bodyFormat',
    question: 'How is the JSON body formatted, and in which order are its keys?',
    choice: 'compact; type, timestamp, data; the data in the order of their declaration',
    reason: 'Minimizing the JSON is recommended (Standard Webhooks, "Signature scheme").',
  },
  {
    name: 'contentType',
    question: 'Which Content-Type does a delivery have?',
    choice: 'application/json',
    reason: 'JSON is recommended, other types are allowed (Standard Webhooks, "Payload structure").',
    setting: 'subscription',
    alternatives: 'any',
  },
  {
    name: 'userAgent',
    question: 'Which headers are sent besides the three of the specification?',
    choice: 'Content-Type and User-Agent: Standin/<version> (standard)',
    reason: 'None is specified.',
  },
  {
    name: 'messageId',
    question: 'What does webhook-id look like, and is it the same for all receivers of an event?',
    choice: 'msg_ and 27 letters and digits, made from the event; the same for every subscription and attempt',
    reason:
      'The example has this format; the id identifies an event (Standard Webhooks, "Webhook metadata") and must not contain a full stop (Standard Webhooks, "Signature scheme").',
  },
  {
    name: 'signatureScheme',
    question: 'Which of the two signature schemes is used?',
    choice: 'v1',
    reason:
      'It is the more common one (Standard Webhooks, "Signature scheme"). A secret that is given decides by its prefix: whsec_ signs v1, whsk_ signs v1a; after a rotation from one to the other a message has both signatures.',
    setting: 'subscription',
    alternatives: 'v1a: a key pair is generated (ed25519)',
  },
  {
    name: 'publicKeys',
    question: 'Where does a receiver get the public key of v1a signatures?',
    choice:
      'GET /.well-known/jwks.json: a JWK set of the keys of all subscriptions, each with its whpk_ form as "whpk"',
    reason:
      'Key distribution is left to the sender (Standard Webhooks, "Signature scheme", additional considerations); a JWK set, as RFC 7517 and RFC 8037 describe it, is what libraries read.',
  },
  {
    name: 'secretLength',
    question: 'How long are generated secrets?',
    choice: '32 bytes; given ones may have 24 to 64',
    reason: 'At least 24 bytes and at most 64 (Standard Webhooks, "Signature scheme"); 32 is usual.',
  },
  {
    name: 'rotationOverlap',
    question: 'How long is a message also signed with the old secret after a rotation?',
    choice: '24h',
    reason: 'For a set period, whose length is open (Standard Webhooks, "Webhook headers"); a day is usual.',
    setting: 'subscription',
    alternatives: 'any duration; 0 ends the old secret at once',
  },
  {
    name: 'signatureOrder',
    question: 'Which signature comes first while there are two?',
    choice: 'that of the new secret',
    reason: 'No order is specified; receivers try each signature (Standard Webhooks, "Webhook headers").',
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
    name: 'maxAttempts',
    question: 'How many attempts are made in all?',
    choice: 10,
    reason: 'The example schedule has ten rows (Standard Webhooks, "Deliverability and reliability").',
    setting: 'subscription',
    alternatives: 'any number, or "unlimited"',
  },
  {
    name: 'jitter',
    question: 'Do retry delays have jitter?',
    choice: 'no',
    reason: 'It is recommended (Standard Webhooks, "Deliverability and reliability"), but tests must be repeatable.',
  },
  {
    name: 'retryAfterUpTo',
    question: 'Is a Retry-After header obeyed, and are requests throttled after 429, 502 and 504?',
    choice: '0s',
    reason: 'Both are recommended without details (Standard Webhooks, "Delivery success and failure").',
    setting: 'subscription',
    alternatives: 'a duration such as 1h: the next attempt waits as long as Retry-After asks, at most that long',
  },
  {
    name: 'gone',
    question: 'What follows a 410 response?',
    choice: 'deactivate',
    reason:
      'The sender should disable the endpoint and stop sending (Standard Webhooks, "Delivery success and failure").',
    setting: 'subscription',
    alternatives: 'retry: like any other failure',
  },
  {
    name: 'afterLast',
    question: 'Is an endpoint disabled when a delivery is exhausted?',
    choice: 'keep',
    reason:
      'It is recommended after consistent failure over a long time (Standard Webhooks, "Deliverability and reliability"); one delivery is not that.',
    setting: 'subscription',
    alternatives: 'deactivate',
  },
  {
    name: 'responseTimeoutMs',
    question: 'How long may the receiver take to answer?',
    choice: 15_000,
    reason: 'The lower end of the recommended 15 to 30 seconds (Standard Webhooks, "Request timeouts").',
    setting: 'subscription',
    alternatives: 'any number of milliseconds',
  },
  {
    name: 'concurrency',
    question: 'How many deliveries of one subscription are in flight at once?',
    choice: 10,
    reason: 'No limit is specified; with several at once a receiver meets events that arrive out of order.',
    setting: 'subscription',
    alternatives: '1 to 500',
  },
  {
    name: 'https',
    question: 'Must endpoints be https?',
    choice: 'on public hosts; loopback and private hosts may be http',
    reason:
      'It may be advisable, depending on the content (Standard Webhooks, "Enforcing HTTPS"); receivers under test rarely have a certificate.',
  },
]
