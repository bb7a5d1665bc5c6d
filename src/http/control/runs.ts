// Runs: a scenario in the request's body is run in this space.
import * as z from 'zod'
import { type RunDetail, runDetail, runList, runQuery, runReportQuery } from '../../api/run.js'
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json } from '../../core/json.js'
import type { Runs } from '../runs.js'
import { parsedJson } from '../validate.js'
import { download } from './download.js'
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

const missing = { description: 'There is no such run.' }

function existing(runs: Runs, id: string): RunDetail {
  const found = runs.get(id)
  if (found) return found
  throw new EmulatorError(`There is no run ${id}.`, { code: 'not_found', hint: 'List them with GET /_standin/runs.' })
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
      description:
        'The subscriptions of the scenario are removed at its end. The run moves a manual clock. The journal tells each step as it starts and ends.',
      query: runQuery,
      body: z.string(),
      text: ['application/yaml', 'application/json'],
      answers: {
        202: { description: 'It is valid and running.', schema: runDetail },
        400: { description: 'The scenario or a variable is invalid; nothing was sent.' },
      },
      handler: async ({ runs, query, body, base }) => {
        const { to, vars, secret } = query
        const started = await runs.start({ text: body, to, vars: variables(vars), secret, base })
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
      summary: 'Shows a run: its steps so far, and its result once it has ended.',
      params: idParams,
      answers: { 200: { description: 'The run.', schema: runDetail }, 404: missing },
      handler: ({ runs, params }) => ({ status: 200, body: existing(runs, params.id) }),
    }),
    controlRoute({
      id: 'cancelRun',
      method: 'POST',
      path: '/_standin/runs/{id}/cancel',
      summary: 'Aborts a run: its remaining steps are not run.',
      params: idParams,
      answers: {
        202: { description: 'It ends soon.', schema: runDetail },
        404: missing,
        409: { description: 'It has ended.' },
      },
      handler: ({ runs, params }) => {
        const found = existing(runs, params.id)
        if (runs.cancel(found.id)) return { status: 202, body: found }
        throw new EmulatorError(`The run ${found.id} has ended.`, { code: 'conflict' })
      },
    }),
    controlRoute({
      id: 'reportRun',
      method: 'GET',
      path: '/_standin/runs/{id}/report',
      summary: 'Downloads the report of a run that has ended: JUnit, JSON or Markdown.',
      params: idParams,
      query: runReportQuery,
      answers: {
        200: {
          description: 'The report, in the format asked for.',
          texts: ['application/xml', 'application/json', 'text/markdown'],
        },
        404: missing,
        409: { description: 'It has no result: it is running, or an error ended it.' },
      },
      handler: async ({ runs, params, query: { format } }) => {
        const { id, result, reason } = existing(runs, params.id)
        if (result === null)
          throw new EmulatorError(`The run ${id} has no result: ${reason ?? 'it is running'}.`, { code: 'conflict' })
        const { reporterOf } = await import('../../scenario/reporters/index.js')
        return download(reporterOf(format)([result]), `${id}`, format)
      },
    }),
  ],
}
