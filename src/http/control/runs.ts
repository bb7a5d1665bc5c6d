// Runs: a scenario given in the body is played on this world.
import * as z from 'zod'
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json } from '../../core/json.js'
import type { Run } from '../runs.js'
import { parsedJson } from '../validate.js'
import { controlRoute, type Family } from './route.js'
import { time } from './schemas.js'

const STATUSES = ['running', 'passed', 'failed', 'untried'] as const

const tally = z.object({
  events: z.int(),
  deliveries: z.int(),
  attempts: z.int(),
  answered: z.int(),
  delivered: z.int(),
  exhausted: z.int(),
})

const step = z
  .looseObject({
    path: z.string(),
    name: z.string().nullable(),
    verb: z.string(),
    text: z.string(),
    status: z.enum(['passed', 'failed', 'error', 'skipped']),
    seen: z.string().optional(),
    expected: z.string().optional(),
    nearestMiss: z.string().optional(),
    startedAt: time,
    counts: tally,
  })
  .meta({ id: 'RunStep' })

const result = z
  .looseObject({
    scenario: z.string(),
    status: z.enum(['passed', 'failed', 'untried']),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    reason: z.string(),
    seed: z.number(),
    start: time,
    steps: z.array(step),
    counts: tally,
  })
  .meta({ id: 'RunResult' })

const run = z
  .object({
    id: z.string(),
    scenario: z.string(),
    status: z.enum(STATUSES).meta({ description: 'untried: it could not be tried, or was called off.' }),
    startedAt: time.meta({ description: "On the emulator's clock." }),
    reason: z.string().nullable(),
    result: result.nullable().meta({ description: 'Null until it has ended.' }),
  })
  .meta({ id: 'Run' })

const runView = (made: Run) => ({ ...made, startedAt: new Date(made.startedAt).toISOString() })

function variables(text: string | undefined): Record<string, Json> {
  const given = parsedJson(text ?? '', {})
  if (isJsonObject(given)) return given
  throw new EmulatorError('vars is no JSON object.', {
    code: 'invalid_input',
    hint: 'Write vars={"name":"value"}, percent-encoded.',
    where: 'vars',
  })
}

export const runsFamily: Family = {
  name: 'runs',
  about: 'Scenarios played on this world.',
  routes: [
    controlRoute({
      id: 'startRun',
      method: 'POST',
      path: '/_standin/runs',
      summary: 'Plays the scenario in the body, YAML or JSON.',
      description: 'Subscriptions that the scenario makes are removed at its end. A manual clock is moved by the run.',
      query: z.strictObject({
        to: z
          .string()
          .optional()
          .meta({ description: 'Default receiver; without it the subscriptions that exist get the events.' }),
        vars: z.string().optional().meta({ description: 'Values of its variables: a JSON object.' }),
      }),
      body: z.string(),
      text: ['application/yaml', 'application/json'],
      answers: {
        202: { description: 'It is checked and being played.', schema: run },
        400: { description: 'The scenario or a variable is wrong; nothing was sent.' },
      },
      handler: async ({ runs, query, body, base }) => {
        const made = await runs.start({ text: body, to: query.to, vars: variables(query.vars), base })
        return { status: 202, body: runView(made), headers: { location: `${base}/_standin/runs/${made.id}` } }
      },
    }),
    controlRoute({
      id: 'listRuns',
      method: 'GET',
      path: '/_standin/runs',
      summary: 'The runs that are remembered, newest first.',
      answers: {
        200: { description: 'All of them.', schema: z.object({ items: z.array(run) }).meta({ id: 'RunList' }) },
      },
      handler: ({ runs }) => ({ status: 200, body: { items: runs.list().map(runView) } }),
    }),
    controlRoute({
      id: 'getRun',
      method: 'GET',
      path: '/_standin/runs/{id}',
      summary: 'One run: how it stands, or what came of it.',
      params: z.strictObject({ id: z.string() }),
      answers: { 200: { description: 'The run.', schema: run }, 404: { description: 'There is no such run.' } },
      handler: ({ runs, params }) => {
        const made = runs.get(params.id)
        if (made) return { status: 200, body: runView(made) }
        throw new EmulatorError(`There is no run ${params.id}.`, {
          code: 'not_found',
          hint: 'List them with GET /_standin/runs.',
        })
      },
    }),
  ],
}
