// Makes a provider of a document: OpenAPI (3.0, 3.1) or AsyncAPI (2.x, 3.0) that says which webhooks are sent.
import { didYouMean, excerpt } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { defineChannel, type EventType } from '../provider/channel.js'
import { defineProvider, type Provider } from '../provider/provider.js'
import { assumptionsOf } from './assumptions.js'
import { asyncApiSent } from './asyncapi.js'
import { behaviourOf, channelOf, type Parts } from './behaviour.js'
import { declarationsOf } from './declarations.js'
import { createReader, type DocumentProblem, type DocumentReader, objectOf, textOf } from './document.js'
import { readExtensions } from './extensions.js'
import { openApiSent } from './openapi.js'
import type { Sent } from './sent.js'
import { signingOf } from './signature.js'

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
    hint:
      root.swagger === undefined
        ? didYouMean(key, ['openapi', 'asyncapi'], 'Known keys')
        : 'Convert it to OpenAPI 3 first.',
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
