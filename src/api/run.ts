// A run of a scenario, with a result for each step.
import * as z from 'zod'
import { listOf } from './page.js'
import { refusal } from './refusal.js'
import { scenarioStep } from './scenario.js'
import { exitCode, time } from './values.js'

const tally = z.object({
  events: z.int(),
  deliveries: z.int(),
  attempts: z.int(),
  answered: z.int().meta({ description: 'Attempts that got any response at all.' }),
  delivered: z.int(),
  exhausted: z.int(),
})
/** Counts of a run, or of a part of it. */
export type Tally = z.output<typeof tally>

const timelineEntry = z.object({
  at: time,
  afterMs: z.number().meta({ description: 'Emulator ms since the event was triggered.' }),
  type: z.string(),
  deliveryId: z.string(),
  url: z.string(),
  attempt: z.int().min(1),
  outcome: z.string().meta({ description: '`200`, `timed out`, `refused` …' }),
  detail: z
    .string()
    .optional()
    .meta({ description: 'What happened, in a sentence, where no response came to its end.' }),
  code: z.string().optional().meta({ description: 'Error code of the system, e.g. ECONNREFUSED.' }),
  response: z.string().optional().meta({ description: 'Beginning of the response body, where it was not accepted.' }),
  accepted: z.boolean(),
  because: z.string().meta({ description: 'Why it was made then.' }),
  faults: z.array(z.string()).readonly().optional().meta({ description: 'Names of the faults that fired on it.' }),
})
/** One attempt on the way to an expectation. */
export type TimelineEntry = z.output<typeof timelineEntry>

const ms = (description: string) => z.number().meta({ description })

/** Schema of `StepResult`. */
export const stepResult = z
  .object({
    path: z.string().meta({ description: '`steps[2]`; within a repeat `steps[3].repeat.steps[0]#7`.' }),
    name: z.string().nullable(),
    verb: z.string(),
    text: z.string().meta({ description: 'The step in words.' }),
    line: z.int(),
    column: z.int(),
    status: z
      .enum(['passed', 'failed', 'error', 'skipped'])
      .meta({ description: 'error: it could not run; skipped: an earlier step did not pass.' }),
    ok: z.boolean(),
    expected: z.string().optional(),
    seen: z.string().optional(),
    nearestMiss: z.string().optional(),
    hint: z.string().optional(),
    warnings: z.array(z.string()).optional(),
    timeline: z
      .array(timelineEntry)
      .optional()
      .meta({ description: 'The attempts behind an expectation that is not met.' }),
    refusals: z
      .array(refusal)
      .optional()
      .meta({ description: 'The first 401 or 403 of each subscription among them, explained.' }),
    startedAt: time,
    durationMs: ms("On the emulator's clock."),
    realMs: ms('Real time.'),
    counts: tally.meta({ description: 'What happened during the step.' }),
  })
  .meta({ id: 'RunStep' })
/** The result of one step. */
export type StepResult = z.output<typeof stepResult>

/** Status of a run that has ended: `passed`; `failed`: an expectation was not met; `not run`: it could not run, or was aborted. */
export const runStatus = z.enum(['passed', 'failed', 'not run'])

/** Schema of `RunResult`. */
export const runResult = z
  .object({
    scenario: z.string(),
    file: z.string(),
    description: z.string().nullable(),
    tags: z.array(z.string()),
    status: runStatus,
    exitCode,
    reason: z.string().meta({ description: 'One sentence.' }),
    seed: z.number(),
    start: time.meta({ description: "The emulator's time at the start; with the seed it gives the same bytes again." }),
    durationMs: ms("On the emulator's clock."),
    realMs: ms('Real time.'),
    steps: z.array(stepResult),
    counts: tally,
    generatedSecrets: z
      .array(
        z.object({
          subscription: z.string(),
          provider: z.string(),
          channel: z.string(),
          url: z.string(),
          secret: z.string(),
        }),
      )
      .meta({ description: 'Secrets that were generated, because nobody gave one for the subscription.' }),
  })
  .meta({ id: 'RunResult' })
/** The result of a run that has ended. */
export type RunResult = z.output<typeof runResult>

/** Schema of `RunState`. */
export const runState = z
  .object({
    id: z.string(),
    scenario: z.string(),
    file: z
      .string()
      .nullable()
      .meta({ description: 'File of the scenarios folder; null where it came with the request.' }),
    status: z
      .enum(['running', ...runStatus.options])
      .meta({ description: 'not run: it could not run, or was aborted.' }),
    startedAt: time.meta({ description: "On the emulator's clock." }),
    reason: z.string().nullable(),
  })
  .meta({ id: 'RunState' })

/** Schema of `Run`. */
export const run = runState
  .extend({
    result: runResult.nullable().meta({ description: 'Null until it has ended, and where an error ended it.' }),
  })
  .meta({ id: 'Run' })
/** A run of a scenario on a server. */
export type Run = z.output<typeof run>

/** Schema of `RunDetail`. */
export const runDetail = run
  .extend({
    steps: z
      .array(
        scenarioStep.extend({
          status: z.enum(['pending', 'running', ...stepResult.shape.status.options]).meta({
            description: 'Of a step in a repeat: of its last iteration, or failed.',
          }),
          result: stepResult.nullable().meta({ description: 'Null until it has ended.' }),
        }),
      )
      .meta({ description: 'Every step of the scenario, as far as it has got.' }),
  })
  .meta({ id: 'RunDetail' })
/** A run with its steps so far. */
export type RunDetail = z.output<typeof runDetail>

/** The formats of a run's report. */
export const runReportQuery = z.strictObject({ format: z.enum(['junit', 'json', 'markdown']).default('junit') })

/** All runs. */
export const runList = listOf('RunList', run)

/** How a scenario is run. */
export const runQuery = z.strictObject({
  to: z
    .string()
    .optional()
    .meta({ description: 'Default receiver; without it the existing subscriptions get the events.' }),
  vars: z.string().optional().meta({ description: 'Values of its variables: a JSON object.' }),
  secret: z.string().optional().meta({ description: 'Secret of subscriptions that have none of their own.' }),
})
