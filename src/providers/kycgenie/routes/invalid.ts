// The answer to a body or query that fails its schema: the messages of all fields at once, those of webhooks included.
import { isJsonObject, type Json, parseJson } from '../../../core/json.js'
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { messagesByField, validationError } from './errors.js'
import { eventTypeProblem, urlProblem } from './fields.js'

const WEBHOOKS = /^\/api\/v1\/webhooks(\/|\?|$)/
const FIELDS = ['event_type', 'webhook_url']

/** The problem of a webhook's field that its schema cannot see. */
async function problemOf(call: RouteCall, field: string, value: Json | undefined): Promise<string | undefined> {
  if (typeof value !== 'string' || value.trim() === '') return undefined
  return field === 'webhook_url' ? urlProblem(call, value.trim()) : eventTypeProblem(call, value)
}

function bodyOf({ rawBody }: RouteCall): Json {
  try {
    return parseJson(rawBody)
  } catch {
    return {}
  }
}

/** 400 with the messages of every field. */
export async function invalid(
  issues: readonly { path: string; message: string }[],
  call: RouteCall,
): Promise<RouteAnswer> {
  const found = messagesByField(issues)
  const body = bodyOf(call)
  if (!WEBHOOKS.test(call.path) || !isJsonObject(body)) return validationError(call, found)
  const errors: Record<string, string[]> = {}
  for (const field of FIELDS) {
    const problem = found[field] ? undefined : await problemOf(call, field, body[field])
    const messages = found[field] ?? (problem === undefined ? undefined : [problem])
    if (messages) errors[field] = messages
  }
  return validationError(call, { ...errors, ...found })
}
