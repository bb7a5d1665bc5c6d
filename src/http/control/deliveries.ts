// Deliveries: listed, shown with their attempts, waited for, resent, cancelled.
import * as z from 'zod'
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
import { controlRoute, type Family } from './route.js'
import { deliveryDetailView, deliveryView, pageView } from './views.js'

const params = z.strictObject({ id: z.string() })
const missing = { description: 'There is no such delivery.' }

export const deliveriesFamily: Family = {
  name: 'deliveries',
  about: 'Events owed to subscriptions, and the attempts made for them.',
  routes: [
    controlRoute({
      id: 'listDeliveries',
      method: 'GET',
      path: '/_standin/deliveries',
      summary: 'Deliveries, newest first.',
      query: deliveryQuery,
      answers: {
        200: { description: 'A page of them.', schema: deliveryPage },
        400: { description: 'An unknown parameter or status.' },
      },
      handler: ({ emulator, query: { limit, before, ...filter } }) => ({
        status: 200,
        body: pageView(emulator.ledger.deliveries(filter, { limit: limit + 1, before }), limit, deliveryView),
      }),
    }),
    controlRoute({
      id: 'getDelivery',
      method: 'GET',
      path: '/_standin/deliveries/{id}',
      summary: 'One delivery with its attempts: exact requests, answers, outcomes.',
      params,
      answers: { 200: { description: 'The delivery.', schema: deliveryDetail }, 404: missing },
      handler: async ({ emulator, params }) => ({
        status: 200,
        body: await deliveryDetailView(emulator, emulator.view(params.id)),
      }),
    }),
    controlRoute({
      id: 'resendDelivery',
      method: 'POST',
      path: '/_standin/deliveries/{id}/resend',
      summary: 'One more attempt now; answered when it has ended.',
      params,
      body: resendInput,
      answers: {
        200: { description: 'The attempt, whatever its outcome.', schema: attempt },
        404: missing,
        409: { description: 'It cannot be resent now.' },
      },
      handler: async ({ emulator, params, body }) => {
        const { number } = await emulator.resend(params.id, body)
        const { attempts } = await deliveryDetailView(emulator, emulator.view(params.id))
        return { status: 200, body: attempts.find(made => made.number === number) }
      },
    }),
    controlRoute({
      id: 'cancelDelivery',
      method: 'POST',
      path: '/_standin/deliveries/{id}/cancel',
      summary: 'Nothing more is attempted for it.',
      params,
      answers: {
        200: { description: 'It is cancelled.', schema: delivery },
        404: missing,
        409: { description: 'It is settled already.' },
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
      summary: 'Answers when the delivery is settled, or delivered.',
      params,
      query: waitQuery,
      answers: {
        200: { description: 'It is so.', schema: waitResult },
        404: missing,
        408: { description: 'Time is up, or it cannot become so any more.', schema: waitTimedOut },
      },
      handler: async ({ emulator, params, query: { until, timeout } }) => {
        const { met, delivery } = await emulator.wait(params.id, { until, timeoutMs: timeout ?? 10_000 })
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
