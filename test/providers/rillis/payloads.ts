// Payloads made as the emulator makes them, and messages signed for a subscription, for the tests of Rillis.
import type { JsonObject } from '../../../src/core/json.js'
import { seedWords } from '../../../src/core/seed.js'
import type { Subscription } from '../../../src/core/subscription.js'
import type { ChannelBehaviour, MakeContext } from '../../../src/provider/channel.js'
import { loadFaker, reseed } from '../../../src/provider/fake.js'
import { newFacts, withLateFacts } from '../../../src/provider/story-facts.js'
import { behaviour } from '../../../src/providers/rillis/behaviour.js'
import { flowChannel, transactionChannel } from '../../../src/providers/rillis/channels.js'
import { aSubscription } from '../../support/records.js'
import { signInput } from '../../support/sign-input.js'

export const START = Date.UTC(2026, 0, 15, 9)

/** Provider-wide settings as the emulator completes them. */
export function wideSettings(given: JsonObject = {}): Record<string, unknown> {
  return {
    ...flowChannel.settings.parse({}),
    ...transactionChannel.settings.parse({}),
    ...behaviour.settings.parse({}),
    ...given,
  }
}

/** A story: its facts, and payloads of any type, each moment as given. */
export async function story({
  seed = 1,
  settings = wideSettings(),
  now = START,
  id = undefined as string | undefined,
} = {}) {
  const fake = await loadFaker('es')
  const words = (...lateFact: string[]) => seedWords(seed, 'facts', ...lateFact)
  const source = { faker: fake, now, words }
  let facts = newFacts(behaviour, source, { settings, given: {}, id })
  return {
    facts: () => facts,
    make(type: string, variant?: string, at = now) {
      const definition = (type.startsWith('TRANSACTION') ? transactionChannel : flowChannel).definition(type, settings)
      if (!definition) throw new Error(`no type ${type}`)
      const context: MakeContext = { type, variant, now: at, facts, settings }
      const payload = definition.make(reseed(fake, seedWords(seed, type), at), context)
      const changes = definition.subjects(payload, context)
      // The flow instance is the root subject: what an event makes of it are facts for the next one.
      for (const change of changes)
        if (change.kind === 'flow_instance') facts = withLateFacts(behaviour, { ...facts, ...change.data }, source)
      return { payload, changes, schema: definition.schema }
    },
  }
}

export function subscription(over: Partial<Subscription> = {}): Subscription {
  return aSubscription('sub_1', {
    provider: 'rillis',
    channel: 'flow',
    url: 'http://127.0.0.1:9/hook',
    secret: 'k',
    ...over,
  })
}

/** Headers and signed string for a payload under settings that differ from the defaults. */
export async function sign(
  payload: JsonObject,
  {
    channel = flowChannel,
    secret = 'k' as string | null,
    at = START,
    settings = {} as JsonObject,
  }: {
    channel?: ChannelBehaviour
    secret?: string | null
    at?: number
    settings?: JsonObject
  } = {},
) {
  const input = signInput(payload, { settings: channel.settings.parse(settings), secret, at })
  const signed = await channel.sign(input)
  return { ...signed, headers: Object.fromEntries(signed.headers) }
}
