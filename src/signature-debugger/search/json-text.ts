// JSON as other programs would write it again: read with its numbers as they are spelt, written in any of the usual styles.

/** JSON read without losing how its numbers are spelt. */
export type JsonNode =
  | { kind: 'object'; entries: [key: string, value: JsonNode][] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'word'; text: string }

/** How a program writes JSON. */
export interface JsonStyle {
  /** Between items, and after a key. */
  comma: string
  colon: string
  /** One level of indentation; empty: everything in one line. */
  indent: string
  /** A string as a literal. */
  string(text: string): string
  /** A number from its spelling in the body. */
  number(text: string): string
  /** Whether keys whose value is null are written. */
  nulls: boolean
  /** true, false and null. Default: as they are. */
  word?(text: string): string
  /** What an empty object is written as. Default `{}`. */
  emptyObject?: string
}

/** Reads a text that JSON.parse accepts; a key given twice keeps its first place and its last value. */
export function readJson(text: string): JsonNode {
  const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null))/y
  const next = (): string => {
    const found = token.exec(text)
    if (found === null) throw new SyntaxError('the text is not JSON')
    return found[1] ?? found[2] ?? found[3] ?? found[4] ?? ''
  }
  const node = (first: string): JsonNode => {
    if (first === '{') {
      const entries = new Map<string, JsonNode>()
      for (let one = next(); one !== '}'; one = next()) {
        const key: unknown = JSON.parse(one === ',' ? next() : one)
        next()
        entries.set(String(key), node(next()))
      }
      return { kind: 'object', entries: [...entries] }
    }
    if (first === '[') {
      const items: JsonNode[] = []
      for (let one = next(); one !== ']'; one = next()) items.push(node(one === ',' ? next() : one))
      return { kind: 'array', items }
    }
    if (first.startsWith('"')) return { kind: 'string', value: String(JSON.parse(first)) }
    return /^[tfn]/.test(first) ? { kind: 'word', text: first } : { kind: 'number', text: first }
  }
  return node(next())
}

/** JSON text of a node. */
export function writeJson(node: JsonNode, style: JsonStyle, margin = ''): string {
  if (node.kind === 'string') return style.string(node.value)
  if (node.kind === 'number') return style.number(node.text)
  if (node.kind === 'word') return style.word?.(node.text) ?? node.text
  const inner = margin + style.indent
  const parts =
    node.kind === 'array'
      ? node.items.map(item => writeJson(item, style, inner))
      : node.entries
          .filter(([, value]) => style.nulls || value.kind !== 'word' || value.text !== 'null')
          .map(([key, value]) => `${style.string(key)}${style.colon}${writeJson(value, style, inner)}`)
  const [open, close] = node.kind === 'array' ? '[]' : '{}'
  if (parts.length === 0) return node.kind === 'object' ? (style.emptyObject ?? '{}') : '[]'
  return style.indent === ''
    ? `${open}${parts.join(style.comma)}${close}`
    : `${open}\n${inner}${parts.join(`${style.comma}\n${inner}`)}\n${margin}${close}`
}

type Compare = (a: string, b: string) => number

/** Code unit order with integer-like keys first, as the keys of a JavaScript object always are. */
export const asJavaScript: Compare = (a, b) => {
  const [left, right] = [indexOf(a), indexOf(b)]
  if (left !== undefined && right !== undefined) return left - right
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1
  return byCodeUnit(a, b)
}

export const byCodeUnit: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

function indexOf(key: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4_294_967_295 ? Number(key) : undefined
}

/** Sorted keys; `arrays`: what is inside arrays is left as it is, walked into, or walked into and the items sorted too. */
export function sorted(node: JsonNode, compare: Compare, arrays: 'left' | 'walked' | 'sorted' = 'walked'): JsonNode {
  if (node.kind === 'array') {
    if (arrays === 'left') return node
    const items = node.items.map(item => sorted(item, compare, arrays))
    return { kind: 'array', items: arrays === 'sorted' ? items.sort((a, b) => byCodeUnit(plain(a), plain(b))) : items }
  }
  if (node.kind !== 'object') return node
  return {
    kind: 'object',
    entries: node.entries
      .map(([key, value]): [string, JsonNode] => [key, sorted(value, compare, arrays)])
      .sort(([a], [b]) => compare(a, b)),
  }
}

