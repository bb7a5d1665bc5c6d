// What checkProvider reports of a provider that cannot be used: one clear issue for each mistake.
import { expect, it } from 'vitest'
import * as z from 'zod'
import type { ChannelBehaviour, EventDefinition } from '../../src/provider/channel.js'
import type { Provider, ProviderBehaviour } from '../../src/provider/provider.js'
import { checkProvider } from '../../src/provider-check/check-provider.js'
import { testProvider } from '../support/test-provider.js'

/** Acme with some of its parts replaced. */
interface Change {
  plain?: object
  behaviour?: Partial<ProviderBehaviour>
  channel?: Partial<ChannelBehaviour>
  definition?: Partial<EventDefinition>
}

function changed({ plain = {}, behaviour = {}, channel = {}, definition }: Change): Provider {
  const [main] = testProvider.channels
  if (!main) throw new Error('acme has no channel')
  const load = async (): Promise<ChannelBehaviour> => {
    const loaded = await main.load()
    const define: ChannelBehaviour['definition'] = (type, settings) => {
      const found = loaded.definition(type, settings)
      return found && definition ? { ...found, ...definition } : found
    }
    return { ...loaded, definition: define, ...channel }
  }
  return {
    ...testProvider,
    channels: [{ ...main, load }],
    load: async () => ({ ...(await testProvider.load()), ...behaviour }),
    ...plain,
  }
}

const channelWith = (over: object) => ({ plain: { channels: [{ ...testProvider.channels[0], ...over }] } })
const retryWith = (over: object): Change => ({
  channel: {
    retry: () => ({
      policy: () => ({ again: false, reason: '' }),
      accepts: status => status === 200,
      timeoutMs: 1,
      concurrency: 1,
      ...over,
    }),
  },
})
const type = (over: object) => ({
  name: 'thing.made',
  title: 'Made',
  subject: 'thing',
  variants: [],
  documented: true,
  ...over,
})

it('finds nothing wrong with a provider that can be played', async () => {
  expect(await checkProvider(testProvider)).toEqual([])
  expect(await checkProvider(changed({}))).toEqual([])
})

let calls = 0

