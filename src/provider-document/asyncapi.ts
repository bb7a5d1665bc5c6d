// The messages that an AsyncAPI document says its application sends: subscribe in 2.x, operations that send in 3.0.
import { excerpt } from '../core/errors.js'
import { isJsonObject, type JsonObject } from '../core/json.js'
import { type DocumentReader, listOf, objectOf, type Place, textOf } from './document.js'
import { EVENT_NAME } from './extensions.js'
import { checkOwnExtensions, type Example, type Sent } from './sent.js'

/** Formats of schemas that are JSON Schema. */
const isJsonSchema = (format: string) =>
  /json|asyncapi|openapi|yaml/i.test(format) && !/avro|protobuf|raml/i.test(format)

const isJson = (type: string) => /[/+]json$/i.test(type.split(';')[0]?.trim() ?? '')

/** A message with what its traits add; its own fields win. Source: AsyncAPI 3.0, "Traits Merge Mechanism". */
function withTraits(reader: DocumentReader, message: Place): JsonObject {
  const traits = listOf(objectOf(message.value).traits).map((_, i) =>
    objectOf(reader.follow(reader.at(message, 'traits', i)).value),
  )
  return Object.assign({}, ...traits, objectOf(message.value))
}

function examplesOf(reader: DocumentReader, message: Place): Example[] {
  const list = reader.at(message, 'examples')
  return listOf(list.value).flatMap((_, i): Example[] => {
    const example = reader.follow(reader.at(list, i))
    const payload = reader.at(example, 'payload')
    const { name, summary } = objectOf(example.value)
    const called = textOf(name) ?? `example-${i + 1}`
    return payload.value === undefined ? [] : [{ name: called, title: textOf(summary) ?? called, place: payload }]
  })
}

/** The schema of a message's payload; undefined and a note where it is none of JSON. `null`: there is none. */
function payloadOf(reader: DocumentReader, message: Place, own: JsonObject): Place | null | undefined {
  const payload = reader.at(message, 'payload')
  // A schema in another format stands one level deeper in 3.0.
  const inner = objectOf(reader.follow(payload).value)
  const format = textOf(inner.schemaFormat) ?? textOf(own.schemaFormat)
  if (format !== undefined && !isJsonSchema(format)) return undefined
  if (inner.schemaFormat !== undefined) return reader.at(reader.follow(payload), 'schema')
  return payload.value === undefined ? null : payload
}

function sentAs(reader: DocumentReader, place: Place, name: string, fallbackTitle: string | undefined): Sent[] {
  const message = reader.follow(place)
  if (!isJsonObject(message.value)) return []
  const own = withTraits(reader, message)
  checkOwnExtensions(reader, message)
  const called = excerpt(textOf(own.name) ?? name)
  const type = textOf(own.contentType) ?? textOf(reader.root.defaultContentType) ?? 'application/json'
  if (!isJson(type)) {
    reader.unused.add(`the message ${called}, which is ${excerpt(type)}`)
    return []
  }
  const schema = payloadOf(reader, message, own)
  if (schema === undefined) {
    reader.unused.add(`the message ${called}, whose schema is in another format`)
    return []
  }
  if (own.headers !== undefined) reader.unused.add(`the headers of ${called}: they come from x-standin-signature`)
  if (own.bindings !== undefined) reader.unused.add('bindings')
  return [
    {
      name: textOf(own[EVENT_NAME]),
      fallback: textOf(own.name) ?? name,
      title: textOf(own.title) ?? textOf(own.summary) ?? fallbackTitle ?? name,
      method: 'POST',
      contentType: type,
      place: message,
      schema: schema ?? undefined,
      examples: examplesOf(reader, message),
      successes: [],
    },
  ]
}

/** The name of a message: the last part of the reference to it, or what is given. */
function messageName({ value, path }: Place, otherwise: string): string {
  const reference = objectOf(value).$ref
  if (typeof reference === 'string') return reference.split('/').at(-1) ?? otherwise
  const last = path.at(-1)
  return typeof last === 'string' && last !== 'message' ? last : otherwise
}

/** Messages of AsyncAPI 2.x: those that others subscribe to. */
function ofChannels(reader: DocumentReader, root: Place): Sent[] {
  const channels = reader.at(root, 'channels')
  return Object.keys(objectOf(channels.value)).flatMap(name => {
    const channel = reader.follow(reader.at(channels, name))
    if (objectOf(channel.value).publish !== undefined)
      reader.unused.add(`what is published to ${excerpt(name)}: the provider receives it`)
    const operation = reader.follow(reader.at(channel, 'subscribe'))
    const { operationId, summary } = objectOf(operation.value)
    const message = reader.at(operation, 'message')
    const alternatives = reader.at(message, 'oneOf')
    const called = textOf(operationId) ?? name
    return Array.isArray(alternatives.value)
      ? alternatives.value.flatMap((_, i) => {
          const one = reader.at(alternatives, i)
          return sentAs(reader, one, messageName(one, `${called}-${i + 1}`), textOf(summary))
        })
      : sentAs(reader, message, messageName(message, called), textOf(summary))
  })
}

/** Messages of AsyncAPI 3.0: those of operations that send. */
function ofOperations(reader: DocumentReader, root: Place): Sent[] {
  const operations = reader.at(root, 'operations')
  return Object.keys(objectOf(operations.value)).flatMap(name => {
    const operation = reader.follow(reader.at(operations, name))
    const { action, messages, summary } = objectOf(operation.value)
    if (action !== 'send') {
      reader.unused.add(`the operation ${excerpt(name)}: it does not send`)
      return []
    }
    const given = reader.at(operation, 'messages')
    const ofChannel = reader.at(reader.follow(reader.at(operation, 'channel')), 'messages')
    const places =
      messages === undefined
        ? Object.keys(objectOf(ofChannel.value)).map(key => reader.at(ofChannel, key))
        : listOf(messages).map((_, i) => reader.at(given, i))
    return places.flatMap(place => sentAs(reader, place, messageName(place, name), textOf(summary)))
  })
}

/** Everything that the document says is sent, each message once. */
export function asyncApiSent(reader: DocumentReader): Sent[] {
  const root: Place = { value: reader.root, path: [] }
  const all = reader.root.operations === undefined ? ofChannels(reader, root) : ofOperations(reader, root)
  if (reader.root.servers !== undefined) reader.unused.add('its servers')
  return all.filter((one, i) => all.findIndex(({ place }) => place.value === one.place.value) === i)
}
