// What zod finds wrong with a value, as sentences with a place and the nearest known name.

import type * as z from 'zod'
import { withArticle } from './article.js'
import { didYouMean, excerpt, type Issue } from './errors.js'
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
  /** How many more there are that are not listed, where this one says so. */
  more?: number | undefined
}

/** So many problems of one input are listed; the others are counted. Each costs a look-up, and nobody reads more. */
export const MAX_PROBLEMS = 20

/** The sentence that stands for the problems that are not listed. */
export function moreProblems(more: number): string {
  return `And ${more.toLocaleString('en-US')} more ${more === 1 ? 'problem' : 'problems'}.`
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

const kindOf = (expected: string) => KINDS[expected] ?? withArticle(expected)

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

/** A number with its noun: `1 character`, `2 characters`. */
const amount = (count: number | bigint, noun: string) => `${count} ${noun}${Number(count) === 1 ? '' : 's'}`

const SIZED: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item', map: 'item' }

/** Zod's own sentence about a size, a length or a form in plain words; a schema's own message stays. */
function plainMessage(issue: ZodIssue): string {
  const { message } = issue
  if (issue.code === 'too_small' && message.startsWith('Too small')) {
    const noun = SIZED[issue.origin]
    if (noun !== undefined)
      return Number(issue.minimum) === 1
        ? 'This must not be empty.'
        : `This must have at least ${amount(issue.minimum, noun)}.`
    return `This must be ${issue.inclusive === false ? 'more than ' : ''}${issue.minimum}${issue.inclusive === false ? '' : ' or more'}.`
  }
  if (issue.code === 'too_big' && message.startsWith('Too big')) {
    const noun = SIZED[issue.origin]
    if (noun !== undefined) return `This must have at most ${amount(issue.maximum, noun)}.`
    return `This must be ${issue.inclusive === false ? 'less than ' : ''}${issue.maximum}${issue.inclusive === false ? '' : ' or less'}.`
  }
  if (issue.code === 'not_multiple_of' && message.startsWith('Invalid'))
    return `This must be a multiple of ${issue.divisor}.`
  if (issue.code === 'invalid_format' && message.startsWith('Invalid')) return `This must be ${formOf(issue)}.`
  return message
}

const FORMS: Readonly<Record<string, string>> = {
  url: 'a URL',
  email: 'an e-mail address',
  uuid: 'a UUID',
  datetime: 'a time such as 2026-01-15T09:00:00Z',
  date: 'a date such as 2026-01-15',
}

function formOf({ format, pattern }: z.core.$ZodIssueInvalidStringFormat): string {
  const known = FORMS[format]
  if (known !== undefined) return known
  return pattern === undefined ? `a valid ${format}` : `text that matches ${excerpt(pattern)}`
}

/** A value as text; not every object can be made one by `String`. */
const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Problems, at most `MAX_PROBLEMS` of them, and how many there are in all. */
interface Found {
  listed: InputIssue[]
  total: number
}

/** The problems of each item, one after the other; items beyond the limit are only counted. */
function collected<T>(items: readonly T[], problemsOf: (item: T) => Found, sizeOf: (item: T) => number): Found {
  const listed: InputIssue[] = []
  let total = 0
  for (const item of items) {
    if (listed.length >= MAX_PROBLEMS) {
      total += sizeOf(item)
      continue
    }
    const found = problemsOf(item)
    listed.push(...found.listed)
    total += found.total
  }
  return { listed: listed.slice(0, MAX_PROBLEMS), total }
}

const sizeOf = (issue: ZodIssue): number => (issue.code === 'unrecognized_keys' ? issue.keys.length : 1)

/**
 * What is wrong with a value that its schema refused: one issue for each unknown key or wrong value; of a union the issues of the option
 * that fits best. A schema's own messages stay as they are. Of very many the last one only says how many more there are.
 */
export function inputIssues(error: z.core.$ZodError, schema: z.core.$ZodType, value: unknown): InputIssue[] {
  const root = value as Json
  const given = (path: Path) => valueAt(root, path.map(String))

  const sentences = (issue: ZodIssue, above: Path): Found => {
    const path = [...above, ...(issue.path as Path)]
    const one = (message: string, hint?: string): Found => ({
      listed: [{ path, message, hint, key: false }],
      total: 1,
    })
    if (issue.code === 'unrecognized_keys') {
      const here = given(path)
      const known = [...new Set(schemasAt(schema, path.map(String)).flatMap(found => knownKeys(found, here)))]
      const listed = issue.keys.slice(0, MAX_PROBLEMS).map(key => ({
        path: [...path, key],
        message: `Unknown key "${excerpt(key)}".`,
        hint: didYouMean(key, known, 'Known keys'),
        key: true,
      }))
      return { listed, total: issue.keys.length }
    }
    if (issue.code === 'invalid_key') {
      const all = issue.issues.map(({ message }) => ({ path, message, hint: undefined, key: true }))
      return { listed: all, total: all.length }
    }
    if (!isZodsOwn(issue)) return one(plainMessage(issue))
    const value = given(path)
    if (value === undefined && path.length > 0) return one('This is missing.')
    if (issue.code === 'invalid_value' && issue.values.length > 1)
      return one(
        `Unknown value ${excerpt(JSON.stringify(value) ?? '')}.`,
        didYouMean(textOf(value), issue.values.map(String), 'Known values'),
      )
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return ofUnion(issue.errors, path)
    if (
      issue.code === 'invalid_union' &&
      'options' in issue &&
      Array.isArray(issue.options) &&
      issue.options.length > 1
    )
      return one(
        `Unknown value ${excerpt(JSON.stringify(value) ?? '')}.`,
        didYouMean(textOf(value), issue.options.map(String), 'Known values'),
      )
    const takes = taken(issue, path)
    return one(`This must be ${oneOf(takes) || 'something else'}.`)
  }

  /** What an issue says is taken in its place, in words; empty where it does not say so. */
  const taken = (issue: ZodIssue, path: Path): string[] => {
    if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(inner => taken(inner, path))
    if (issue.code === 'invalid_value') return issue.values.map(value => JSON.stringify(value))
    if (issue.code !== 'invalid_type') return []
    const isWhole = issue.expected === 'number' && schemasAt(schema, path.map(String)).some(takesOnlyWholeNumbers)
    return [kindOf(isWhole ? 'int' : issue.expected)]
  }

  const ofUnion = (errors: ZodIssue[][], path: Path): Found => {
    const options = errors.map(issues => collected(issues, issue => sentences(issue, path), sizeOf))
    const inside = options.filter(({ listed }) => listed.some(issue => issue.path.length > path.length))
    const [best] = inside.sort((a, b) => a.total - b.total)
    if (best !== undefined) return best
    const all = errors.flat()
    const own = all.find(saysMoreThanWhatIsTaken)
    if (own !== undefined) return sentences(own, path)
    const takes = all.flatMap(issue => taken(issue, path))
    const message = `This must be ${oneOf(takes) || 'something else'}.`
    return { listed: [{ path, message, key: false }], total: 1 }
  }

  const { listed, total } = collected(error.issues, issue => sentences(issue, []), sizeOf)
  const more = total - listed.length
  return more > 0 ? [...listed, { path: [], message: moreProblems(more), key: false, more }] : listed
}

/** An issue with its path dotted and its hint in the message. */
export function toIssue({ path, message, hint, more }: InputIssue): Issue {
  return {
    path: path.map(part => excerpt(String(part))).join('.'),
    message: hint === undefined ? message : `${message} ${hint}`,
    ...(more === undefined ? {} : { more }),
  }
}

/** A schema's own message; for a missing or wrong value that has none, ours. */
function ownOrPlain(issue: ZodIssue): string {
  if (!isZodsOwn(issue)) return plainMessage(issue)
  if (issue.code !== 'invalid_type')
    return issue.code === 'invalid_value'
      ? `This must be ${oneOf(issue.values.map(String))}.`
      : 'This must be something else.'
  return issue.message.endsWith('received undefined') && issue.path.length > 0
    ? 'This is missing.'
    : `This must be ${kindOf(issue.expected)}.`
}

/**
 * Zod's issues with their own messages, each path dotted: for the routes of providers, whose refusals have their own words. Of very many
 * the last one only says how many more there are.
 */
export function plainIssues({ issues }: z.core.$ZodError): Issue[] {
  const plain = (issue: ZodIssue | undefined): Issue[] =>
    issue ? [{ path: issue.path.map(String).join('.'), message: excerpt(ownOrPlain(issue)) }] : []
  const listed = issues.slice(0, MAX_PROBLEMS).flatMap(plain)
  const more = issues.length - listed.length
  return more > 0 ? [...listed, { path: '', message: moreProblems(more), more }] : listed
}

/** The first issue, and how many more there are: `url: This is missing. (and 2 more)`. */
export function summary(issues: readonly Issue[]): string {
  const [first] = issues
  if (first === undefined) return ''
  const others = issues.slice(1).reduce((sum, { more = 1 }) => sum + more, 0)
  const more = others > 0 ? ` (and ${others} more)` : ''
  return `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}`
}
