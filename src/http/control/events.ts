// Events: triggered, listed, and explained subscription by subscription.
import { type EventDetail, eventDetail, eventPage, eventQuery } from '../../api/event.js'
import { trigger } from '../../api/trigger.js'
import { type TriggerResult, triggerResult } from '../../api/trigger-result.js'
import { EmulatorError } from '../../core/errors.js'
import type { Emulator } from '../../emulator/contract.js'
import { controlRoute, type Family, idParams } from './route.js'
import { deliveryView, eventJson, eventView, pageView } from './views.js'

function existing(emulator: Emulator, id: string) {
  const found = emulator.ledger.event(id)
  if (found) return found
  throw new EmulatorError(`There is no event ${id}.`, {
    code: 'not_found',
    hint: 'List them with GET /_standin/events.',
  })
}

export const eventsFamily: Family = {
  name: 'events',
  about: 'Things that happen at a provider.',
  routes: [
    controlRoute({
      id: 'triggerEvent',
      method: 'POST',
      path: '/_standin/events',
      summary: 'Triggers an event; answers once it and its deliveries are stored.',
      body: trigger,
      answers: {
        202: { description: 'It is stored and will be delivered.', schema: triggerResult },
        200: {
          description: 'This id was triggered before with the same body: the first answer again.',
          schema: triggerResult,
        },
        400: { description: 'It is invalid; nothing was stored.' },
        409: { description: 'This id was triggered before with another body.' },
      },
      handler: async ({ emulator, body: { provider, type, ...input } }) => {
        const { event, deliveries, notDelivered, warnings, repeated, payloadJson } = await emulator.trigger(
          provider,
          type,
          input,
        )
        const owed: Omit<TriggerResult, 'event'> = {
          deliveries: deliveries.map(({ id, subscriptionId }) => ({ id, subscriptionId })),
          notDelivered: notDelivered.map(({ subscriptionId, why }) => ({ subscriptionId, why })),
          warnings,
        }
        if (payloadJson === undefined)
          return { status: repeated ? 200 : 202, body: { event: eventView(emulator, event), ...owed } }
        // Writing the payload once more would cost as much as all the rest of the answer.
        const json = `{"event":${eventJson(emulator, event, payloadJson)},${JSON.stringify(owed).slice(1)}`
        return { status: 202, json }
      },
    }),
    controlRoute({
      id: 'listEvents',
      method: 'GET',
      path: '/_standin/events',
      summary: 'Lists events, newest first.',
      query: eventQuery,
      answers: { 200: { description: 'A page of events.', schema: eventPage } },
      handler: ({ emulator, query: { limit, before, ...filter } }) => ({
        status: 200,
        body: pageView(emulator.ledger.events(filter, { limit: limit + 1, before }), limit, row =>
          eventView(emulator, row),
        ),
      }),
    }),
    controlRoute({
      id: 'getEvent',
      method: 'GET',
      path: '/_standin/events/{id}',
      summary: 'Gets an event, its deliveries, and why each subscription did or did not get it.',
      params: idParams,
      answers: {
        200: { description: 'The event.', schema: eventDetail },
        404: { description: 'There is no such event.' },
      },
      handler: async ({ emulator, params }) => {
        const found = existing(emulator, params.id)
        const body: EventDetail = {
          ...eventView(emulator, found),
          deliveries: emulator.ledger.deliveriesOfEvent(found.id).map(deliveryView),
          why: await emulator.why(found.id),
          warnings: found.warnings ?? [],
        }
        return { status: 200, body }
      },
    }),
  ],
}