it.each<[what: string, change: Change, path: string, message: string | RegExp]>([
  ['a name that cannot stand in a path', { plain: { name: 'Acme Inc' } }, 'name', /^must be lower-case/],
  ['no title', { plain: { title: undefined } }, 'title', /must be a string|missing/],
  ['no channel', { plain: { channels: [] } }, 'channels', 'must have at least one channel'],
  ['a channel without a loader', channelWith({ load: undefined }), 'channels.0.load', 'must be a function'],
  [
    'an assumption without a reason',
    { plain: { assumptions: [{ name: 'a', question: 'b', choice: 1 }] } },
    'assumptions.0.reason',
    /must be a string|missing/,
  ],
  [
    'an assumption that stands twice',
    { plain: { assumptions: [...testProvider.assumptions, ...testProvider.assumptions] } },
    'assumptions.maxAttempts',
    'is given twice',
  ],
  [
    'an assumption about no setting',
    { plain: { assumptions: [{ name: 'a', question: 'b', choice: 1, reason: 'c', setting: 'provider' }] } },
    'assumptions.a',
    'there is no provider setting of this name',
  ],
  [
    'a channel that stands twice',
    { plain: { channels: [testProvider.channels[0], testProvider.channels[0]] } },
    'channels.main',
    'is given twice',
  ],
  [
    'an event type that stands twice',
    channelWith({ eventTypes: [type({}), type({})] }),
    'channels.main.eventTypes.thing.made',
    'is given twice',
  ],
  [
    'a variant that stands twice',
    channelWith({
      eventTypes: [
        type({
          variants: [
            { name: 'a', title: 'A' },
            { name: 'a', title: 'A' },
          ],
        }),
      ],
    }),
    'channels.main.eventTypes.thing.made.variants.a',
    'is given twice',
  ],
  [
    'an event type about no kind of subject',
    channelWith({ eventTypes: [type({ subject: 'thong' })] }),
    'channels.main.eventTypes.thing.made.subject',
    '"thong" is none of the kinds in subjects',
  ],
  ['no event type at all', channelWith({ eventTypes: [] }), 'channels.main.eventTypes', 'is empty'],
  [
    'an event type without a definition',
    channelWith({ eventTypes: [type({ name: 'thing.sold' })] }),
    'channels.main.definition("thing.sold")',
    /must be an object/,
  ],
  [
    'a catalog that throws',
    channelWith({
      catalog: () => {
        throw new Error('no catalog')
      },
    }),
    'channels.main.catalog()',
    'failed: no catalog',
  ],
  [
    'a catalog that is none',
    channelWith({ catalog: () => [{ name: 'x' }] }),
    'channels.main.catalog().0.title',
    /must be a string|missing/,
  ],
  [
    'a loader that throws',
    {
      plain: {
        load: async () => {
          throw new Error('no disk')
        },
      },
    },
    'load()',
    'load() failed: no disk',
  ],
  [
    'another validator than zod 4',
    { behaviour: { settings: { parse: () => ({}) } as never } },
    'load().settings',
    'must be an object schema of zod 4',
  ],
  [
    'an unknown locale',
    { behaviour: { locale: 'xx' as never } },
    'load().locale',
    'Unknown value "xx". Known values: en, es, pt_BR.',
  ],
  [
    'a root that is no kind',
    { behaviour: { root: 'nothing' } },
    'load().root',
    '"nothing" is none of the kinds in subjects',
  ],
  [
    'a setting without a default',
    { behaviour: { settings: z.strictObject({ region: z.string() }) } },
    'load().settings.region',
    /must be a string|missing/,
  ],
  ['no maxAttempts', { channel: { settings: z.strictObject({}) } }, 'channels.main.settings.maxAttempts', 'is missing'],
  [
    'a maxAttempts without unlimited',
    { channel: { settings: z.strictObject({ maxAttempts: z.number().default(1) }) } },
    'channels.main.settings.maxAttempts',
    'must take a number and "unlimited"',
  ],
  [
    'a definition for any name',
    { channel: { definition: () => ({ schema: z.any(), make: () => ({}), subjects: () => [] }) } },
    'channels.main.definition()',
    'must return undefined for a name that is not in the catalog',
  ],
  [
    'a payload that does not fit',
    { definition: { schema: z.strictObject({ thing: z.number() }) } },
    'channels.main.thing.made',
    /^its payload does not fit its schema: thing: /,
  ],
  [
    'a payload with a Date in it',
    { definition: { make: () => ({ at: new Date(0) as never }), schema: z.any() } },
    'channels.main.thing.made',
    'makes something that is not a JSON object',
  ],
  [
    'a factory that throws',
    {
      definition: {
        make: () => {
          throw new Error('no data')
        },
      },
    },
    'channels.main.thing.made',
    'cannot be made: no data',
  ],
  [
    'a payload of its own chance',
    { definition: { make: () => ({ n: ++calls }), schema: z.any() } },
    'channels.main.thing.made',
    /^the same seed does not make the same payload/,
  ],
  [
    'a subject in an unknown state',
    { definition: { subjects: () => [{ id: 'x', kind: 'thing', state: 'gone' }] } },
    'channels.main.thing.made',
    'names a subject of kind "thing" in state "gone", which subjects does not know',
  ],
  [
    'facts without the root id',
    { behaviour: { facts: () => ({}) } },
    'channels.main.thing.made',
    'cannot be made: facts() gives no "thing", which rootId names',
  ],
  [
    'a secret it refuses itself',
    { channel: { secret: { use: 'required', make: () => 'x', problem: () => 'too short', overlapMs: () => 0 } } },
    'channels.main.secret.make()',
    'makes a secret that secret.problem() rejects: too short',
  ],
  [
    'a secret of its own chance',
    { channel: { secret: { use: 'required', make: () => `s${++calls}`, overlapMs: () => 0 } } },
    'channels.main.secret.make()',
    'must take all randomness from the stream it is given',
  ],
  [
    'a signer that throws',
    {
      channel: {
        sign: () => {
          throw new Error('no key')
        },
      },
    },
    'channels.main.sign()',
    'failed: no key',
  ],
  [
    'a signer without its header',
    { channel: { sign: () => ({ headers: [] }) } },
    'channels.main.sign()',
    'does not set x-signature, which traits.signatureHeaders names',
  ],
  [
    'headers that are no headers',
    { channel: { sign: () => ({ headers: [['X Signature', 'x']] }) } },
    'channels.main.sign().headers.0.0',
    'must be the name of a header',
  ],
  [
    'headers as an object',
    { channel: { sign: () => ({ headers: { 'X-Signature': 'x' } as never }) } },
    'channels.main.sign().headers',
    'This must be a list.',
  ],
  [
    'a schedule that decreases',
    retryWith({ policy: (n: number) => ({ again: true, afterMs: 5000 - (n % 2) * 1000, reason: '' }) }),
    'channels.main.retry().policy()',
    'decreases: 5000 ms before attempt 3, then 4000 ms',
  ],
  [
    'a schedule without an end where one is asked for',
    retryWith({ policy: () => ({ again: true, afterMs: 0, reason: '' }) }),
    'channels.main.retry().policy()',
    'must stop after one attempt where maxAttempts is 1',
  ],
  [
    'a schedule that ends where none is asked for',
    retryWith({}),
    'channels.main.retry().policy()',
    'must never end where maxAttempts is "unlimited"',
  ],
  [
    'a delay that is none',
    retryWith({ policy: () => ({ again: true, afterMs: '5s', reason: '' }) }),
    'channels.main.retry().policy()',
    'must return afterMs in milliseconds, 0 or more',
  ],
  [
    'no accepted status',
    retryWith({ accepts: () => false }),
    'channels.main.retry().accepts()',
    'accepts no status from 200 to 299',
  ],
  ['an accepted 500', retryWith({ accepts: () => true }), 'channels.main.retry().accepts()', 'must not accept 500'],
  ['no time limit', retryWith({ timeoutMs: 0 }), 'channels.main.retry().timeoutMs', /must be more than 0/],
])('reports %s', async (_, change, path, message) => {
  const issues = await checkProvider(changed(change))
  const reported = issues.find(
    issue =>
      issue.path === path && (typeof message === 'string' ? issue.message === message : message.test(issue.message)),
  )
  expect(reported, JSON.stringify(issues)).toBeDefined()
})

