// Loads scenario files for commands, checked against the providers down to the payload paths.
import { unknownName } from '../core/errors.js'
import type { Provider } from '../provider/provider.js'
import { type LoadedScenarios, loadScenarios } from '../scenario/load.js'
import { namesOf } from '../scenario/names.js'
import type { RunWords } from '../scenario/run-words.js'
import type { Scenario } from '../scenario/scenario.js'
import { resolveVars, secretVariables } from '../scenario/vars.js'

/** What the command line calls the inputs of a run. */
export const OPTION_WORDS: RunWords = {
  to: '--to',
  variable: name => `--var ${name}=…`,
  secret: '--secret',
  manualClock: 'Run it with --speed max',
}

/** Loads files and folders; `problems` holds what is wrong with them. */
export function loadChecked(
  paths: readonly string[],
  providers: readonly Provider[],
  tags: readonly string[] = [],
): Promise<LoadedScenarios> {
  return loadScenarios(paths, namesOf(providers), { tags })
}

/**
 * The variables of each scenario: those given that it declares. Throws before anything runs if no scenario declares a given variable,
 * or if one is missing or has the wrong type. `secret` is that of --secret.
 */
export function variablesOf(
  scenarios: readonly Scenario[],
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
  secret: string | undefined,
): (scenario: Scenario) => Record<string, string> {
  const declared = new Set(scenarios.flatMap(({ definition }) => Object.keys(definition.vars ?? {})))
  const undeclared = Object.keys(given).find(name => !declared.has(name))
  if (undeclared !== undefined) throw unknownName('variable', undeclared, declared, { where: '--var' })
  const own = ({ definition }: Scenario) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(definition.vars ?? {}, name)))
  for (const scenario of scenarios)
    resolveVars(
      scenario.definition.vars,
      { given: own(scenario), env, secrets: secretVariables(scenario.definition, secret), words: OPTION_WORDS },
      scenario.file,
    )
  return own
}
