// What the delivery engine must know to send one delivery: remembered per subscription until something changes.
import type { Delivery } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Json } from '../core/json.js'
import type { Message } from '../core/message.js'
import type { RetryPlan } from '../core/retry.js'
import type { Subscription } from '../core/subscription.js'
import type { CallResult, ChannelBehaviour, Settings, Signed } from '../provider/channel.js'
import { VERSION } from '../version.js'
import { findChannel } from './registry.js'
import { bodyFor } from './trigger.js'
import type { World } from './world.js'

/** What all deliveries of one subscription have in common. */
export interface Line {
  subscription: Subscription
  revision: number
  behaviour: ChannelBehaviour
  settings: Settings
  plan: RetryPlan
  request: Pick<Message, 'method' | 'headers'>
}

/** Asks another server for the signer; rejects never. */
export type Call = (
  request: Pick<Message, 'method' | 'url' | 'headers'> & { body: string; timeoutMs: number },
) => Promise<CallResult>

export interface Preparer {
  line(subscription: Subscription): Line
  /** The exact text of a delivery. */
  body(delivery: Delivery, event: EmulatorEvent): string
  /** `own`: the body is not simply the event's payload. */
  sign(
    line: Line,
    event: EmulatorEvent,
    body: string,
    attempt: number,
    at: number,
    own: boolean,
  ): Signed | Promise<Signed>
}

/** The preparer of one emulator. */
export function createPreparer(world: World, call: Call): Preparer {
  const lines = new Map<string, Line>()
  return {
    line(subscription) {
      const known = lines.get(subscription.id)
      if (known && known.subscription === subscription && known.revision === world.settings.revision) return known
      const { behaviour } = findChannel(world.registry.loaded(subscription.provider), subscription.channel)
      const settings = world.settings.of(subscription)
      const line: Line = {
        subscription,
        revision: world.settings.revision,
        behaviour,
        settings,
        plan: behaviour.retry(settings),
        request: behaviour.request?.(settings, VERSION) ?? {
          method: 'POST',
          headers: [
            ['content-type', 'application/json'],
            ['user-agent', `Standin/${VERSION} (${subscription.provider})`],
          ],
        },
      }
      lines.set(subscription.id, line)
      return line
    },
    body: (delivery, event) => delivery.body ?? JSON.stringify(event.payload),
    sign({ subscription, behaviour, settings }, event, body, attempt, at, own) {
      const { secret, previousSecret } = subscription
      let value: Json | undefined = own ? undefined : event.payload
      return behaviour.sign({
        body,
        // Parsed only for signers that look at it.
        get value() {
          value ??= JSON.parse(body) as Json
          return value
        },
        secret,
        previousSecret: previousSecret && previousSecret.until > world.clock.now() ? previousSecret.secret : null,
        settings,
        at,
        event,
        subscription,
        attempt,
        call,
        memory: world.memory(subscription.provider),
        now: world.clock.now(),
      })
    },
  }
}

/** The body a subscription that is not stored would get. */
export function imaginedBody(world: World, event: EmulatorEvent, subscription: Subscription): string {
  return bodyFor(world, findChannel(world.registry.loaded(event.provider), event.channel), event, subscription)
}
