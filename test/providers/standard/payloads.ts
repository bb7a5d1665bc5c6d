// Payloads of Standard Webhooks as the emulator makes them, without one.
import type { JsonObject } from '../../../src/core/json.js'
import { seedWords } from '../../../src/core/seed.js'
import type { Settings } from '../../../src/provider/channel.js'
import { loadFaker, reseed } from '../../../src/provider/fake.js'
import { behaviour } from '../../../src/providers/standard/behaviour.js'
import { eventsChannel } from '../../../src/providers/standard/channel.js'
import { providerSettings } from '../../../src/providers/standard/settings.js'

export const NOW = Date.UTC(2026, 0, 15, 9)

/** Makes one payload of a declared type; the same story and seed share their facts. */
export async function maker(given: JsonObject = {}) {
  const fake = await loadFaker('en')
  const channel = eventsChannel()
  const { facts } = behaviour()
  const settings: Settings = providerSettings.parse(given)
  return (type: string, { seed = 1, variant }: { seed?: number; variant?: string } = {}) => {
    const definition = channel.definition(type, settings)
    if (!definition) throw new Error(`${type} is not declared`)
    const story = facts(reseed(fake, seedWords(seed, 'facts'), NOW), {
      now: NOW,
      settings,
      given: {},
      id: undefined,
    })
    const context = { type, variant, now: NOW, facts: story, settings }
    const payload = definition.make(reseed(fake, seedWords(seed, 'event', type), NOW), context)
    return { payload, definition, subjects: definition.subjects(payload, context) }
  }
}
