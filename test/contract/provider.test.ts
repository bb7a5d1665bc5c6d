// The contract of a provider, demanded of every one in the list.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Faker } from '@faker-js/faker'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { timetable } from '../../src/core/retry.js'
import { seedWords, stream } from '../../src/core/seed.js'
import { catalogOf, definitionOf } from '../../src/provider/catalog.js'
import type { EventType, MakeContext, Settings, SignInput } from '../../src/provider/channel.js'
import { reseed } from '../../src/provider/fake.js'
import { createRegistry, type ProviderWithFaker } from '../../src/provider/registry.js'
import { providerSettings, settingsShape } from '../../src/provider/settings.js'
import { newFacts } from '../../src/provider/story-facts.js'
import { checkProvider } from '../../src/provider-check/check-provider.js'
import { builtInProviders } from '../../src/providers/index.js'
import { assumptionsPage } from '../support/assumptions-page.js'

const START = Date.UTC(2026, 0, 15, 9)

interface Fixture {
  documented: boolean
  source: string
  type: string
  variant?: string | null
  payload: JsonObject
}

function fixturesOf(provider: string): Fixture[] {
  const folder = join(import.meta.dirname, '../../fixtures', provider, 'events')
  return readdirSync(folder).map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fixture)
}

/** One payload as the emulator makes it: facts from the story's stream, then the event's own stream. */
function make(loaded: ProviderWithFaker, type: EventType, variant: string | undefined, seed: number, now = START) {
  const settings = providerSettings(loaded, {})
  const channel = loaded.channels.find(c => catalogOf(c, settings).some(t => t.name === type.name))
  if (!channel) throw new Error(`no channel has ${type.name}`)
  const definition = definitionOf(channel, type.name, settings)
  const fake = (...label: string[]): Faker => reseed(loaded.faker, seedWords(seed, ...label), now)
  const words = (...late: string[]) => seedWords(seed, 'facts', 'story', ...late)
  const source = { faker: loaded.faker, now, words }
  const facts = newFacts(loaded.behaviour, source, { settings, given: {}, id: undefined })
  const context: MakeContext = { type: type.name, variant, now, facts, settings }
  const payload = definition.make(fake('event', type.name, 'story', '1'), context)
  return { payload, definition, context, channel }
}

const forms = (type: EventType): (string | undefined)[] =>
  type.variants.length === 0 ? [undefined] : type.variants.map(variant => variant.name)

