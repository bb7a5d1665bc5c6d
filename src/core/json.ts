// JSON values as types, their reading within limits, and deep access to them by JSON Pointer or dotted path.
import { EmulatorError, excerpt } from './errors.js'
import { lostNumber } from './json-numbers.js'

/** How deep a value from outside may be nested, and how many segments a path may have: everything that walks values may then recurse. */
export const MAX_DEPTH = 100

/** How many values a JSON text from outside may have, lists and objects counted too: each costs several passes. */
const MAX_VALUES = 100_000

/**
 * Any JSON value.
 * @example const value: Json = { paid: true, lines: [{ amount: 1250 }], note: null }
 */
export type Json = null | boolean | number | string | Json[] | JsonObject
/**
 * A JSON object; the order of its keys is part of a payload.
 * @example { type: 'invoice.paid', data: { amount: 1250 } }
 */
export interface JsonObject {
  [key: string]: Json
}

/** True for a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const LIMITS = 'docs/limits.md lists what is accepted.'

/** Why a value cannot be taken in, and where. */
export interface ValueProblem {
  path: (string | number)[]
  message: string
}

/** One container on the way to the one that is looked at. */
interface Level {
  value: object
  key: string | number
  above: Level | undefined
  depth: number
}

function pathOf(level: Level | undefined, ...rest: (string | number)[]): (string | number)[] {
  const path = rest
  for (let here = level; here?.above !== undefined; here = here.above) path.unshift(here.key)
  return path
}

const NOT_TEXT = 'This is not well-formed Unicode: half of a surrogate pair stands alone.'

/**
 * The first thing that makes a value unfit to be taken in: nested too deep (or without end), a text that is not well-formed Unicode
 * (no database and no wire keeps it), a key `__proto__`, more values than `mostValues`. Undefined where there is none. Does not recurse.
 */
export function valueProblem(root: unknown, mostValues = Number.POSITIVE_INFINITY): ValueProblem | undefined {
  if (typeof root === 'string') return root.isWellFormed() ? undefined : { path: [], message: NOT_TEXT }
  if (typeof root !== 'object' || root === null) return undefined
  const open: Level[] = [{ value: root, key: '', above: undefined, depth: 1 }]
  let values = 1
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    const { value, depth } = level
    if (depth > MAX_DEPTH) return { path: [], message: `This is nested deeper than ${MAX_DEPTH} levels.` }
    const isList = Array.isArray(value)
    for (const [key, item] of isList ? value.entries() : Object.entries(value)) {
      if (++values > mostValues)
        return { path: [], message: `This has more than ${mostValues.toLocaleString('en-US')} values.` }
      if (!isList && key === '__proto__') return { path: pathOf(level), message: 'The key "__proto__" is not allowed.' }
      if (typeof key === 'string' && !key.isWellFormed()) return { path: pathOf(level), message: NOT_TEXT }
      if (typeof item === 'string') {
        if (!item.isWellFormed()) return { path: pathOf(level, key), message: NOT_TEXT }
      } else if (typeof item === 'number') {
        if (!Number.isFinite(item))
          return { path: pathOf(level, key), message: 'This is not a number that JSON can hold.' }
      } else if (typeof item === 'object' && item !== null)
        open.push({ value: item, key, above: level, depth: depth + 1 })
    }
  }
  return undefined
}

/** Throws `invalid_input` for a value that cannot be taken in (see `valueProblem`). `where` names it: an option, a field, "body". */
export function checkValue(value: unknown, where?: string, mostValues?: number): void {
  const problem = valueProblem(value, mostValues)
  if (problem === undefined) return
  const place = [where, ...problem.path].filter(part => part !== undefined && part !== '').join('.')
  throw new EmulatorError(`${place === '' ? '' : `${excerpt(place)}: `}${problem.message}`, {
    code: 'invalid_input',
    hint: LIMITS,
    where: place === '' ? undefined : excerpt(place),
  })
}

/** True where too few lists and objects begin for a text to be nested too deep. */
function hasFewContainers(text: string): boolean {
  let left = MAX_DEPTH
  for (const opening of '{[')
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) if (left-- === 0) return false
  return true
}

