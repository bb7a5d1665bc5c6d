// The lines that `--json` prints for what happens: attempts, events, steps, requests. One schema for each kind.
import * as z from 'zod'
import { DELIVERY_STATUSES } from '../core/delivery.js'
import { OUTCOME_KINDS } from '../core/outcome.js'

/** An instant. */
export const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC' })
/** A whole number, 0 or more. */
export const whole = z.int().min(0)

const json = z.json().meta({ id: 'json' })
const jsonObject = z.record(z.string(), json)

const status = z.enum(DELIVERY_STATUSES)
/** A text that needs a word of explanation. */
export const named = (description: string) => z.string().describe(description)
/** The exit code. */
export const exitCode = z.int().describe('With which the command ends')
/** The seed. */
export const seed = whole.describe('Root of all chance')
/** The start. */
export const start = time.describe("The emulator's time at the start")
/** A duration in ms. */
export const ms = (description: string) => z.number().min(0).describe(`${description}, ms`)

/** A line whose keys are all told here. */
export const line = <S extends z.ZodRawShape>(kind: string, description: string, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...shape }).meta({ description })

/** A line that passes on what the control API says; `component` is its name in /_standin/openapi.json. */
export const passedOn = <S extends z.ZodRawShape>(kind: string, description: string, component: string, shape: S) =>
  z.looseObject({ kind: z.literal(kind), ...shape }).meta({ description, component })

/** The line `attempt`. */
export const attempt = line('attempt', 'An attempt has ended.', {
  at: time.describe("When it ended, by the emulator's clock; of `resend` when it began"),
  provider: z.string(),
  channel: z.string(),
  type: named('Event type'),
  event: named('Event id'),
  delivery: named('Delivery id'),
  subscription: named('Subscription id'),
  url: z.string(),
  attempt: z.int().min(1).describe('Its number'),
  cause: z.enum(['scheduled', 'resend', 'replay']),
  outcome: z.enum(OUTCOME_KINDS).nullable(),
  status: z.int().nullable().describe('HTTP status, when answered'),
  code: z.string().optional().describe("The system's own error code, e.g. ECONNREFUSED"),
  accepted: z.boolean().describe("Whether the provider's rule of success accepted the answer"),
  durationMs: z.number().nullable().describe('Real time, ms'),
  faults: z.array(z.string()).optional().describe('Faults that fired on it'),
  deliveryStatus: status.describe('Of the delivery, after it'),
  next: z
    .strictObject({ at: time, reason: z.string().nullable() })
    .nullable()
    .describe('The next attempt: `at`, `reason`'),
})

const signatureCause = z.strictObject({ id: z.string(), sentence: z.string(), fix: z.string() })

/** The line `refused`. */
export const refused = line('refused', 'The receiver answered 401 or 403, the first time for this delivery.', {
  delivery: named('Delivery id'),
  attempt: z.int().min(1),
  signedString: z.string().nullable().describe('What was signed; null where nothing is'),
  computed: z
    .strictObject({
      value: z.string(),
      summary: z.string(),
      causes: z.array(signatureCause),
      alternatives: z.array(z.array(signatureCause)),
    })
    .optional()
    .describe(
      "What looks like the receiver's own signature in its answer, and what it was made from: `summary`, `causes`",
    ),
})

/** The line `event`. */
export const event = line('event', 'The event was triggered.', {
  event: z
    .strictObject({
      id: z.string(),
      provider: z.string(),
      channel: z.string(),
      type: z.string(),
      variant: z.string().nullable(),
      subject: z.string().nullable(),
      account: z.string().nullable(),
      payload: jsonObject,
      createdAt: time,
    })
    .describe('`Event` of the control API'),
  deliveries: z.array(z.strictObject({ id: z.string(), subscriptionId: z.string() })),
  notDelivered: z.array(z.strictObject({ subscriptionId: z.string(), why: z.string() })),
  warnings: z.array(z.string()),
})

