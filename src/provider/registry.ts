// The providers an emulator plays: found by name, loaded on first use, checked when loaded.
import type { Faker } from '@faker-js/faker'
import { EmulatorError, unknownName } from '../core/errors.js'
import type { LoadedChannel, LoadedProvider } from '../emulator/contract.js'
import type { EventDefinition, EventType, Settings } from './channel.js'
import { loadFaker } from './fake.js'
import type { Provider } from './provider.js'

/** A loaded provider with its faker. */
export interface Playable extends LoadedProvider {
  faker: Faker
}

/** A type found in a channel's catalog. */
export interface FoundType {
  channel: LoadedChannel
  eventType: EventType
}

export interface Registry {
  readonly providers: readonly Provider[]
  /** Loads a provider; throws `unknown_name`. */
  load(name: string): Promise<Playable>
  /** One that was loaded before; throws when it was not, which is our own fault. */
  loaded(name: string): Playable
}

/** Refuses two providers of one name and names that cannot stand in a path. */
function checkNames(providers: readonly Provider[]): void {
  const seen = new Set<string>()
  for (const { name } of providers) {
    if (!/^[a-z][a-z0-9-]*$/.test(name))
      throw new EmulatorError(`"${name}" cannot be a provider's name.`, {
        code: 'invalid_input',
        hint: 'Use lower-case letters, digits and dashes, beginning with a letter.',
      })
    if (seen.has(name))
      throw new EmulatorError(`Two providers are named "${name}".`, { code: 'conflict', hint: 'Rename one of them.' })
    seen.add(name)
  }
}

/** The registry of a list of providers. */
export function createRegistry(providers: readonly Provider[]): Registry {
  checkNames(providers)
  const byName = new Map(providers.map(provider => [provider.name, provider]))
  const loaded = new Map<string, Playable>()
  const loading = new Map<string, Promise<Playable>>()
  const read = async (provider: Provider): Promise<Playable> => {
    const [behaviour, ...channels] = await Promise.all([
      provider.load(),
      ...provider.channels.map(async channel => ({
        name: channel.name,
        title: channel.title,
        eventTypes: channel.eventTypes,
        behaviour: await channel.load(),
      })),
    ])
    const playable = { provider, behaviour, channels, faker: await loadFaker(behaviour.locale) }
    loaded.set(provider.name, playable)
    return playable
  }
  return {
    providers,
    async load(name) {
      const known = loaded.get(name)
      if (known) return known
      const provider = byName.get(name)
      if (!provider) throw unknownName('provider', name, byName.keys())
      const started = loading.get(name) ?? read(provider)
      loading.set(name, started)
      return started
    },
    loaded(name) {
      const playable = loaded.get(name)
      if (!playable) throw new Error(`provider ${name} was not loaded before use`)
      return playable
    },
  }
}

/** The catalog of a channel under these provider-wide settings. */
export function catalogOf(playable: LoadedProvider, channel: LoadedChannel, settings: Settings): readonly EventType[] {
  const declared = playable.provider.channels.find(c => c.name === channel.name)?.catalog
  return declared ? declared(settings) : channel.eventTypes
}

/** Finds a channel by name; throws `unknown_name`. */
export function findChannel(playable: LoadedProvider, name: string | undefined): LoadedChannel {
  const channel = name === undefined ? playable.channels[0] : playable.channels.find(c => c.name === name)
  if (channel) return channel
  throw unknownName(
    `channel of ${playable.provider.name}`,
    name ?? '',
    playable.channels.map(c => c.name),
  )
}

/** Finds an event type in all channels, or in the one named; throws `unknown_name` with the nearest name. */
export function findType(
  playable: LoadedProvider,
  type: string,
  channelName: string | undefined,
  settings: Settings,
): FoundType {
  const channels = channelName === undefined ? playable.channels : [findChannel(playable, channelName)]
  const names: string[] = []
  for (const channel of channels)
    for (const eventType of catalogOf(playable, channel, settings)) {
      if (eventType.name === type) return { channel, eventType }
      names.push(eventType.name)
    }
  throw unknownName(`event type of ${playable.provider.name}`, type, names)
}

/** The variant to make: the one named, else the type's first; throws `unknown_name`. */
export function findVariant(eventType: EventType, variant: string | undefined): string | undefined {
  if (variant === undefined) return eventType.variants[0]?.name
  if (eventType.variants.some(known => known.name === variant)) return variant
  if (eventType.variants.length === 0)
    throw new EmulatorError(`${eventType.name} has no variants.`, {
      code: 'unknown_name',
      hint: 'Leave the variant out, or change single values.',
    })
  throw unknownName(
    `variant of ${eventType.name}`,
    variant,
    eventType.variants.map(known => known.name),
  )
}

/** The definition of a type that is in the catalog. */
export function definitionOf(channel: LoadedChannel, type: string, settings: Settings): EventDefinition {
  const definition = channel.behaviour.definition(type, settings)
  if (!definition) throw new Error(`channel ${channel.name} lists ${type} but does not define it`)
  return definition
}
