// Makes a provider of a document: OpenAPI (3.0, 3.1) or AsyncAPI (2.x, 3.0) that says which webhooks are sent.
import * as z from 'zod'
import { didYouMean, excerpt } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, valueAt, withValueAt } from '../core/json.js'
import type { Assumption } from '../provider/assumptions.js'
import type { ChannelBehaviour, ChannelTraits, EventType, Settings } from '../provider/channel.js'
import { defineChannel } from '../provider/channel.js'
import { defineProvider, type Provider, type ProviderBehaviour } from '../provider/provider.js'
import { createDefinitions } from '../providers/standard/events.js'
import { createFacts, type DocumentPaths, isSubjectId } from '../providers/standard/facts.js'
import { asyncApiSent } from './asyncapi.js'
import { type Declarations, declarationsOf } from './declarations.js'
import { asSettings, type Described, deliveryAssumptions, overlapMs, retryPlan, settingsOf } from './deliveries.js'
import { createReader, type DocumentProblem, type DocumentReader, objectOf, textOf } from './document.js'
import { type Extensions, readExtensions } from './extensions.js'
import { openApiSent } from './openapi.js'
import type { Sent } from './sent.js'
import { signed, signingOf } from './signature.js'

/** A provider, or everything that is wrong with its document. */
export type DocumentResult =
  | { provider: Provider; problems: [] }
  | { provider?: undefined; problems: DocumentProblem[] }

/** Which kind of document it is; undefined where it is none that is read. */
function kindOf({ root, problems }: DocumentReader): 'openapi' | 'asyncapi' | undefined {
  const known = [
    ['openapi', /^3\.[01]\./, '3.0 and 3.1'],
    ['asyncapi', /^(2\.\d+|3\.0)\./, '2.x and 3.0'],
  ] as const
  for (const [kind, versions, read] of known) {
    const version = root[kind]
    if (version === undefined) continue
    if (typeof version === 'string' && versions.test(version)) return kind
    const hint = typeof version === 'string' ? `Convert the document to one of them.` : 'Quote it: "3.1.0".'
    problems.push({
      path: [kind],
      message: `${excerpt(JSON.stringify(version))} is no version that is read: ${read}.`,
      hint,
    })
    return undefined
  }
  const [key = ''] = Object.keys(root)
  problems.push({
    path: [],
    message: 'This is no OpenAPI or AsyncAPI document: it has neither "openapi" nor "asyncapi".',
    hint: root.swagger === undefined ? didYouMean(key, ['openapi', 'asyncapi']) : 'Convert it to OpenAPI 3 first.',
  })
  return undefined
}

const NOTHING = {
  openapi:
    'Operations that are sent are in "webhooks" (3.1), "x-webhooks" (3.0) or in "callbacks", with a body of JSON.',
  asyncapi:
    'Messages that are sent are those of "subscribe" (2.x) or of operations with "action: send" (3.0), with a payload of JSON.',
} as const

/** `Verilume Identity API` as a name: `verilume-identity-api`. */
const slug = (title: string) =>
  title
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '')

function nameOf({ problems }: DocumentReader, title: string, told: string | undefined): string {
  const name = told ?? slug(title)
  if (name === '')
    problems.push({
      path: ['info', 'title'],
      message: 'The title makes no name for the provider.',
      hint: 'Give it one: x-standin-provider: acme',
    })
  return name
}

/** The operations that are used: a channel has one method. */
function withOneMethod(reader: DocumentReader, sent: readonly Sent[]): Sent[] {
  const method = sent.some(one => one.method === 'POST') ? 'POST' : sent[0]?.method
  return sent.filter(one => {
    if (one.method === method) return true
    reader.unused.add(`the ${one.method} of ${excerpt(one.fallback)}: all others are ${method}`)
    return false
  })
}

/** Everything that a provider is made from. */
interface Parts {
  name: string
  title: string
  method: string
  extensions: Extensions
  declarations: Declarations
  described: Described
}

/** The settings by which the generic provider makes these payloads. */
const declared = ({ declarations: { types } }: Parts): Settings => ({
  eventTypes: types,
  envelope: 'none',
  timestampDigits: 6,
})

const pathsOf = ({ extensions, declarations }: Parts): DocumentPaths => ({
  eventId: declarations.eventId,
  subjectId: extensions.events.subjectId,
})

/** A payload that names its own type, where a schema allows several. */
function withType(payload: JsonObject, typePath: string | undefined, type: string): JsonObject {
  if (typePath === undefined || typeof valueAt(payload, typePath) !== 'string') return payload
  return objectOf(withValueAt(payload, typePath, type))
}

