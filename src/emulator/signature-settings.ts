// The settings that a signature is made with: those of a subscription over the provider's own, as far as its channel knows them.
import type { Settings } from '../provider/channel.js'
import type { Emulator } from './contract.js'

/** Settings for the signature debugger; without a channel those that any channel of the provider knows. */
export async function signatureSettings(
  emulator: Emulator,
  { provider, channel }: { provider: string; channel: string | undefined },
  given: Settings,
): Promise<Settings> {
  const { channels } = await emulator.load(provider)
  const asked = channels.filter(({ name }) => channel === undefined || name === channel)
  const known = new Set(asked.flatMap(({ behaviour }) => Object.keys(behaviour.settings.parse({}))))
  const wide = Object.entries(await emulator.settings(provider)).filter(([key]) => known.has(key))
  return { ...Object.fromEntries(wide), ...given }
}
