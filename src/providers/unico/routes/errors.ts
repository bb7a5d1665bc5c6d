// Error responses of Unico's API: its codes and texts, in one of its three published shapes.
// Source: DC GetSelfie, errors; DC Errors, introduction; DC Errors (older), introduction.
import * as z from 'zod'
import type { Json } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { RouteAnswer } from '../../../provider/routes.js'
import type { ProviderSettings } from '../settings.js'

/** An error: HTTP status, code and text. */
export interface ApiError {
  status: number
  code: number
  message: string
}

/** The provider-wide settings, typed. */
export function settingsOf(port: ProviderPort): ProviderSettings {
  return port.settings() as ProviderSettings
}

/**
 * Codes and texts. Source: DC Evidence set, errors (processId, notFound, noPermission, internal); DC Errors, table of errors (apiKeys).
 * The others are assumed, with gRPC's codes; the statuses 409 and 410 are not. Source: Error codes, 409; Error codes, 410.
 */
export const ERRORS = {
  processId: { status: 400, code: 3, message: 'process id is invalid' },
  notFound: {
    status: 404,
    code: 5,
    message: 'error getting process: rpc error: code = NotFound desc = process not found',
  },
  noPermission: { status: 403, code: 7, message: 'no permission' },
  internal: { status: 500, code: 99999, message: 'Internal failure! Try again later' },
  apiKeys: { status: 400, code: 9, message: 'XX ID Apikeys are not set' },
  body: { status: 400, code: 3, message: 'invalid request body' },
  route: { status: 404, code: 5, message: 'Not Found' },
  method: { status: 405, code: 12, message: 'Method Not Allowed' },
  notFinished: { status: 409, code: 9, message: 'process is not finished' },
  gone: { status: 410, code: 5, message: 'file is not available any more' },
  rate: { status: 429, code: 8, message: 'rate limit exceeded' },
} as const satisfies Record<string, ApiError>

/** An error response in the shape of the setting `errorShape`. */
export function errorResponse(
  port: ProviderPort,
  { status, code, message }: ApiError,
  headers?: Record<string, string>,
): RouteAnswer {
  const shapes: Record<ProviderSettings['errorShape'], Json> = {
    status: status === 401 ? message : { code, message, details: [] },
    errorCode: { error: { code: String(code).padStart(4, '0'), description: message } },
    errorMessage: { error: { code: status, message } },
  }
  return { status, body: shapes[settingsOf(port).errorShape], ...(headers ? { headers } : {}) }
}

/** 401. Source: DC GetSelfie, errors (a bare JSON string); the text is assumed. */
export function unauthorized(port: ProviderPort): RouteAnswer {
  return errorResponse(port, { status: 401, code: 16, message: 'Unauthorized' })
}

/** Schema of an error body, in any of the shapes. */
const errorBody = z
  .union([
    z.object({ code: z.int(), message: z.string(), details: z.array(z.unknown()) }),
    z.object({ error: z.object({ code: z.string(), description: z.string() }) }),
    z.object({ error: z.object({ code: z.int(), message: z.string() }) }),
    z.string(),
  ])
  .meta({ assumption: 'errorShape' })

/** An error response for a route's `answers`. */
export function failure(description: string, assumption?: string) {
  return { description, schema: errorBody, ...(assumption === undefined ? {} : { assumption }) }
}

/** The error responses of a route of one process, for its `answers`; `notFound` says when there is a 404, `assumption` that code and text of 400 and 404 are ours. */
export function processFailures(notFound: string, assumption?: string) {
  return {
    400: failure('The process id is not a UUID (code 3)', assumption),
    401: failure('No valid access token', 'otherErrors'),
    403: failure('No permission (code 7)'),
    404: failure(`${notFound} (code 5)`, assumption),
    429: failure('Over the rate limit', 'otherErrors'),
    500: failure('Internal failure (code 99999)'),
  }
}