const textAt = (payload: Json, path: string | undefined) => {
  const value = path === undefined ? undefined : valueAt(payload, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function channelOf(parts: Parts): ChannelBehaviour {
  const { name, method, extensions, declarations, described } = parts
  const definitions = createDefinitions(pathsOf(parts))
  const settings = declared(parts)
  const { typePath, eventId } = declarations
  const signing = signingOf(extensions.signature ?? 'standard-webhooks')
  const isSigned = (own: Settings) => asSettings(own).signature !== 'none'
  const traits: ChannelTraits = {
    ...signing.traits,
    idempotencyKey: eventId ?? (signing.idHeader === undefined ? 'id' : `header:${signing.idHeader}`),
    ...(typePath !== undefined && { typePath }),
  }
  return {
    settings: settingsOf(described),
    definition: type => {
      const definition = definitions(type, settings)
      return (
        definition && {
          ...definition,
          make: (fake, context) => withType(definition.make(fake, context), typePath, type),
        }
      )
    },
    secret: {
      use: extensions.signature === 'none' ? 'none' : extensions.signature === undefined ? 'optional' : 'required',
      ...signing.secret,
      overlapMs,
    },
    request: (own, version) => ({
      method,
      headers: [
        ['content-type', asSettings(own).contentType],
        ['user-agent', `Standin/${version} (${name})`],
      ],
    }),
    sign: input =>
      signed(isSigned(input.settings) ? signing.scheme : undefined, input, textAt(input.event.payload, eventId)),
    scheme: own => (isSigned(own) ? signing.scheme : undefined),
    retry: retryPlan,
    traits,
    traitsFor: own => (isSigned(own) ? traits : { ...traits, signs: false, signatureHeaders: [] }),
  }
}

function behaviourOf(parts: Parts): ProviderBehaviour {
  const settings = declared(parts)
  const facts = createFacts(pathsOf(parts))
  return {
    settings: z.strictObject({}),
    locale: 'en',
    root: 'subject',
    rootId: 'subject_id',
    isRootId: isSubjectId,
    facts: (fake, context) => facts(fake, { ...context, settings }),
  }
}

function assumptionsOf({ described, declarations, extensions }: Parts, unused: readonly string[]): Assumption[] {
  const { eventId, typePath } = declarations
  return [
    {
      name: 'payloads',
      question: 'Which data do payloads have?',
      choice:
        'the examples of the document, ids made anew in their form; without one, data generated from the schema, every declared property',
      reason: 'Schemas and examples show a form, and no two events have the same ids.',
    },
    ...(extensions.events.idempotencyKey === undefined
      ? [
          {
            name: 'idempotencyKey',
            question: 'What identifies an event, so that a receiver takes it once?',
            choice: eventId ?? 'the header of the signature, or "id"',
            reason: 'x-standin-events.idempotencyKey says it where it is given.',
          },
        ]
      : []),
    ...(extensions.events.typePath === undefined
      ? [
          {
            name: 'typePath',
            question: 'Where does a payload name its event type?',
            choice: typePath ?? 'nowhere',
            reason: 'It is taken from the schemas; x-standin-events.typePath says it where it is given.',
          },
        ]
      : []),
    ...deliveryAssumptions(described),
    {
      name: 'userAgent',
      question: 'Which headers are sent besides those of the signature?',
      choice: 'Content-Type and User-Agent: Standin/<version> and the name of the provider',
      reason: 'The document does not say.',
    },
    ...(unused.length > 0
      ? [
          {
            name: 'notUsed',
            question: 'What of the document is not used?',
            choice: unused.length > 40 ? [...unused.slice(0, 40), `and ${unused.length - 40} more`] : [...unused],
            reason: 'It says nothing of what is sent, or it is not supported.',
          },
        ]
      : []),
  ]
}

function providerOf(parts: Parts, unused: readonly string[], info: JsonObject): Provider {
  const { name, title, declarations, extensions } = parts
  const eventTypes = declarations.types.map(
    ({ name, title = name, variants = [] }): EventType => ({
      name,
      title,
      subject: 'subject',
      documented: true,
      variants: variants.map(({ name, title = name }) => ({ name, title })),
    }),
  )
  const about = textOf(info.summary) ?? textOf(info.description)?.split('\n')[0] ?? `Webhooks of ${title}.`
  return defineProvider({
    name,
    title,
    about: excerpt(about),
    assumptions: assumptionsOf(parts, unused),
    channels: [
      defineChannel({
        name: 'webhooks',
        title: `Webhooks of ${title}`,
        eventTypes,
        load: async () => channelOf(parts),
      }),
    ],
    subjects: {
      subject: {
        title:
          extensions.events.subjectId === undefined
            ? 'What the events of a story are about'
            : `What ${extensions.events.subjectId} names`,
        states: ['known'],
      },
    },
    load: async () => behaviourOf(parts),
  })
}

/** The provider that a document (parsed YAML or JSON) describes, or all problems of the document. Fetches nothing. */
export function documentProvider(value: Json): DocumentResult {
  if (!isJsonObject(value))
    return {
      problems: [
        {
          path: [],
          message: 'This is no OpenAPI or AsyncAPI document.',
          hint: 'It begins with "openapi: 3.1.0" or "asyncapi: 3.0.0".',
        },
      ],
    }
  const reader = createReader(value)
  const kind = kindOf(reader)
  if (kind === undefined) return { problems: reader.problems }
  const info = objectOf(value.info)
  const title = textOf(info.title) ?? ''
  const extensions = readExtensions(reader)
  const name = nameOf(reader, title, extensions.provider)
  const sent = withOneMethod(reader, kind === 'openapi' ? openApiSent(reader) : asyncApiSent(reader))
  if (sent.length === 0 && reader.problems.length === 0)
    reader.problems.push({
      path: [],
      message: 'The document has nothing that its provider sends.',
      hint: NOTHING[kind],
    })
  if (sent.length === 0) return { problems: reader.problems }
  const declarations = declarationsOf(reader, sent, extensions)
  if (reader.problems.length > 0) return { problems: reader.problems }
  const signing = signingOf(extensions.signature ?? 'standard-webhooks')
  const parts: Parts = {
    name,
    title: title || name,
    method: sent[0]?.method ?? 'POST',
    extensions,
    declarations,
    described: {
      extensions,
      contentType: sent[0]?.contentType ?? 'application/json',
      successes: sent.flatMap(({ successes }) => successes),
      overlaps: signing.traits.severalSignatures === true,
    },
  }
  return { provider: providerOf(parts, [...reader.unused], info), problems: [] }
}
