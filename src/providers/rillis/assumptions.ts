// What Rillis's documents leave open about the signature, the wire and the retries, joined with the other lists.
import type { Assumption } from '../../provider/assumptions.js'
import { apiAssumptions } from './assumptions-api.js'
import { payloadAssumptions } from './assumptions-payload.js'

const signing: readonly Assumption[] = [
  {
    name: 'signatureEncoding',
    question: 'How is the signature written in x-signature?',
    choice: 'hex',
    reason:
      'The documents speak the language of Node.js, where a digest is usually taken as lower-case hex (64 characters).',
    setting: 'subscription',
    alternatives: 'base64',
  },
  {
    name: 'signaturePrefix',
    question: 'Does anything stand in front of the signature?',
    choice: '',
    reason: 'The header is described as the signature itself.',
    setting: 'subscription',
    alternatives: 'any visible ASCII text, such as sha256= or v1=',
  },
  {
    name: 'canonicalSpacing',
    question: 'Which whitespace does the signed JSON have?',
    choice: 'compact',
    reason: 'Stringifying without further arguments gives none.',
    setting: 'subscription',
    alternatives: 'indent2',
  },
  {
    name: 'sortInsideArrays',
    question: 'Are keys of objects inside arrays sorted too?',
    choice: true,
    reason: 'The sorting is called recursive.',
    setting: 'subscription',
    alternatives: 'false: arrays are left as they are',
  },
  {
    name: 'sortArrayElements',
    question: 'Are the elements of arrays put in another order?',
    choice: false,
    reason: 'Only keys are said to be sorted.',
  },
  {
    name: 'keyOrder',
    question: 'By which order are keys sorted?',
    choice: 'UTF-16 code units',
    reason: "It is the default of JavaScript's sort, and for the snake_case keys of the documents every order agrees.",
  },
  {
    name: 'integerKeys',
    question: 'Where do keys that look like whole numbers go?',
    choice: 'first, in numeric order',
    reason: 'A receiver that rebuilds a JavaScript object gets them so; only metadata put there by hand can hold any.',
  },
  {
    name: 'canonicalJson',
    question: 'How are non-ASCII text, slashes, numbers and null written in the signed JSON?',
    choice: 'as JSON.stringify writes them: UTF-8 and / unescaped, 1.0 as 1, null kept',
    reason: 'The same hint to Node.js.',
  },
  {
    name: 'signedPart',
    question: 'Is the whole body signed or its data alone?',
    choice: 'body',
    reason: 'The documents speak of the payload and of the raw JSON body.',
    setting: 'subscription',
    alternatives: 'data',
  },
  {
    name: 'webhookKeyDecoding',
    question: 'Are the bytes of the webhook key its text or something decoded from it?',
    choice: 'its text as UTF-8',
    reason: 'No decoding is mentioned.',
  },
  {
    name: 'timestampText',
    question: 'In which form does the timestamp enter the signed string?',
    choice: 'the exact text of x-timestamp: seconds in decimal digits',
    reason: 'The timestamp is said to be put in front of the payload as it is.',
  },
  {
    name: 'signWithoutKey',
    question: 'What do the two headers hold where no key is configured?',
    choice: 'they are absent',
    reason: 'They are described as sent when a key is enabled.',
  },
  {
    name: 'headerCase',
    question: 'In which case are the header names sent?',
    choice: 'lower case',
    reason: 'So the documents write them, and HTTP does not tell cases apart.',
  },
]

const wire: readonly Assumption[] = [
  {
    name: 'bodyFormat',
    question: 'How is the JSON body laid out?',
    choice: 'compact',
    reason: 'The receiver is told to sort the keys, so they are not sent sorted; they keep the documented order.',
    setting: 'subscription',
    alternatives: 'pretty, sorted',
  },
  {
    name: 'contentType',
    question: 'Which Content-Type do requests have?',
    choice: 'application/json',
    reason: 'The body is JSON, and no charset is mentioned.',
    setting: 'subscription',
    alternatives: 'any text, such as application/json; charset=utf-8',
  },
  {
    name: 'userAgent',
    question: 'Which other headers are sent?',
    choice: 'User-Agent: Standin/<version> (rillis), and no header of the provider',
    reason: 'A receiver must not come to rely on headers that nothing documents.',
  },
  {
    name: 'successStatus',
    question: 'Which answers confirm the receipt?',
    choice: '200',
    reason: '200 is the only status that is named.',
    setting: 'subscription',
    alternatives: '2xx',
  },
  {
    name: 'followRedirects',
    question: 'Are redirects followed?',
    choice: false,
    reason: 'A redirect is not a 200, so it is a failure.',
  },
  {
    name: 'retryDelays',
    question: 'When is a failed delivery tried again?',
    choice: [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000],
    reason:
      'Retries are said to be automatic and several; growing waits, each from the end of the attempt before, contradict nothing.',
    setting: 'subscription',
    alternatives: 'any list of milliseconds; the last repeats while attempts remain',
  },
  {
    name: 'maxAttempts',
    question: 'How many attempts are made in all?',
    choice: 8,
    reason: 'Several is not for ever.',
    setting: 'subscription',
    alternatives: 'any number, or unlimited: the last delay repeats until the accepted answer',
  },
  {
    name: 'retryJitter',
    question: 'Are the waits spread by chance?',
    choice: 0,
    reason: 'Tests have to be repeatable.',
  },
  {
    name: 'honorRetryAfter',
    question: 'Do Retry-After, 410 or 429 change the schedule?',
    choice: false,
    reason: 'None of them is mentioned; they are failures like any other.',
  },
  {
    name: 'responseTimeoutMs',
    question: 'How long may an answer take?',
    choice: 10_000,
    reason: 'A common value; the documents only say that an answer must come.',
    setting: 'subscription',
    alternatives: '1 to 600000 milliseconds',
  },
  {
    name: 'onExhausted',
    question: 'What follows the last failed attempt?',
    choice: 'the delivery is exhausted, the subscription stays active',
    reason: 'Nothing is said about webhooks being switched off.',
  },
  {
    name: 'stableEventFields',
    question: 'Do id and timestamp of the body change on a retry?',
    choice: 'no, the body keeps its bytes',
    reason: '`id` identifies the event and `timestamp` is its time, not that of the attempt.',
  },
  {
    name: 'resignOnRetry',
    question: 'Is a retry signed anew?',
    choice: 'yes, with a new x-timestamp',
    reason: 'The header is the time of signing, and later retries would fall outside the window of five minutes.',
  },
  {
    name: 'duplicateDeliveries',
    question: 'Is an event sent twice without need?',
    choice: 0,
    reason: 'Only on demand, for testing that a receiver goes by `id`.',
  },
  {
    name: 'deliveryOrder',
    question: 'Are events sent in order, one after the other?',
    choice: 'no, as they arrive and side by side',
    reason: 'No order is documented.',
  },
  {
    name: 'flowEventOrder',
    question: 'In which order do the events of one flow come?',
    choice: 'onboarding, identities of the form, identity of the user, then FLOW_*',
    reason: 'A flow ends once all its services are done.',
  },
]

/** Every question that Rillis's documents leave open, with our choice. */
export const assumptions: readonly Assumption[] = [...signing, ...wire, ...payloadAssumptions, ...apiAssumptions]
