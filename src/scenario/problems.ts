// Turning what the schema finds wrong into problems with a place and a remedy.
import * as z from 'zod'
import { didYouMean, EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json } from '../core/json.js'
import { NO_VERB, scenarioSchema, VERBS, type Verb } from './schema.js'
import { formatPath, type Path, type Problem, type Source } from './source.js'

type Found = { path: (string | number)[]; message: string; hint?: string | undefined; key?: boolean }

/** The value at a path of a parsed file. */
function at(value: Json | undefined, path: Path): Json | undefined {
  let here: Json | undefined = value
  for (const part of path) {
    if (Array.isArray(here) && typeof part === 'number') here = here[part]
    else if (isJsonObject(here) && Object.hasOwn(here, String(part))) here = here[String(part)]
    else return undefined
  }
  return here
}

/** A problem at a field of a source. `key` points at the field's name instead of its value. */
export function problemAt(
  source: Source,
  path: Path,
  message: string,
  { hint, key = false }: { hint?: string | undefined; key?: boolean } = {},
): Problem {
  return { file: source.file, ...source.position(path, key ? 'key' : 'value'), path: formatPath(path), message, hint }
}

/** Everything the schema refuses in a value, each with its place in the source. */
export function schemaProblems(source: Source, error: z.ZodError, pathInSource: (path: Path) => Path): Problem[] {
  const found = error.issues.flatMap(issue => flatten(issue, [], source.value))
  const misspelt = new Set(found.filter(one => one.key).map(one => formatPath(one.path.slice(0, -1))))
  return found
    .filter(one => !(one.message.startsWith(NO_VERB) && misspelt.has(formatPath(one.path))))
    .map(({ path, message, hint, key }) => problemAt(source, pathInSource(path), message, { hint, key: key ?? false }))
}

type Issue = z.core.$ZodIssue

/** An issue in our words; of a union, the issues of the option that fits best. */
function flatten(issue: Issue, above: Path, value: Json): Found[] {
  const path = [...above, ...(issue.path as (string | number)[])]
  if (issue.code === 'invalid_union') {
    // A union told apart by a key that names none of its options says so itself.
    if (issue.errors.length === 0) return [{ path, message: issue.message }]
    const options = issue.errors.map(issues => issues.flatMap(one => flatten(one, path, value)))
    const inside = options.filter(found => found.some(one => one.path.length > path.length || one.key))
    const best = inside.sort((a, b) => a.length - b.length)[0]
    if (best !== undefined) return best
    const own = issue.errors
      .flat()
      .find(one => one.code === 'custom' || one.code === 'invalid_format' || one.code === 'invalid_value')
    if (own !== undefined) return flatten(own, path, value)
    const kinds = issue.errors.flat().flatMap(one => (one.code === 'invalid_type' ? [one.expected] : []))
    return [{ path, message: `This must be ${[...new Set(kinds)].join(' or ') || 'something else'}.` }]
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => {
      const known = keysAt(scenarioSchema, path)
      const step = VERBS.every(verb => known.includes(verb))
      return {
        path: [...path, key],
        message: step ? `Unknown verb or key "${key}".` : `Unknown key "${key}".`,
        hint: (step ? withinVerb(key, at(value, path)) : undefined) ?? didYouMean(key, known),
        key: true,
      }
    })
  const given = at(value, path)
  if (issue.code === 'invalid_value' && given !== undefined && issue.values.length > 1)
    return [
      {
        path,
        message: `${JSON.stringify(given)} is none of ${issue.values.map(String).join(', ')}.`,
        hint: typeof given === 'string' ? didYouMean(given, issue.values.map(String)) : undefined,
      },
    ]
  if (issue.code === 'invalid_key') return issue.issues.map(one => ({ path, message: one.message, key: true }))
  if (issue.code === 'invalid_type')
    return [{ path, message: given === undefined ? missing(path) : `This must be ${article(issue.expected)}.` }]
  return [{ path, message: issue.message }]
}

/** What a verb's short form is of its long one. */
const SHORT_FOR: Partial<Record<Verb, string>> = {
  trigger: 'type',
  expect: 'outcome',
  fault: 'kind',
  rotate: 'subscription',
}

/** How to write a key that stands beside a verb and belongs to what that verb takes; undefined where it belongs to none. */
function withinVerb(key: string, step: Json | undefined): string | undefined {
  if (!isJsonObject(step)) return undefined
  const verb = VERBS.find(one => Object.hasOwn(step, one) && keysAt(scenarioSchema, ['steps', 0, one]).includes(key))
  if (verb === undefined) return undefined
  const given = step[verb]
  const before = typeof given === 'string' ? `${SHORT_FOR[verb] ?? verb}: ${given}` : '…'
  return `Write it inside: "${verb}: { ${before}, ${key}: … }".`
}

const missing = (path: Path) => `"${String(path.at(-1) ?? 'version')}" is missing.`

const article = (kind: string) =>
  kind === 'record' || kind === 'object'
    ? 'a map of keys'
    : kind === 'array'
      ? 'a list'
      : /^[aeiou]/.test(kind)
        ? `an ${kind}`
        : `a ${kind}`

/** The keys that the schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return keysAt(schema.unwrap(), path)
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap(option => keysAt(option, path)))]
  const [head, ...rest] = path
  if (schema instanceof z.ZodObject) {
    const shape: Record<string, z.core.$ZodType> = schema.shape
    if (head === undefined) return Object.keys(shape)
    const field = shape[String(head)]
    return field === undefined ? [] : keysAt(field, rest)
  }
  if (head === undefined) return []
  if (schema instanceof z.ZodArray) return typeof head === 'number' ? keysAt(schema.element, rest) : []
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest)
  return []
}

/** One problem as a line: `file:line:column steps[2].trigger: what. Hint.` */
export function formatProblem({ file, line, column, path, message, hint }: Problem): string {
  return `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}: ${message}${hint === undefined ? '' : ` ${hint}`}`
}

/** All problems of one or more files as the user's mistake `invalid_file`. */
export function scenarioError(problems: readonly Problem[]): EmulatorError {
  const [first] = problems
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new EmulatorError(
    `The scenario cannot be played: ${count}.\n${problems.map(problem => `  ${formatProblem(problem)}`).join('\n')}`,
    {
      code: 'invalid_file',
      hint: 'Correct the file and check it with `standin validate`.',
      where: first === undefined ? undefined : `${first.file}:${first.line}:${first.column}`,
      issues: problems.map(problem => ({
        path: problem.path,
        message: `${problem.message}${problem.hint === undefined ? '' : ` ${problem.hint}`}`,
      })),
    },
  )
}
