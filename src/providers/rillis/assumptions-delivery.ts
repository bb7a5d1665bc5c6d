// What Rillis's documents leave open about signatures, requests and retries.
import type { Assumption } from '../../provider/assumptions.js'

const signature: readonly Assumption[] = [
  {
    name: 'signatureEncoding',
    question: 'How is the signature in x-signature encoded?',
    choice: 'hex',
    reason:
      'timingSafeEqual and .env (Webhooks Overview, "Security Best Practices") point to Node.js, where a digest is usually lower-case hex (64 characters).',
    setting: 'subscription',
    alternatives: 'base64',
  },
  {
    name: 'signaturePrefix',
    question: 'Does x-signature start with a prefix?',
    choice: '',
    reason: 'The header is described as the signature itself (Webhooks Overview, "Securing Your Webhooks").',
    setting: 'subscription',
    alternatives: 'any visible ASCII text, such as sha256= or v1=',
  },
  {
    name: 'canonicalSpacing',
    question: 'Which whitespace does the signed JSON have?',
    choice: 'compact',
    reason:
      'The payload is stringified (Webhooks Overview, "Step 2: Sort the Payload Recursively"); JSON.stringify adds none by default.',
    setting: 'subscription',
    alternatives: 'indent2',
  },
  {
    name: 'sortInsideArrays',
    question: 'Are the keys of objects inside arrays sorted too?',
    choice: true,
    reason: 'Keys are sorted recursively (Webhooks Overview, "Step 2: Sort the Payload Recursively").',
    setting: 'subscription',
    alternatives: 'false: arrays are left as they are',
  },
  {
    name: 'sortArrayElements',
    question: 'Are the elements of arrays reordered?',
    choice: false,
    reason: 'Only object keys are sorted (Webhooks Overview, "Step 2: Sort the Payload Recursively").',
  },
  {
    name: 'keyOrder',
    question: 'By which order are keys sorted?',
    choice: 'UTF-16 code units',
    reason:
      'Keys are sorted alphabetically (Webhooks Overview, "Step 2: Sort the Payload Recursively"). This is the default of JavaScript; for the documented snake_case keys every order agrees.',
  },
  {
    name: 'integerKeys',
    question: 'Where do keys that look like whole numbers go?',
    choice: 'first, in numeric order',
    reason:
      'A receiver that rebuilds a JavaScript object gets this order. Only metadata set by hand can hold such keys.',
  },
  {
    name: 'canonicalJson',
    question: 'How are non-ASCII text, slashes, numbers and null written in the signed JSON?',
    choice: 'as JSON.stringify writes them: UTF-8 and / unescaped, 1.0 as 1, null kept',
    reason: 'The documents point to Node.js (Webhooks Overview, "Security Best Practices").',
  },
  {
    name: 'signedPart',
    question: 'Is the whole body signed or only its data?',
    choice: 'body',
    reason:
      'The documents name the payload and the raw JSON body (Webhooks Overview, "Step 1: Extract Headers and Payload").',
    setting: 'subscription',
    alternatives: 'data',
  },
  {
    name: 'webhookKeyDecoding',
    question: 'Is the webhook key used as text or decoded first?',
    choice: 'its text as UTF-8',
    reason: 'No decoding is mentioned.',
  },
  {
    name: 'timestampText',
    question: 'In which form is the timestamp in the signed string?',
    choice: 'the exact text of x-timestamp: seconds in decimal digits',
    reason:
      'The timestamp is concatenated with the payload by a dot (Webhooks Overview, "Step 3: Recreate the Signature").',
  },
  {
    name: 'signWithoutKey',
    question: 'What do the two headers hold when no key is configured?',
    choice: 'they are absent',
    reason: 'They are sent when the key is enabled (Webhooks Overview, "Securing Your Webhooks").',
  },
  {
    name: 'headerCase',
    question: 'In which case are the header names sent?',
    choice: 'lower case',
    reason:
      'The documents write them in lower case (Webhooks Overview, "Securing Your Webhooks"); HTTP header names are case-insensitive.',
  },
]

