// What a payload's schema declares of the fields that are present: which may be absent or null, which have known values.
import * as z from 'zod'
import { isJsonObject, type Json } from '../../core/json.js'
import { enumValues, isOptional, optionFor, shapeOf, under } from '../../core/zod-walk.js'

/** A field that is present in a payload. */
export interface DeclaredField {
  path: string[]
  /** The documents say that it may be absent. */
  optional: boolean
  nullable: boolean
  /** Its known values, where they are a closed list of more than one. */
  known: Json[] | undefined
}

/** Every field of a value that its schema declares, outermost first, in the value's own order. */
export function declaredFields(schema: z.core.$ZodType, value: Json, path: readonly string[] = []): DeclaredField[] {
  const here = optionFor(schema, value)
  if (Array.isArray(value))
    return value.flatMap((item, i) =>
      under(here, String(i), { declaredOnly: true })
        .slice(0, 1)
        .flatMap(one => declaredFields(one, item, [...path, String(i)])),
    )
  if (!isJsonObject(value)) return []
  const shape = shapeOf(here) ?? {}
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (field === undefined) return []
    const at = [...path, key]
    const known = enumValues(field)
    const own: DeclaredField = {
      path: at,
      optional: isOptional(field),
      nullable: z.safeParse(field, null).success,
      known: known !== undefined && known.length > 1 ? known : undefined,
    }
    return [own, ...declaredFields(field, inner, at)]
  })
}
