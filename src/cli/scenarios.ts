// Scenario files as commands load them: checked against the providers that are played, down to the payload paths.

import { EmulatorError, type Issue } from '../core/errors.js'
import type { Json } from '../core/json.js'
import { checkSet, declaredAt } from '../emulation/paths.js'
import type { Provider } from '../provider/provider.js'
import { type LoadedScenarios, loadScenarios } from '../scenario/load.js'
import { type Names, namesOf, type TypeAddress } from '../scenario/names.js'

function issueOf(path: string, look: () => unknown): Issue[] {
  try {
    look()
    return []
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error
    return [{ path, message: error.hint === undefined ? error.message : `${error.message} ${error.hint}` }]
  }
}

/** The names that scenarios may use with these providers. */
export function scenarioNames(providers: readonly Provider[]): Names {
  const payloadProblems = async (
    { provider, channel, type }: TypeAddress,
    set: Record<string, Json | undefined>,
    unset: readonly string[],
  ): Promise<Issue[]> => {
    const found = providers.find(({ name }) => name === provider)?.channels.find(({ name }) => name === channel)
    const definition = (await found?.load())?.definition(type, {})
    if (definition === undefined) return []
    const { schema } = definition
    return [
      ...Object.entries(set).flatMap(([path, value]) =>
        issueOf(path, () => (value === undefined ? declaredAt(schema, path, 'set') : checkSet(schema, path, value))),
      ),
      ...unset.flatMap(path => issueOf(path, () => declaredAt(schema, path, 'unset'))),
    ]
  }
  return namesOf(providers, { payloadProblems })
}

/** Loads files and folders; what is wrong with them is in `problems`. */
export function loadChecked(
  paths: readonly string[],
  providers: readonly Provider[],
  tags: readonly string[] = [],
): Promise<LoadedScenarios> {
  return loadScenarios(paths, scenarioNames(providers), { tags })
}
