// A provider that nobody knows, with everything the server must serve: routes, secrets, moves, a catalog that depends on settings.
import * as z from 'zod'
import { isJsonObject } from '../../src/core/json.js'
import { scheduled } from '../../src/core/retry.js'
import type { ChannelBehaviour, EventDefinition } from '../../src/provider/channel.js'
import { defineChannel } from '../../src/provider/channel.js'
import { defineProvider, type ProviderBehaviour } from '../../src/provider/provider.js'
import type { Route, RouteAnswer, RouteSet } from '../../src/provider/routes.js'
import { hmacSha256 } from '../../src/provider/signing.js'

const refusal = z.strictObject({ error: z.string(), fields: z.array(z.string()).optional() })
const thing = z.strictObject({ id: z.string(), state: z.string(), owner: z.string() })

const thingEvent: EventDefinition = {
  schema: z.strictObject({ thing: z.string(), colour: z.enum(['red', 'green']), size: z.number() }),
  make: (fake, { facts }) => ({
    thing: String(facts.thing),
    colour: fake.helpers.arrayElement(['red', 'green']),
    size: fake.number.int({ min: 1, max: 9 }),
  }),
  subjects: payload => [{ id: String(payload.thing), kind: 'thing', state: 'made' }],
}

const settings = z.strictObject({
  maxAttempts: z.union([z.int().min(1), z.literal('unlimited')]).default(3),
  apiKey: z.string().optional().meta({ secret: true }),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({ type: z.literal('basic'), password: z.string().meta({ secret: true }), user: z.string() }),
    ])
    .default({ type: 'none' }),
})

const main: ChannelBehaviour = {
  settings,
  definition: type => (type === 'thing.made' || type === 'thing.lost' ? thingEvent : undefined),
  secret: { use: 'required', make: random => `sk_${random.hex(24)}`, overlapMs: () => 60_000 },
  sign: ({ body, secret, settings: { apiKey } }) => ({
    headers: [
      ['X-Signature', hmacSha256(secret ?? '', body, 'hex')],
      ['Authorization', 'Bearer very-secret-bearer'],
      ...(typeof apiKey === 'string' ? [['X-Acme-Key', `key=${apiKey}`] as [string, string]] : []),
    ],
  }),
  retry: ({ maxAttempts }) => ({
    policy: scheduled([60_000], maxAttempts === 'unlimited' ? 'unlimited' : Number(maxAttempts)),
    accepts: status => status === 200,
    timeoutMs: 120_000,
    concurrency: 5,
  }),
  traits: { signs: true, signatureHeaders: ['x-signature'], idempotencyKey: 'thing' },
}

const bare: ChannelBehaviour = { ...main, secret: { use: 'none', make: () => '', overlapMs: () => 0 } }

const answered = {
  401: { description: 'No key.', schema: refusal },
  404: { description: 'No such thing.', schema: refusal },
}

const createThing: Route = {
  method: 'POST',
  path: '/api/things',
  summary: 'Makes a thing',
  documented: true,
  body: { type: 'json', schema: z.strictObject({ name: z.string() }) },
  answers: { 201: { description: 'Made.', schema: thing }, ...answered },
  async handler({ body, port, account, base }): Promise<RouteAnswer> {
    const name = isJsonObject(body) ? String(body.name) : ''
    await port.putSubject({ id: name, kind: 'thing', state: 'new', account, data: { thing: name } })
    return {
      status: 201,
      body: { id: name, state: 'new', owner: account ?? '' },
      headers: { location: `${base}/api/things/${encodeURIComponent(name)}` },
      after: async () => void (await port.trigger('thing.made', { subject: name })),
    }
  },
}

const getThing: Route = {
  method: 'GET',
  path: '/api/things/{thing_id}',
  summary: 'Shows a thing',
  documented: true,
  query: z.strictObject({ full: z.enum(['yes', 'no']).optional() }),
  answers: { 200: { description: 'The thing.', schema: thing }, ...answered },
  handler: ({ params, port, account }): RouteAnswer => {
    const found = port.subject(params.thing_id ?? '')
    return found
      ? { status: 200, body: { id: found.id, state: found.state, owner: account ?? '' } }
      : { status: 404, body: { error: 'no such thing' } }
  },
}

const special: Route = {
  method: 'GET',
  path: '/api/things/special',
  summary: 'Shows the special thing',
  documented: false,
  answers: { 200: { description: 'It.', schema: z.string() }, ...answered },
  handler: () => ({ status: 200, body: 'special' }),
}

const token: Route = {
  method: 'POST',
  path: '/token',
  summary: 'Gives a token',
  documented: true,
  open: true,
  body: { type: 'form', schema: z.object({ grant: z.string() }) },
  answers: { 200: { description: 'A token.', schema: z.strictObject({ grant: z.string() }) } },
  handler: ({ body }) => ({ status: 200, body: { grant: isJsonObject(body) ? String(body.grant) : '' } }),
}

const broken: Route = {
  method: 'DELETE',
  path: '/broken',
  summary: 'Fails',
  documented: false,
  open: true,
  answers: { 204: { description: 'Never.' } },
  handler: () => {
    throw new Error('acme is broken')
  },
}

const routes: RouteSet = {
  routes: [createThing, getThing, special, token, broken],
  before: ({ headers }) =>
    headers.authorization ? { account: headers.authorization } : { status: 401, body: { error: 'no key' } },
  invalid: issues => ({ status: 422, body: { error: 'invalid', fields: issues.map(({ path }) => path) } }),
  malformed: () => ({ status: 400, body: { error: 'not readable' } }),
  notFound: ({ path }) => ({ status: 404, body: { error: `nothing at ${path}` } }),
  methodNotAllowed: (_, allowed) => ({
    status: 405,
    body: { error: 'method' },
    headers: { allow: allowed.join(', ') },
  }),
}

const behaviour: ProviderBehaviour = {
  settings: z.strictObject({
    extraTypes: z.array(z.string()).default([]),
    masterKey: z.string().optional().meta({ secret: true }),
  }),
  locale: 'en',
  root: 'thing',
  rootId: 'thing',
  facts: (fake, { id }) => ({
    thing: id ?? `t_${fake.string.hexadecimal({ length: 8, prefix: '', casing: 'lower' })}`,
  }),
  isRootId: text => /^t_/.test(text),
  routes,
  moves: ({ state }) => (state === 'made' ? ['lost'] : []),
  move: async (subject, to, port) => {
    await port.putSubject({ id: subject.id, kind: subject.kind, state: to })
    await port.trigger('thing.lost', { subject: subject.id })
  },
}

const type = (name: string) => ({ name, title: `A ${name}`, subject: 'thing', variants: [], documented: true })

/** `acme`: two channels, one with a secret, one without; accounts are API keys. */
export const testProvider = defineProvider({
  name: 'acme',
  title: 'Acme',
  about: 'Makes things and loses them.',
  assumptions: [
    { name: 'maxAttempts', question: 'How often?', choice: 3, reason: 'It says nothing.', setting: 'subscription' },
  ],
  accountIsCredential: true,
  channels: [
    defineChannel({
      name: 'main',
      title: 'Things',
      eventTypes: [type('thing.made'), type('thing.lost')],
      load: async () => main,
    }),
    defineChannel({ name: 'bare', title: 'Without a secret', eventTypes: [], load: async () => bare }),
  ],
  subjects: { thing: { title: 'A thing', states: ['new', 'made', 'lost'] } },
  load: async () => behaviour,
})
