// Preparing deliveries for the engine; what the deliveries of a subscription have in common is cached until it changes.
import type { Delivery } from '../core/delivery.js'
import { type EmulatorEvent, type EventToSend, payloadText, type SentEvent } from '../core/event.js'
import { type Json, jsonOrText } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { Prepare, Prepared } from '../core/prepared.js'
import type { RetryPlan } from '../core/retry.js'
import type { Subscription } from '../core/subscription.js'
import { findChannel } from '../provider/catalog.js'
import type { CallResult, ChannelBehaviour, Settings, SignInput } from '../provider/channel.js'
import { VERSION } from '../version.js'
import type { EmulatorContext } from './context.js'
import type { Subscriptions } from './subscriptions.js'

/** What all deliveries of one subscription have in common. */
interface Shared {
  subscription: Subscription
  revision: number
  behaviour: ChannelBehaviour
  settings: Settings
  plan: RetryPlan
  request: { method: string; headers: Headers }
  limit: Prepared['limit']
}

/** Sends a signer's own request, such as for a token. Never rejects. */
export type Call = (request: {
  method: string
  url: string
  headers: Headers
  body: string
  timeoutMs: number
}) => Promise<CallResult>

/** Prepares one event for one subscription. `body` null: the event's payload as compact JSON, which is `text` where already written. */
export type PrepareEvent = (
  subscription: Subscription,
  event: SentEvent & Pick<EmulatorEvent, 'raw'>,
  body: string | null,
  text?: string,
) => Prepared

/**
 * Longer bodies are parsed only for signers that look at the value, characters. A getter for that makes an object slow, and keeps what it
 * refers to until the next full garbage collection, which costs more than parsing a short one.
 */
const LONGEST_PARSED = 2048

/** The value of a stored body, which was within the limits when it was made; the text itself where it is not JSON. */
function ownValue(body: string): Json {
  try {
    return JSON.parse(body) as Json
  } catch {
    return body
  }
}

/** Prepares the events of one emulator. */
export function createPrepareEvent(context: EmulatorContext, call: Call): PrepareEvent {
  const cache = new Map<string, Shared>()

  const sharedOf = (subscription: Subscription): Shared => {
    const known = cache.get(subscription.id)
    if (known?.subscription === subscription && known.revision === context.settings.revision) return known
    const { behaviour } = findChannel(context.registry.loaded(subscription.provider), subscription.channel)
    const settings = context.settings.ofSubscription(subscription)
    const request = behaviour.request?.(settings, VERSION) ?? {
      method: 'POST',
      headers: [
        ['content-type', 'application/json'],
        ['user-agent', `Standin/${VERSION} (${subscription.provider})`],
      ],
    }
    const { limit } = behaviour
    const shared: Shared = {
      limit: limit && ((recent, present) => limit(recent, present, settings)),
      subscription,
      revision: context.settings.revision,
      behaviour,
      settings,
      plan: behaviour.retry(settings),
      request,
    }
    cache.set(subscription.id, shared)
    return shared
  }

  return (subscription, event, given, text) => {
    const { behaviour, settings, plan, request, limit } = sharedOf(subscription)
    const body = given ?? text ?? payloadText(event)
    return {
      method: request.method,
      url: subscription.url,
      headers: request.headers,
      body,
      plan,
      sign({ attempt, at, timestamp, body: other, bytes, secret = subscription.secret, previousSecret }) {
        const { previousSecret: previous } = subscription
        const sent = other ?? body
        const parse = () => (other !== undefined ? jsonOrText(other) : given === null ? event.payload : ownValue(given))
        const isShort = sent.length <= LONGEST_PARSED
        const input: SignInput = {
          body: sent,
          bytes,
          value: isShort ? parse() : null,
          secret,
          previousSecret:
            previousSecret !== undefined
              ? previousSecret
              : previous && previous.until > context.clock.now()
                ? previous.secret
                : null,
          settings,
          at,
          timestamp,
          event,
          subscription,
          attempt,
          call,
          memory: context.memory(subscription.provider),
          now: context.clock.now(),
        }
        if (!isShort) Object.defineProperty(input, 'value', { get: parse, enumerable: true })
        return behaviour.sign(input)
      },
      limit,
    }
  }
}

/** Prepares deliveries for the engine: undefined where the subscription is removed or not active, and the delivery so cancelled. */
export function createPrepare(
  context: EmulatorContext,
  subscriptions: Subscriptions,
  prepareEvent: PrepareEvent,
): Prepare {
  return (delivery: Delivery, given?: EventToSend) => {
    const subscription = subscriptions.find(delivery.subscriptionId)
    const found = given ?? context.ledger.eventToSend(delivery.eventId)
    if (!subscription?.active || !found) return undefined
    return prepareEvent(subscription, found.event, delivery.body, found.text)
  }
}
