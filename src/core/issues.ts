// What zod finds wrong with a value, as sentences with a place and the nearest known name.
import type * as z from 'zod'
import { didYouMean, type Issue } from './errors.js'
import { type Json, valueAt } from './json.js'
import { knownKeys, schemasAt, takesOnlyWholeNumbers } from './zod-walk.js'

/** One thing that is wrong with a value. */
export interface InputIssue {
  /** Keys and indices from the root of the value. */
  path: (string | number)[]
  message: string
  /** `Did you mean "x"?`, or the known names. */
  hint?: string | undefined
  /** True where the key is wrong, not its value. */
  key: boolean
}

type Path = InputIssue['path']
type ZodIssue = z.core.$ZodIssue

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
  undefined: 'left out',
}

const kindOf = (expected: string) => KINDS[expected] ?? `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`

/** `a`, `a or b`, `a, b or c`, each once. */
function oneOf(texts: readonly string[]): string {
  const each = [...new Set(texts)]
  return [each.slice(0, -1).join(', '), ...each.slice(-1)].filter(Boolean).join(' or ')
}

/** Of a union's option: false where it only says that another type or one other value is taken. */
const saysMoreThanWhatIsTaken = (issue: ZodIssue) =>
  !isZodsOwn(issue) ||
  (issue.code === 'invalid_value' && issue.values.length > 1) ||
  !['invalid_type', 'invalid_union', 'invalid_value'].includes(issue.code)

/** True for a message that zod made itself: a schema's own message says more than ours. */
const isZodsOwn = ({ message }: ZodIssue) => /^Invalid (input|option)/.test(message)

/** A value as text; not every object can be made one by `String`. */
const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/**
 * Everything that is wrong with a value that its schema refused: one issue for each unknown key or wrong value; of a union the issues of
 * the option that fits best. A schema's own messages stay as they are.
 */
export function inputIssues(error: z.core.$ZodError, schema: z.core.$ZodType, value: unknown): InputIssue[] {
  const root = value as Json
  const given = (path: Path) => valueAt(root, path.map(String))

  const sentences = (issue: ZodIssue, above: Path): InputIssue[] => {
    const path = [...above, ...(issue.path as Path)]
    const one = (message: string, hint?: string): InputIssue[] => [{ path, message, hint, key: false }]
    if (issue.code === 'unrecognized_keys') {
      const here = given(path)
      const known = [...new Set(schemasAt(schema, path.map(String)).flatMap(found => knownKeys(found, here)))]
      return issue.keys.map(key => ({
        path: [...path, key],
        message: `Unknown key "${key}".`,
        hint: didYouMean(key, known),
        key: true,
      }))
    }
    if (issue.code === 'invalid_key')
      return issue.issues.map(({ message }) => ({ path, message, hint: undefined, key: true }))
    if (!isZodsOwn(issue)) return one(issue.message)
    const value = given(path)
    if (value === undefined && path.length > 0) return one('This is missing.')
    if (issue.code === 'invalid_value' && issue.values.length > 1)
      return one(`Unknown value ${JSON.stringify(value)}.`, didYouMean(textOf(value), issue.values.map(String)))
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return ofUnion(issue.errors, path)
    const takes = taken(issue, path)
    return one(takes.length > 0 ? `This must be ${oneOf(takes)}.` : issue.message)
  }

  /** What an issue says is taken in its place, in words; empty where it does not say so. */
  const taken = (issue: ZodIssue, path: Path): string[] => {
    if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(inner => taken(inner, path))
    if (issue.code === 'invalid_value') return issue.values.map(value => JSON.stringify(value))
    if (issue.code !== 'invalid_type') return []
    const isWhole = issue.expected === 'number' && schemasAt(schema, path.map(String)).some(takesOnlyWholeNumbers)
    return [kindOf(isWhole ? 'int' : issue.expected)]
  }

  const ofUnion = (errors: ZodIssue[][], path: Path): InputIssue[] => {
    const options = errors.map(issues => issues.flatMap(issue => sentences(issue, path)))
    const inside = options.filter(found => found.some(issue => issue.path.length > path.length))
    const [best] = inside.sort((a, b) => a.length - b.length)
    if (best !== undefined) return best
    const all = errors.flat()
    const own = all.find(saysMoreThanWhatIsTaken)
    if (own !== undefined) return sentences(own, path)
    const takes = all.flatMap(issue => taken(issue, path))
    return [{ path, message: `This must be ${oneOf(takes) || 'something else'}.`, key: false }]
  }

  return error.issues.flatMap(issue => sentences(issue, []))
}

/** An issue with its path dotted and its hint in the message. */
export function toIssue({ path, message, hint }: InputIssue): Issue {
  return { path: path.join('.'), message: hint === undefined ? message : `${message} ${hint}` }
}

/** Zod's issues with their own messages, each path dotted: for the routes of providers, whose refusals have their own words. */
export function plainIssues({ issues }: z.core.$ZodError): Issue[] {
  return issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
}

/** The first issue, and how many more there are: `url: This is missing. (and 2 more)`. */
export function summary(issues: readonly Issue[]): string {
  const [first] = issues
  if (first === undefined) return ''
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}`
}
