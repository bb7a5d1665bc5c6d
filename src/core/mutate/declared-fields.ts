// Which fields of a payload its schema declares: which may be absent or null, which have known values.
import { isJsonObject, type Json } from '../json.js'
import { enumValues, isNullable, isOptional, optionFor, type Schema } from '../zod-walk.js'

/** A field that is present in a value, as its schema declares it. */
export interface DeclaredField {
  path: string[]
  /** The field may be absent. */
  optional: boolean
  nullable: boolean
  /** Its known values, where they are a closed list of more than one. */
  known: Json[] | undefined
}

/** The fields present in a value that its schema declares, outermost first, in the value's own order. */
export function declaredFields(schema: Schema, value: Json, path: readonly string[] = []): DeclaredField[] {
  const { def } = optionFor(schema, value)._zod
  if (def.type === 'array' && Array.isArray(value))
    return value.flatMap((item, i) => declaredFields(def.element, item, [...path, String(i)]))
  if (def.type !== 'object' || !isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined
    if (field === undefined) return []
    const known = enumValues(field)
    const own: DeclaredField = {
      path: [...path, key],
      optional: isOptional(field),
      nullable: isNullable(field),
      known: known !== undefined && known.length > 1 ? known : undefined,
    }
    return [own, ...declaredFields(field, inner, own.path)]
  })
}
