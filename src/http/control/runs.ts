// Runs: a scenario given in the body is played on this world.
import * as z from 'zod'
import { run, runList, runQuery } from '../../api/run.js'
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json } from '../../core/json.js'
import type { Run } from '../runs.js'
import { parsedJson } from '../validate.js'
import { controlRoute, type Family } from './route.js'

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
      query: runQuery,
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
        200: { description: 'All of them.', schema: runList },
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
