// KYC Genie's error dialect: one envelope for every endpoint.
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'

/** The documented error envelope. */
export const errorEnvelope = z.object({
  error: z.string(),
  code: z.string(),
  request_id: z.uuid(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
  details: z.looseObject({}).optional(),
})

/** Answers that every guarded route may give. */
export const unauthorized = {
  401: { description: 'The API key is missing, malformed or unknown.', schema: errorEnvelope },
}
/** For routes that name a record. */
export const missing = { 404: { description: 'No such record of this account.', schema: errorEnvelope } }
/** For routes with a body. */
export const refused = { 400: { description: 'The body is not JSON or a field is wrong.', schema: errorEnvelope } }

/** A repeatable request id: another for every refusal. */
function requestId({ port }: RouteCall): string {
  const before = port.memory.get('refusals')
  const ordinal = typeof before === 'number' ? before + 1 : 1
  port.memory.set('refusals', ordinal)
  return port.random('request', port.now(), ordinal).uuid()
}

/** An error answer in the envelope, keys in the documented order. */
export function errorAnswer(
  call: RouteCall,
  status: number,
  code: string,
  error: string,
  { errors, headers }: { errors?: Record<string, string[]>; headers?: Record<string, string> } = {},
): RouteAnswer {
  const body: JsonObject = { error, code, request_id: requestId(call) }
  if (errors) body.errors = errors as Json
  return { status, body, ...(headers ? { headers } : {}) }
}

/** 400 with messages by field. */
export function validationError(call: RouteCall, errors: Record<string, string[]>): RouteAnswer {
  return errorAnswer(call, 400, 'validation_error', 'Validation failed.', { errors })
}

/** 400 from a schema's issues; what belongs to no field is under non_field_errors, as the framework has it. */
export function invalid(issues: readonly { path: string; message: string }[], call: RouteCall): RouteAnswer {
  const errors: Record<string, string[]> = {}
  for (const { path, message } of issues) {
    const field = path.split(/[./]/).find(part => part !== '') ?? 'non_field_errors'
    errors[field] = [...(errors[field] ?? []), message]
  }
  return validationError(call, errors)
}

/** 400 for a body that is not JSON. */
export function malformed(call: RouteCall): RouteAnswer {
  return errorAnswer(call, 400, 'invalid_request', 'JSON parse error.')
}

/** 404, for unknown paths and for records that are not this account's. */
export function notFound(call: RouteCall): RouteAnswer {
  return errorAnswer(call, 404, 'not_found', 'Not found.')
}

/** 405 with the methods that there are. */
export function methodNotAllowed(call: RouteCall, allowed: string[]): RouteAnswer {
  return errorAnswer(call, 405, 'method_not_allowed', 'Method not allowed.', { headers: { allow: allowed.join(', ') } })
}