const requests: readonly Assumption[] = [
  {
    name: 'bodyFormat',
    question: 'How is the JSON body formatted?',
    choice: 'compact',
    reason:
      'The receiver is told to sort the keys (Webhooks Overview, "Step 2: Sort the Payload Recursively"), so they are sent in documented order, not sorted.',
    setting: 'subscription',
    alternatives: 'pretty, sorted',
  },
  {
    name: 'contentType',
    question: 'Which Content-Type do requests have?',
    choice: 'application/json',
    reason: 'The body is JSON (Webhooks Overview, "How Webhooks Work"); no charset is mentioned.',
    setting: 'subscription',
    alternatives: 'any text, such as application/json; charset=utf-8',
  },
  {
    name: 'userAgent',
    question: 'Which other headers are sent?',
    choice: 'User-Agent: Standin/<version> (rillis), and no other',
    reason: 'No other header is documented, and a receiver must not depend on one.',
  },
]

const retries: readonly Assumption[] = [
  {
    name: 'successStatus',
    question: 'Which status confirms receipt?',
    choice: '200',
    reason: '200 is the only status named (Webhooks Overview, "How Webhooks Work").',
    setting: 'subscription',
    alternatives: '2xx',
  },
  {
    name: 'followRedirects',
    question: 'Are redirects followed?',
    choice: false,
    reason: 'A redirect is not a 200, so the attempt fails.',
  },
  {
    name: 'retryDelays',
    question: 'When is a failed delivery retried?',
    choice: [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000],
    reason:
      'Deliveries are retried automatically several times (Webhooks Overview, "How Webhooks Work"), without a schedule. Each delay runs from the end of the previous attempt.',
    setting: 'subscription',
    alternatives: 'any list of milliseconds; the last repeats while attempts remain',
  },
  {
    name: 'maxAttempts',
    question: 'How many attempts are made in all?',
    choice: 8,
    reason: 'Retries are made "several times" (Webhooks Overview, "How Webhooks Work"), so they end.',
    setting: 'subscription',
    alternatives: 'any number, or unlimited: the last delay repeats until the accepted answer',
  },
  {
    name: 'retryJitter',
    question: 'Do retry delays have jitter?',
    choice: 0,
    reason: 'Tests must be repeatable.',
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
    name: 'responseTimeoutMs',
    question: 'How long may the receiver take to answer?',
    choice: 10_000,
    reason: 'A common value; no timeout is documented.',
    setting: 'subscription',
    alternatives: '1 to 600000 milliseconds',
  },
  {
    name: 'onExhausted',
    question: 'What follows the last failed attempt?',
    choice: 'the delivery is exhausted, the subscription stays active',
    reason: 'No page says that webhooks are disabled.',
  },
  {
    name: 'stableEventFields',
    question: 'Do id and timestamp in the body change on a retry?',
    choice: 'no, the body keeps its bytes',
    reason:
      '`id` identifies the event and `timestamp` is the time of the event, not of the attempt (Flow, "Webhook Payload Schema").',
  },
  {
    name: 'resignOnRetry',
    question: 'Is a retry signed again?',
    choice: 'yes, with a new x-timestamp',
    reason:
      'The header is the time of signing (Webhooks Overview, "Securing Your Webhooks"); later retries would fall outside the recommended five minutes.',
  },
  {
    name: 'duplicateDeliveries',
    question: 'Is a delivered event sent again?',
    choice: 0,
    reason: 'Only on demand, to test that a receiver deduplicates by `id`.',
  },
  {
    name: 'deliveryOrder',
    question: 'Are events sent in order, one after the other?',
    choice: 'no, as they are triggered and in parallel',
    reason: 'No order is documented.',
  },
  {
    name: 'flowEventOrder',
    question: 'In which order do the events of one flow come?',
    choice: 'onboarding, identities of the form, identity of the user, then FLOW_*',
    reason: 'A flow completes when all its services have (Flow, "Status Differences").',
  },
]

/** Open questions about signatures, requests and retries. */
export const deliveryAssumptions: readonly Assumption[] = [...signature, ...requests, ...retries]
