// The text of a scenario file as a value, with the line and column of every field.
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { type Json, valueProblem } from '../core/json.js'
import { documentProblem, textProblem } from './yaml-limits.js'
import { valueFindings } from './yaml-values.js'

/** From 1. */
export interface Position {
  line: number
  column: number
}

/** Keys and indexes from the root of a file to a field. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a file. */
export interface Problem extends Position {
  file: string
  /** `steps[2].trigger.type`; empty for the file as a whole. */
  path: string
  message: string
  hint?: string | undefined
  /** How many more there are that are not listed, where this one says so. */
  more?: number | undefined
}

/** A parsed file. */
export interface Source {
  file: string
  value: Json
  /** Where a field's value is, or that of its nearest parent when there is no such field. `at: 'key'`: where its name is. */
  position(path: Path, at?: 'key' | 'value'): Position
  /** Why the text cannot be read. */
  syntax: Problem[]
}

/** A field's path as text: `steps[2].trigger.type`. */
export function formatPath(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')
}

/**
 * Reads YAML (JSON is YAML too). Does not throw: errors are in `syntax`. With `exactNumbers: false` a number may lose digits, as the bounds
 * of a 64-bit integer do.
 */
export function readSource(
  text: string,
  file: string,
  { exactNumbers = true }: { exactNumbers?: boolean } = {},
): Source {
  const lines = new LineCounter()
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const refused = textProblem(text)
  if (refused !== undefined) {
    addLines(lines, text, refused.offset)
    const place = positionAt(refused.offset)
    return {
      file,
      value: null,
      position: () => place,
      syntax: [{ file, ...place, path: '', message: refused.message, hint: LIMITS }],
    }
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    stringKeys: true,
    // Tags of YAML 1.1 make bytes, dates and sets, which JSON has not.
    resolveKnownTags: false,
    // Its check compares each key with all before it; documentProblem has a faster one.
    uniqueKeys: false,
  })
  // Later errors mostly follow from the first one.
  const syntax: Problem[] = document.errors.slice(0, 1).map(error => {
    const place = positionAt(error.pos[0])
    const unquoted = text.split('\n')[place.line - 1]?.includes('${') ?? false
    const hint = unquoted ? `Inside { } and [ ] a reference needs quotes: { within: "\${vars.x}" }.` : undefined
    return { file, ...place, path: '', message: error.message, hint, ...named(error.code) }
  })
  const unfit = syntax.length > 0 ? undefined : documentProblem(document)
  if (unfit !== undefined) syntax.push({ file, ...positionAt(unfit.offset), path: '', message: unfit.message })
  if (syntax.length === 0)
    for (const { offset, message, hint } of valueFindings(document, exactNumbers))
      syntax.push({ file, ...positionAt(offset), path: '', message, hint })
  let value: Json = null
  if (syntax.length === 0)
    try {
      // How far aliases expand was checked above.
      value = document.toJS({ maxAliasCount: -1 }) as Json
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      syntax.push({ file, line: 1, column: 1, path: '', message })
    }
  const pairsOf = pairIndex()
  const position = (path: Path, at: 'key' | 'value' = 'value'): Position => {
    let here: unknown = document.contents
    let found = startOf(here) ?? 0
    path.forEach((part, depth) => {
      if (isAlias(here)) here = here.resolve(document)
      const last = depth === path.length - 1
      let next: unknown
      if (isMap(here)) {
        const pair = pairsOf(here).get(part)
        found = (last && at === 'key' ? startOf(pair?.key) : (startOf(pair?.value) ?? startOf(pair?.key))) ?? found
        next = pair?.value
      } else if (isSeq(here) && typeof part === 'number') {
        next = here.items[part]
        found = startOf(next) ?? found
      }
      here = next
    })
    return positionAt(found)
  }
  const unfitText = valueProblem(value)
  if (unfitText !== undefined) {
    const { path, message } = unfitText
    syntax.push({ file, ...position(path), path: formatPath(path), message })
  }
  return { file, value, position, syntax }
}

/** What the parser's errors mean here, where its own words do not say it. */
function named(code: string): Pick<Problem, 'message' | 'hint'> | undefined {
  if (code === 'MULTIPLE_DOCS')
    return {
      message: 'The file has several documents, and a scenario is one.',
      hint: 'Put each into a file of its own; "---" begins another document.',
    }
  if (code === 'NON_STRING_KEY')
    return { message: 'This key is a list or an object, and a key is a text.', hint: 'Quote it for a text.' }
  return undefined
}

const LIMITS = 'docs/limits.md lists what is accepted.'

/** Tells a counter of lines where lines begin, up to an offset. */
function addLines(lines: LineCounter, text: string, upTo: number): void {
  lines.addNewLine(0)
  for (let at = text.indexOf('\n'); at >= 0 && at < upTo; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
}

/** The pairs of maps by key, each map read once. */
function pairIndex(): (map: YAMLMap) => Map<unknown, Pair> {
  const known = new WeakMap<YAMLMap, Map<unknown, Pair>>()
  return map => {
    const index =
      known.get(map) ?? new Map(map.items.map(item => [isScalar(item.key) ? item.key.value : item.key, item]))
    known.set(map, index)
    return index
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? ((node as Node).range?.[0] ?? undefined) : undefined
}
