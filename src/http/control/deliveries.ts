// Deliveries: listed, shown with their attempts, waited for, resent, cancelled.
import { attempt } from '../../api/attempt.js'
import {
  delivery,
  deliveryDetail,
  deliveryPage,
  deliveryQuery,
  resendInput,
  type WaitResult,
  waitQuery,
  waitResult,
  waitTimedOut,
} from '../../api/delivery.js'
import { EmulatorError } from '../../core/errors.js'
import { problemResponse } from '../problem.js'
import { lifeRoutes } from './life-routes.js'
import { controlRoute, type Family, idParams } from './route.js'
import { attemptView, deliveryDetailView, deliveryView, listedDeliveryView, pageView } from './views.js'

const missing = { description: 'There is no such delivery.' }

/** Deliveries that a search for a text looks at for one page. */
const MOST_SEARCHED = 10_000

export const deliveriesFamily: Family = {
  name: 'deliveries',
  about: 'Events owed to subscriptions, and the attempts made for them.',
  routes: [
    controlRoute({
      id: 'listDeliveries',
      method: 'GET',
      path: '/_standin/deliveries',
      summary: 'Lists deliveries, newest first.',
      query: deliveryQuery,
      answers: {
        200: { description: 'A page of deliveries.', schema: deliveryPage },
        400: { description: 'An unknown parameter or status.' },
      },
      handler: ({ emulator: { ledger }, query: { limit, before, ...filter } }) => {
        // Looking for a text has no index: the look at all of a large ledger would hold up deliveries.
        const from = filter.text === undefined ? undefined : ledger.deliveryBelow(MOST_SEARCHED - 1, before)
        const rows = ledger.listedDeliveries({ ...filter, from }, { limit: limit + 1, before })
        const page = pageView(
          rows.map(row => ({ ...row, id: row.delivery.id })),
          limit,
          listedDeliveryView,
        )
        return { status: 200, body: { ...page, next: page.next ?? from ?? null } }
      },
    }),
    controlRoute({
      id: 'getDelivery',
      method: 'GET',
      path: '/_standin/deliveries/{id}',
      summary: 'Gets a delivery with its attempts: exact requests, responses, outcomes.',
      params: idParams,
      answers: { 200: { description: 'The delivery.', schema: deliveryDetail }, 404: missing },
      handler: async ({ emulator, params }) => ({
        status: 200,
        body: await deliveryDetailView(emulator, emulator.view(params.id)),
      }),
    }),
    ...lifeRoutes,
    controlRoute({
      id: 'resendDelivery',
      method: 'POST',
      path: '/_standin/deliveries/{id}/resend',
      summary: 'Makes one more attempt now; answers when it has ended.',
      params: idParams,
      body: resendInput,
      answers: {
        200: { description: 'The attempt, whatever its outcome.', schema: attempt },
        404: missing,
        409: { description: 'It cannot be resent now.' },
      },
      handler: async ({ emulator, params, body }) => {
        const made = await emulator.resend(params.id, body)
        return { status: 200, body: await attemptView(emulator, emulator.view(params.id), made) }
      },
    }),
    controlRoute({
      id: 'cancelDelivery',
      method: 'POST',
      path: '/_standin/deliveries/{id}/cancel',
      summary: 'Cancels a delivery: no more attempts are made.',
      params: idParams,
      answers: {
        200: { description: 'The cancelled delivery.', schema: delivery },
        404: missing,
        409: { description: 'It is already settled.' },
      },
      handler: async ({ emulator, params }) => ({
        status: 200,
        body: deliveryView(await emulator.cancel(params.id)),
      }),
    }),
    controlRoute({
      id: 'waitForDelivery',
      method: 'GET',
      path: '/_standin/deliveries/{id}/wait',
      summary: 'Waits until a delivery is delivered, or settled.',
      params: idParams,
      query: waitQuery,
      answers: {
        200: { description: 'The delivery is delivered, or settled.', schema: waitResult },
        404: missing,
        408: { description: 'The wait timed out, or the delivery can no longer become so.', schema: waitTimedOut },
        409: { description: 'The emulator was reset, or its space deleted, meanwhile.' },
      },
      handler: async ({ emulator, request, params, query: { until, timeout } }) => {
        const signal = request.abandoned()
        const { met, delivery } = await emulator.wait(params.id, { until, timeoutMs: timeout ?? 10_000, signal })
        const body: WaitResult = { met, delivery: deliveryView(delivery) }
        if (met) return { status: 200, body }
        const error = new EmulatorError(`Delivery ${delivery.id} is ${delivery.status}, not ${until}.`, {
          code: 'timed_out',
          hint: delivery.dueReason ?? 'GET the delivery to see its attempts.',
        })
        return problemResponse(error, { more: body })
      },
    }),
  ],
}
