// Late facts of a story: made when an event or a route first reads them, and the same whichever does.
import { expect, it } from 'vitest'
import * as z from 'zod'
import type { JsonObject } from '../../src/core/json.js'
import type { ChannelBehaviour, EventDefinition } from '../../src/provider/channel.js'
import { defineProvider, type Provider } from '../../src/provider/provider.js'
import { testEmulator } from '../support/emulator.js'
import { testProvider } from '../support/test-provider.js'

/** An event that shows these facts between two random numbers of its own, and that leaves the story's root as it is. */
const showing = (...names: string[]): EventDefinition => ({
  schema: z.looseObject({}),
  make: (fake, { facts }) => ({
    before: fake.number.int(1e9),
    ...Object.fromEntries(names.map(name => [name, facts[name] ?? null])),
    after: fake.number.int(1e9),
  }),
  subjects: () => [],
})

/** The test's provider, whose stories have a keeper and a keeper's child; `thing.made` shows `made` of them, `thing.lost` both. */
const withKeepers = (...made: string[]): Provider =>
  defineProvider({
    ...testProvider,
    channels: testProvider.channels.slice(0, 1).map(channel => ({
      ...channel,
      load: async (): Promise<ChannelBehaviour> => ({
        ...(await channel.load()),
        definition: type => (type === 'thing.made' ? showing(...made) : showing('child', 'keeper')),
      }),
    })),
    load: async () => ({
      ...(await testProvider.load()),
      lateFacts: {
        keeper: (fake, { now }) => `${fake.person.lastName()} ${now}`,
        child: (fake, { facts }) => `${fake.person.firstName()} ${String(facts.keeper)} ${fake.number.int(9)}`,
      },
    }),
  })

async function story(...made: string[]) {
  const emulator = await testEmulator({ providers: [withKeepers(...made)] })
  const send = async (type: string) => (await emulator.trigger('acme', type, { subject: 'one' })).event.payload
  const stored = () => emulator.ledger.subjects({}, { limit: 1 })[0]?.data ?? {}
  return { emulator, send, stored }
}

it('late facts are made when they are first shown, and stored then', async () => {
  const { emulator, send, stored } = await story()
  await send('thing.made')
  expect(Object.keys(stored())).toEqual(['thing'])
  await emulator.advance(60_000)
  const shown = await send('thing.lost')
  expect(shown.keeper).toMatch(new RegExp(`^\\S.* ${emulator.clock.now() - 60_000}$`))
  expect(shown.child).toContain(shown.keeper)
  expect(stored()).toMatchObject({ keeper: shown.keeper, child: shown.child })
  expect(await send('thing.lost')).toMatchObject({ keeper: shown.keeper, child: shown.child })
})

it('late facts are the same in whatever order they are shown, and leave the rest of a payload as it is', async () => {
  const later: JsonObject[] = []
  const first: JsonObject[] = []
  for (const made of [[], ['keeper'], ['child'], ['keeper', 'child']]) {
    const { send } = await story(...made)
    const { before, after } = await send('thing.made')
    first.push({ before: before ?? null, after: after ?? null })
    later.push(await send('thing.lost'))
  }
  expect(new Set(first.map(one => JSON.stringify(one))).size).toBe(1)
  expect(new Set(later.map(one => JSON.stringify(one))).size).toBe(1)
})

it('a route reads late facts that no event has shown', async () => {
  const { emulator, send, stored } = await story()
  await send('thing.made')
  const port = await emulator.port('acme')
  const read = port.subject(String(stored().thing))?.data.keeper
  expect(port.subjects({})[0]?.data.keeper).toBe(read)
  expect((await send('thing.lost')).keeper).toBe(read)
})
