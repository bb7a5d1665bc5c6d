// Rillis's error dialect, which its documents leave open: { statusCode, message, error }.
import * as z from 'zod'
import type { Route, RouteAnswer } from '../../../provider/routes.js'

const NAMES = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found' } as const
type ErrorStatus = keyof typeof NAMES

const errorSchema = z.strictObject({ statusCode: z.int(), message: z.string(), error: z.string() })

/** An error answer. */
export function refusal(statusCode: ErrorStatus, message: string): RouteAnswer {
  return { status: statusCode, body: { statusCode, message, error: NAMES[statusCode] } }
}

/** The error answers a route can give, for its `answers`. */
export function errors(...statuses: ErrorStatus[]): Route['answers'] {
  return Object.fromEntries(statuses.map(status => [status, { description: NAMES[status], schema: errorSchema }]))
}

/** A page of a list, as the transaction list is documented. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), totalItems: z.int(), totalPages: z.int() })
}

/** Query of a list: `page` from 1, `limit` 10 unless told and at most 100. */
export const paging = {
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(10),
}

/** One page of what there is. */
export function paged<Item>(all: readonly Item[], { page, limit }: { page: number; limit: number }) {
  return {
    items: all.slice((page - 1) * limit, page * limit),
    totalItems: all.length,
    totalPages: Math.ceil(all.length / limit),
  }
}
