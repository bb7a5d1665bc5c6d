// The values of a scenario's variables: given, from the environment, or their default; checked against their types.
import { didYouMean, EmulatorError, type Issue } from '../core/errors.js'
import { type Json, jsonOrText, valueProblem } from '../core/json.js'
import { lostNumber } from '../core/json-numbers.js'
import { FIELD_WORDS, type RunWords } from './run-words.js'
import type { ScenarioDefinition, VarDefinition } from './schema.js'

type LongVar = Exclude<VarDefinition, string | number | boolean>

/** A variable's definition written out. */
export const longVariable = (definition: VarDefinition): LongVar =>
  typeof definition === 'object'
    ? definition
    : { type: typeof definition as 'string' | 'number' | 'boolean', default: definition }

/** The values of a scenario's variables. */
export interface Vars {
  values: Record<string, Json>
  /** Texts that reports must mask. */
  secrets: string[]
}

/** A secret that is a variable and nothing else. */
const VARIABLE = /^\$\{\s*vars\.([^.}\s]+)\s*\}$/

/** The secret of the receiver as the value of each variable that a subscription takes its secret from; it goes before the default. */
export function secretVariables(
  { subscriptions = [] }: ScenarioDefinition,
  secret: string | undefined,
): Readonly<Record<string, string>> {
  if (secret === undefined) return {}
  const names = subscriptions.flatMap(one => VARIABLE.exec(one.secret ?? '')?.[1] ?? [])
  return Object.fromEntries(names.map(name => [name, secret]))
}

/** The values of all variables. Throws EmulatorError `invalid_input` with every variable that is unknown, missing or of the wrong type. */
export function resolveVars(
  definitions: ScenarioDefinition['vars'] = {},
  {
    given = {},
    env = {},
    secrets: ofReceiver = {},
    words = FIELD_WORDS,
  }: {
    given?: Readonly<Record<string, Json>>
    env?: Readonly<Record<string, string | undefined>>
    /** In place of defaults: see `secretVariables`. */
    secrets?: Readonly<Record<string, Json>>
    words?: RunWords
  } = {},
  where?: string,
): Vars {
  const issues: Issue[] = []
  const values: Record<string, Json> = {}
  const secrets: string[] = []
  for (const name of Object.keys(given))
    if (!Object.hasOwn(definitions, name))
      issues.push({
        path: name,
        message: `unknown variable. ${didYouMean(name, Object.keys(definitions), 'Known variables') ?? 'The scenario has no variables.'}`,
      })
  for (const [name, definition] of Object.entries(definitions)) {
    const { type = 'string', default: fallback, env: variable, secret } = longVariable(definition)
    const fromEnv = variable === undefined ? undefined : env[variable]
    const raw = given[name] ?? fromEnv ?? ofReceiver[name] ?? fallback
    if (raw === undefined) {
      const or = variable === undefined ? '' : ` or in ${variable}`
      issues.push({ path: name, message: `no value. Give it with ${words.variable(name)}${or}` })
      continue
    }
    const lost = typeof raw === 'string' && type !== 'string' && type !== 'url' ? lostNumber(raw) : undefined
    if (lost !== undefined) {
      issues.push({ path: name, message: lost.message.replace(/\.$/, '') })
      continue
    }
    const value = typed(raw, type)
    if (value === undefined)
      issues.push({ path: name, message: `${secret ? 'the value' : JSON.stringify(raw)} is not of type ${type}` })
    else values[name] = value
    if (secret && raw !== '') secrets.push(typeof raw === 'string' ? raw : JSON.stringify(raw))
  }
  const [first] = issues
  if (first !== undefined)
    throw new EmulatorError(
      `Invalid variables: ${issues.map(issue => `${issue.path}: ${issue.message}`).join('; ')}.`,
      { code: 'invalid_input', hint: `Give variables with ${words.variable('name')}.`, where, issues },
    )
  return { values, secrets }
}

function typed(value: Json, type: NonNullable<LongVar['type']>): Json | undefined {
  const parsed = typeof value === 'string' && type !== 'string' && type !== 'url' ? jsonOrText(value) : value
  if (valueProblem(parsed) !== undefined) return undefined
  switch (type) {
    case 'string':
      return typeof parsed === 'object' ? undefined : String(parsed)
    case 'url':
      return typeof parsed === 'string' && URL.canParse(parsed) ? parsed : undefined
    case 'json':
      return parsed
    default:
      return typeof parsed === type ? parsed : undefined
  }
}
