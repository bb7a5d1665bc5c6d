// Error responses of Rillis's API, whose shape is assumed: { statusCode, message, error }.
import * as z from 'zod'
import type { Route, RouteAnswer } from '../../../provider/routes.js'

const NAMES = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found' } as const
type ErrorStatus = keyof typeof NAMES

const errorSchema = z
  .strictObject({ statusCode: z.int(), message: z.string(), error: z.string() })
  .meta({ assumption: 'apiErrorShape' })

/** zod's message for an invalid value: that it is missing, or what it must be. */
export function must(be: string) {
  return { error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : `must be ${be}`) }
}

/** A text that is not empty. */
export const nonEmpty = z.string(must('a text')).min(1, 'must not be empty')

/** An error response. */
export function errorResponse(statusCode: ErrorStatus, message: string): RouteAnswer {
  return { status: statusCode, body: { statusCode, message, error: NAMES[statusCode] } }
}

/** The error responses of a route, for its `answers`. */
export function errors(...statuses: ErrorStatus[]): Route['answers'] {
  return Object.fromEntries(
    statuses.map(status => [status, { description: NAMES[status], schema: errorSchema, assumption: 'apiErrorShape' }]),
  )
}
