// The scenario format, version 1: the shapes of the API with references allowed, and what only scenarios have.
import * as z from 'zod'
import { writtenDuration } from '../api/duration.js'
import { expectationFields, expectedOutcome } from '../api/expectation.js'
import { faultUnion } from '../api/fault.js'
import { subscriptionFields } from '../api/subscription.js'
import { triggerFields } from '../api/trigger.js'
import { json, jsonObject, listIn, text, valuesByPath } from '../api/values.js'
import { RATE } from '../core/arrivals.js'
import { isInstant } from '../core/duration.js'
import { FAULT_KINDS } from '../core/fault.js'

/** Steps that a run may make in all, those of every iteration counted: each is kept for the report. */
export const MOST_STEPS = 100_000

/** Holds a `${…}` reference somewhere. */
const REFERENCE = /\$\{[^}]*\}/

const reference = z
  .string()
  // Aborts so that of a union the other options are told too.
  .regex(REFERENCE, { abort: true, error: `Write a number, or a reference such as \${vars.count}.` })
const duration = writtenDuration(REFERENCE).meta({ id: 'duration', title: 'Duration' })
const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.union([z.int().min(least).max(most), reference])
const rate = z
  .string()
  .regex(new RegExp(`${RATE.source}|${REFERENCE.source}`), 'Write a rate as 200/s, 90/m or 3600/h.')
const name = z
  .string()
  .regex(/^[\p{L}\p{N}_-]+( [\p{L}\p{N}_-]+)*$/u, 'A name has letters, digits, "_", "-" and single spaces only.')
const key = z.string().regex(/^[A-Za-z_][\w-]*$/, 'A name starts with a letter and has letters, digits, "_" and "-".')
const headers = z.record(z.string(), z.union([z.string(), z.number()]))
const path = z.string().regex(new RegExp(`^/|${REFERENCE.source}`), 'A path starts with "/".')
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional()

const varSchema = z.union([
  z.strictObject({
    type: z.enum(['string', 'number', 'boolean', 'url', 'json']).optional().describe('Default: string.'),
    default: json.optional().describe('Without one (and without env) the value must be given with --var.'),
    env: text.optional().describe('Environment variable that is read when no --var is given.'),
    secret: z.boolean().optional().describe('Keeps the value out of reports.'),
    description: z.string().optional(),
  }),
  z.string(),
  z.number(),
  z.boolean(),
])

/** A subscription of a file. */
export const subscriptionSchema = z.strictObject({
  name: name.optional().describe('What expectations and reports call it.'),
  provider: text,
  url: text.optional().describe("Default: the run's --to."),
  ...subscriptionFields,
  eventTypes: listIn(text).min(1).optional().describe("Names, or ['*'], the default."),
})

const captureSchema = z
  .record(key, text)
  .describe(
    `Name to the path of a value in the response, e.g. { processId: body.process.id }; read as \${captures.processId}.`,
  )

const callSchema = z.strictObject({
  provider: text,
  method: method.describe('Default: POST with a body, else GET.'),
  path: path.describe("Below the provider's base."),
  query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  headers: headers.optional(),
  body: json.optional().describe('Sent as JSON.'),
  form: headers.optional().describe('Sent form-encoded.'),
  status: wholeNumber(100).optional().describe("The expected status of the provider's response; default: any 2xx."),
})

const triggerSchema = z.strictObject({
  provider: text.optional().describe('May be left out where only one provider has the type.'),
  type: text.describe("Event type in the provider's spelling."),
  ...triggerFields,
})

const probeSchema = z
  .strictObject({
    path: path.optional().describe("At the receiver's origin (--to)."),
    url: text.optional().describe('The whole URL instead of a path.'),
    headers: headers.optional(),
    status: wholeNumber(100).optional().describe('Default: any 2xx.'),
    json: valuesByPath.optional().describe('Path in the JSON response to the value it must have, compared deeply.'),
  })
  .describe('A GET of the receiver, repeated until the response is as expected.')
  .superRefine((probe, context) => {
    if ((probe.path === undefined) === (probe.url === undefined))
      context.addIssue({ code: 'custom', message: 'A probe has either "path" or "url".' })
  })

