// Triggering: an event and all its deliveries are stored in one transaction, or not at all.
import type { Delivery } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import { type EmulatorEvent, eventToSend, payloadText } from '../core/event.js'
import { checkValue, type Json } from '../core/json.js'
import type { LedgerRows } from '../core/ledger.js'
import type { Subject } from '../core/subject.js'
import type { Subscription } from '../core/subscription.js'
import type { DeliveryEngine } from '../delivery/engine.js'
import type { LoadedChannel } from '../provider/catalog.js'
import type { EventType } from '../provider/channel.js'
import type { NotDelivered, TriggerInput, TriggerResult } from '../provider/port.js'
import { canonicalJson } from '../provider/signing.js'
import { asOf, type EmulatorContext } from './context.js'
import { makeEvent } from './event.js'
import type { Subscriptions } from './subscriptions.js'

/** Longer payloads are read back by the engine, characters: what is handed over stays in memory until it is sent. */
const LONGEST_HANDED_OVER = 16_384

/** The form of generated event ids, which a caller may not choose. */
const OWN_ID = /^ev_\d+$/

/** The body of an event for one subscription; a payload that was given as text is the body. `text` is the payload where it is already written. */
export function bodyFor(
  context: EmulatorContext,
  channel: LoadedChannel,
  event: EmulatorEvent,
  subscription: Subscription,
  text?: string,
): string {
  const { wrap, encode } = channel.behaviour
  if (event.raw !== undefined || (!wrap && !encode)) return text ?? payloadText(event)
  const settings = context.settings.ofSubscription(subscription)
  const value: Json = wrap ? wrap(event.payload, { subscription, settings, event }) : event.payload
  const encoded = encode?.(value, settings)
  if (encoded !== undefined) return encoded
  return value === event.payload ? (text ?? payloadText(event)) : JSON.stringify(value)
}

/** Why a subscription does not get an event; undefined where it gets it. */
export function reasonAgainst(
  context: EmulatorContext,
  channel: LoadedChannel,
  eventType: Pick<EventType, 'name' | 'onlyByName'>,
  event: EmulatorEvent,
  subscription: Subscription,
): string | undefined {
  if (subscription.provider !== event.provider) return `it is a subscription of ${subscription.provider}`
  if (subscription.channel !== event.channel)
    return `it is on channel ${subscription.channel}, the event on ${event.channel}`
  if (!subscription.active) return 'it is not active'
  if (subscription.account !== null && event.account !== null && subscription.account !== event.account)
    return 'it belongs to another account'
  const byName = subscription.eventTypes.includes(event.type)
  if (!byName && !subscription.eventTypes.includes('*')) return `its event types do not include ${event.type}`
  if (!byName && eventType.onlyByName) return `${event.type} is sent only to subscriptions that name it`
  const { refuses } = channel.behaviour
  return refuses ? refuses(event, context.settings.ofSubscription(subscription), subscription) : undefined
}

/** A subscription that was chosen by its id; one of another provider or channel could get nothing that it understands. */
function ofChannel(subscription: Subscription, { provider, channel, type }: EmulatorEvent): Subscription {
  if (subscription.provider === provider && subscription.channel === channel) return subscription
  throw new EmulatorError(
    `Subscription ${subscription.id} is one of ${subscription.provider}/${subscription.channel}; ${type} is an event of ${provider}/${channel}.`,
    { code: 'invalid_input', hint: 'Choose a subscription of the same provider and channel.', where: 'only' },
  )
}

/** A new delivery as it is told: it waits, be it for a moment. A caller does not depend on how busy its receiver is. */
const madeWaiting = (delivery: Delivery): Delivery =>
  delivery.status === 'waiting' ? delivery : { ...delivery, status: 'waiting' }

/** Triggers one event of a provider. */
export type Trigger = (provider: string, type: string, input?: TriggerInput) => Promise<TriggerResult>

/** What a write has stored: the subjects that moved, with the JSON of their data where it is written, the deliveries and the payload's text. */
interface Triggered {
  result: TriggerResult
  moved: readonly { subject: Subject; data: string | undefined }[]
  stored: readonly Delivery[]
  text: string
}

/** A text that is the same for equal requests. */
const digestOf = (provider: string, type: string, input: TriggerInput): string =>
  canonicalJson(JSON.parse(JSON.stringify({ provider, type, ...input })) as Json)

