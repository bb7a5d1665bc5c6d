// Lists: how a page of one is asked for, and how it is answered.
import * as z from 'zod'

/** Query parameters of every paged list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'Maximum number of items.' }),
  before: z.string().optional().meta({ description: '`next` of the previous page: only items older than that.' }),
}

/** A page of a list, newest first. `id` names it in the OpenAPI document. */
export const pageOf = <S extends z.ZodType>(id: string, item: S) =>
  z
    .object({
      items: z.array(item),
      next: z.string().nullable().meta({ description: 'Pass it as `before` for the next page; null on the last.' }),
    })
    .meta({ id })
/** A page of a list, newest first. */
export interface Page<T> {
  items: T[]
  /** Pass it as `before` for the next page; null on the last. */
  next: string | null
}

/** A list that is answered whole. `id` names it in the OpenAPI document. */
export const listOf = <S extends z.ZodType>(id: string, item: S) => z.object({ items: z.array(item) }).meta({ id })
