// Subscriptions: created, read, changed, deleted, and their secrets rotated; the dashboard of providers that have no API for it.
import {
  type RotatedSecret,
  rotatedSecret,
  rotateSecretInput,
  subscription,
  subscriptionChange,
  subscriptionInput,
  subscriptionPage,
  subscriptionQuery,
  testCall,
} from '../../api/subscription.js'
import { EmulatorError } from '../../core/errors.js'
import { MASK, withoutMasks } from '../../core/mask.js'
import type { Subscription } from '../../core/subscription.js'
import type { Emulator } from '../../emulator/contract.js'
import { findChannel } from '../../provider/catalog.js'
import { controlRoute, type Family, idParams } from './route.js'
import { pageView, subscriptionView, testCallView } from './views.js'

const missing = { description: 'There is no such subscription.' }

function existing(emulator: Emulator, id: string): Subscription {
  const found = emulator.ledger.subscription(id)
  if (found) return found
  throw new EmulatorError(`There is no subscription ${id}.`, {
    code: 'not_found',
    hint: 'List them with GET /_standin/subscriptions.',
  })
}

/** The ledger gives the oldest first; the page is newest first and begins after the row `before`. */
function newestFirst(rows: Subscription[], before: string | undefined): Subscription[] {
  const all = rows.toReversed()
  const from = before === undefined ? -1 : all.findIndex(({ id }) => id === before)
  return all.slice(from + 1)
}

export const subscriptionsFamily: Family = {
  name: 'subscriptions',
  about: "Receivers' standing requests for events.",
  routes: [
    controlRoute({
      id: 'createSubscription',
      method: 'POST',
      path: '/_standin/subscriptions',
      summary: 'Creates a subscription; its secret is shown in this response only.',
      body: subscriptionInput,
      answers: {
        201: { description: 'The new subscription.', schema: subscription },
        400: { description: 'It is invalid; nothing was created.' },
        403: { description: 'Nothing may be sent to its target; nothing was created.' },
        409: { description: 'The id is taken.' },
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
      summary: 'Lists subscriptions, newest first.',
      query: subscriptionQuery,
      answers: { 200: { description: 'A page of subscriptions.', schema: subscriptionPage } },
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
      summary: 'Gets a subscription, its secrets masked.',
      params: idParams,
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
      summary: 'Changes the given fields; a masked secret sent back changes nothing.',
      params: idParams,
      body: subscriptionChange,
      answers: {
        200: { description: 'The changed subscription.', schema: subscription },
        400: { description: 'It is invalid; nothing was changed.' },
        403: { description: 'Nothing may be sent to its target; nothing was changed.' },
        404: missing,
      },
      handler: async ({ emulator, params, body: { secret, settings, ...rest } }) => {
        const present = existing(emulator, params.id)
        const changed = await emulator.updateSubscription(params.id, {
          ...rest,
          ...(secret === undefined || secret === MASK ? {} : { secret }),
          ...(settings === undefined ? {} : { settings: withoutMasks(settings, present.settings) }),
        })
        return { status: 200, body: await subscriptionView(emulator, changed) }
      },
    }),
    controlRoute({
      id: 'deleteSubscription',
      method: 'DELETE',
      path: '/_standin/subscriptions/{id}',
      summary: 'Deletes a subscription; the deliveries it is still owed are cancelled.',
      params: idParams,
      answers: { 204: { description: 'It is deleted.' }, 404: missing },
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
      summary: 'Rotates the secret; the old one stays valid for a while where the scheme allows two signatures.',
      params: idParams,
      body: rotateSecretInput,
      answers: {
        200: {
          description: 'The new secret, shown in this response only.',
          schema: rotatedSecret,
        },
        400: { description: 'The secret is invalid.' },
        404: missing,
        409: { description: 'Its channel has no secret.' },
      },
      handler: async ({ emulator, params, body }) => {
        existing(emulator, params.id)
        const { subscription: rotated, validUntil } = await emulator.rotateSecret(params.id, body.secret)
        const shown: RotatedSecret = {
          secret: rotated.secret,
          oldValidUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
          subscription: await subscriptionView(emulator, rotated),
        }
        return { status: 200, body: shown }
      },
    }),
    controlRoute({
      id: 'testSubscription',
      method: 'POST',
      path: '/_standin/subscriptions/{id}/test',
      summary:
        "Sends the provider's test event now, once, with the subscription's secret and settings; nothing is stored.",
      params: idParams,
      answers: {
        200: { description: 'What the receiver answered, also where it did not accept it.', schema: testCall },
        404: missing,
        409: { description: 'Its provider has no test call.' },
      },
      handler: async ({ emulator, params }) => {
        const present = existing(emulator, params.id)
        const { provider, channel, url, secret, settings } = present
        const { provider: known } = await emulator.load(provider)
        const { testEvent } = findChannel({ provider: known, channels: known.channels }, channel)
        if (testEvent === undefined)
          throw new EmulatorError(`${provider} has no test call.`, {
            code: 'conflict',
            hint: 'Send an event to this subscription alone: POST /_standin/events with "only".',
          })
        const port = await emulator.port(provider)
        const attempt = await port.sendOnce({ channel, type: testEvent, url, secret, settings })
        return { status: 200, body: await testCallView(emulator, present, attempt) }
      },
    }),
  ],
}
