// Error responses of KYC Genie's API: one envelope for every endpoint. Source: Errors, description of the envelope.
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'

/** Schema of the error envelope. Source: Errors, description of the envelope. */
export const errorEnvelope = z.object({
  error: z.string(),
  code: z.string(),
  request_id: z.uuid(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
  details: z.looseObject({}).optional(),
})

/** The 401 of every route that needs an API key, for its `answers`. */
export const unauthorized = {
  401: { description: 'The API key is missing, malformed or unknown.', schema: errorEnvelope },
}
/** The 404 of routes for one record, for their `answers`. */
export const missing = {
  404: { description: 'No such record of this account.', schema: errorEnvelope, assumption: 'notFoundBody' },
}
/** The 400 of routes with a body, for their `answers`. */
export const badRequest = { 400: { description: 'The body is not JSON or a field is invalid.', schema: errorEnvelope } }

/** A repeatable request id, different for every error. */
function requestId({ port }: RouteCall): string {
  const before = port.memory.get('refusals')
  const ordinal = typeof before === 'number' ? before + 1 : 1
  port.memory.set('refusals', ordinal)
  return port.random('request', port.now(), ordinal).uuid()
}

/** An error response in the envelope, keys in documented order. */
export function errorResponse(
  call: RouteCall,
  status: number,
  code: string,
  error: string,
  {
    errors,
    details,
    headers,
  }: { errors?: Record<string, string[]>; details?: JsonObject; headers?: Record<string, string> } = {},
): RouteAnswer {
  const body: JsonObject = { error, code, request_id: requestId(call) }
  if (errors) body.errors = errors as Json
  if (details) body.details = details
  return { status, body, ...(headers ? { headers } : {}) }
}

/** 400 with messages by field. Source: Errors, table of codes. */
export function validationError(call: RouteCall, errors: Record<string, string[]>): RouteAnswer {
  return errorResponse(call, 400, 'validation_error', 'Validation failed.', { errors })
}

/** 400 for a transition that the present status does not allow. Source: Errors, table of codes (current_status). */
export function wrongStatus(call: RouteCall, error: string, status: string): RouteAnswer {
  return errorResponse(call, 400, 'invalid_request', error, { details: { current_status: status } })
}

/** 409 with what is there already. Source: Errors, table of codes. */
export function conflict(call: RouteCall, error: string, details: JsonObject): RouteAnswer {
  return errorResponse(call, 409, 'conflict', error, { details })
}

/** Messages by field for the issues of a schema; those of no field are under `non_field_errors`, as in Django REST framework. */
export function messagesByField(issues: readonly { path: string; message: string }[]): Record<string, string[]> {
  const errors: Record<string, string[]> = {}
  for (const { path, message } of issues) {
    const field = path.split(/[./]/).find(part => part !== '') ?? 'non_field_errors'
    errors[field] = [...(errors[field] ?? []), message]
  }
  return errors
}

/** 400 for a body that is not JSON. */
export function malformed(call: RouteCall): RouteAnswer {
  return errorResponse(call, 400, 'invalid_request', 'JSON parse error.')
}

/** 404 for unknown paths and for records of other accounts. */
export function notFound(call: RouteCall): RouteAnswer {
  return errorResponse(call, 404, 'not_found', 'Not found.')
}

/** 405 with the allowed methods. */
export function methodNotAllowed(call: RouteCall, allowed: string[]): RouteAnswer {
  return errorResponse(call, 405, 'method_not_allowed', 'Method not allowed.', {
    headers: { allow: allowed.join(', ') },
  })
}
