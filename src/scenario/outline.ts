// A scenario in outline: its steps in one list, and its variables.
import type { ScenarioStep, ScenarioVariable } from '../api/scenario.js'
import { MASK } from '../core/mask.js'
import type { Scenario, Step } from './scenario.js'
import { longVariable } from './vars.js'

/** The steps inside a step. */
function inside(step: Step): readonly Step[] {
  if (step.verb === 'parallel') return step.branches.flat()
  return step.verb === 'repeat' ? step.steps : []
}

/** Every step in order, those inside others and those that the receiver's calls start too. */
export function outlineOf({ steps, on }: Pick<Scenario, 'steps' | 'on'>): ScenarioStep[] {
  const outlined = (step: Step, depth: number): ScenarioStep[] => [
    {
      path: step.path,
      name: step.name ?? null,
      verb: step.verb,
      text: step.text,
      line: step.line,
      column: step.column,
      depth,
    },
    ...inside(step).flatMap(inner => outlined(inner, depth + 1)),
  ]
  return [...steps, ...on.flatMap(call => call.steps)].flatMap(step => outlined(step, 0))
}

/** The variables, with what must be given. A secret's default is masked. */
export function variablesOf(
  { definition }: Pick<Scenario, 'definition'>,
  env: Readonly<Record<string, string | undefined>>,
): ScenarioVariable[] {
  return Object.entries(definition.vars ?? {}).map(([name, given]) => {
    const {
      type = 'string',
      default: fallback,
      env: variable = null,
      secret = false,
      description,
    } = longVariable(given)
    const isSet = variable !== null && env[variable] !== undefined
    return {
      name,
      type,
      description: description ?? null,
      default: fallback === undefined ? null : secret ? MASK : fallback,
      env: variable,
      secret,
      required: fallback === undefined && !isSet,
    }
  })
}