const expectSchema = z
  .strictObject({
    step: name.optional().describe('Every delivery of the events that this earlier step triggered.'),
    subscription: name.optional().describe("A subscription's name."),
    outcome: expectedOutcome
      .optional()
      .describe('Default: delivered. rejected: an attempt got a response that is not accepted.'),
    order: listIn(name).min(2).optional().describe('Names of steps whose events must be delivered in this order.'),
    probe: probeSchema.optional(),
    ...expectationFields({ duration, wholeNumber }),
    subject: text.optional().describe('The label that a trigger gave as its subject.'),
    timeout: duration.optional().describe('Maximum real time to wait.'),
  })
  .superRefine((expected, context) => {
    const matchers = ['step', 'provider', 'type', 'subject', 'subscription', 'where'] as const
    if (!matchers.some(key => expected[key] !== undefined) && !expected.order && !expected.probe)
      context.addIssue({
        code: 'custom',
        message: 'This expects nothing: give "step", "type", "provider", "subject", "order" or "probe".',
      })
    if (expected.neverWithin === undefined) return
    for (const other of ['within', 'order', 'probe'] as const)
      if (expected[other] !== undefined)
        context.addIssue({ code: 'custom', path: [other], message: `"${other}" and "neverWithin" exclude each other.` })
  })

const faultSchema = z.union([
  z.enum(FAULT_KINDS).describe('This kind, on every attempt from here on.'),
  z.literal('none').describe('Removes the faults of this run.'),
  // The emulator checks the values. Here `subscription` is a name in the file.
  faultUnion({
    duration,
    wholeNumber,
    orPlaceholder: schema => z.union([schema, reference]),
    defaults: false,
    scopeId: field => `fault-${field}`,
  }),
])

const rotateSchema = z.union([
  name.describe("A subscription's name."),
  z.strictObject({
    subscription: name.describe("A subscription's name."),
    secret: text.optional().describe('Default: one is made.'),
  }),
])

/** What each verb takes. A new verb is a line here, one in the step below and one in the table of steps.ts. */
const verbSchemas = {
  call: callSchema.describe("A request to the provider's API, as the user's backend would make it."),
  trigger: z
    .union([text.describe('A type name: type, provider/type or provider/channel/type.'), triggerSchema])
    .describe('Makes an event happen.'),
  wait: duration.describe("Lets this time pass on the emulator's clock."),
  advance: duration.describe('Moves a manual clock exactly this far.'),
  fault: faultSchema.describe('The sender misbehaves from here on; removed at the end of the run.'),
  rotate: rotateSchema.describe("Replaces a subscription's secret."),
  expect: z
    .union([expectedOutcome.describe('Everything triggered so far.'), expectSchema])
    .describe('Waits for an outcome; the step fails when it does not come.'),
}

/** A step: one verb and an optional name. */
export const stepSchema = z
  .strictObject({
    name: name.optional().describe('What later steps refer to it by.'),
    call: verbSchemas.call.optional(),
    trigger: verbSchemas.trigger.optional(),
    wait: verbSchemas.wait.optional(),
    advance: verbSchemas.advance.optional(),
    fault: verbSchemas.fault.optional(),
    rotate: verbSchemas.rotate.optional(),
    expect: verbSchemas.expect.optional(),
    get parallel(): z.ZodOptional<z.ZodArray<z.ZodUnion<readonly [typeof stepSchema, z.ZodArray<typeof stepSchema>]>>> {
      return z
        .array(z.union([stepSchema, z.array(stepSchema)]))
        .min(1)
        .optional()
        .describe('Steps, or lists of steps, that run concurrently.')
    },
    get repeat(): z.ZodOptional<typeof repeatSchema> {
      return repeatSchema.optional().describe(`The same steps several times; \${repeat.index} counts from 1.`)
    },
    capture: captureSchema.optional().describe('Beside call: keeps values of the response.'),
  })
  .superRefine((step, context) => {
    const given = VERBS.filter(verb => step[verb] !== undefined)
    if (given.length !== 1)
      context.addIssue({
        code: 'custom',
        message:
          given.length === 0
            ? `${NO_VERB}: ${VERBS.join(', ')}.`
            : `A step has one verb; this one has ${given.join(' and ')}.`,
      })
    if (step.capture !== undefined && step.call === undefined && given.length === 1)
      context.addIssue({ code: 'custom', path: ['capture'], message: '"capture" is only allowed beside "call".' })
  })
  .meta({ id: 'step' })

