// Checks the names in a fault (provider, channel, event type, subscription, paths) and that its channel can have such a fault.
import { EmulatorError, unknownName } from '../core/errors.js'
import type { Fault, FaultKind } from '../core/fault.js'
import { catalogOf, definitionOf, findChannel, findType, type LoadedChannel, traitsOf } from '../provider/catalog.js'
import type { ChannelTraits } from '../provider/channel.js'
import { declaredAt } from '../provider/payload-paths.js'
import type { FaultHost } from './host.js'

/** Why a channel cannot have a kind of fault, in a few words; undefined when it can. */
function obstacle(kind: FaultKind, traits: ChannelTraits): string | undefined {
  if (kind === 'rotate' && traits.severalSignatures !== true) return 'its messages never carry two signatures'
  if (kind === 'unknownType' && traits.typePath === undefined) return 'its payloads have no event type'
  return undefined
}

/** Refuses a fault that could never fire on any of these channels. `traits` are those that a channel can have. */
function refuseImpossible(
  { kind }: Fault,
  provider: string,
  channels: readonly LoadedChannel[],
  traits: (channel: LoadedChannel) => ChannelTraits[],
): void {
  const obstacles = channels.flatMap(traits).map(possible => obstacle(kind, possible))
  const [first] = obstacles
  if (first === undefined || obstacles.includes(undefined)) return
  const whose = channels.length === 1 ? `channel ${channels[0]?.name} of ${provider}` : provider
  throw new EmulatorError(`The fault ${kind} does not apply to ${whose}: ${first}.`, {
    code: 'invalid_input',
    hint: 'Remove it, or choose another provider or channel.',
    where: 'kind',
  })
}

function pathsOf(fault: Fault): string[] {
  if (fault.kind === 'tamper' || fault.kind === 'unknownValue') return fault.path === undefined ? [] : [fault.path]
  return fault.kind === 'omitOptional' || fault.kind === 'nullOptional' ? (fault.paths ?? []) : []
}

async function checkTypeAnywhere({ registry, settings }: FaultHost, type: string): Promise<void> {
  const known: string[] = []
  for (const { name } of registry.providers) {
    const loaded = await registry.load(name)
    for (const channel of loaded.channels)
      known.push(...catalogOf(channel, settings.ofProvider(name)).map(one => one.name))
  }
  if (!known.includes(type)) throw unknownName('event type', type, known, { where: 'type' })
}

/** Throws EmulatorError when a fault names something unknown, or can never fire. */
export async function checkFaultNames(host: FaultHost, fault: Fault): Promise<void> {
  const { provider, channel, type, subscription } = fault
  const known = subscription === undefined ? undefined : host.findSubscription(subscription)
  if (subscription !== undefined && known === undefined)
    throw new EmulatorError(`There is no subscription ${subscription}.`, {
      code: 'not_found',
      hint: 'List them with GET /_standin/subscriptions.',
      where: 'subscription',
    })
  const whose = provider ?? known?.provider
  if (whose === undefined) {
    if (channel !== undefined)
      throw new EmulatorError(`Which provider has the channel ${channel}?`, {
        code: 'invalid_input',
        hint: 'Give the provider too.',
        where: 'channel',
      })
    return type === undefined ? undefined : checkTypeAnywhere(host, type)
  }
  const loaded = await host.registry.load(whose)
  const wide = host.settings.ofProvider(whose)
  const named = channel ?? known?.channel
  const found = type === undefined ? undefined : findType(loaded, type, named, wide)
  const only = found?.channel ?? (named === undefined ? undefined : findChannel(loaded, named))
  refuseImpossible(fault, whose, only === undefined ? loaded.channels : [only], ({ behaviour }) =>
    known === undefined
      ? // Subscriptions may have settings of their own, so what the defaults allow is allowed too.
        [behaviour.traits, traitsOf(behaviour, wide)]
      : [traitsOf(behaviour, host.settings.ofSubscription(known))],
  )
  if (found === undefined) return
  const { schema } = definitionOf(found.channel, found.eventType.name, wide)
  for (const path of pathsOf(fault)) declaredAt(schema, path, fault.kind)
}