/** The line `request`. */
export const request = line('request', 'With `--print json`: what would be sent. It is printed without `--json` too.', {
  method: z.string(),
  url: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])).describe('Names and values, in their order'),
  body: z.string().optional().describe('As text'),
  bodyBase64: z.string().optional().describe('Instead of `body` where it is no text'),
  signedString: z.string().optional().describe('Where something is signed'),
})

const tally = z.strictObject({
  events: whole,
  deliveries: whole,
  attempts: whole,
  answered: whole,
  delivered: whole,
  exhausted: whole,
})

/** The line `step`. */
export const step = line('step', 'A step of a scenario has ended.', {
  scenario: named('Its name'),
  path: named('`steps[2]`; within a repeat `steps[3].repeat.steps[0]#7`'),
  name: z.string().nullable(),
  verb: z.string(),
  text: named('The step in words'),
  line: z.int(),
  column: z.int(),
  status: z.enum(['passed', 'failed', 'error', 'skipped']),
  ok: z.boolean(),
  expected: z.string().optional(),
  seen: z.string().optional(),
  nearestMiss: z.string().optional(),
  hint: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  timeline: z.array(jsonObject).optional().describe('The attempts behind an expectation that is not met'),
  startedAt: time,
  durationMs: ms("On the emulator's clock"),
  realMs: ms('Real time'),
  counts: tally.describe('What happened during the step'),
})

/** The line `runStatus`. */
export const runStatus = z.enum(['passed', 'failed', 'not run'])
/** The line `played`. */
export const played = line('scenario', 'A scenario has been played.', {
  scenario: named('Its name'),
  file: z.string(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  status: runStatus,
  exitCode: z.int().describe('0 passed, 1 failed, 2 not run'),
  reason: named('One sentence'),
  seed,
  start,
  durationMs: ms("On the emulator's clock"),
  realMs: ms('Real time'),
  counts: tally,
  steps: z.strictObject({ total: whole, passed: whole }),
})

/** The line `planned`. */
export const planned = line('planned', 'With `--explain`: a request that would be sent.', {
  scenario: named('Its name'),
  at: time,
  afterMs: ms("The emulator's time since the start"),
  provider: z.string(),
  channel: z.string(),
  type: z.string(),
  url: z.string(),
  bytes: whole.describe('Length of the body'),
})

/** The line `problem`. */
export const problem = line('problem', 'Something is wrong with a file.', {
  file: z.string(),
  line: z.int(),
  column: z.int(),
  path: named('The field; empty for the file as a whole'),
  message: z.string(),
  hint: z.string().optional(),
})

/** The line `eventType`. */
export const eventType = line('eventType', 'An event type.', {
  provider: z.string(),
  channel: z.string(),
  name: z.string(),
  title: z.string(),
  subject: named('Kind of the subject it is about'),
  variants: z.array(z.strictObject({ name: z.string(), title: z.string() })),
  documented: z.boolean().describe('False where the name is ours'),
  onlyByName: z.boolean().describe('Not sent to subscriptions of `*`'),
  schema: jsonObject.optional().describe('JSON Schema of the payload, when one type is asked for'),
  sample: json.optional().describe('A payload, when one type is asked for'),
})

/** The line `assumption`. */
export const assumption = line('assumption', 'What the documents of the provider leave open.', {
  provider: z.string(),
  name: z.string(),
  question: z.string(),
  choice: json,
  reason: z.string(),
  setting: z.enum(['subscription', 'provider']).optional(),
  alternatives: z.string().optional(),
})

/** The line `received`. */
export const received = line('request', 'A request came.', {
  at: time.describe('Real time'),
  method: z.string(),
  path: named('With the query'),
  headers: z.record(z.string(), z.string()).describe('Names in lower case'),
  body: z.string(),
  signature: z.enum(['valid', 'invalid', 'unchecked']).optional().describe('With `--provider`'),
  reason: z.string().optional(),
  answer: named('What it was answered: a status, `timeout` or `reset`'),
})

/** The line `delivery`. */
export const delivery = passedOn('delivery', 'A delivery; with an id given also its attempts.', 'Delivery', {
  id: z.string(),
  provider: z.string(),
  type: z.string(),
  status,
})
