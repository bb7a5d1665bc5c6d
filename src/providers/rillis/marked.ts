// Marks on several fields at once: what of a body the documents say, and what is a choice of Standin's.
import type { ZodType } from 'zod'

type Shape = Record<string, ZodType>

const withMeta = <Fields extends Shape>(fields: Fields, meta: Parameters<ZodType['meta']>[0]) =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.meta(meta)])) as Fields

/** Fields that are Standin's choice, named by the assumption. */
export function ours<Fields extends Shape>(assumption: string, fields: Fields): Fields {
  return withMeta(fields, { assumption })
}

/** Fields that the documents name, inside a body whose form they leave open. */
export function documented<Fields extends Shape>(fields: Fields): Fields {
  return withMeta(fields, { documented: true })
}