/** How a JSON text goes on after "The JSON" where it is beyond a limit; undefined where it is within. It is scanned, not parsed. */
export function sizeProblem(text: string, mostValues = MAX_VALUES): string | undefined {
  if (text.length < mostValues && hasFewContainers(text)) return undefined
  let depth = 0
  let values = 1
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++
    } else if (unit === 0x5b || unit === 0x7b) {
      values++
      if (++depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`
    } else if (unit === 0x5d || unit === 0x7d) depth--
    else if (unit === 0x2c) values++
  }
  return values > mostValues ? `has more than ${mostValues.toLocaleString('en-US')} values` : undefined
}

/** True for a JSON text that is nested deeper than `MAX_DEPTH`. */
export const isTooDeep = (text: string): boolean => sizeProblem(text, Number.POSITIVE_INFINITY) !== undefined

/**
 * The value of a JSON text that somebody sent and nobody stores. Throws SyntaxError for what is not JSON, and EmulatorError `invalid_input`
 * for what is nested too deep. `where` names the text: an option, a field, "body".
 */
export function parseReceived(text: string, where?: string, mostValues = Number.POSITIVE_INFINITY): Json {
  const problem = sizeProblem(text, mostValues)
  if (problem === undefined) return JSON.parse(text) as Json
  throw new EmulatorError(`${where === undefined ? '' : `${where}: `}The JSON ${problem}.`, {
    code: 'invalid_input',
    hint: LIMITS,
    where,
  })
}

/**
 * Like `parseReceived`, for what may be stored: it also throws for more values than `MAX_VALUES`, for what `valueProblem` finds and for
 * numbers that lose their value.
 */
export function parseJson(text: string, where?: string): Json {
  const value = parseReceived(text, where, MAX_VALUES)
  checkNumbers(text, where)
  checkTexts(value, text, where)
  return value
}

/** Like `parseJson`; `isUnchanged` is true where the value is written as this very text again, so that no key or order of keys is lost. */
export function parseWritten(text: string, where?: string): { value: Json; isUnchanged: boolean } {
  const value = parseReceived(text, where, MAX_VALUES)
  const isUnchanged = JSON.stringify(value) === text
  // Nor is a number, then; looking for one takes as long as writing the value.
  if (!isUnchanged) checkNumbers(text, where)
  checkTexts(value, text, where)
  return { value, isUnchanged }
}

function checkNumbers(text: string, where: string | undefined): void {
  const lost = lostNumber(text)
  if (lost !== undefined)
    throw new EmulatorError(`${where === undefined ? '' : `${excerpt(where)}: `}${lost.message}`, {
      code: 'invalid_input',
      hint: `Write it as a text, "${excerpt(lost.text)}" in quotes, or with fewer digits.`,
      where: where === undefined ? undefined : excerpt(where),
    })
}

function checkTexts(value: Json, text: string, where: string | undefined): void {
  // Only an escape can make half a surrogate pair, or hide the letters of a key.
  if (text.includes('\\u') || text.includes('__proto__')) checkValue(value, where)
}

/** The value of a JSON text, or the text itself where it is not JSON or is nested too deep. */
export function jsonOrText(text: string): Json {
  try {
    return parseReceived(text)
  } catch {
    return text
  }
}

/** What is wrong with a path that a user wrote; undefined where nothing is. A key that is empty has a path only as JSON Pointer. */
export function pathProblem(path: string): string | undefined {
  const deep = depthProblem(path)
  if (deep !== undefined || path === '' || path.startsWith('/') || !path.split('.').includes('')) return deep
  return `The path "${excerpt(path)}" has an empty segment: write one full stop between two names.`
}

function depthProblem(path: string): string | undefined {
  const segments = path.split(path.startsWith('/') ? '/' : '.', MAX_DEPTH + 2).length - (path.startsWith('/') ? 1 : 0)
  return segments > MAX_DEPTH ? `The path "${excerpt(path)}" has more than ${MAX_DEPTH} segments.` : undefined
}

/** Splits `data.items.0.name` or `/data/items/0/name` into its segments. Throws `invalid_input` for more than `MAX_DEPTH`. */
export function pathSegments(path: string): string[] {
  if (path === '') return []
  const problem = depthProblem(path)
  if (problem !== undefined) throw new EmulatorError(problem, { code: 'invalid_input' })
  if (path.startsWith('/'))
    return path
      .slice(1)
      .split('/')
      .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path.split('.')
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(root: Json | undefined, path: string | readonly string[]): Json | undefined {
  let here: Json | undefined = root
  for (const segment of typeof path === 'string' ? pathSegments(path) : path) {
    if (Array.isArray(here)) here = here[Number(segment)]
    else if (isJsonObject(here)) here = Object.hasOwn(here, segment) ? here[segment] : undefined
    else return undefined
  }
  return here
}

/** A deep copy with the value at a path replaced or added; objects on the way are made when missing. Throws `invalid_input` for an index that a list has not. */
export function withValueAt(root: Json, path: string | readonly string[], value: Json): Json {
  const [head, ...rest] = typeof path === 'string' ? pathSegments(path) : path
  if (head === undefined) return value
  if (Array.isArray(root)) {
    const copy = [...root]
    const index = head === '-' ? copy.length : Number(head)
    // A list has no holes: those before a far index would be written out as nulls.
    if (!Number.isInteger(index) || index < 0 || index > copy.length)
      throw new EmulatorError(`The list has no item "${head}": it has ${copy.length}.`, {
        code: 'invalid_input',
        hint: 'Use an index of the list, or "-" to add an item.',
      })
    copy[index] = withValueAt(copy[index] ?? {}, rest, value)
    return copy
  }
  const base: JsonObject = isJsonObject(root) ? root : {}
  const below = Object.hasOwn(base, head) ? base[head] : undefined
  return { ...base, [head]: withValueAt(below ?? {}, rest, value) }
}

/** A deep copy without the value at a path. */
export function withoutValueAt(root: Json, path: string | readonly string[]): Json {
  const [head, ...rest] = typeof path === 'string' ? pathSegments(path) : path
  if (head === undefined) return root
  if (Array.isArray(root)) {
    const index = Number(head)
    if (rest.length === 0) return root.filter((_, i) => i !== index)
    return root.map((item, i) => (i === index ? withoutValueAt(item, rest) : item))
  }
  if (!isJsonObject(root) || !Object.hasOwn(root, head)) return root
  if (rest.length > 0) return { ...root, [head]: withoutValueAt(root[head] ?? null, rest) }
  const { [head]: _gone, ...kept } = root
  return kept
}
