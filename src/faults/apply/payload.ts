// Faults of the payload, well signed: types and values nobody knows, fields too many, too few or null, bodies too large or broken.
import type { FaultKind, FaultOf } from '../../core/fault.js'
import { isJsonObject, type Json, type JsonObject, valueAt, withoutValueAt, withValueAt } from '../../core/json.js'
import { type DeclaredField, declaredFields } from './declared.js'
import { type Effect, encoded, type Making, payloadOf } from './making.js'
import { near } from './near.js'

type Bender<K extends FaultKind> = (fault: FaultOf<K>, making: Making) => Effect

const NO_JSON = 'the body is no JSON'

/** Changes the value that is sent; undefined: nothing to change. */
function change(making: Making, alter: (value: Json) => Json | undefined, otherwise: string): Effect {
  const value = payloadOf(making)
  if (value === undefined) return NO_JSON
  const altered = alter(value)
  if (altered === undefined) return otherwise
  making.body = encoded(making, altered)
  return true
}

const isUpper = (text: string) => text === text.toUpperCase() && /[A-Z]/.test(text)

/** Something new in the style of something known. */
function novel(like: Json | undefined): Json {
  if (typeof like === 'number') return 987_654
  if (typeof like !== 'string') return 'something_new'
  if (isUpper(like)) return 'SOMETHING_NEW'
  return like.includes('.') ? 'something.new' : 'something_new'
}

/** Where the type name stands on this subscription's wire: the provider's path, or the top-level key that holds it. */
function typePathOf(making: Making, value: Json): string[] | undefined {
  const { type } = making.draft.delivery
  const { typePath } = making.behaviour.traits
  if (typePath === undefined || !isJsonObject(value)) return undefined
  if (valueAt(value, typePath) !== undefined) return typePath.split('.')
  const key = Object.keys(value).find(name => value[name] === type)
  return key === undefined ? undefined : [key]
}

const unknownType: Bender<'unknownType'> = ({ as }, making) =>
  change(
    making,
    value => {
      const path = typePathOf(making, value)
      return path && withValueAt(value, path, as ?? novel(making.draft.delivery.type))
    },
    'the payload names no type',
  )

function fieldsOf({ schema }: Making, value: Json): DeclaredField[] {
  return schema === undefined ? [] : declaredFields(schema, value)
}

const unknownValue: Bender<'unknownValue'> = ({ path, value: given }, making) =>
  change(
    making,
    value => {
      const { enumPaths = [] } = making.behaviour.traits
      const candidates = [...enumPaths, ...fieldsOf(making, value).flatMap(field => (field.known ? [field.path] : []))]
      const at = path ?? candidates.find(one => valueAt(value, one) !== undefined)
      if (at === undefined || valueAt(value, at) === undefined) return undefined
      return withValueAt(value, at, given ?? novel(valueAt(value, at)))
    },
    path === undefined ? 'the payload has no field with known values' : `the payload has nothing at ${path}`,
  )

/** Unknown fields in every object, however deep. */
function extended(value: Json): Json {
  if (Array.isArray(value)) return value.map(extended)
  if (!isJsonObject(value)) return value
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, extended(item)]))
  return { ...inner, somethingNew: 'added later', something_more: { since: 2, tags: ['new'] } }
}

const extraFields: Bender<'extraFields'> = (_, making) => change(making, extended, NO_JSON)

/** Applies a change at paths that are there, the last first, so that places in lists stay right. */
function atEach(
  value: Json,
  paths: readonly (string | string[])[],
  alter: (root: Json, path: string | string[]) => Json,
): Json | undefined {
  const present = paths.filter(path => valueAt(value, path) !== undefined)
  return present.length === 0 ? undefined : [...present].reverse().reduce(alter, value)
}

const NOTHING_OPTIONAL = 'no such optional field is in the payload'

const omitOptional: Bender<'omitOptional'> = ({ paths }, making) =>
  change(
    making,
    value =>
      atEach(
        value,
        paths ?? fieldsOf(making, value).flatMap(field => (field.optional ? [field.path] : [])),
        withoutValueAt,
      ),
    NOTHING_OPTIONAL,
  )

const nullOptional: Bender<'nullOptional'> = ({ paths }, making) =>
  change(
    making,
    value =>
      atEach(
        value,
        (
          paths ?? fieldsOf(making, value).flatMap(field => (field.optional || field.nullable ? [field.path] : []))
        ).filter(path => valueAt(value, path) !== null),
        (root, path) => withValueAt(root, path, null),
      ),
    NOTHING_OPTIONAL,
  )

const bytesOf = (text: string) => Buffer.byteLength(text)

const pad: Bender<'pad'> = ({ toBytes, with: what }, making) => {
  const value = payloadOf(making)
  if (value === undefined) return NO_JSON
  if (bytesOf(making.body) >= toBytes) return `the body has ${toBytes} bytes already`
  if (what === 'field' && isJsonObject(value)) {
    const withField = (length: number) => encoded(making, { ...value, padding: 'x'.repeat(length) } as JsonObject)
    making.body = withField(Math.max(0, toBytes - bytesOf(withField(0))))
    return true
  }
  // Within the outermost brackets, so that nobody who trims the text loses it.
  const end = making.body.length - 1
  making.body = `${making.body.slice(0, end)}${' '.repeat(toBytes - bytesOf(making.body))}${making.body.slice(end)}`
  return true
}

/** Bytes with a broken sequence in the first text value. */
function brokenUtf8(text: string): Uint8Array {
  const at = text.search(/(?<=:\s*")/)
  const [before, after] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
  return Buffer.concat([Buffer.from(before), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from(after)])
}

function twice(text: string, value: Json): string | undefined {
  const [first] = isJsonObject(value) ? Object.entries(value) : []
  if (first === undefined) return undefined
  const [key, known] = first
  return `${text.slice(0, text.lastIndexOf('}'))},${JSON.stringify(key)}:${JSON.stringify(near(known))}}`
}

const malform: Bender<'malform'> = ({ as }, making) => {
  const { body } = making
  const value = payloadOf(making)
  if (as === 'truncated') making.body = body.slice(0, Math.ceil(body.length / 2))
  else if (as === 'array') making.body = `[${body}]`
  else if (as === 'empty') making.body = ''
  else if (as === 'text') making.body = 'This is not JSON.'
  else if (as === 'bom') making.body = `\ufeff${body}`
  else if (as === 'invalidUtf8') making.bytes = brokenUtf8(body)
  else {
    const doubled = value === undefined ? undefined : twice(body, value)
    if (doubled === undefined) return 'the payload has no key to repeat'
    making.body = doubled
  }
  return true
}

export const payloadFaults = {
  unknownType,
  unknownValue,
  extraFields,
  omitOptional,
  nullOptional,
  pad,
  malform,
}
