// Events and the states of their subjects: what cannot follow is sent with a warning; the subject that is meant is the one that was named.

import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Subject } from '../../src/core/subject.js'
import type { ChannelBehaviour, EventDefinition } from '../../src/provider/channel.js'
import type { ProviderPort } from '../../src/provider/port.js'
import { defineProvider, type Provider } from '../../src/provider/provider.js'
import { testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'
import { testProvider } from '../support/test-provider.js'

const AFTER: Record<string, string[]> = { made: ['new'], lost: ['new', 'made'] }
const WORDS: Record<string, string> = { red: 'hot', green: 'cool' }

const definition = (state: string): EventDefinition => ({
  schema: z.strictObject({ thing: z.string(), colour: z.enum(['red', 'green']), words: z.string() }),
  make: (_fake, { facts, about }) => ({ thing: about?.id ?? String(facts.thing), colour: 'red', words: 'hot' }),
  agree: (payload, given) =>
    given.has('words') ? payload : { ...payload, words: WORDS[String(payload.colour)] ?? '' },
  subjects: payload => [
    {
      id: String(payload.thing),
      kind: 'thing',
      state,
      after: AFTER[state] ?? [],
      data: { colour: payload.colour ?? null },
    },
  ],
})

/** The test's provider with states that follow each other: new, made, lost. */
const provider: Provider = defineProvider({
  ...testProvider,
  channels: testProvider.channels.slice(0, 1).map(channel => ({
    ...channel,
    load: async (): Promise<ChannelBehaviour> => ({
      ...(await channel.load()),
      definition: type => definition(type === 'thing.made' ? 'made' : 'lost'),
    }),
  })),
  load: async () => ({
    ...(await testProvider.load()),
    stateText: ({ state, data }) => (typeof data.colour === 'string' ? `${state} (${data.colour})` : state),
  }),
})
const world = () => testEmulator({ providers: [provider] })

describe('states of subjects', () => {
  it('warns of an event that cannot follow, naming both states, sends it, and shows what it says', async () => {
    const receiver = await testReceiver()
    const standin = await world()
    await standin.subscribe('acme', { url: receiver.url })
    const first = await standin.trigger('acme', 'thing.made', { subject: 't_1' })
    const second = await standin.trigger('acme', 'thing.lost', { subject: 't_1', set: { colour: 'green' } })
    const third = await standin.trigger('acme', 'thing.made', { subject: 't_1' })
    const again = await standin.trigger('acme', 'thing.made', { subject: 't_1' })
    expect(first.warnings).toEqual([])
    expect(second.warnings).toEqual([])
    expect(third.warnings).toEqual([
      'thing t_1 is lost (green) and cannot become made (red); thing.made is sent anyway.',
    ])
    expect(again.warnings).toEqual(['thing t_1 is made (red), which thing.made cannot follow; it is sent anyway.'])
    expect(standin.ledger.subject('acme', 't_1')).toMatchObject({ state: 'made', data: { colour: 'red' } })
    await standin.rest()
    expect(receiver.requests).toHaveLength(4)
    const told = standin.journal
      .since(0)
      .entries.flatMap(entry => (entry.kind === 'event.triggered' ? [entry.warnings] : []))
    expect(told).toEqual([undefined, undefined, third.warnings, again.warnings])
  })

  it('keeps the warnings with the event, so that they can be read later', async () => {
    const server = await testServer({ providers: [provider] })
    const { emulator, ask } = server
    const first = await emulator.trigger('acme', 'thing.lost', { subject: 't_1' })
    const { event, warnings } = await emulator.trigger('acme', 'thing.made', { subject: 't_1' })
    expect(warnings).toHaveLength(1)
    expect(emulator.ledger.event(event.id)).toMatchObject({ warnings, anyState: true })
    expect((await ask('GET', `/_standin/events/${event.id}`)).json.warnings).toEqual(warnings)
    expect((await ask('GET', `/_standin/events/${first.event.id}`)).json.warnings).toEqual([])
    const silent = await emulator.trigger('acme', 'thing.lost', { subject: 't_2', anyState: true })
    expect(emulator.ledger.event(silent.event.id)).toMatchObject({ anyState: true })
    expect(emulator.ledger.event(silent.event.id)).not.toHaveProperty('warnings')
  })

  it('says in the answer of a move what is unusual about the events that followed', async () => {
    const moved = {
      ...provider,
      load: async () => ({
        ...(await provider.load()),
        moves: () => ['made'],
        move: async (subject: Subject, _to: string, port: ProviderPort) =>
          void (await port.trigger('thing.made', { subject: subject.id })),
      }),
    }
    const { emulator, ask } = await testServer({ providers: [moved] })
    await emulator.trigger('acme', 'thing.lost', { subject: 't_1' })
    const { status, json } = await ask('POST', '/_standin/subjects/t_1/moves', { to: 'made' })
    expect({ status, state: json.state, warnings: json.warnings }).toEqual({
      status: 200,
      state: 'made',
      warnings: ['thing t_1 is lost (red) and cannot become made (red); thing.made is sent anyway.'],
    })
  })

  it('says nothing where any state is asked for', async () => {
    const standin = await world()
    await standin.trigger('acme', 'thing.lost', { subject: 't_1' })
    const { warnings } = await standin.trigger('acme', 'thing.made', { subject: 't_1', anyState: true })
    expect(warnings).toEqual([])
  })

  it('warns in a preview as in a trigger', async () => {
    const standin = await world()
    await standin.trigger('acme', 'thing.lost', { subject: 't_1' })
    const { warnings } = await standin.preview('acme', 'thing.made', { url: 'http://127.0.0.1:1/' }, { subject: 't_1' })
    expect(warnings).toEqual([expect.stringContaining('thing t_1 is lost (red) and cannot become made (red)')])
  })

  it('is about the subject that was named, in the story of the others', async () => {
    const standin = await world()
    await standin.trigger('acme', 'thing.made', { subject: 't_1' })
    const port = await standin.port('acme')
    await port.putSubject({ id: 'second', kind: 'thing', state: 'new', story: 't_1' })
    const { event } = await standin.trigger('acme', 'thing.made', { subject: 'second' })
    expect(event.subject).toBe('second')
    expect(standin.ledger.subject('acme', 'second')?.story).toBe('t_1')
  })

  it('makes a value that depends on a set one agree with it, unless it was set too', async () => {
    const standin = await world()
    const words = async (set: Record<string, string>) =>
      (await standin.trigger('acme', 'thing.made', { set })).event.payload.words
    expect(await words({ colour: 'green' })).toBe('cool')
    expect(await words({ colour: 'green', words: 'mine' })).toBe('mine')
    expect(await words({ '/colour': 'green', '/words': 'mine' })).toBe('mine')
  })
})
