// What a payload's schema declares of the fields that are present: which may be absent or null, which have known values.
import * as z from 'zod'
import { isJsonObject, type Json } from '../../core/json.js'
import { bare, enumValues } from '../../emulator/paths.js'

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
export function declaredFields(schema: z.ZodType, value: Json, path: readonly string[] = []): DeclaredField[] {
  const here = chosen(schema, value)
  if (here instanceof z.ZodArray && Array.isArray(value))
    return value.flatMap((item, i) => declaredFields(here.element as z.ZodType, item, [...path, String(i)]))
  if (!(here instanceof z.ZodObject) || !isJsonObject(value)) return []
  const shape = here.shape as Record<string, z.ZodType>
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (field === undefined) return []
    const at = [...path, key]
    const known = enumValues(field)
    const own: DeclaredField = {
      path: at,
      optional: field._zod.optin === 'optional',
      nullable: field.safeParse(null).success,
      known: known !== undefined && known.length > 1 ? known : undefined,
    }
    return [own, ...declaredFields(field, inner, at)]
  })
}

/** Of a union the option that the value fits, else the first. */
function chosen(schema: z.ZodType, value: Json): z.ZodType {
  const here = bare(schema)
  if (!(here instanceof z.ZodUnion)) return here
  const options = here.options as z.ZodType[]
  const fitting = options.find(option => option.safeParse(value).success) ?? options[0]
  return fitting === undefined ? here : chosen(fitting, value)
}
