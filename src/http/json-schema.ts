// zod schemas as JSON Schema, and the named ones gathered as components of an OpenAPI document.

import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

/** `input`: what may be sent; `output`: what is answered. */
export type Side = 'input' | 'output'

/** JSON Schema (draft 2020-12) of a zod schema; what JSON Schema cannot say is left open. */
export function toSchema(schema: ZodType, side: Side): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' })
  // The round trip drops what is not plain JSON: undefined and non-enumerable parts.
  return JSON.parse(JSON.stringify(rest)) as JsonObject
}

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
  /** The schema as it is in the document; the named ones in it become components. `owner` is put before the names of others' schemas. */
  use(schema: ZodType, side: Side, owner?: string): JsonObject
  /** All components so far, by name. */
  all(): Record<string, Json>
}

/** Components without any schema yet. The same name with another content gets a number. */
export function createComponents(): Components {
  const kept = new Map<string, string>()
  const renamed = new Map<string, Json>()
  let unnamed = 0
  return {
    use(schema, side, owner = '') {
      const { $defs, ...root } = toSchema(schema, side)
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
