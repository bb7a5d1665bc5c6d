// The receiver's check and the signature debugger give one verdict, for every provider, channel and setting that changes how messages are signed.

import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Headers } from '../../src/core/message.js'
import { explainSignature } from '../../src/index.js'
import type { ChannelBehaviour } from '../../src/provider/channel.js'
import type { Provider } from '../../src/provider/provider.js'
import { builtInProviders } from '../../src/providers/index.js'
import { verdictOn } from '../../src/testing/receiver.js'
import { START, testEmulator } from '../support/emulator.js'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Values to try of settings whose schemas name none. */
const FREE_VALUES: Record<string, Json[]> = {
  signaturePrefix: ['', 'sha256='],
  auth: [
    { type: 'none' },
    { type: 'basic', credentials: 'user:pass' },
    { type: 'apiKey', value: 'x-key:secret' },
    { type: 'oauth2', url: 'http://127.0.0.1:9/token', clientId: 'id', clientSecret: 'secret' },
  ],
}

/** The values that a setting can have, as far as its schema or the table above lists them. */
function valuesOf(name: string, schema: z.ZodType): Json[] {
  const inner = schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema
  if (inner instanceof z.ZodEnum) return inner.options as Json[]
  if (inner instanceof z.ZodBoolean) return [false, true]
  return FREE_VALUES[name] ?? []
}

/** How a channel signs under these settings, as a text to compare. */
const signing = ({ settings, scheme, traits, traitsFor }: ChannelBehaviour, given: JsonObject) => {
  const complete = settings.parse(given)
  return JSON.stringify([scheme?.(complete) ?? complete.auth, traitsFor?.(complete) ?? traits])
}

type Choices = Record<string, Json[]>

const combinations = (choices: Choices): JsonObject[] =>
  Object.entries(choices).reduce<JsonObject[]>(
    (all, [name, values]) => all.flatMap(one => values.map(value => ({ ...one, [name]: value }))),
    [{}],
  )

/** The settings that change how the channel signs, with their values: those that do alone, then those that do beside them. */
function signingChoices(behaviour: ChannelBehaviour): Choices {
  if (!(behaviour.settings instanceof z.ZodObject)) throw new Error('settings are a zod object')
  const listed = Object.entries(behaviour.settings.shape)
    .map(([name, schema]) => [name, valuesOf(name, schema as z.ZodType)] as const)
    .filter(([, values]) => values.length > 1)
  const found: Choices = {}
  for (let size = -1; size < Object.keys(found).length; ) {
    size = Object.keys(found).length
    for (const [name, values] of listed) {
      const changes = combinations(found).some(
        base => new Set(values.map(value => signing(behaviour, { ...base, [name]: value }))).size > 1,
      )
      if (found[name] === undefined && changes) found[name] = values
    }
  }
  return found
}

const channelsOf = (provider: Provider) =>
  Promise.all(provider.channels.map(async channel => ({ ...channel, behaviour: await channel.load() })))

const known = (behaviour: ChannelBehaviour, settings: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => Object.hasOwn(behaviour.settings.parse({}), key)))

interface Sent {
  headers: Headers
  body: string
}

/** The same request, broken in one way after the other; none where nothing is signed. */
function brokenForms({ headers, body }: Sent, signedHeaders: readonly string[]): [what: string, sent: Sent][] {
  const isSigned = ([name]: Headers[number]) => signedHeaders.includes(name.toLowerCase())
  if (!headers.some(isSigned)) return []
  return [
    ['without its signature', { body, headers: headers.filter(header => !isSigned(header)) }],
    [
      'with another last character of its signature',
      {
        body,
        headers: headers.map(header => {
          const end = /[0-9a-zA-Z](?==*$)/
          return isSigned(header) ? [header[0], header[1].replace(end, last => (last === '0' ? '1' : '0'))] : header
        }),
      },
    ],
    ['with a changed body', { headers, body: body.replace(/^([\s\S]*)"(\s*[,}])/, '$1 changed"$2') }],
  ]
}

/** What either says of a request: the receiver in its own words, the debugger "unsigned" where it finds nothing signed. */
async function verdicts(
  provider: Provider,
  { headers, body }: Sent,
  { channel, settings, secret }: { channel: string | undefined; settings: JsonObject; secret: string | undefined },
) {
  const lower = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))
  const received = await verdictOn({ headers: lower, body, at: START }, provider, {
    channel,
    secret,
    settings,
    freshness: false,
  })
  const explained = await explainSignature({
    provider,
    channel,
    secret: SECRET,
    settings,
    headers,
    body: Buffer.from(body),
    now: START,
  }).catch(error => {
    if (error.code === 'invalid_input' && /^Nothing is signed/.test(error.message)) return undefined
    throw error
  })
  return { received: received.verdict, explained: explained?.verdict ?? 'unsigned', reason: received.reason }
}

describe.each(builtInProviders.map(provider => [provider.name, provider] as const))(
  'a message of %s',
  (name, provider) => {
    it('is judged alike by the receiver and the debugger, valid or broken, with the channel named or found', async () => {
      const emulator = await testEmulator({ stamp: 'clock' })
      const channels = await channelsOf(provider)
      const choices: Choices = Object.assign({}, ...channels.map(({ behaviour }) => signingChoices(behaviour)))
      const disagreements: object[] = []
      let compared = 0
      let turn = 0
      for (const settings of combinations(choices))
        for (const { name: channelName, eventTypes, behaviour } of channels) {
          const own = known(behaviour, settings)
          const complete = behaviour.settings.parse(own)
          const scheme = behaviour.scheme?.(complete)
          const carriers = scheme?.headers.filter(({ value }) => JSON.stringify(value).includes('"signature"')) ?? []
          const secret = behaviour.secret.problem?.(SECRET, complete) === undefined ? SECRET : undefined
          const { message } = await emulator
            .preview(
              name,
              eventTypes[0]?.name ?? '',
              {
                channel: channelName,
                url: 'http://127.0.0.1:9/',
                settings: own,
                secret,
              },
              { channel: channelName },
            )
            .catch(error => {
              if (error.code === 'unreachable') return { message: undefined }
              throw error
            })
          if (typeof message?.body !== 'string') continue
          const sent: Sent = { headers: message.headers, body: message.body }
          const broken = brokenForms(
            sent,
            carriers.map(header => header.name.toLowerCase()),
          )
          // One broken form each: looking for its cause is what takes time here.
          const forms: [string, Sent][] = [['as sent', sent], ...broken.slice(turn % 3, (turn++ % 3) + 1)]
          for (const [what, form] of forms)
            for (const channel of what !== 'as sent'
              ? [turn % 2 === 0 ? channelName : undefined]
              : [channelName, undefined]) {
              compared++
              const { received, explained, reason } = await verdicts(provider, form, {
                channel,
                settings: channel === undefined ? settings : own,
                secret,
              })
              const expected = scheme === undefined ? 'unsigned' : what === 'as sent' ? 'valid' : 'invalid'
              const asReceived = expected === 'unsigned' ? ['valid', 'unchecked'] : [expected]
              if (!asReceived.includes(received) || explained !== expected)
                disagreements.push({
                  what,
                  channel: `${channelName} ${channel ?? '(found)'}`,
                  settings,
                  received,
                  explained,
                  reason,
                })
            }
        }
      expect(disagreements).toEqual([])
      expect(compared).toBeGreaterThan(1)
    })
  },
)
