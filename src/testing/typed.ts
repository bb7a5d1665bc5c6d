// Types for tests, so that an editor completes and checks providers, event types, variants and payloads.
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import type { SubscriptionInput, TriggerInput, TriggerResult } from '../provider/port.js'
import type { BuiltInEvents } from '../providers/index.js'
import type { DeliveryHandle } from './delivery-handle.js'

/**
 * The name of a built-in provider, or of a provider of your own.
 * @example const provider: ProviderName = 'standard'
 */
export type ProviderName = keyof BuiltInEvents | (string & {})

/**
 * The names of a provider's event types; any text for a provider of your own.
 * @example const type: EventName<'standard'> = 'invoice.paid'
 */
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

/**
 * The payload of an event type, inferred from its schema.
 * @example type Paid = Payload<'standard', 'invoice.paid'>
 */
export type Payload<P extends string, T extends string> = Known<P, T>['payload']

/**
 * The names of an event type's variants.
 * @example const variant: Variant<'standard', 'invoice.paid'> = 'transfer'
 */
export type Variant<P extends string, T extends string> = Known<P, T>['variant']

type Digit = 0 | 1 | 2 | 3
type Less = [never, 0, 1, 2]

/** Dotted paths into a payload, three levels deep and not into arrays: for completion, not as a limit. */
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

/**
 * Options of `trigger`. `set` completes the payload's paths and takes any other path too; the schema checks paths and values when the
 * event is triggered.
 * @example await standin.trigger('standard', 'invoice.paid', { variant: 'transfer', set: { 'data.amount': 250000 } })
 */
export interface TypedTriggerInput<P extends string, T extends string>
  extends Omit<TriggerInput, 'variant' | 'set' | 'unset' | 'raw'> {
  variant?: Variant<P, T> | undefined
  set?: ({ [Path in PathOf<Payload<P, T>>]?: Json } & { [path: string]: Json }) | undefined
  unset?: readonly (PathOf<Payload<P, T>> | (string & {}))[] | undefined
  raw?: (Payload<P, T> & { [key: string]: unknown }) | JsonObject | string | undefined
}

/**
 * An event that was triggered, with handles of its deliveries, and `notDelivered` with the reason for each subscription without one.
 * @example const { event, deliveries, notDelivered } = await standin.trigger('standard', 'invoice.paid')
 */
export interface Triggered<P extends string = string, T extends string = string>
  extends Omit<TriggerResult, 'event' | 'deliveries' | 'payloadJson'> {
  event: Omit<EmulatorEvent, 'provider' | 'type' | 'payload'> & { provider: P; type: T; payload: Payload<P, T> }
  deliveries: DeliveryHandle[]
}

/**
 * Options of `subscribe`. `eventTypes` completes the provider's names; with an in-process app `url` may be a path or left out.
 * @example await standin.subscribe('standard', { url: receiver.url, eventTypes: ['invoice.paid'] })
 */
export interface TypedSubscriptionInput<P extends string> extends Omit<SubscriptionInput, 'url' | 'eventTypes'> {
  url?: string | undefined
  eventTypes?: readonly (EventName<P> | '*')[] | undefined
}
