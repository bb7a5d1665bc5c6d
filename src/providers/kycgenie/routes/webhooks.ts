// The subscription API: create, list, get, update and delete webhooks.
// Source: Webhooks API, "Create Webhook", "List Webhooks", "Get Webhook", "Update Webhook", "Delete Webhook".
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import type { Subscription } from '../../../core/subscription.js'
import type { Route, RouteCall } from '../../../provider/routes.js'
import { ALL } from '../catalog.js'
import { recordTimestamp } from '../ids.js'
import { isTarget } from '../screenings.js'
import { asProviderSettings } from '../settings.js'
import { badRequest, missing, notFound, unauthorized, validationError } from './errors.js'
import { createBody, eventTypeProblem, rejectedUrlProblem, updateBody, urlProblem } from './fields.js'

const stats = z.object({
  total_deliveries: z.number().int(),
  successful_deliveries: z.number().int(),
  failed_deliveries: z.number().int(),
})
const before = {
  id: z.uuid(),
  event_type: z.string(),
  webhook_url: z.string(),
  is_active: z.boolean(),
  description: z.string(),
  filters: z.record(z.string(), z.json()),
  created_at: z.iso.datetime({ offset: true }),
}
const after = { stats, last_triggered_at: z.iso.datetime({ offset: true }).nullable() }
const listed = z.object({ ...before, ...after })
const shown = z.object({ ...before, updated_at: z.iso.datetime({ offset: true }), ...after })

/** The subscription's event type in the API. One made over the control API may have several, joined by commas. */
function eventTypeOf({ eventTypes }: Subscription): string {
  return eventTypes.includes('*') ? ALL : eventTypes.join(',')
}

function view(call: RouteCall, subscription: Subscription, { detail }: { detail: boolean }): JsonObject {
  const { id, notes } = subscription
  const counted = call.port.stats(id)
  const byAttempts = asProviderSettings(call.port.settings()).statsUnit === 'attempts'
  const successful = byAttempts ? counted.acceptedAttempts : counted.delivered
  const failed = byAttempts ? counted.attempts - counted.acceptedAttempts : counted.exhausted
  return {
    id,
    event_type: eventTypeOf(subscription),
    webhook_url: subscription.url,
    is_active: subscription.active,
    description: notes.description ?? '',
    filters: notes.filters ?? {},
    created_at: recordTimestamp(subscription.createdAt, id),
    ...(detail ? { updated_at: recordTimestamp(subscription.updatedAt, id) } : {}),
    stats: {
      total_deliveries: successful + failed,
      successful_deliveries: successful,
      failed_deliveries: failed,
    },
    last_triggered_at: counted.lastAttemptAt === null ? null : recordTimestamp(counted.lastAttemptAt, id),
  }
}

/** This account's webhooks, oldest first; the URL of a single screening is none. */
function ownWebhooks({ port, account }: RouteCall): Subscription[] {
  return port.subscriptions({ channel: 'webhooks' }).filter(one => one.account === account && !isTarget(one))
}

function own(call: RouteCall): Subscription | undefined {
  const found = call.port.subscription(call.params.webhook_id ?? '')
  return found && found.account === call.account && found.channel === 'webhooks' && !isTarget(found) ? found : undefined
}

const create: Route = {
  method: 'POST',
  path: '/api/v1/webhooks/',
  summary: 'Create a webhook',
  documented: true,
  body: { type: 'json', schema: createBody },
  answers: {
    201: {
      description: 'Created. The secret is shown only here.',
      schema: z.object({
        id: z.uuid(),
        event_type: z.string(),
        webhook_url: z.string(),
        secret_key: z.string(),
        message: z.string(),
      }),
    },
    ...badRequest,
    ...unauthorized,
  },
  async handler(call) {
    const body = call.body as z.infer<typeof createBody>
    const { event_type: type, webhook_url: url } = body
    const wrongType = eventTypeProblem(call, type)
    const wrongUrl = await urlProblem(call, url)
    if (wrongType !== undefined || wrongUrl !== undefined)
      return validationError(call, {
        ...(wrongType === undefined ? {} : { event_type: [wrongType] }),
        ...(wrongUrl === undefined ? {} : { webhook_url: [wrongUrl] }),
      })
    const subscription = await call.port.subscribe({
      channel: 'webhooks',
      url,
      eventTypes: [type === ALL ? '*' : type],
      notes: { description: body.description ?? '', filters: (body.filters ?? {}) as Json },
      account: call.account,
    })
    return {
      status: 201,
      body: {
        id: subscription.id,
        event_type: type,
        webhook_url: subscription.url,
        secret_key: subscription.secret,
        message: 'Webhook created successfully',
      },
    }
  },
}

const list: Route = {
  method: 'GET',
  path: '/api/v1/webhooks/',
  summary: 'List the webhooks of this API key',
  documented: true,
  answers: {
    200: { description: 'All of them, newest first.', schema: z.object({ webhooks: z.array(listed) }) },
    ...unauthorized,
  },
  handler: call => ({
    status: 200,
    body: {
      webhooks: ownWebhooks(call)
        .reverse()
        .map(subscription => view(call, subscription, { detail: false })),
    },
  }),
}

const get: Route = {
  method: 'GET',
  path: '/api/v1/webhooks/{webhook_id}/',
  summary: 'Get one webhook',
  documented: true,
  answers: {
    200: { description: 'The webhook, without its secret.', schema: shown },
    ...unauthorized,
    ...missing,
  },
  handler(call) {
    const found = own(call)
    return found ? { status: 200, body: view(call, found, { detail: true }) } : notFound(call)
  },
}

const update: Route = {
  method: 'PATCH',
  path: '/api/v1/webhooks/{webhook_id}/',
  summary: 'Update a webhook',
  documented: true,
  body: { type: 'json', schema: updateBody },
  answers: {
    200: { description: 'Updated.', schema: z.object({ message: z.string(), id: z.uuid() }) },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const found = own(call)
    if (!found) return notFound(call)
    const body = call.body as z.infer<typeof updateBody>
    const { webhook_url: url } = body
    const problem = url === undefined ? undefined : await urlProblem(call, url)
    if (problem !== undefined) return validationError(call, { webhook_url: [problem] })
    const notes: JsonObject = {}
    if (body.description !== undefined) notes.description = body.description
    if (body.filters !== undefined) notes.filters = body.filters as Json
    try {
      await call.port.updateSubscription(found.id, { url, active: body.is_active, notes })
    } catch (error) {
      const message = rejectedUrlProblem(error, url ?? found.url)
      if (message === undefined) throw error
      return validationError(call, { webhook_url: [message] })
    }
    return { status: 200, body: { message: 'Webhook updated', id: found.id } }
  },
}

const remove: Route = {
  method: 'DELETE',
  path: '/api/v1/webhooks/{webhook_id}/',
  summary: 'Delete a webhook',
  documented: true,
  answers: {
    200: { description: 'Deleted permanently.', schema: z.object({ message: z.string() }) },
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const found = own(call)
    if (!found) return notFound(call)
    await call.port.unsubscribe(found.id)
    return { status: 200, body: { message: 'Webhook deleted successfully' } }
  },
}

/** The routes of webhooks. */
export const webhookRoutes: readonly Route[] = [create, list, get, update, remove]
