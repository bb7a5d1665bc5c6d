// Types for tests: what an editor completes and checks of providers, event types, variants and payloads.
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import type { SubscriptionInput, TriggerInput, TriggerResult } from '../provider/port.js'
import type { BuiltInEvents } from '../providers/index.js'
import type { DeliveryHandle } from './handle.js'

/** A built-in provider, or any name of a provider of one's own. */
export type ProviderName = keyof BuiltInEvents | (string & {})

/** The event types of a provider; any text for a provider of one's own. */
export type EventName<P extends string> = P extends keyof BuiltInEvents ? keyof BuiltInEvents[P] & string : string

interface Unknown {
  payload: JsonObject
  variant: string
}

type Known<P extends string, T extends string> = P extends keyof BuiltInEvents
  ? T extends keyof BuiltInEvents[P]
    ? BuiltInEvents[P][T] extends { payload: infer Payload; variant: infer Variant }
      ? { payload: Payload; variant: Variant }
      : Unknown
    : Unknown
  : Unknown

/** The payload of an event type, as its schema says. */
export type Payload<P extends string, T extends string> = Known<P, T>['payload']

/** The named forms of an event type. */
export type Variant<P extends string, T extends string> = Known<P, T>['variant']

type Digit = 0 | 1 | 2 | 3
type Less = [never, 0, 1, 2]

/** Dotted paths into a payload, three levels deep and without the insides of arrays: for completion, not as a limit. */
type PathOf<Value, Depth extends Digit = 3> = [Depth] extends [never]
  ? never
  : Value extends readonly unknown[]
    ? never
    : Value extends object
      ? {
          [Key in keyof Value as string extends Key ? never : Key & string]-?:
            | (Key & string)
            | `${Key & string}.${Depth extends 0 ? never : PathOf<NonNullable<Value[Key]>, Less[Depth]>}`
        } extends infer Paths
        ? Paths[keyof Paths] & string
        : never
      : never

/** What to trigger. `set` completes the payload's paths and takes any other path and value too: the schema judges them when it is triggered. */
export interface TypedTriggerInput<P extends string, T extends string>
  extends Omit<TriggerInput, 'variant' | 'set' | 'unset' | 'raw'> {
  variant?: Variant<P, T> | undefined
  set?: ({ [Path in PathOf<Payload<P, T>>]?: Json } & { [path: string]: Json }) | undefined
  unset?: readonly (PathOf<Payload<P, T>> | (string & {}))[] | undefined
  raw?: (Payload<P, T> & { [key: string]: unknown }) | JsonObject | undefined
}

/** An event that was triggered, with handles on what is owed for it. */
export interface Triggered<P extends string = string, T extends string = string>
  extends Omit<TriggerResult, 'event' | 'deliveries'> {
  event: Omit<EmulatorEvent, 'provider' | 'type' | 'payload'> & { provider: P; type: T; payload: Payload<P, T> }
  deliveries: DeliveryHandle[]
}

/** A subscription for tests: `eventTypes` completes the provider's names; with an in-process app `url` may be a path or left out. */
export interface TypedSubscriptionInput<P extends string> extends Omit<SubscriptionInput, 'url' | 'eventTypes'> {
  url?: string | undefined
  eventTypes?: readonly (EventName<P> | '*')[] | undefined
}
