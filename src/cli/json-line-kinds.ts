// The lines that `--json` prints for what happens: attempts, events, steps, requests. One schema for each kind.
import * as z from 'zod'
import { attemptSummary } from '../api/attempt.js'
import { delivery as apiDelivery, deliveryDetail as apiDeliveryDetail, listedDelivery } from '../api/delivery.js'
import { comparedCheck as apiComparedCheck } from '../api/kept-verification.js'
import { provider as apiProvider, fieldMark } from '../api/provider.js'
import { runResult, stepResult } from '../api/run.js'
import { computedSignature } from '../api/signature.js'
import { triggerResult } from '../api/trigger-result.js'
import { json, jsonObject, time } from '../api/values.js'
import { OUTCOME_KINDS } from '../core/outcome.js'

/** A whole number, 0 or more. */
export const whole = z.int().min(0)
/** A text with a description. */
export const text = (description: string) => z.string().describe(description)
/** The exit code. */
export const exitCode = z.int().describe('Exit code of the command')
/** The seed. */
export const seed = whole.describe('Seed of all random values')
/** The start. */
export const start = time.describe("The emulator's time at the start")
/** A duration in ms. */
export const ms = (description: string) => z.number().min(0).describe(`${description}, ms`)

/** A kind of line: its `kind`, what it means, and all its other keys. */
export const line = <const K extends string, S extends z.ZodRawShape>(kind: K, description: string, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...shape }).meta({ description })

/** The line `attempt`. */
export const attempt = line('attempt', 'An attempt ended.', {
  at: time.describe("When it ended, on the emulator's clock; of `resend` when it started"),
  provider: z.string(),
  channel: z.string(),
  type: text('Event type'),
  event: text('Event id'),
  delivery: text('Delivery id'),
  subscription: text('Subscription id'),
  url: z.string(),
  attempt: attemptSummary.shape.number.describe('Number of the attempt, from 1'),
  cause: attemptSummary.shape.cause,
  outcome: z.enum(OUTCOME_KINDS).nullable(),
  status: z.int().nullable().describe('HTTP status of the response'),
  code: z.string().optional().describe('Error code of the system, e.g. ECONNREFUSED'),
  detail: z.string().optional().describe('What happened, in a sentence'),
  accepted: z.boolean().describe('Whether the provider counts the response as success'),
  durationMs: z.number().nullable().describe('Real time, ms'),
  faults: z.array(z.string()).optional().describe('Faults that fired on it'),
  deliveryStatus: apiDelivery.shape.status.describe('Status of the delivery after it'),
  next: z
    .strictObject({ at: time, reason: z.string().nullable() })
    .nullable()
    .describe('The next attempt: `at`, `reason`'),
})
/** The line `attempt`. */
export type AttemptLine = z.output<typeof attempt>

/** The line `refused`. */
export const refused = line('refused', 'The receiver answered 401 or 403, for the first time for this delivery.', {
  delivery: text('Delivery id'),
  attempt: z.int().min(1),
  signedString: z.string().nullable().describe('The string that was signed; null if nothing is signed'),
  computed: computedSignature
    .optional()
    .describe("A signature in the response that looks like the receiver's own, and its likely `causes`"),
})

/** The line `event`. */
export const event = line('event', 'The event was triggered.', triggerResult.shape)

/** The line `request`. */
export const request = line(
  'request',
  'With `--print json`: the request. It is printed without `--json` too; `--print http` and `--print curl` print their text with it too.',
  {
    method: z.string(),
    url: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])).describe('Names and values, in order'),
    body: z.string().optional().describe('As text'),
    bodyBase64: z.string().optional().describe('Instead of `body` if it is not text'),
    signedString: z.string().optional().describe('The string that is signed, if any'),
  },
)

/** The line `step`. */
export const step = line('step', 'A step of a scenario ended.', {
  scenario: text('Name of the scenario'),
  ...stepResult.shape,
})

/** The line `scenario` of `run`. */
export const scenarioResult = line('scenario', 'A scenario ended.', {
  ...runResult.omit({ steps: true }).shape,
  steps: z.strictObject({ total: whole, passed: whole }),
})

/** The line `planned`. */
export const planned = line('planned', 'With `--explain`: a request that would be sent.', {
  scenario: text('Name of the scenario'),
  at: time,
  afterMs: ms("Since the start, on the emulator's clock"),
  provider: z.string(),
  channel: z.string(),
  type: z.string(),
  url: z.string(),
  bytes: whole.describe('Length of the body'),
})

/** The line `problem`. */
export const problem = line('problem', 'A file is invalid.', {
  file: z.string(),
  line: z.int(),
  column: z.int(),
  path: text('The field; empty for the whole file'),
  message: z.string(),
  hint: z.string().optional(),
  more: z.int().optional().describe('How many more there are that are not listed; only on the last of very many'),
})

const {
  schema: _schema,
  fields: _fields,
  sample: _sample,
  ...knownType
} = apiProvider.shape.channels.element.shape.eventTypes.element.shape

/** The line `eventType`. */
export const eventType = line('eventType', 'An event type.', {
  provider: z.string(),
  channel: z.string(),
  ...knownType,
  documented: knownType.documented.describe("False if the name is not the provider's but ours"),
  onlyByName: z.boolean().describe('Not sent to subscriptions of `*`'),
  schema: jsonObject.optional().describe('JSON Schema of the payload, if one type is asked for'),
  fields: z.array(fieldMark).optional().describe('Where the body and each field come from, if one type is asked for'),
  sample: json.optional().describe('A payload, if one type is asked for'),
})

/** The line `wildcard`. */
export const wildcard = line('wildcard', "The provider's own name for all event types in a subscription.", {
  provider: z.string(),
  channel: z.string(),
  name: z.string(),
  title: z.string(),
})

/** The line `assumption`. */
export const assumption = line('assumption', "What the provider's documents leave open, and our choice.", {
  provider: z.string(),
  ...apiProvider.shape.assumptions.element.omit({ setting: true, alternatives: true }).shape,
  setting: z.enum(['subscription', 'provider']).optional(),
  alternatives: z.string().optional(),
})

/** The line `request` of `receive`. */
export const received = line('request', 'A request was received.', {
  at: time.describe('Real time'),
  method: z.string(),
  path: text('With the query'),
  headers: z.record(z.string(), z.string()).describe('Names in lower case'),
  body: z.string(),
  signature: z.enum(['valid', 'invalid', 'unchecked']).optional().describe('With `--provider`'),
  reason: z.string().optional(),
  answer: text('The response: a status, `timeout` or `reset`'),
})
/** The line `request` of `receive`. */
export type ReceivedLine = z.output<typeof received>

/** The line `delivery` of the list. */
export const delivery = line('delivery', 'A delivery.', listedDelivery.shape)

/** The line `delivery` with the attempts. */
export const deliveryDetail = line('delivery', 'With an id: the delivery with its attempts.', apiDeliveryDetail.shape)

/** The line `compared`. */
export const comparedCheck = line('compared', 'Of two reports: a check in both.', {
  change: z
    .enum(['fixed', 'broken', 'changed', 'unchanged', 'added', 'gone'])
    .describe('`changed`: judged in only one; `added`, `gone`: chosen in only one'),
  ...apiComparedCheck.shape,
})

/** The line `comparison`. */
export const comparison = line('comparison', 'Of two reports: how many checks changed in which way.', {
  before: time.describe('Start of the earlier one'),
  fixed: whole,
  broken: whole,
  changed: whole,
  unchanged: whole,
  added: whole,
  gone: whole,
  exitCode,
})
