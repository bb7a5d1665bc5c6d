// zod schemas as JSON Schema, the named ones gathered as components of an OpenAPI document.
import type { ZodType } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { jsonSchema, type Mark } from '../provider/marks.js'

/** `input`: what may be sent; `output`: what is answered. */
export type Side = 'input' | 'output'

const DEFS = '#/$defs/'

/** A copy with every `$ref` to a definition renamed, or left out where `rename` knows no name. */
function withRefs(value: Json, rename: (name: string) => string | undefined): Json {
  if (Array.isArray(value)) return value.map(item => withRefs(item, rename))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      if (key !== '$ref' || typeof item !== 'string' || !item.startsWith(DEFS)) return [[key, withRefs(item, rename)]]
      const name = rename(item.slice(DEFS.length))
      return name === undefined ? [] : [[key, `#/components/schemas/${name}`]]
    }),
  )
}

const JSON_TYPES = ['array', 'boolean', 'null', 'number', 'object', 'string']

/** Whether a definition is that of any JSON value: a type that means itself, of which generators make one that does not compile. */
function isAnyJson(definition: Json): boolean {
  if (!isJsonObject(definition) || !Array.isArray(definition.anyOf)) return false
  const types = definition.anyOf.map(one => (isJsonObject(one) ? one.type : undefined))
  return JSON.stringify(types.sort()) === JSON.stringify(JSON_TYPES)
}

export interface Components {
  /**
   * The schema as it is in the document; the named ones in it become components. `owner` is put before the names of others' schemas, and
   * `body` says where a provider's body comes from: each field is marked then.
   */
  use(schema: ZodType, side: Side, owner?: string, body?: Mark): JsonObject
  /** All components so far, by name. */
  all(): Record<string, Json>
}

/** Components without any schema yet. The same name with another content gets a number. */
export function createComponents(): Components {
  const kept = new Map<string, string>()
  const renamed = new Map<string, Json>()
  let unnamed = 0
  return {
    use(schema, side, owner = '', body = undefined) {
      const { $defs, ...root } = jsonSchema(schema, side, body)
      const definitions = isJsonObject($defs) ? $defs : {}
      const names = new Map<string, string>()
      for (const [name, definition] of Object.entries(definitions)) {
        if (isAnyJson(definition)) continue
        const preferred = name.startsWith('__')
          ? `${owner}Part${++unnamed}`
          : `${owner}${name.replace(/[^A-Za-z0-9._-]/g, '_')}`
        const text = JSON.stringify(definition)
        let free = preferred
        for (let n = 2; kept.has(free) && kept.get(free) !== text; n++) free = `${preferred}${n}`
        kept.set(free, text)
        names.set(name, free)
      }
      const rename = (name: string) => names.get(name)
      for (const [name, free] of names) renamed.set(free, withRefs(definitions[name] ?? {}, rename))
      return withRefs(root, rename) as JsonObject
    },
    all: () => Object.fromEntries([...renamed].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
