// Scenarios of the server's folder: listed, read, run.
import * as z from 'zod'
import { runDetail } from '../../api/run.js'
import { scenarioDetail, scenarioList, scenarioRunInput } from '../../api/scenario.js'
import { givenScenarios, listScenarios, readScenarioFile } from '../scenarios.js'
import { controlRoute, type Family } from './route.js'

const params = z.strictObject({
  file: z.string().meta({ description: 'Below the folder; its slashes are written %2F.' }),
})

const missing = { description: 'There is no such file, or the server has no scenarios folder.' }

export const scenariosFamily: Family = {
  name: 'scenarios',
  about: "The scenarios of the server's folder (serve --scenarios).",
  routes: [
    controlRoute({
      id: 'listScenarios',
      method: 'GET',
      path: '/_standin/scenarios',
      summary: 'Lists the files of the folder, with their variables and what is wrong with them.',
      answers: { 200: { description: 'The scenarios, by file.', schema: scenarioList } },
      handler: async ({ emulator, scenarios }) => ({
        status: 200,
        body: await listScenarios(scenarios, emulator.providers),
      }),
    }),
    controlRoute({
      id: 'getScenario',
      method: 'GET',
      path: '/_standin/scenarios/{file}',
      summary: 'Gets a file of the folder: its text, steps, variables and problems.',
      params,
      answers: { 200: { description: 'The scenario.', schema: scenarioDetail }, 404: missing },
      handler: async ({ emulator, scenarios, params }) => ({
        status: 200,
        body: await readScenarioFile(givenScenarios(scenarios), params.file, emulator.providers),
      }),
    }),
    controlRoute({
      id: 'runScenario',
      method: 'POST',
      path: '/_standin/scenarios/{file}/runs',
      summary: 'Runs a file of the folder.',
      description:
        "As POST /_standin/runs does. Variables without a value are read from the server's environment where the file says so.",
      params,
      body: scenarioRunInput,
      answers: {
        202: { description: 'It is valid and running.', schema: runDetail },
        400: { description: 'The scenario or a variable is invalid; nothing was sent.' },
        404: missing,
      },
      handler: async ({ scenarios, runs, params: { file }, body: { to, vars, secret }, base }) => {
        const { folder, env } = givenScenarios(scenarios)
        const started = await runs.start({ text: await folder.read(file), file, to, vars, secret, env, base })
        return { status: 202, body: started, headers: { location: `${base}/_standin/runs/${started.id}` } }
      },
    }),
  ],
}
