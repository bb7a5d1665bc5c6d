// Looking inside zod schemas: what is under the wrappers, and what stands at a path.
import * as z from 'zod'
import { isJsonObject } from './json.js'

type Known = z.core.$ZodTypes

/** The schemas directly under one that changes nothing of the shape (optional, default, pipe, lazy …), else undefined. */
function wrapped(schema: Known): z.core.$ZodType | undefined {
  const { def } = schema._zod
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
    case 'success':
      return def.innerType
    case 'pipe':
      return def.in._zod.def.type === 'transform' ? def.out : def.in
    case 'lazy':
      return def.getter()
    default:
      return undefined
  }
}

/** A schema and everything it wraps, the outermost first. */
function layers(schema: z.core.$ZodType): Known[] {
  const all: Known[] = []
  for (let here: z.core.$ZodType | undefined = schema; here; ) {
    // The union of zod's own types is what every schema is one of.
    const known: Known = here as Known
    all.push(known)
    here = wrapped(known)
  }
  return all
}

/** The schemas that may describe what stands under a key (or index) of a value of this schema. */
export function under(schema: z.core.$ZodType, key: string): z.core.$ZodType[] {
  const inner = layers(schema).at(-1)
  if (!inner) return []
  const { def } = inner._zod
  switch (def.type) {
    case 'object': {
      const field = Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall
      return field ? [field] : []
    }
    case 'record':
      return [def.valueType]
    case 'array':
      return [def.element]
    case 'tuple': {
      const item = def.items[Number(key)]
      return item ? [item] : []
    }
    case 'union':
      return def.options.flatMap(option => under(option, key))
    case 'intersection':
      return [...under(def.left, key), ...under(def.right, key)]
    default:
      return []
  }
}

/** Names of the keys that an object schema (or any of a union) knows; of a union told apart by a key, the option that the value names. */
export function knownKeys(schema: z.core.$ZodType, value?: unknown): string[] {
  const inner = layers(schema).at(-1)
  if (!inner) return []
  const { def } = inner._zod
  switch (def.type) {
    case 'object':
      return Object.keys(def.shape)
    case 'union': {
      const named = 'discriminator' in def ? optionsNamed(def.options, String(def.discriminator), value) : []
      return [...new Set((named.length > 0 ? named : def.options).flatMap(option => knownKeys(option, value)))]
    }
    case 'intersection':
      return [...knownKeys(def.left, value), ...knownKeys(def.right, value)]
    default:
      return []
  }
}

function optionsNamed(options: readonly z.core.$ZodType[], key: string, value: unknown): z.core.$ZodType[] {
  if (!isJsonObject(value)) return []
  const name = value[key]
  return options.filter(option => [...(option._zod.propValues?.[key] ?? [])].some(known => known === name))
}

/** True where a schema, or one it wraps, carries `.meta({ secret: true })`. */
export function isSecret(schema: z.core.$ZodType): boolean {
  return layers(schema).some(layer => z.globalRegistry.get(layer)?.secret === true)
}
