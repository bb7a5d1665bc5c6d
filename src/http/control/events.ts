// Events: triggered, listed, and explained subscription by subscription.
import * as z from 'zod'
import { EmulatorError } from '../../core/errors.js'
import type { Emulator } from '../../emulator/contract.js'
import { controlRoute, type Family } from './route.js'
import { delivery, event, json, jsonObject, page, pageOf, why } from './schemas.js'
import { deliveryView, eventView, pageView } from './views.js'

const newEvent = z
  .strictObject({
    provider: z.string(),
    type: z.string(),
    channel: z.string().optional(),
    variant: z.string().optional().meta({ description: 'A named form of the type; the first when left out.' }),
    set: z
      .record(z.string(), json)
      .optional()
      .meta({ description: 'Payload path to value, checked against the schema.' }),
    unset: z.array(z.string()).optional(),
    raw: jsonObject.optional().meta({ description: 'The whole payload instead of a made one.' }),
    subject: z.string().optional().meta({ description: "A subject's id, or a label that names a story." }),
    account: z.string().nullable().optional(),
    id: z.string().min(1).optional().meta({ description: 'Idempotency id: the same again gets the first answer.' }),
    only: z.array(z.string()).optional().meta({ description: 'Only these subscriptions, whatever they asked for.' }),
  })
  .meta({ id: 'NewEvent' })

const triggered = z
  .object({
    event,
    deliveries: z.array(z.object({ id: z.string(), subscriptionId: z.string() })),
    notDelivered: z.array(z.object({ subscriptionId: z.string(), why: z.string() })),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Triggered' })

const eventDetail = event
  .extend({ deliveries: z.array(delivery), why: z.array(why) })
  .meta({ id: 'EventDetail', description: 'An event, what is owed of it, and why, for every subscription.' })

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
  about: 'What happens at a provider.',
  routes: [
    controlRoute({
      id: 'triggerEvent',
      method: 'POST',
      path: '/_standin/events',
      summary: 'Triggers an event; answered once it and its deliveries are stored.',
      body: newEvent,
      answers: {
        202: { description: 'It is stored and will be delivered.', schema: triggered },
        200: {
          description: 'This id was triggered before with the same body: the first answer again.',
          schema: triggered,
        },
        400: { description: 'Something in it is wrong; nothing was stored.' },
        409: { description: 'This id was triggered before with another body.' },
      },
      handler: async ({ emulator, body: { provider, type, ...input } }) => {
        const { event, deliveries, notDelivered, warnings, repeated } = await emulator.trigger(provider, type, input)
        const body: z.output<typeof triggered> = {
          event: eventView(emulator, event),
          deliveries: deliveries.map(({ id, subscriptionId }) => ({ id, subscriptionId })),
          notDelivered: notDelivered.map(({ subscriptionId, why }) => ({ subscriptionId, why })),
          warnings,
        }
        return { status: repeated ? 200 : 202, body }
      },
    }),
    controlRoute({
      id: 'listEvents',
      method: 'GET',
      path: '/_standin/events',
      summary: 'Events, newest first.',
      query: z.strictObject({
        provider: z.string().optional(),
        type: z.string().optional(),
        subject: z.string().optional(),
        ...page,
      }),
      answers: { 200: { description: 'A page of them.', schema: pageOf('EventPage', event) } },
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
      summary: 'One event, its deliveries, and why each subscription did or did not get it.',
      params: z.strictObject({ id: z.string() }),
      answers: {
        200: { description: 'The event.', schema: eventDetail },
        404: { description: 'There is no such event.' },
      },
      handler: async ({ emulator, params }) => {
        const found = existing(emulator, params.id)
        const body: z.output<typeof eventDetail> = {
          ...eventView(emulator, found),
          deliveries: emulator.ledger.deliveriesOfEvent(found.id).map(deliveryView),
          why: await emulator.why(found.id),
        }
        return { status: 200, body }
      },
    }),
  ],
}
