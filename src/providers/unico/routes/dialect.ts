// How Unico's API says no: its three published shapes of error bodies, and its codes and texts.
import * as z from 'zod'
import type { Json } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { RouteAnswer } from '../../../provider/routes.js'
import type { ProviderSettings } from '../settings.js'

/** An error with its HTTP status, code and text. */
export interface Refusal {
  status: number
  code: number
  message: string
}

/** The provider-wide settings, typed. */
export function settingsOf(port: ProviderPort): ProviderSettings {
  return port.settings() as ProviderSettings
}

/** Codes and texts printed in Unico's pages, and three of gRPC's for what they leave out. */
export const REFUSED = {
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
  rate: { status: 429, code: 8, message: 'rate limit exceeded' },
} as const satisfies Record<string, Refusal>

/** A refusal in the shape that the settings ask for. */
export function refuse(
  port: ProviderPort,
  { status, code, message }: Refusal,
  headers?: Record<string, string>,
): RouteAnswer {
  const shapes: Record<ProviderSettings['errorShape'], Json> = {
    status: status === 401 ? message : { code, message, details: [] },
    errorCode: { error: { code: String(code).padStart(4, '0'), description: message } },
    errorMessage: { error: { code: status, message } },
  }
  return { status, body: shapes[settingsOf(port).errorShape], ...(headers ? { headers } : {}) }
}

/** 401: only the status is documented, and that its body is a bare string. */
export function unauthorized(port: ProviderPort): RouteAnswer {
  return refuse(port, { status: 401, code: 16, message: 'Unauthorized' })
}

/** The body of a refusal, in any of the shapes. */
const errorBody = z.union([
  z.object({ code: z.int(), message: z.string(), details: z.array(z.unknown()) }),
  z.object({ error: z.object({ code: z.string(), description: z.string() }) }),
  z.object({ error: z.object({ code: z.int(), message: z.string() }) }),
  z.string(),
])

/** An answer's description with the schema of a refusal. */
export function failure(description: string) {
  return { description, schema: errorBody }
}
