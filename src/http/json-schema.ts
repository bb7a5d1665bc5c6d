// zod schemas as JSON Schema, the named ones gathered as components of an OpenAPI document.
import type { ZodType } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { jsonSchema, type Mark } from '../provider/marks.js'

/** `input`: what may be sent; `output`: what is answered. */
export type Side = 'input' | 'output'

const DEFS = '#/$defs/'

/** A copy with every `$ref` to a definition renamed. */
function withRefs(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map(item => withRefs(item, rename))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' && item.startsWith(DEFS)
        ? `#/components/schemas/${rename(item.slice(DEFS.length))}`
        : withRefs(item, rename),
    ]),
  )
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
        const preferred = name.startsWith('__')
          ? `${owner}Part${++unnamed}`
          : `${owner}${name.replace(/[^A-Za-z0-9._-]/g, '_')}`
        const text = JSON.stringify(definition)
        let free = preferred
        for (let n = 2; kept.has(free) && kept.get(free) !== text; n++) free = `${preferred}${n}`
        kept.set(free, text)
        names.set(name, free)
      }
      const rename = (name: string) => names.get(name) ?? name
      for (const [name, free] of names) renamed.set(free, withRefs(definitions[name] ?? {}, rename))
      return withRefs(root, rename) as JsonObject
    },
    all: () => Object.fromEntries([...renamed].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
