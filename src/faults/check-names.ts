// Checking what a fault speaks of: providers, channels, types and subscriptions that exist, and what a channel cannot do.
import { EmulatorError, unknownName } from '../core/errors.js'
import type { Fault, FaultKind } from '../core/fault.js'
import type { EmulatorContext } from '../emulator/context.js'
import type { Subscriptions } from '../emulator/subscriptions.js'
import type { LoadedChannel } from '../provider/catalog.js'
import { catalogOf, definitionOf, findChannel, findType } from '../provider/catalog.js'
import type { ChannelTraits } from '../provider/channel.js'
import { declaredAt } from '../provider/payload-paths.js'
import type { Playable } from '../provider/registry.js'

/** What a channel lacks for a kind of fault, in a few words; undefined when nothing. */
function lack(kind: FaultKind, traits: ChannelTraits): string | undefined {
  if (kind === 'rotate' && traits.severalSignatures !== true) return 'its messages never carry two signatures'
  if (kind === 'unknownType' && traits.typePath === undefined) return 'its payloads name no type'
  return undefined
}

/** Refuses a fault that could never fire on any of these channels. */
function refuseInVain({ kind }: Fault, provider: string, channels: readonly LoadedChannel[]): void {
  const lacks = channels.map(({ behaviour }) => lack(kind, behaviour.traits))
  const [first] = lacks
  if (first === undefined || lacks.includes(undefined)) return
  const whose = channels.length === 1 ? `channel ${channels[0]?.name} of ${provider}` : provider
  throw new EmulatorError(`The fault ${kind} does not apply to ${whose}: ${first}.`, {
    code: 'invalid_input',
    hint: 'Leave it out for this provider.',
    where: 'kind',
  })
}

function pathsOf(fault: Fault): string[] {
  if (fault.kind === 'tamper' || fault.kind === 'unknownValue') return fault.path === undefined ? [] : [fault.path]
  return fault.kind === 'omitOptional' || fault.kind === 'nullOptional' ? (fault.paths ?? []) : []
}

async function typeAnywhere(world: EmulatorContext, type: string): Promise<void> {
  const known: string[] = []
  for (const { name } of world.registry.providers) {
    const playable = await world.registry.load(name)
    for (const channel of playable.channels)
      known.push(...catalogOf(channel, world.settings.ofProvider(name)).map(one => one.name))
  }
  if (!known.includes(type)) throw unknownName('event type', type, known, 'type')
}

/** Throws EmulatorError when a fault names what there is not, or can never fire. */
export async function checkFaultNames(
  world: EmulatorContext,
  subscriptions: Subscriptions,
  fault: Fault,
): Promise<void> {
  const { provider, channel, type, subscription } = fault
  const known = subscription === undefined ? undefined : subscriptions.find(subscription)
  if (subscription !== undefined && known === undefined)
    throw new EmulatorError(`There is no subscription ${subscription}.`, {
      code: 'not_found',
      hint: 'List them with GET /_standin/subscriptions or `standin subscriptions`.',
      where: 'subscription',
    })
  const whose = provider ?? known?.provider
  if (whose === undefined) {
    if (channel !== undefined)
      throw new EmulatorError(`channel ${channel} of which provider?`, {
        code: 'invalid_input',
        hint: 'Give the provider too.',
        where: 'channel',
      })
    return type === undefined ? undefined : typeAnywhere(world, type)
  }
  const playable: Playable = await world.registry.load(whose)
  const wide = world.settings.ofProvider(whose)
  const named = channel ?? known?.channel
  const found = type === undefined ? undefined : findType(playable, type, named, wide)
  const only = found?.channel ?? (named === undefined ? undefined : findChannel(playable, named))
  refuseInVain(fault, whose, only === undefined ? playable.channels : [only])
  if (found === undefined) return
  const { schema } = definitionOf(found.channel, found.eventType.name, wide)
  for (const path of pathsOf(fault)) declaredAt(schema, path, fault.kind)
}