const repeatSchema = z
  .strictObject({
    count: wholeNumber(1, MOST_STEPS).describe(`At most ${MOST_STEPS}, as the steps of a run in all.`),
    concurrency: wholeNumber(1).optional().describe('How many at once; default 1.'),
    rate: rate
      .optional()
      .describe('In place of concurrency: one begins so often, such as 50/s, whatever became of those before it.'),
    steps: z.array(stepSchema).min(1),
  })
  .refine(({ concurrency, rate: given }) => concurrency === undefined || given === undefined, {
    path: ['rate'],
    error: '"concurrency" and "rate" exclude each other.',
  })

/** How the message about a step without a verb begins. */
export const NO_VERB = 'A step needs a verb'

/** Every verb of the format. */
export const VERBS = ['call', 'trigger', 'wait', 'advance', 'parallel', 'repeat', 'fault', 'rotate', 'expect'] as const
/** A verb of the format. */
export type Verb = (typeof VERBS)[number]

const onSchema = z.strictObject({
  name: name.optional(),
  call: z
    .strictObject({
      provider: text,
      method: method.describe('Default: any.'),
      path: z.string().regex(/^\//, 'A path starts with "/".').describe("Below the provider's base, e.g. /items/{id}."),
    })
    .describe("A call of the receiver to the provider's API."),
  when: z.enum(['before', 'after']).optional().describe('Before or after the response is sent; default after.'),
  times: wholeNumber(1).optional().describe('Maximum number of times; default: every time.'),
  capture: captureSchema
    .optional()
    .describe(
      'Name to a path in the call: request.body.x, request.query.x, params.x, response.status, response.body.x.',
    ),
  steps: z.array(stepSchema).min(1),
})

/** A scenario. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1, 'The format has one version: write "version: 1".'),
  name: text,
  description: z.string().optional(),
  tags: listIn(text).optional(),
  seed: z.int().min(0).optional().describe('Root of all randomness; --seed overrides it.'),
  clock: z
    .strictObject({
      start: z.iso
        .datetime({ offset: true, abort: true, error: 'Write an instant such as 2026-01-15T09:00:00Z.' })
        .refine(text => isInstant(Date.parse(text)), 'A clock shows the years 1970 to 9999.')
        .optional()
        .describe("The emulator's time at the start; --start overrides it; default now."),
      stamp: z.enum(['wall', 'clock']).optional().describe('The time that signatures carry; default wall.'),
    })
    .optional(),
  vars: z.record(key, varSchema).optional().describe(`Read as \${vars.name}.`),
  providers: z.record(z.string(), jsonObject).optional().describe('Provider-wide settings, by provider.'),
  subscriptions: z
    .array(subscriptionSchema)
    .optional()
    .describe('Default: one for each channel that the steps use, with all types.'),
  on: z.array(onSchema).optional().describe('Steps that a call of the receiver starts.'),
  steps: z.array(stepSchema).min(1, 'There are no steps.'),
})

/** The format's other form: a bare list of event types, triggered one after the other. */
export const bareListSchema = z.array(text).min(1, 'There are no event types.')

/** A scenario as its file has it. */
export type ScenarioDefinition = z.infer<typeof scenarioSchema>
/** A step as the file has it. */
export type StepDefinition = z.infer<typeof stepSchema>
/** The long form of `trigger`. */
export type TriggerDefinition = z.infer<typeof triggerSchema>
/** What `call` takes. */
export type CallDefinition = z.infer<typeof callSchema>
/** What `fault` takes, in its short or long form. */
export type FaultDefinition = z.infer<typeof faultSchema>
/** The long form of `expect`. */
export type ExpectDefinition = z.infer<typeof expectSchema>
/** The probe of an expectation. */
export type ProbeDefinition = z.infer<typeof probeSchema>
/** A variable, in its short or long form. */
export type VarDefinition = z.infer<typeof varSchema>
/** An entry of `on`. */
export type OnDefinition = z.infer<typeof onSchema>
/** A subscription of the file. */
export type SubscriptionDefinition = z.infer<typeof subscriptionSchema>
