// Scenario files as commands load them: checked against the providers that are played, down to the payload paths.
import { unknownName } from '../core/errors.js'
import type { Provider } from '../provider/provider.js'
import { type LoadedScenarios, loadScenarios } from '../scenario/load.js'
import { namesOf } from '../scenario/names.js'
import type { Scenario } from '../scenario/scenario.js'
import { resolveVars } from '../scenario/vars.js'

/** Loads files and folders; what is wrong with them is in `problems`. */
export function loadChecked(
  paths: readonly string[],
  providers: readonly Provider[],
  tags: readonly string[] = [],
): Promise<LoadedScenarios> {
  return loadScenarios(paths, namesOf(providers), { tags })
}

/**
 * The variables each scenario gets: those given that it declares. Throws before anything is played when one is declared by none of them,
 * or one of theirs is missing or of the wrong type.
 */
export function variablesOf(
  scenarios: readonly Scenario[],
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): (scenario: Scenario) => Record<string, string> {
  const declared = new Set(scenarios.flatMap(({ definition }) => Object.keys(definition.vars ?? {})))
  const stray = Object.keys(given).find(name => !declared.has(name))
  if (stray !== undefined) throw unknownName('variable', stray, declared, '--var')
  const own = ({ definition }: Scenario) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(definition.vars ?? {}, name)))
  for (const scenario of scenarios) resolveVars(scenario.definition.vars, { given: own(scenario), env }, scenario.file)
  return own
}
