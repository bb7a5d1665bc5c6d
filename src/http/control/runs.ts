// Runs: a scenario in the request's body is run in this space.
import * as z from 'zod'
import { run, runList, runQuery } from '../../api/run.js'
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json } from '../../core/json.js'
import { parsedJson } from '../validate.js'
import { controlRoute, type Family, idParams } from './route.js'

function variables(text: string | undefined): Record<string, Json> {
  const given = parsedJson(text ?? '', {}, 'vars')
  if (isJsonObject(given)) return given
  throw new EmulatorError('vars is not a JSON object.', {
    code: 'invalid_input',
    hint: 'Write vars={"name":"value"}, percent-encoded.',
    where: 'vars',
  })
}

/** The routes of runs. */
export const runsFamily: Family = {
  name: 'runs',
  about: 'Runs of scenarios in this space.',
  routes: [
    controlRoute({
      id: 'startRun',
      method: 'POST',
      path: '/_standin/runs',
      summary: 'Runs the scenario in the body, YAML or JSON.',
      description: 'The subscriptions of the scenario are removed at its end. The run moves a manual clock.',
      query: runQuery,
      body: z.string(),
      text: ['application/yaml', 'application/json'],
      answers: {
        202: { description: 'It is valid and running.', schema: run },
        400: { description: 'The scenario or a variable is invalid; nothing was sent.' },
      },
      handler: async ({ runs, query, body, base }) => {
        const started = await runs.start({ text: body, to: query.to, vars: variables(query.vars), base })
        return { status: 202, body: started, headers: { location: `${base}/_standin/runs/${started.id}` } }
      },
    }),
    controlRoute({
      id: 'listRuns',
      method: 'GET',
      path: '/_standin/runs',
      summary: 'Lists the newest 100 runs, newest first.',
      answers: {
        200: { description: 'The runs.', schema: runList },
      },
      handler: ({ runs }) => ({ status: 200, body: { items: runs.list() } }),
    }),
    controlRoute({
      id: 'getRun',
      method: 'GET',
      path: '/_standin/runs/{id}',
      summary: 'Shows a run: its state, or its result.',
      params: idParams,
      answers: { 200: { description: 'The run.', schema: run }, 404: { description: 'There is no such run.' } },
      handler: ({ runs, params }) => {
        const found = runs.get(params.id)
        if (found) return { status: 200, body: found }
        throw new EmulatorError(`There is no run ${params.id}.`, {
          code: 'not_found',
          hint: 'List them with GET /_standin/runs.',
        })
      },
    }),
  ],
}