describe.each(builtInProviders.map(provider => [provider.name, provider] as const))('provider %s', (name, provider) => {
  const open = () => createRegistry(builtInProviders).load(name)

  it('passes everything that a provider of one’s own must pass at start, over many seeds', async () => {
    expect(await checkProvider(provider, { seeds: 15 })).toEqual([])
  })

  it('lists titles, types and variants before anything is loaded', () => {
    for (const channel of provider.channels)
      for (const type of channel.eventTypes) {
        expect(type.title).not.toBe('')
        expect(Object.keys(provider.subjects)).toContain(type.subject)
        expect(new Set(type.variants.map(variant => variant.name)).size).toBe(type.variants.length)
      }
  })

  it('makes the same bytes from the same seed when loaded again, and other bytes from another', async () => {
    const loaded = await open()
    for (const type of loaded.channels.flatMap(channel => channel.eventTypes)) {
      const first = JSON.stringify(make(loaded, type, forms(type)[0], 1).payload)
      expect(JSON.stringify(make(await open(), type, forms(type)[0], 1).payload)).toBe(first)
      if (type.name !== 'test') expect(JSON.stringify(make(loaded, type, forms(type)[0], 2).payload)).not.toBe(first)
    }
  })

  it('has a fixture for every type, and each passes its schema in the key order that is made', async () => {
    const loaded = await open()
    const types = loaded.channels.flatMap(channel => channel.eventTypes)
    const fixtures = fixturesOf(name)
    expect(types.filter(type => !fixtures.some(fixture => fixture.type === type.name)).map(type => type.name)).toEqual(
      [],
    )
    for (const fixture of fixtures) {
      const type = types.find(one => one.name === fixture.type)
      if (!type) throw new Error(`fixture of an unknown type ${fixture.type}`)
      expect(typeof fixture.documented).toBe('boolean')
      expect(fixture.source).not.toBe('')
      const { payload, definition } = make(loaded, type, fixture.variant ?? forms(type)[0], 1)
      expect(definition.schema.safeParse(fixture.payload).error?.issues ?? [], fixture.type).toEqual([])
      expect(Object.keys(payload), fixture.type).toEqual(Object.keys(fixture.payload))
    }
  })

  it('changes its signature or credentials with the secret, and the signature with value and time where it covers them', async () => {
    const loaded = await open()
    for (const channel of loaded.channels) {
      const { behaviour } = channel
      if (!behaviour.traits.signs) continue
      const type = channel.eventTypes[0] as EventType
      const { payload } = make(loaded, type, forms(type)[0], 1)
      const settings = behaviour.settings.parse({}) as Settings
      const sign = async (over: Partial<SignInput>) => {
        const value = over.value ?? payload
        const signed = await behaviour.sign({
          body: JSON.stringify(value),
          value,
          secret: behaviour.secret.make(stream(1, 'secret'), settings),
          previousSecret: null,
          settings,
          at: START,
          event: { id: 'ev_1', type: type.name, payload, createdAt: START },
          subscription: { id: 'sub_1', url: 'http://127.0.0.1/', account: null },
          attempt: 1,
          call: async () => ({ outcome: { kind: 'refused' }, headers: [], body: '' }),
          memory: new Map(),
          now: START,
          ...over,
        })
        return behaviour.traits.signatureHeaders.map(
          header => signed.headers.find(([key]) => key.toLowerCase() === header)?.[1],
        )
      }
      const first = await sign({})
      expect(first.every(value => typeof value === 'string' && value !== '')).toBe(true)
      expect(await sign({})).toEqual(first)
      expect(await sign({ value: { ...payload, changed: true } })).not.toEqual(first)
      expect(await sign({ secret: behaviour.secret.make(stream(2, 'secret'), settings) })).not.toEqual(first)
      if (behaviour.traits.timestampHeader) expect(await sign({ at: START + 60_000 })).not.toEqual(first)
    }
  })

  it('accepts 200, and its schedule ends unless maxAttempts is unlimited', async () => {
    const loaded = await open()
    for (const { behaviour } of loaded.channels) {
      const plan = behaviour.retry(behaviour.settings.parse({}))
      expect(plan.accepts(200)).toBe(true)
      const delays = timetable(plan.policy)
      expect(delays.length).toBeGreaterThan(0)
      expect(delays.length).toBeLessThan(50)
      const endless = behaviour.retry(behaviour.settings.parse({ maxAttempts: 'unlimited' }))
      const long = timetable(endless.policy, 200)
      expect(long.length).toBe(200)
      expect(long.at(-1)).toBe(Math.max(...long))
    }
  })

  it('gives every setting an assumption, of the same scope', async () => {
    const loaded = await open()
    const scopes = new Map(provider.assumptions.map(({ name: of, setting }) => [of, setting]))
    for (const channel of loaded.channels)
      for (const setting of Object.keys(settingsShape(channel.behaviour.settings)))
        expect([setting, scopes.get(setting)]).toEqual([setting, 'subscription'])
    for (const setting of Object.keys(settingsShape(loaded.behaviour.settings)))
      expect([setting, scopes.get(setting)]).toEqual([setting, 'provider'])
  })

  it('has a current page of its assumptions; `npx vitest run test/contract -u` updates it', async () => {
    const page = join(import.meta.dirname, '../../docs/providers', `${name}-assumptions.md`)
    await expect(assumptionsPage(provider)).toMatchFileSnapshot(page)
    const about = readFileSync(join(import.meta.dirname, '../../docs/providers', `${name}.md`), 'utf8')
    expect(about).toContain(`(${name}-assumptions.md)`)
  })
})

describe('the page of assumptions', () => {
  it('lists each setting with its alternatives and scope, and escapes its cells', () => {
    const text = assumptionsPage({
      name: 'acme',
      title: 'Acme',
      assumptions: [
        {
          name: 'delays',
          question: 'When | how?',
          choice: ['5s', 7],
          reason: 'One.\nTwo.',
          setting: 'subscription',
          alternatives: '<list>',
        },
        { name: 'zone', question: 'Where?', choice: 'here', reason: 'So.', setting: 'provider' },
        { name: 'method', question: 'Which?', choice: 'POST', reason: 'Usual.' },
      ],
    })
    expect(text).toContain('| `delays` | When \\| how? | `["5s",7]` | \\<list\\> | One. Two. | subscription |')
    expect(text).toContain('| `zone` | Where? | here |  | So. | provider |')
    expect(text).toContain('| Which? | POST | Usual. |')
    expect(text).toContain('--setting acme.delays=')
  })
})
