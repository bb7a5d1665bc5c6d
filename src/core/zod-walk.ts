// Looking inside zod schemas: what is under the wrappers, what is at a path, which keys and values are known.
import * as z from 'zod'
import { isJsonObject, type Json, pathSegments } from './json.js'

/** Any zod schema. */
export type Schema = z.core.$ZodType
/** The union of zod's own kinds of schema, which every schema is one of; distinguished by `_zod.def.type`. */
type Known = z.core.$ZodTypes

/** The schema directly under one that changes nothing of the shape (optional, default, pipe, lazy …), else undefined. */
function wrapped(schema: Known): Schema | undefined {
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

/** A schema without what wraps it: optional, nullable, default, readonly, pipe, lazy … */
export function unwrap(schema: Schema): Known {
  const known = schema as Known
  const inner = wrapped(known)
  return inner === undefined ? known : unwrap(inner)
}

/** The fields of an object schema by name, wrapped or not; undefined for any other schema. */
export function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const { def } = unwrap(schema)._zod
  return def.type === 'object' ? def.shape : undefined
}

/** How `under` looks at objects that take more keys than they declare. */
export interface UnderOptions {
  /** An object that declares keys has no others, even if it takes them. Default: what it takes is there too. */
  declaredOnly?: boolean
}

/** The schemas that may describe what stands under a key (or index) of a value of this schema; empty where the key leads nowhere. */
export function under(schema: Schema, key: string, options: UnderOptions = {}): Schema[] {
  const { def } = unwrap(schema)._zod
  switch (def.type) {
    case 'object': {
      if (Object.hasOwn(def.shape, key)) return def.shape[key] ? [def.shape[key]] : []
      const others = def.catchall
      if (others === undefined || unwrap(others)._zod.def.type === 'never') return []
      return options.declaredOnly && Object.keys(def.shape).length > 0 ? [] : [others]
    }
    case 'record':
      return [def.valueType]
    case 'array':
      return /^(\d+|-)$/.test(key) ? [def.element] : []
    case 'tuple': {
      const item = def.items[Number(key)] ?? def.rest
      return item ? [item] : []
    }
    case 'union':
      return def.options.flatMap(option => under(option, key, options))
    case 'intersection':
      return [...under(def.left, key, options), ...under(def.right, key, options)]
    case 'unknown':
    case 'any':
      return [schema]
    default:
      return []
  }
}

/** The schemas that may describe what is at a path (dotted, JSON Pointer or segments); empty where it leads nowhere. */
export function schemasAt(schema: Schema, path: string | readonly string[], options: UnderOptions = {}): Schema[] {
  const segments = typeof path === 'string' ? pathSegments(path) : path
  return segments.reduce<Schema[]>((here, key) => here.flatMap(one => under(one, key, options)), [schema])
}

/** Names of the keys that an object schema (or any of a union) declares; of a union distinguished by a key, those of the option that the value names. */
export function knownKeys(schema: Schema, value?: unknown): string[] {
  const { def } = unwrap(schema)._zod
  switch (def.type) {
    case 'object':
      return Object.keys(def.shape)
    case 'tuple':
      return def.items.map((_, i) => String(i))
    case 'union': {
      const named = 'discriminator' in def ? optionsNamed(def.options, String(def.discriminator), value) : []
      return [...new Set((named.length > 0 ? named : def.options).flatMap(option => knownKeys(option, value)))]
    }
    case 'intersection':
      return [...new Set([...knownKeys(def.left, value), ...knownKeys(def.right, value)])]
    default:
      return []
  }
}

function optionsNamed(options: readonly Schema[], key: string, value: unknown): Schema[] {
  if (!isJsonObject(value)) return []
  const name = value[key]
  return options.filter(option => [...(option._zod.propValues?.[key] ?? [])].some(known => known === name))
}

/** Of a union the option that a value fits, else its first; any other schema unwrapped. */
export function optionFor(schema: Schema, value: unknown): Known {
  const here = unwrap(schema)
  const { def } = here._zod
  if (def.type !== 'union') return here
  const fitting = def.options.find(option => z.safeParse(option, value).success) ?? def.options[0]
  return fitting === undefined ? here : optionFor(fitting, value)
}

/** The known values of an enum or a literal; undefined for any other schema. */
export function enumValues(schema: Schema): Json[] | undefined {
  const { def } = unwrap(schema)._zod
  if (def.type === 'enum') return Object.values(def.entries)
  return def.type === 'literal' ? (def.values as Json[]) : undefined
}

/** True where the numbers that a schema (or any option of a union) takes are all whole ones. */
export function takesOnlyWholeNumbers(schema: Schema): boolean {
  const numbers = numbersOf(schema)
  return numbers.length > 0 && numbers.every(number => 'isInt' in number && number.isInt === true)
}

function numbersOf(schema: Schema): Known[] {
  const here = unwrap(schema)
  const { def } = here._zod
  if (def.type === 'union') return def.options.flatMap(numbersOf)
  return def.type === 'number' ? [here] : []
}

/** True where the value may be absent. */
export function isOptional(schema: Schema): boolean {
  return schema._zod.optin === 'optional'
}

/** True where the value may be null. */
export function isNullable(schema: Schema): boolean {
  return z.safeParse(schema, null).success
}

/** True where a schema, or one it wraps, carries `.meta({ secret: true })`. */
export function isSecret(schema: Schema): boolean {
  if (z.globalRegistry.get(schema)?.secret === true) return true
  const inner = wrapped(schema as Known)
  return inner !== undefined && isSecret(inner)
}
