// Subscriptions: made, read, changed, ended, and their secrets rotated; the dashboard of providers that have no API for it.
import * as z from 'zod'
import { EmulatorError } from '../../core/errors.js'
import type { Subscription } from '../../core/subscription.js'
import type { Emulator } from '../../emulator/contract.js'
import { MASK, withoutMasks } from '../redact.js'
import { controlRoute, type Family } from './route.js'
import { jsonObject, page, pageOf, subscription, time } from './schemas.js'
import { pageView, subscriptionView } from './views.js'

const params = z.strictObject({ id: z.string() })
const missing = { description: 'There is no such subscription.' }

const changeable = {
  eventTypes: z.array(z.string()).optional().meta({ description: 'Names, or ["*"] for all; all when left out.' }),
  secret: z.string().nullable().optional().meta({ description: 'Made up when left out, where the channel has one.' }),
  active: z.boolean().optional(),
  settings: jsonObject.optional().meta({ description: "The provider's own settings of a subscription." }),
}

const newSubscription = z
  .strictObject({
    provider: z.string(),
    channel: z.string().optional(),
    url: z.string(),
    ...changeable,
    account: z.string().nullable().optional(),
    id: z.string().min(1).optional(),
  })
  .meta({ id: 'NewSubscription' })

const change = z.strictObject({ url: z.string().optional(), ...changeable }).meta({ id: 'SubscriptionChange' })

function existing(emulator: Emulator, id: string): Subscription {
  const found = emulator.ledger.subscription(id)
  if (found) return found
  throw new EmulatorError(`There is no subscription ${id}.`, {
    code: 'not_found',
    hint: 'List them with GET /_standin/subscriptions.',
  })
}

/** Oldest first as the ledger gives them; the page is newest first and begins after the row `before`. */
function newestFirst(rows: Subscription[], before: string | undefined): Subscription[] {
  const all = rows.toReversed()
  const from = before === undefined ? -1 : all.findIndex(({ id }) => id === before)
  return all.slice(from + 1)
}

export const subscriptionsFamily: Family = {
  name: 'subscriptions',
  about: "The receivers' standing requests.",
  routes: [
    controlRoute({
      id: 'createSubscription',
      method: 'POST',
      path: '/_standin/subscriptions',
      summary: 'Makes a subscription; its secret is shown this once.',
      body: newSubscription,
      answers: {
        201: { description: 'It is active from now on.', schema: subscription },
        400: { description: 'Something in it is wrong; nothing was made.' },
        409: { description: 'There is one with that id.' },
      },
      handler: async ({ emulator, body: { provider, ...input }, base }) => {
        const made = await emulator.subscribe(provider, input)
        return {
          status: 201,
          body: await subscriptionView(emulator, made, made.secret),
          headers: { location: `${base}/_standin/subscriptions/${encodeURIComponent(made.id)}` },
        }
      },
    }),
    controlRoute({
      id: 'listSubscriptions',
      method: 'GET',
      path: '/_standin/subscriptions',
      summary: 'Subscriptions, newest first.',
      query: z.strictObject({ provider: z.string().optional(), channel: z.string().optional(), ...page }),
      answers: { 200: { description: 'A page of them.', schema: pageOf('SubscriptionPage', subscription) } },
      handler: async ({ emulator, query: { provider, channel, limit, before } }) => {
        const all = emulator.ledger.subscriptions({
          ...(provider ? { provider } : {}),
          ...(channel ? { channel } : {}),
        })
        const { items, next } = pageView(newestFirst(all, before), limit, row => subscriptionView(emulator, row))
        return { status: 200, body: { items: await Promise.all(items), next } }
      },
    }),
    controlRoute({
      id: 'getSubscription',
      method: 'GET',
      path: '/_standin/subscriptions/{id}',
      summary: 'One subscription, its secrets masked.',
      params,
      answers: { 200: { description: 'The subscription.', schema: subscription }, 404: missing },
      handler: async ({ emulator, params }) => ({
        status: 200,
        body: await subscriptionView(emulator, existing(emulator, params.id)),
      }),
    }),
    controlRoute({
      id: 'updateSubscription',
      method: 'PATCH',
      path: '/_standin/subscriptions/{id}',
      summary: 'Changes what is given and leaves the rest; a masked secret sent back changes nothing.',
      params,
      body: change,
      answers: {
        200: { description: 'As it is now.', schema: subscription },
        400: { description: 'Something in it is wrong; nothing was changed.' },
        404: missing,
      },
      handler: async ({ emulator, params, body: { secret, settings, ...rest } }) => {
        existing(emulator, params.id)
        const changed = await emulator.updateSubscription(params.id, {
          ...rest,
          ...(secret === undefined || secret === MASK ? {} : { secret }),
          ...(settings === undefined ? {} : { settings: withoutMasks(settings) }),
        })
        return { status: 200, body: await subscriptionView(emulator, changed) }
      },
    }),
    controlRoute({
      id: 'deleteSubscription',
      method: 'DELETE',
      path: '/_standin/subscriptions/{id}',
      summary: 'Ends a subscription; what it was still owed is cancelled.',
      params,
      answers: { 204: { description: 'It is gone.' }, 404: missing },
      handler: async ({ emulator, params }) => {
        existing(emulator, params.id)
        await emulator.unsubscribe(params.id)
        return { status: 204 }
      },
    }),
    controlRoute({
      id: 'rotateSecret',
      method: 'POST',
      path: '/_standin/subscriptions/{id}/rotate-secret',
      summary: 'A new secret; the old one stays valid for a while where the scheme allows two signatures.',
      params,
      body: z.strictObject({ secret: z.string().optional() }).meta({ id: 'NewSecret' }),
      answers: {
        200: {
          description: 'The new secret, shown this once.',
          schema: z
            .object({
              secret: z.string().nullable(),
              oldValidUntil: time.nullable().meta({ description: 'Null: the old secret is void at once.' }),
              subscription,
            })
            .meta({ id: 'RotatedSecret' }),
        },
        400: { description: 'The secret cannot be used.' },
        404: missing,
        409: { description: 'Its channel has no secret.' },
      },
      handler: async ({ emulator, params, body }) => {
        existing(emulator, params.id)
        const { subscription: rotated, validUntil } = await emulator.rotateSecret(params.id, body.secret)
        return {
          status: 200,
          body: {
            secret: rotated.secret,
            oldValidUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
            subscription: await subscriptionView(emulator, rotated),
          },
        }
      },
    }),
  ],
}
