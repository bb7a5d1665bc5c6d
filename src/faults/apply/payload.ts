// Faults of the payload, validly signed: unknown types and values, extra, missing or null fields, large and malformed bodies.
import type { FaultKind, FaultOf } from '../../core/fault.js'
import { isJsonObject, type Json, valueAt, withoutValueAt, withValueAt } from '../../core/json.js'
import { type DeclaredField, declaredFields } from '../../core/mutate/declared-fields.js'
import {
  malformed,
  paddedWithField,
  paddedWithSpaces,
  parsed,
  unknownValue as unknownValueLike,
  withUnknownFields,
} from '../../core/mutate/payload.js'
import { type Effect, encoded, type MutationState } from './mutation-state.js'

type Apply<K extends FaultKind> = (fault: FaultOf<K>, state: MutationState) => Effect

const NOT_JSON = 'the body is not JSON'

/** Changes the value that is sent; skipped with the given reason where `alter` answers undefined. */
function change(state: MutationState, alter: (value: Json) => Json | undefined, otherwise: string): Effect {
  const value = parsed(state.body)
  if (value === undefined) return NOT_JSON
  const altered = alter(value)
  if (altered === undefined) return otherwise
  state.body = encoded(state, altered)
  return true
}

/** Where this subscription's payload holds the type name: the provider's path, or the top-level key with that value. */
function typePathOf({ draft, traits }: MutationState, value: Json): string[] | undefined {
  const { typePath } = traits
  if (typePath === undefined || !isJsonObject(value)) return undefined
  if (valueAt(value, typePath) !== undefined) return typePath.split('.')
  const key = Object.keys(value).find(name => value[name] === draft.delivery.type)
  return key === undefined ? undefined : [key]
}

const unknownType: Apply<'unknownType'> = ({ as }, state) =>
  change(
    state,
    value => {
      const path = typePathOf(state, value)
      return path && withValueAt(value, path, as ?? unknownValueLike(state.draft.delivery.type))
    },
    'the payload has no event type',
  )

function fieldsOf({ schema }: MutationState, value: Json): DeclaredField[] {
  return schema === undefined ? [] : declaredFields(schema, value)
}

const unknownValue: Apply<'unknownValue'> = ({ path, value: given }, state) =>
  change(
    state,
    value => {
      const { enumPaths = [] } = state.traits
      const candidates = [...enumPaths, ...fieldsOf(state, value).flatMap(field => (field.known ? [field.path] : []))]
      const at = path ?? candidates.find(one => valueAt(value, one) !== undefined)
      if (at === undefined || valueAt(value, at) === undefined) return undefined
      return withValueAt(value, at, given ?? unknownValueLike(valueAt(value, at)))
    },
    path === undefined ? 'the payload has no field with known values' : `the payload has nothing at ${path}`,
  )

const extraFields: Apply<'extraFields'> = (_, state) => change(state, withUnknownFields, NOT_JSON)

/** Changes the value at each path that is present, the last first, so that indexes in lists stay valid. */
function atEach(
  value: Json,
  paths: readonly (string | string[])[],
  alter: (root: Json, path: string | string[]) => Json,
): Json | undefined {
  const present = paths.filter(path => valueAt(value, path) !== undefined)
  return present.length === 0 ? undefined : [...present].reverse().reduce(alter, value)
}

const NOTHING_OPTIONAL = 'the payload has no such optional field'

const omitOptional: Apply<'omitOptional'> = ({ paths }, state) =>
  change(
    state,
    value =>
      atEach(
        value,
        paths ?? fieldsOf(state, value).flatMap(field => (field.optional ? [field.path] : [])),
        withoutValueAt,
      ),
    NOTHING_OPTIONAL,
  )

const nullOptional: Apply<'nullOptional'> = ({ paths }, state) =>
  change(
    state,
    value =>
      atEach(
        value,
        (
          paths ?? fieldsOf(state, value).flatMap(field => (field.optional || field.nullable ? [field.path] : []))
        ).filter(path => valueAt(value, path) !== null),
        (root, path) => withValueAt(root, path, null),
      ),
    NOTHING_OPTIONAL,
  )

const pad: Apply<'pad'> = ({ toBytes, with: what }, state) => {
  const value = parsed(state.body)
  if (value === undefined) return NOT_JSON
  if (Buffer.byteLength(state.body) >= toBytes) return `the body already has ${toBytes} bytes`
  state.body =
    what === 'field' && isJsonObject(value)
      ? paddedWithField(value, toBytes, inner => encoded(state, inner))
      : paddedWithSpaces(state.body, toBytes)
  return true
}

const malform: Apply<'malform'> = ({ as }, state) => {
  const changed = malformed(state.body, as)
  if (changed === undefined) return 'the payload has no key to repeat'
  if (typeof changed === 'string') state.body = changed
  else state.bytes = changed
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
