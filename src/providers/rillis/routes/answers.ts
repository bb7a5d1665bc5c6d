// Rillis's error dialect, which its documents leave open: { statusCode, message, error }.
import * as z from 'zod'
import type { Route, RouteAnswer } from '../../../provider/routes.js'

const NAMES = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found' } as const
type ErrorStatus = keyof typeof NAMES

const errorSchema = z.strictObject({ statusCode: z.int(), message: z.string(), error: z.string() })

/** What a refused value is told: that it is missing, or what it must be. */
export function must(be: string) {
  return { error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : `must be ${be}`) }
}

/** A text that says something. */
export const filled = z.string(must('a text')).min(1, 'must not be empty')

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

const PAGE = 'must be a whole number from 1'
const LIMIT = 'must be a whole number from 1 to 100'

/** Query of a list: `page` from 1, `limit` 10 unless told and at most 100. */
export const paging = {
  page: z.coerce.number(PAGE).int(PAGE).min(1, PAGE).default(1),
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(100, LIMIT).default(10),
}

/** One page of what there is. */
export function paged<Item>(all: readonly Item[], { page, limit }: { page: number; limit: number }) {
  return {
    items: all.slice((page - 1) * limit, page * limit),
    totalItems: all.length,
    totalPages: Math.ceil(all.length / limit),
  }
}