/** The trigger of one emulator; what it stores is handed over to the engine. */
export function createTrigger(
  context: EmulatorContext,
  subscriptions: Subscriptions,
  engine: Pick<DeliveryEngine, 'reserve' | 'giveBack' | 'stored'>,
): Trigger {
  const { ledger, clock, journal } = context

  const chosen = (
    channel: LoadedChannel,
    eventType: EventType,
    event: EmulatorEvent,
    only: readonly string[] | undefined,
  ) => {
    const notDelivered: NotDelivered[] = []
    const receivers: Subscription[] = []
    // A list of names is a set: the same one twice is one delivery.
    const candidates = only
      ? [...new Set(only)].map(id => ofChannel(subscriptions.get(id), event))
      : subscriptions.ofProvider(event.provider)
    for (const subscription of candidates) {
      const why = only ? undefined : reasonAgainst(context, channel, eventType, event, subscription)
      if (why === undefined) receivers.push(subscription)
      else notDelivered.push({ subscriptionId: subscription.id, why })
    }
    return { receivers, notDelivered }
  }

  const insertDeliveries = (
    rows: LedgerRows,
    channel: LoadedChannel,
    event: EmulatorEvent,
    plain: string,
    receivers: readonly Subscription[],
    reserve: (subscriptionId: string) => boolean,
  ): Delivery[] => {
    const now = clock.now()
    const made: Delivery[] = []
    for (const subscription of receivers) {
      const body = bodyFor(context, channel, event, subscription, plain)
      const delivery: Delivery = {
        id: `dl_${rows.count('delivery')}`,
        eventId: event.id,
        subscriptionId: subscription.id,
        provider: event.provider,
        channel: event.channel,
        type: event.type,
        status: reserve(subscription.id) ? 'attempting' : 'waiting',
        attempts: 0,
        counted: 0,
        dueAt: now,
        dueReason: 'first attempt',
        body: body === plain ? null : body,
        createdAt: now,
        settledAt: null,
      }
      rows.insertDelivery(delivery)
      made.push(delivery)
    }
    return made
  }

  const repeat = (id: string, digest: string): TriggerResult | undefined => {
    const known = ledger.idempotency(id)
    if (!known) return undefined
    const event = ledger.event(id)
    if (known.digest !== digest || !event)
      throw new EmulatorError(`The id ${id} was used for another event.`, {
        code: 'conflict',
        hint: 'Choose a new id, or repeat the first request exactly.',
        where: 'id',
      })
    return {
      event,
      deliveries: ledger.deliveriesOfEvent(id),
      notDelivered: known.answer.notDelivered as unknown as NotDelivered[],
      warnings: known.answer.warnings as string[],
      repeated: true,
    }
  }

  return async (provider, type, input = {}) => {
    checkValue(input, 'event')
    if (!context.registry.isLoaded(provider)) await context.registry.load(provider)
    if (input.id !== undefined && (input.id === '' || OWN_ID.test(input.id)))
      throw new EmulatorError(`"${input.id}" cannot be the id of an event.`, {
        code: 'invalid_input',
        hint: 'Ids of the form ev_<number> are generated.',
        where: 'id',
      })
    const digest = input.id === undefined ? '' : digestOf(provider, type, input)
    const first = input.id === undefined ? undefined : repeat(input.id, digest)
    if (first) return first

    const reserved: string[] = []
    const giveBack = () => {
      for (const id of reserved.splice(0)) engine.giveBack(id)
    }
    const work = (rows: LedgerRows): Triggered => {
      if (reserved.length > 0) giveBack()
      if (input.id !== undefined) {
        const earlier = repeat(input.id, digest)
        if (earlier) return { result: earlier, moved: [], stored: [], text: '' }
      }
      const then = asOf(context, input.at)
      const made = makeEvent(then, rows, provider, type, input, {
        id: input.id ?? `ev_${rows.count('event')}`,
        auto: () => rows.count(`auto/${provider}/${type}`),
        inStory: story => rows.countInStory(provider, story, type),
      })
      const { channel, eventType, event, warnings } = made
      const texts: string[] = []
      for (const subject of made.stored) {
        const text = JSON.stringify(subject.data)
        rows.putSubject(subject, text)
        texts.push(text)
      }
      const moved = made.moved.map(subject => ({ subject, data: texts[made.stored.indexOf(subject)] }))
      // Writing a large payload costs more than everything else here, so it is written once.
      const text = payloadText(event)
      rows.insertEvent(event, text)
      const { receivers, notDelivered } = chosen(channel, eventType, event, input.only)
      const stored = insertDeliveries(rows, channel, event, text, receivers, id => {
        const isRoom = engine.reserve(id)
        if (isRoom) reserved.push(id)
        return isRoom
      })
      if (input.id !== undefined)
        rows.rememberIdempotency(input.id, digest, { notDelivered: notDelivered as unknown as Json, warnings })
      const result: TriggerResult = {
        event,
        deliveries: stored.map(madeWaiting),
        notDelivered,
        warnings,
        repeated: false,
        payloadJson: event.raw === undefined ? text : undefined,
      }
      return { result, moved, stored, text }
    }
    let triggered: Triggered
    try {
      triggered = await ledger.write(work)
    } catch (error) {
      giveBack()
      throw error
    }
    const { result, moved, stored, text } = triggered
    if (!result.repeated) {
      const { event, deliveries, warnings } = result
      const kind = 'event.triggered'
      journal.record(warnings.length > 0 ? { kind, event, deliveries, warnings } : { kind, event, deliveries })
      for (const { subject, data } of moved) journal.record({ kind: 'subject.moved', subject }, data)
      const sent =
        reserved.length > 0 && text.length <= LONGEST_HANDED_OVER ? eventToSend(event.id, event, text) : undefined
      for (const delivery of stored) engine.stored(delivery, sent)
    }
    return result
  }
}
