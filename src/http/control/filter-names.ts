// Filters of lists that name what does not exist: an empty page would say that nothing happened.
import { EmulatorError, excerpt, unknownName } from '../../core/errors.js'
import type { Emulator } from '../../emulator/contract.js'
import { catalogOf } from '../../provider/catalog.js'

/** The filters whose values have a known set of names. */
type Filter = Partial<Record<'provider' | 'channel' | 'type' | 'subscription', unknown>>

const named = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * Throws `unknown_name` for a provider, channel, event type or subscription that the emulator does not have. For lists without rows: those
 * of a kept ledger may be of a provider that is no longer played.
 */
export async function checkFilterNames(
  emulator: Emulator,
  { provider, channel, type, subscription }: Filter,
): Promise<void> {
  const providers = emulator.providers.map(({ name }) => name)
  if (named(provider) && !providers.includes(provider))
    throw unknownName('provider', provider, providers, { where: 'provider' })
  const of = named(provider) ? { of: provider } : {}
  if (named(type) || named(channel)) {
    const loaded = await Promise.all((named(provider) ? [provider] : providers).map(name => emulator.load(name)))
    const channels = loaded.flatMap(one => one.channels)
    const names = channels.map(({ name }) => name)
    if (named(channel) && !names.includes(channel))
      throw unknownName('channel', channel, names, { where: 'channel', ...of })
    if (named(type)) {
      const types: string[] = []
      for (const { channels, provider } of loaded) {
        const settings = await emulator.settings(provider.name)
        types.push(...channels.flatMap(one => catalogOf(one, settings).map(({ name }) => name)))
      }
      if (!types.includes(type)) throw unknownName('event type', type, types, { where: 'type', ...of })
    }
  }
  if (named(subscription) && emulator.ledger.subscription(subscription) === undefined)
    throw new EmulatorError(`There is no subscription "${excerpt(subscription)}", and no delivery of one.`, {
      code: 'unknown_name',
      hint: 'List them with GET /_standin/subscriptions.',
      where: 'subscription',
    })
}