it('reports a route whose base path is no setting', async () => {
  const { routes } = await testProvider.load()
  const [first] = routes?.routes ?? []
  if (!routes || !first) throw new Error('acme has no route')
  const provider = changed({ behaviour: { routes: { ...routes, routes: [{ ...first, base: 'basePath' }] } } })
  expect(await checkProvider(provider)).toEqual([
    { path: 'routes.POST /api/things.base', message: 'there is no provider-wide setting "basePath"' },
  ])
})

it('reports a route that is given twice or has no answers', async () => {
  const { routes } = await testProvider.load()
  const [first] = routes?.routes ?? []
  if (!routes || !first) throw new Error('acme has no route')
  const provider = changed({ behaviour: { routes: { ...routes, routes: [first, { ...first, answers: {} }] } } })
  expect(await checkProvider(provider)).toEqual([
    { path: 'routes.POST /api/things', message: 'is given twice' },
    { path: 'routes.POST /api/things', message: 'has no answers' },
  ])
})

it('a route whose path the server cannot match is named', async () => {
  const { routes } = await testProvider.load()
  const [first] = routes?.routes ?? []
  if (!routes || !first) throw new Error('acme has no route')
  const paths = ['/things/{id}/parts/{part-id}/', '/things/{id}.pdf', '/things:run', '/files/*']
  const provider = changed({ behaviour: { routes: { ...routes, routes: paths.map(path => ({ ...first, path })) } } })
  expect((await checkProvider(provider)).map(({ path }) => path)).toEqual(
    [1, 2, 3].map(i => `load().routes.routes.${i}.path`),
  )
})

it('reports each form of a type once, however many seeds it fails for', async () => {
  const issues = await checkProvider(changed({ definition: { schema: z.strictObject({}) } }), { seeds: 9 })
  expect(issues.map(({ path }) => path)).toEqual(['channels.main.thing.made', 'channels.main.thing.lost'])
})

it('reports a mark that names no assumption of the provider', async () => {
  const definition: Partial<EventDefinition> = {
    schema: z.looseObject({
      thing: z.string().meta({ assumption: 'maxAttemts' }),
      colour: z.string().meta({ assumption: 'maxAttempts' }).nullable(),
    }),
  }
  const issues = await checkProvider(changed({ definition }))
  expect(issues.map(({ path }) => path)).toEqual(['channels.main.thing.made thing', 'channels.main.thing.lost thing'])
  expect(issues[0]?.message).toContain('Did you mean "maxAttempts"?')
})

it('reports a state to follow that the kind does not have', async () => {
  const subjects = () => [{ id: 't', kind: 'thing', state: 'made', after: ['news'] }]
  const issues = await checkProvider(changed({ definition: { subjects } }))
  expect(issues[0]?.message).toBe('can follow the state "news" of kind "thing", which subjects does not know')
})

it('answers, whatever it is given', async () => {
  for (const value of [null, undefined, 7, 'acme', [], {}, () => 1])
    expect((await checkProvider(value as never)).length).toBeGreaterThan(0)
})
