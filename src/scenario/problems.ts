// What is wrong with a scenario file, as problems with a place and a remedy.
import type * as z from 'zod'
import { EmulatorError } from '../core/errors.js'
import { type InputIssue, inputIssues, MAX_PROBLEMS, moreProblems } from '../core/issues.js'
import { isJsonObject, valueAt } from '../core/json.js'
import { knownKeys, schemasAt } from '../core/zod-walk.js'
import { NO_VERB, scenarioSchema, stepSchema, VERBS, type Verb } from './schema.js'
import { formatPath, type Path, type Problem, type Source } from './source.js'

/** A problem at a field of a source. `key` points at the field's name instead of its value. */
export function problemAt(
  source: Source,
  path: Path,
  message: string,
  { hint, key = false }: { hint?: string | undefined; key?: boolean } = {},
): Problem {
  return { file: source.file, ...source.position(path, key ? 'key' : 'value'), path: formatPath(path), message, hint }
}

/** Collects the problems of one kind in a source: the first ones, the others are only counted. */
export interface ProblemList {
  /** Adds one; `hint` is only made where the problem is listed. `key` points at the field's name instead of its value. */
  add(path: Path, message: string, hint?: () => string | undefined, key?: boolean): void
  all(): Problem[]
}

/** An empty list of problems. */
export function problemList(source: Source): ProblemList {
  const listed: Problem[] = []
  let more = 0
  return {
    add(path, message, hint, key = false) {
      if (listed.length < MAX_PROBLEMS) listed.push(problemAt(source, path, message, { hint: hint?.(), key }))
      else more++
    },
    all: () => (more === 0 ? listed : [...listed, counting(source, more)]),
  }
}

/** Problems of several kinds in the order of their places: the first ones, and one that counts the others. */
export function inOrder(source: Source, problems: readonly Problem[]): Problem[] {
  const all = problems.filter(({ more }) => more === undefined).sort((a, b) => a.line - b.line || a.column - b.column)
  const more = problemCount(problems) - Math.min(all.length, MAX_PROBLEMS)
  return more === 0 ? all : [...all.slice(0, MAX_PROBLEMS), counting(source, more)]
}

/** How many problems there are, those that are only counted included. */
function problemCount(problems: readonly Problem[]): number {
  return problems.reduce((sum, { more = 1 }) => sum + more, 0)
}

const counting = (source: Source, more: number): Problem => ({ ...problemAt(source, [], moreProblems(more)), more })

/** Everything that a schema of the format refuses in a source, each with its place. */
export function schemaProblems(source: Source, error: z.ZodError, schema: z.ZodType = scenarioSchema): Problem[] {
  const issues = inputIssues(error, schema, source.value).map(issue => stepIssue(issue, source))
  const misspelt = new Set(issues.filter(({ key }) => key).map(({ path }) => formatPath(path.slice(0, -1))))
  return issues
    .filter(({ path, message }) => !(message.startsWith(NO_VERB) && misspelt.has(formatPath(path))))
    .map(({ path, message, hint, key, more }) => ({ ...problemAt(source, path, message, { hint, key }), more }))
}

/** An issue; an unknown key of a step may be a misspelt verb, or belong inside the step's verb. */
function stepIssue(issue: InputIssue, source: Source): InputIssue {
  const key = String(issue.path.at(-1))
  const path = issue.path.slice(0, -1).map(String)
  if (
    !issue.key ||
    !schemasAt(scenarioSchema, path).some(schema => VERBS.every(verb => knownKeys(schema).includes(verb)))
  )
    return issue
  const step = valueAt(source.value, path)
  const verb = isJsonObject(step) ? VERBS.find(one => Object.hasOwn(step, one) && keysOf(one).includes(key)) : undefined
  if (verb === undefined || !isJsonObject(step)) return { ...issue, message: `Unknown verb or key "${key}".` }
  const given = step[verb]
  const before = typeof given === 'string' ? `${SHORT_FOR[verb] ?? verb}: ${given}` : '…'
  return {
    ...issue,
    message: `Unknown verb or key "${key}".`,
    hint: `Write it inside: "${verb}: { ${before}, ${key}: … }".`,
  }
}

/** The field that a verb's short form stands for. */
const SHORT_FOR: Partial<Record<Verb, string>> = {
  trigger: 'type',
  expect: 'outcome',
  fault: 'kind',
  rotate: 'subscription',
}

const keysOf = (verb: Verb): string[] => schemasAt(stepSchema, [verb]).flatMap(schema => knownKeys(schema))

/** The problem of a path at which there is nothing. */
export const NO_SUCH_FILE = 'There is no such file or folder.'

/** The problem of a folder without scenario files. */
export const NO_SCENARIOS = 'The folder contains no scenarios.'

/** How the problem of a file or folder that cannot be read begins. */
export const UNREADABLE = 'This cannot be read:'

/** True for a problem of a file or folder itself: no line of it is to be corrected. */
const isOfPath = ({ message }: Problem) =>
  message === NO_SUCH_FILE || message === NO_SCENARIOS || message.startsWith(UNREADABLE)

/** One problem as a line: `file:line:column steps[2].trigger: what. Hint.` */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message, hint } = problem
  if (isOfPath(problem)) return `${file}: ${message}${hint === undefined ? '' : ` ${hint}`}`
  return `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}: ${message}${hint === undefined ? '' : ` ${hint}`}`
}

/** All problems of one or more files as the user's mistake `invalid_file`. */
export function scenarioError(problems: readonly Problem[]): EmulatorError {
  const [first] = problems
  if (first !== undefined && isOfPath(first) && problems.length === 1)
    return new EmulatorError(
      first.message === NO_SUCH_FILE ? `There is no file or folder ${first.file}.` : first.message,
      {
        code: 'invalid_file',
        hint: first.hint ?? 'Give the path of a scenario file, or of a folder of them.',
        where: first.file,
      },
    )
  const areOfPaths = problems.every(isOfPath)
  const count = problemCount(problems) === 1 ? 'one problem' : `${problemCount(problems)} problems`
  return new EmulatorError(
    `${areOfPaths ? 'There is no scenario to run' : 'The scenario is invalid'}: ${count}.\n${problems.map(problem => `  ${formatProblem(problem)}`).join('\n')}`,
    {
      code: 'invalid_file',
      hint: areOfPaths
        ? 'Give the paths of scenario files, or of folders of them.'
        : 'Correct it at the places that are named.',
      where: first === undefined || isOfPath(first) ? first?.file : `${first.file}:${first.line}:${first.column}`,
      issues: problems.map(({ path, message, hint }) => ({
        path,
        message: hint === undefined ? message : `${message} ${hint}`,
      })),
    },
  )
}
