// The text of a scenario file as a value, with the line and column of every field.
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Json } from '../core/json.js'

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

/** Reads YAML (JSON is YAML too). Does not throw: errors are in `syntax`. */
export function readSource(text: string, file: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', stringKeys: true })
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  // Later errors mostly follow from the first one.
  const syntax: Problem[] = document.errors.slice(0, 1).map(error => {
    const place = positionAt(error.pos[0])
    const unquoted = text.split('\n')[place.line - 1]?.includes('${') ?? false
    const hint = unquoted ? `Inside { } and [ ] a reference needs quotes: { within: "\${vars.x}" }.` : undefined
    return { file, ...place, path: '', message: error.message, hint }
  })
  let value: Json = null
  if (syntax.length === 0)
    try {
      value = document.toJS({ maxAliasCount: 100 }) as Json
    } catch (error) {
      syntax.push({
        file,
        line: 1,
        column: 1,
        path: '',
        message: error instanceof Error ? error.message : String(error),
      })
    }
  const position = (path: Path, at: 'key' | 'value' = 'value'): Position => {
    let here: unknown = document.contents
    let found = startOf(here) ?? 0
    path.forEach((part, depth) => {
      const last = depth === path.length - 1
      let next: unknown
      if (isMap(here)) {
        const pair = here.items.find(item => (isScalar(item.key) ? item.key.value : item.key) === part)
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
  for (const path of notJson(value))
    syntax.push({
      file,
      ...position(path),
      path: formatPath(path),
      message: 'This is not a number that JSON can hold.',
    })
  return { file, value, position, syntax }
}

/** Where a value has `.nan` or `.inf`, which YAML knows and JSON does not. */
function notJson(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path]
  if (Array.isArray(value)) return value.flatMap((item, i) => notJson(item, [...path, i]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => notJson(item, [...path, key]))
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? ((node as Node).range?.[0] ?? undefined) : undefined
}
