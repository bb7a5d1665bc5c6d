// Looking without changing anything: previews, explanations, and why an event was or was not delivered.
import type { Attempt, DeliveryStatus } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import { type EmulatorEvent, payloadText } from '../core/event.js'
import type { JsonObject } from '../core/json.js'
import type { Message } from '../core/message.js'
import { describeOutcome } from '../core/outcome.js'
import type { Prepared } from '../core/prepared.js'
import type { Subscription } from '../core/subscription.js'
import { findChannel, findType } from '../provider/catalog.js'
import type { NotDelivered, SubscriptionInput, TriggerInput } from '../provider/port.js'
import type { EmulatorContext } from './context.js'
import type { DeliveryView, EventPreview, Preview } from './contract.js'
import { previewEvent } from './event.js'
import type { PrepareEvent } from './prepare.js'
import type { Subscriptions } from './subscriptions.js'
import { bodyFor, reasonAgainst } from './trigger.js'

export interface Views {
  previewPayload(provider: string, type: string, options?: { channel?: string; variant?: string }): Promise<JsonObject>
  preview(provider: string, type: string, to: SubscriptionInput, input?: TriggerInput): Promise<Preview>
  previewEvent(
    provider: string,
    type: string,
    to: SubscriptionInput | string,
    input?: TriggerInput,
  ): Promise<EventPreview>
  explain(attempt: Attempt): Promise<Preview>
  why(eventId: string): Promise<(NotDelivered & { status?: DeliveryStatus })[]>
  view(deliveryId: string): DeliveryView
  /** An event made for one subscription, ready to be sent. */
  previewFor(
    subscription: Subscription,
    type: string,
    input: TriggerInput,
  ): { prepared: Prepared; event: EmulatorEvent; warnings: string[] }
}

/** The views of one emulator. `signatureTime` is the timestamp of signatures made now, ms. */
export function createViews(
  context: EmulatorContext,
  subscriptions: Subscriptions,
  prepareEvent: PrepareEvent,
  signatureTime: () => number,
): Views {
  const { ledger, registry } = context

  const signed = async (prepared: Prepared, attempt: number, at: number, warnings: string[] = []): Promise<Preview> => {
    const { headers, signedString, failed } = await prepared.sign({ attempt, at })
    if (failed !== undefined)
      throw new EmulatorError(`The request cannot be signed: ${failed}`, {
        code: 'unreachable',
        hint: 'See the settings of its credentials.',
      })
    const message: Message = {
      method: prepared.method,
      url: prepared.url,
      headers: [...prepared.headers, ...headers],
      body: prepared.body,
    }
    return { message, signedString, warnings }
  }

  const event = (id: string): EmulatorEvent => {
    const found = ledger.event(id)
    if (found) return found
    throw new EmulatorError(`There is no event ${id}.`, {
      code: 'not_found',
      hint: 'List them with GET /_standin/events.',
    })
  }

  const views: Views = {
    async previewPayload(provider, type, options = {}) {
      await registry.load(provider)
      return previewEvent(context, provider, type, options).event.payload
    },
    previewFor(subscription, type, input) {
      const made = previewEvent(context, subscription.provider, type, input)
      return {
        event: made.event,
        warnings: made.warnings,
        prepared: prepareEvent(subscription, made.event, bodyFor(context, made.channel, made.event, subscription)),
      }
    },
    async previewEvent(provider, type, to, input = {}) {
      const { channel } = findType(
        await registry.load(provider),
        type,
        input.channel,
        context.settings.ofProvider(provider),
      )
      const subscription =
        typeof to === 'string'
          ? subscriptions.get(to)
          : await subscriptions.preview(provider, { ...to, channel: to.channel ?? channel.name })
      return {
        ...views.previewFor(subscription, type, input),
        channel,
        settings: context.settings.ofSubscription(subscription),
      }
    },
    async preview(provider, type, to, input = {}) {
      const { prepared, warnings } = await views.previewEvent(provider, type, to, input)
      return signed(prepared, 1, signatureTime(), warnings)
    },
    async explain(attempt) {
      const { delivery, event: about, subscription } = views.view(attempt.deliveryId)
      if (!subscription)
        throw new EmulatorError(`The subscription of ${delivery.id} is gone, and its secret with it.`, {
          code: 'not_found',
        })
      return signed(prepareEvent(subscription, about, delivery.body), attempt.number, attempt.stampedAt)
    },
    async why(eventId) {
      const about = event(eventId)
      const loaded = await registry.load(about.provider)
      const channel = findChannel(loaded, about.channel)
      const eventType = channel.eventTypes.find(type => type.name === about.type) ?? { name: about.type }
      const deliveries = ledger.deliveriesOfEvent(eventId)
      return ledger.subscriptions().map(subscription => {
        const delivery = deliveries.find(one => one.subscriptionId === subscription.id)
        if (!delivery) {
          const reason =
            subscription.createdAt > about.createdAt
              ? 'it was created after the event'
              : 'it did not match when the event happened'
          return {
            subscriptionId: subscription.id,
            why: reasonAgainst(context, channel, eventType, about, subscription) ?? reason,
          }
        }
        const last = ledger.attempts(delivery.id).at(-1)
        const met = last?.outcome ? describeOutcome(last.outcome) : 'no answer yet'
        const why = {
          waiting: `still waiting until ${new Date(delivery.dueAt ?? 0).toISOString()} (${delivery.dueReason})`,
          attempting: `attempt ${delivery.attempts} is in flight`,
          delivered: `delivered at attempt ${delivery.attempts} (${met})`,
          exhausted: `exhausted after ${delivery.attempts} ${delivery.attempts === 1 ? 'attempt' : 'attempts'}, the last: ${met}`,
          cancelled: `cancelled: ${delivery.dueReason ?? 'on request, or its subscription was removed or deactivated'}`,
        }[delivery.status]
        return { subscriptionId: subscription.id, why, status: delivery.status }
      })
    },
    view(deliveryId) {
      const delivery = ledger.delivery(deliveryId)
      if (!delivery)
        throw new EmulatorError(`There is no delivery ${deliveryId}.`, {
          code: 'not_found',
          hint: 'The list of deliveries shows the ids.',
        })
      const about = event(delivery.eventId)
      return {
        delivery,
        attempts: ledger.attempts(deliveryId),
        event: about,
        subscription: subscriptions.find(delivery.subscriptionId),
        body: delivery.body ?? payloadText(about),
      }
    },
  }
  return views
}
