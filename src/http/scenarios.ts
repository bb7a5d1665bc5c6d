// The scenarios folder of a server, as the API shows it.
import type { Scenario, ScenarioDetail, ScenarioList } from '../api/scenario.js'
import { EmulatorError } from '../core/errors.js'
import type { Provider } from '../provider/provider.js'
import type { ScenarioFolder } from '../scenario/folder.js'

/** A folder of scenario files, and the environment that their variables may be read from. */
export interface Scenarios {
  folder: ScenarioFolder
  env: Readonly<Record<string, string | undefined>>
}

/** The file of the folder with its steps and problems. Throws `not_found` and `too_large`. */
export async function readScenarioFile(
  { folder, env }: Scenarios,
  file: string,
  providers: readonly Provider[],
): Promise<ScenarioDetail> {
  const [{ parseScenario }, { namesOf }, { outlineOf, variablesOf }] = await Promise.all([
    import('../scenario/load.js'),
    import('../scenario/names.js'),
    import('../scenario/outline.js'),
  ])
  const text = await folder.read(file)
  const { scenario, problems } = await parseScenario(text, file, namesOf(providers))
  return {
    file,
    name: scenario?.name ?? null,
    description: scenario?.definition.description ?? null,
    tags: scenario?.definition.tags ?? [],
    variables: scenario ? variablesOf(scenario, env) : [],
    problems: problems.map(({ line, column, path, message, hint = null }) => ({ line, column, path, message, hint })),
    text,
    steps: scenario ? outlineOf(scenario) : [],
  }
}

/** Every file of the folder. One that cannot be read has that as its problem. */
export async function listScenarios(
  scenarios: Scenarios | undefined,
  providers: readonly Provider[],
): Promise<ScenarioList> {
  if (!scenarios) return { folder: null, items: [] }
  const items: Scenario[] = []
  for (const file of await scenarios.folder.files()) {
    try {
      const { text: _, steps: __, ...scenario } = await readScenarioFile(scenarios, file, providers)
      items.push(scenario)
    } catch (error) {
      if (!(error instanceof EmulatorError)) throw error
      const problem = { line: 1, column: 1, path: '', message: error.message, hint: error.hint ?? null }
      items.push({ file, name: null, description: null, tags: [], variables: [], problems: [problem] })
    }
  }
  return { folder: scenarios.folder.path, items }
}

/** The folder; throws `not_found` where the server has none. */
export function givenScenarios(scenarios: Scenarios | undefined): Scenarios {
  if (scenarios) return scenarios
  throw new EmulatorError('This server has no scenarios folder.', {
    code: 'not_found',
    hint: 'Start it with standin serve --scenarios FOLDER.',
  })
}