/** Keys as a JavaScript object has them: integer-like ones first and by number, the others as they came. */
export function javaScriptOrder(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { kind: 'array', items: node.items.map(javaScriptOrder) }
  if (node.kind !== 'object') return node
  const entries = node.entries.map(([key, value]): [string, JsonNode] => [key, javaScriptOrder(value)])
  const rank = (key: string) => indexOf(key) ?? Number.POSITIVE_INFINITY
  return { kind: 'object', entries: entries.sort(([a], [b]) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b))) }
}

/** Sorted keys of the outermost object only. */
export function sortedOutside(node: JsonNode, compare: Compare): JsonNode {
  if (node.kind !== 'object') return node
  return { kind: 'object', entries: [...node.entries].sort(([a], [b]) => compare(a, b)) }
}

/** A number as JavaScript writes it. */
const javaScriptNumber = (text: string): string => JSON.stringify(Number(text))

/** Every number as a double in Java's spelling: 1 is 1.0, 12345678 is 1.2345678E7. */
export function javaDouble(text: string): string {
  const value = Number(text)
  const size = Math.abs(value)
  const dotted = (digits: string) => (digits.includes('.') ? digits : `${digits}.0`)
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return dotted(String(value))
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${dotted(digits)}E${exponent.replace('+', '')}`
}

/** A number as Python and PHP write it: integers as they are spelt, floats with a fraction. */
export function keptFloat(text: string): string {
  if (!/[.eE]/.test(text)) return text
  const value = Number(text)
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value)
}

/** Only the keys that the outermost object has, at every depth and sorted: what a list of keys as the second argument of JSON.stringify leaves. */
export function outerKeysOnly(node: JsonNode, compare: Compare): JsonNode {
  if (node.kind !== 'object') return node
  const kept = new Set(node.entries.map(([key]) => key))
  const filtered = (inner: JsonNode): JsonNode => {
    if (inner.kind === 'array') return { kind: 'array', items: inner.items.map(filtered) }
    if (inner.kind !== 'object') return inner
    const entries = inner.entries.filter(([key]) => kept.has(key))
    return {
      kind: 'object',
      entries: entries
        .map(([key, value]): [string, JsonNode] => [key, filtered(value)])
        .sort(([a], [b]) => compare(a, b)),
    }
  }
  return filtered(node)
}

/** The paths of all keys, each once; the items of an array share theirs. */
export function keyPaths(node: JsonNode): string[][] {
  const found = new Map<string, string[]>()
  const walk = (inner: JsonNode, path: string[]) => {
    if (inner.kind === 'array') for (const item of inner.items) walk(item, path)
    if (inner.kind !== 'object') return
    for (const [key, value] of inner.entries) {
      const own = [...path, key]
      found.set(JSON.stringify(own), own)
      walk(value, own)
    }
  }
  walk(node, [])
  return [...found.values()]
}

/** Without the key of a path, in every item of an array on the way. */
export function withoutKey(node: JsonNode, [first, ...rest]: readonly string[]): JsonNode {
  if (first === undefined) return node
  if (node.kind === 'array') return { kind: 'array', items: node.items.map(item => withoutKey(item, [first, ...rest])) }
  if (node.kind !== 'object') return node
  const entries = node.entries.flatMap(([key, value]): [string, JsonNode][] =>
    key !== first ? [[key, value]] : rest.length === 0 ? [] : [[key, withoutKey(value, rest)]],
  )
  return { kind: 'object', entries }
}

/** Whole numbers with a fraction of zero: 1 is 1.0. */
export const wholeAsFloat = (text: string): string => (/^-?\d+$/.test(text) ? `${text}.0` : text)

/** A string literal with what the pattern finds as \uXXXX (of its last character); an escaped backslash stays. */
export function escaping(pattern: RegExp, { upper = false }: { upper?: boolean } = {}): (text: string) => string {
  return text =>
    JSON.stringify(text).replace(pattern, unit => {
      if (unit === '\\\\') return unit
      const hex = unit
        .charCodeAt(unit.length - 1)
        .toString(16)
        .padStart(4, '0')
      return `\\u${upper ? hex.toUpperCase() : hex}`
    })
}

export const COMPACT: JsonStyle = {
  comma: ',',
  colon: ':',
  indent: '',
  string: text => JSON.stringify(text),
  number: javaScriptNumber,
  nulls: true,
}

const plain = (node: JsonNode): string => writeJson(node, COMPACT)
