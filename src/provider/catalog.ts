// A provider with its parts loaded, and what is found in it: channels, event types, variants, definitions, traits.
import { EmulatorError, unknownName } from '../core/errors.js'
import type { Channel, ChannelBehaviour, ChannelTraits, EventDefinition, EventType, Settings } from './channel.js'
import type { Provider, ProviderBehaviour } from './provider.js'

/** A channel with its loaded part. */
export interface LoadedChannel extends Omit<Channel, 'load'> {
  behaviour: ChannelBehaviour
}

/** A provider with its loaded part and those of its channels. */
export interface LoadedProvider {
  provider: Provider
  behaviour: ProviderBehaviour
  channels: readonly LoadedChannel[]
}

/** What is needed of a channel to find its event types. */
type Cataloged = Pick<Channel, 'name' | 'eventTypes' | 'catalog'>

/** An event type found in a channel's catalog. */
export interface FoundType<C extends Cataloged = LoadedChannel> {
  channel: C
  eventType: EventType
}

/** Loads a channel. */
export async function loadChannel({ load, ...channel }: Channel): Promise<LoadedChannel> {
  // A copy that gets a new key has a hidden class of its own, for which V8 would compile all that reads it again.
  return Object.assign({}, channel, { behaviour: await load() })
}

/** Loads a provider and all its channels. */
export async function loadProvider(provider: Provider): Promise<LoadedProvider> {
  const [behaviour, ...channels] = await Promise.all([provider.load(), ...provider.channels.map(loadChannel)])
  return { provider, behaviour, channels }
}

/** The event types of a channel under these provider-wide settings. */
export function catalogOf(channel: Omit<Cataloged, 'name'>, settings: Settings): readonly EventType[] {
  return channel.catalog === undefined ? channel.eventTypes : channel.catalog(settings)
}

/** Finds a provider by name. Throws `unknown_name` with the nearest name; `where` is the option or field that gave it. */
export function findProvider(providers: readonly Provider[], name: string, where = 'provider'): Provider {
  const found = providers.find(provider => provider.name === name)
  if (found) return found
  const names = providers.map(provider => provider.name)
  throw unknownName('provider', name, names, { where })
}

/** Finds a channel by name, the first one without a name. Throws `unknown_name`. */
export function findChannel<C extends { name: string }>(
  { provider, channels }: { provider: Pick<Provider, 'name'>; channels: readonly C[] },
  name: string | undefined,
): C {
  const channel = name === undefined ? channels[0] : channels.find(one => one.name === name)
  if (channel) return channel
  const names = channels.map(one => one.name)
  throw unknownName('channel', name ?? '', names, { of: provider.name, where: 'channel' })
}

/** An event type in the first of some channels that has it; undefined where none has. */
export function typeIn<C extends Cataloged>(
  channels: readonly C[],
  type: string,
  settings: Settings,
): FoundType<C> | undefined {
  for (const channel of channels) {
    const eventType = catalogOf(channel, settings).find(({ name }) => name === type)
    if (eventType) return { channel, eventType }
  }
  return undefined
}

/** Finds an event type in all channels, or in the one named. Throws `unknown_name` with the nearest name; `where` is the field that gave it. */
export function findType(
  loaded: LoadedProvider,
  type: string,
  channelName: string | undefined,
  settings: Settings,
  where = 'type',
): FoundType {
  const channels = channelName === undefined ? loaded.channels : [findChannel(loaded, channelName)]
  const found = typeIn(channels, type, settings)
  if (found) return found
  if (channels.some(({ wildcard }) => wildcard?.name === type))
    throw new EmulatorError(`"${type}" stands for all event types of ${loaded.provider.name} and is never sent.`, {
      code: 'unknown_name',
      hint: `Name one of them (standin events ${loaded.provider.name}), or subscribe to it.`,
      where,
    })
  const names = channels.flatMap(channel => catalogOf(channel, settings).map(({ name }) => name))
  throw unknownName('event type', type, names, { of: loaded.provider.name, where })
}

/** The variant to make: the one named, else the first of the type. Throws `unknown_name`. */
export function findVariant(eventType: EventType, variant: string | undefined): string | undefined {
  if (variant === undefined) return eventType.variants[0]?.name
  if (eventType.variants.some(known => known.name === variant)) return variant
  if (eventType.variants.length === 0)
    throw new EmulatorError(`${eventType.name} has no variants.`, {
      code: 'unknown_name',
      hint: 'Leave the variant out, or change single values.',
      where: 'variant',
    })
  const names = eventType.variants.map(known => known.name)
  throw unknownName('variant', variant, names, { of: eventType.name, where: 'variant' })
}

/** The definition of a type that is in the catalog. */
export function definitionOf(channel: LoadedChannel, type: string, settings: Settings): EventDefinition {
  const definition = channel.behaviour.definition(type, settings)
  if (!definition) throw new Error(`channel ${channel.name} lists ${type} but does not define it`)
  return definition
}

/** What a receiver must check under these settings of the subscription. */
export function traitsOf({ traits, traitsFor }: ChannelBehaviour, settings: Settings): ChannelTraits {
  return traitsFor?.(settings) ?? traits
}
