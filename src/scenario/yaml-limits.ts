// What a YAML text may ask of its reader: nesting, size and aliases, checked before anything recurses over them.
import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, Lexer, type Node } from 'yaml'
import { excerpt } from '../core/errors.js'
import { MAX_DEPTH } from '../core/json.js'

/** So many tokens are read; more take seconds. A line such as `name: value` has seven. */
export const MAX_TOKENS = 500_000

/** So many values a file may have, each alias counted as what it stands for. */
const MAX_VALUES = 250_000

/** So many aliases a file may have; each costs a search for its anchor. */
const MAX_ALIASES = 1000

/** Something that a reader refuses, with its place in the text. */
export interface YamlProblem {
  offset: number
  message: string
}

const tooDeep = (offset: number): YamlProblem => ({
  offset,
  message: `This is nested deeper than ${MAX_DEPTH} levels.`,
})

/** Columns of block collections beyond the limit that are no level of their own: the value after a key, a text on its own line. */
const SLACK = 4

const isSpace = (token: string) => /^[\s#]/.test(token)

/**
 * Why a text is not parsed at all; undefined where it may be. The parser recurses once for each level, so levels are counted from the
 * tokens: open brackets, and columns at which block collections begin.
 */
export function textProblem(text: string): YamlProblem | undefined {
  /** Columns of the open block collections. */
  const columns: number[] = []
  let brackets = 0
  let tokens = 0
  let offset = 0
  let lineStart = 0
  let isText = false
  for (const token of new Lexer().lex(text)) {
    if (++tokens > MAX_TOKENS)
      return {
        offset,
        message: `The file is too large: it has more than ${MAX_TOKENS.toLocaleString('en-US')} tokens.`,
      }
    // Marks of the lexer that are not in the text; after the last one comes a plain or block text.
    if (token === '\x02' || token === '\x18' || token === '\x1f') {
      isText = token === '\x1f'
      continue
    }
    if (!isText && (token === '[' || token === '{')) brackets++
    else if (!isText && (token === ']' || token === '}')) brackets = Math.max(0, brackets - 1)
    else if (brackets === 0 && !(isSpace(token) && !isText)) {
      const column = offset - lineStart
      while ((columns.at(-1) ?? -1) > column) columns.pop()
      if ((columns.at(-1) ?? -1) < column) columns.push(column)
    }
    if (columns.length + brackets > MAX_DEPTH + SLACK) return tooDeep(offset)
    const newline = token.lastIndexOf('\n')
    if (newline >= 0) lineStart = offset + newline + 1
    offset += token.length
    isText = false
  }
  return undefined
}

/** How large and how deep a value is, aliases counted as what they stand for. */
interface Extent {
  values: number
  depth: number
}

/** Thrown inside, to leave the walk. */
class Refusal extends Error {
  constructor(readonly problem: YamlProblem) {
    super(problem.message)
  }
}

/**
 * The first thing that a parsed document may not contain: an alias to what it is in, an alias to nothing, a key given twice, more values or
 * levels than the limits once aliases are counted. Undefined where there is none.
 */
export function documentProblem(document: Document.Parsed): YamlProblem | undefined {
  const anchors = new Map<string, Node>()
  const extents = new Map<Node, Extent>()
  let aliases = 0
  const refuse = (node: unknown, message: string): never => {
    throw new Refusal({ offset: (isNode(node) && node.range?.[0]) || 0, message })
  }

  const ofAlias = (alias: Alias): Extent => {
    if (++aliases > MAX_ALIASES) refuse(alias, `The file has more than ${MAX_ALIASES} aliases.`)
    const target = anchors.get(alias.source)
    if (target === undefined) return refuse(alias, `There is no anchor "&${excerpt(alias.source)}" before this alias.`)
    // The extent of a node is known when all of it was walked: until then the alias is inside.
    return extents.get(target) ?? refuse(alias, `"*${excerpt(alias.source)}" stands for something that contains it.`)
  }

  const inside = (node: Node): Extent[] => {
    if (isSeq(node)) return node.items.map(item => walk(item))
    if (!isMap(node)) return []
    const keys = new Set<unknown>()
    return node.items.flatMap(({ key, value }) => {
      if (isScalar(key)) {
        if (keys.has(key.value)) refuse(key, `The key "${excerpt(String(key.value))}" is given twice.`)
        keys.add(key.value)
      }
      return [walk(key), walk(value)]
    })
  }

  const walk = (node: unknown): Extent => {
    if (!isNode(node)) return { values: 1, depth: 0 }
    if (isAlias(node)) return ofAlias(node)
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    let values = 1
    let depth = 0
    for (const part of inside(node)) {
      values += part.values
      depth = Math.max(depth, part.depth)
    }
    if (isSeq(node) || isMap(node)) depth++
    if (depth > MAX_DEPTH) refuse(node, `This is nested deeper than ${MAX_DEPTH} levels.`)
    if (values > MAX_VALUES)
      refuse(node, `The file is too large: it has more than ${MAX_VALUES.toLocaleString('en-US')} values.`)
    const extent = { values, depth }
    if (node.anchor !== undefined) extents.set(node, extent)
    return extent
  }

  try {
    walk(document.contents)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.problem
    throw error
  }
}
