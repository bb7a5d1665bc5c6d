// What a parsed YAML text has that would not arrive as it is written: numbers that lose digits, merge keys, tags, keys in another order.
import { type Document, isMap, isScalar, type Node, type Pair, type Scalar, visit, type YAMLMap } from 'yaml'
import { excerpt } from '../core/errors.js'
import { MAX_PROBLEMS } from '../core/issues.js'
import { numberProblem } from '../core/json-numbers.js'

/** Something in a text that a reader refuses, with its place and a remedy. */
export interface ValueFinding {
  offset: number
  message: string
  hint: string | undefined
}

/** Where key order is part of what is sent. */
const ORDERED = new Set(['raw', 'body', 'default'])

const keyOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key)

/** A key that JavaScript moves before the others. */
const isIndex = (key: string) => /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1

const LEADING_ZEROS = /^[-+]?0\d/

function ofNumber(scalar: Scalar, isExact: boolean): Omit<ValueFinding, 'offset'> | undefined {
  const source = scalar.source ?? String(scalar.value)
  const quoted = `For a text write it in quotes: "${excerpt(source)}".`
  if (LEADING_ZEROS.test(source))
    return { message: `${excerpt(source)} is a number here, and a number has no leading zeros.`, hint: quoted }
  if (/^[-+]?\.(inf|nan)$/i.test(source))
    return { message: 'This is not a number that JSON can hold.', hint: 'JSON has no infinity and no NaN.' }
  if (/^0[xo]/.test(source)) {
    const isSafe = Number.isSafeInteger(scalar.value)
    return isSafe ? undefined : { message: `${excerpt(source)} has more digits than a number keeps.`, hint: quoted }
  }
  if (!isExact && Number.isFinite(scalar.value)) return undefined
  const message = numberProblem(source)
  return message === undefined ? undefined : { message, hint: quoted }
}

/** The first key of a map that would be sent before keys that are written before it. */
function movedKey(map: YAMLMap): Pair | undefined {
  let last = -1
  let isAfterOthers = false
  return (map.items as Pair[]).find(pair => {
    const key = keyOf(pair)
    if (!isIndex(key)) {
      isAfterOthers = true
      return false
    }
    const isMoved = isAfterOthers || Number(key) < last
    last = Number(key)
    return isMoved
  })
}

/**
 * Everything in a document that would not arrive as it is written, at most `MAX_PROBLEMS`; without `exactNumbers` but for digits of numbers.
 * Walks each node once, aliases not followed.
 */
export function valueFindings(document: Document.Parsed, exactNumbers: boolean): ValueFinding[] {
  const found: ValueFinding[] = []
  const add = (node: unknown, message: string, hint?: string) =>
    found.push({ offset: (node as Node | null)?.range?.[0] ?? 0, message, hint })
  if (document.directives?.yaml.version === '1.1')
    add(null, 'This is YAML 1.1, where 010 is 8 and "yes" is true.', 'Remove the line "%YAML 1.1".')
  for (const { pos, message } of document.warnings)
    found.push({
      offset: pos[0],
      message: /^Unresolved tag/.test(message) ? `This has a tag that JSON cannot hold. ${message}.` : `${message}.`,
      hint: 'Write the value itself.',
    })
  visit(document, {
    Pair(_, pair) {
      const { key } = pair
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN')
        add(
          key,
          '"<<" is a merge key, which YAML 1.2 does not have.',
          'Write the keys out, use an alias for the whole value, or quote "<<" for a key of this name.',
        )
      return found.length >= MAX_PROBLEMS ? visit.BREAK : undefined
    },
    Map(_, map, path) {
      const isOrdered = path.some(
        part => typeof part === 'object' && 'key' in part && isScalar(part.key) && ORDERED.has(String(part.key.value)),
      )
      const moved = isOrdered && isMap(map) ? movedKey(map) : undefined
      if (moved !== undefined)
        add(
          moved.key,
          `The key "${keyOf(moved)}" would be sent before keys that stand before it: JSON objects here have whole numbers first.`,
          'Write whole numbers as keys first, in rising order; or write "raw" as a text (raw: |), which is sent as it is.',
        )
    },
    Scalar(_, scalar) {
      if (typeof scalar.value !== 'number') return
      const finding = ofNumber(scalar, exactNumbers)
      if (finding !== undefined) found.push({ offset: scalar.range?.[0] ?? 0, ...finding })
    },
  })
  return found.slice(0, MAX_PROBLEMS)
}
