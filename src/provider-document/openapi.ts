// The requests that an OpenAPI document says its provider sends: webhooks (3.1), x-webhooks (3.0) and callbacks.
import { excerpt } from '../core/errors.js'
import { isJsonObject } from '../core/json.js'
import { type DocumentReader, objectOf, type Place, textOf } from './document.js'
import { EVENT_NAME } from './extensions.js'
import { checkOwnExtensions, type Example, type Sent } from './sent.js'

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** True for a media type of JSON: `application/json`, `application/vnd.acme+json; charset=utf-8`. */
const isJson = (type: string) => /[/+]json$/i.test(type.split(';')[0]?.trim() ?? '')

function examplesOf(reader: DocumentReader, media: Place): Example[] {
  const named = reader.at(media, 'examples')
  const all = Object.keys(objectOf(named.value)).flatMap((name): Example[] => {
    const example = reader.follow(reader.at(named, name))
    const value = reader.at(example, 'value')
    if (value.value === undefined) {
      if (reader.at(example, 'externalValue').value !== undefined)
        reader.unused.add(`the example ${excerpt(name)}, which is outside of the document`)
      return []
    }
    return [{ name, title: textOf(objectOf(example.value).summary) ?? name, place: value }]
  })
  const one = reader.at(media, 'example')
  return one.value === undefined ? all : [{ name: 'example', title: 'The example', place: one }, ...all]
}

/** Statuses of success that the responses of an operation name. */
const successesOf = (reader: DocumentReader, operation: Place): string[] =>
  Object.keys(objectOf(reader.follow(reader.at(operation, 'responses')).value)).filter(status =>
    /^2(\d\d|XX)$/i.test(status),
  )

function sentBy(reader: DocumentReader, item: Place, name: string, isCallback: boolean): Sent[] {
  const path = reader.follow(item)
  const methods = Object.keys(objectOf(path.value)).filter(key => METHODS.includes(key.toLowerCase()))
  return methods.flatMap((method): Sent[] => {
    const operation = reader.follow(reader.at(path, method))
    const own = objectOf(operation.value)
    const called = excerpt(name)
    checkOwnExtensions(reader, operation)
    const content = reader.at(reader.follow(reader.at(operation, 'requestBody')), 'content')
    const types = Object.keys(objectOf(content.value))
    const type = types.find(isJson)
    if (type === undefined) {
      const has = types.length === 0 ? 'has no body' : `has no body of JSON (${types.map(excerpt).join(', ')})`
      reader.unused.add(`the ${method.toUpperCase()} of ${called}, which ${has}`)
      return []
    }
    for (const left of types.filter(one => one !== type))
      reader.unused.add(`the media type ${excerpt(left)} of ${called}`)
    const parameters = [path, operation].map(place => reader.at(place, 'parameters').value)
    if (parameters.some(list => Array.isArray(list) && list.length > 0))
      reader.unused.add(`the parameters of ${called}: headers come from x-standin-signature`)
    if (own.security !== undefined)
      reader.unused.add('the security of operations: x-standin-signature says how they sign')
    const media = reader.at(content, type)
    const schema = reader.at(media, 'schema')
    return [
      {
        name: textOf(own[EVENT_NAME]),
        fallback: isCallback || methods.length > 1 ? (textOf(own.operationId) ?? name) : name,
        title: textOf(own.summary) ?? textOf(own.description)?.split('\n')[0] ?? name,
        method: method.toUpperCase(),
        contentType: type,
        place: operation,
        schema: schema.value === undefined ? undefined : schema,
        examples: examplesOf(reader, media),
        successes: successesOf(reader, operation),
      },
    ]
  })
}

/** The operations of callbacks, by their name. */
function callbacks(reader: DocumentReader, root: Place): Sent[] {
  const paths = reader.at(root, 'paths')
  return Object.keys(objectOf(paths.value)).flatMap(path => {
    const item = reader.at(paths, path)
    const reference = objectOf(item.value).$ref
    // What a path is that calls for nothing does not matter.
    if (typeof reference === 'string' && !reference.startsWith('#')) {
      reader.unused.add(`the path ${excerpt(path)}, which is in another document`)
      return []
    }
    const found = reader.follow(item)
    return METHODS.flatMap(method => {
      const all = reader.at(found, method, 'callbacks')
      return Object.keys(objectOf(all.value)).flatMap(name => {
        const callback = reader.follow(reader.at(all, name))
        return Object.keys(objectOf(callback.value))
          .filter(key => !key.startsWith('x-'))
          .flatMap(expression => {
            reader.unused.add(`the callback URL ${excerpt(expression)}: events go to the URLs of subscriptions`)
            return sentBy(reader, reader.at(callback, expression), name, true)
          })
      })
    })
  })
}

/** Everything that the document says is sent. */
export function openApiSent(reader: DocumentReader): Sent[] {
  const root: Place = { value: reader.root, path: [] }
  const webhooks = ['webhooks', 'x-webhooks'].flatMap(key => {
    const all = reader.at(root, key)
    return Object.keys(objectOf(all.value))
      .filter(name => isJsonObject(objectOf(all.value)[name]))
      .flatMap(name => sentBy(reader, reader.at(all, name), name, false))
  })
  const sent = [...webhooks, ...callbacks(reader, root)]
  const paths = Object.keys(objectOf(reader.root.paths)).length
  if (paths > 0) reader.unused.add(`the operations of its own API (${paths} ${paths === 1 ? 'path' : 'paths'})`)
  if (reader.root.servers !== undefined) reader.unused.add('its servers')
  return sent
}
