// Parts of an OpenAPI document that the control API and the providers' APIs share: path items and parameters.
import type { ZodType } from 'zod'
import { isJsonObject, type JsonObject } from '../core/json.js'
import type { Components } from './json-schema.js'
import { parameterNames } from './router.js'

/** Path (or webhook name) to its operations by lower-case method. */
export type PathItems = Record<string, JsonObject>

/** Adds an operation. */
export function put(items: PathItems, path: string, method: string, operation: JsonObject): void {
  items[path] = { ...items[path], [method.toLowerCase()]: operation }
}

/** Where an operation's parameters come from. */
export interface ParameterSpec {
  path: string
  params?: ZodType | undefined
  query?: ZodType | undefined
}

const properties = (schema: JsonObject | undefined): [string, JsonObject][] =>
  Object.entries(isJsonObject(schema?.properties) ? schema.properties : {}).map(([name, property]) => [
    name,
    isJsonObject(property) ? property : {},
  ])

/** A schema's description moves up to its parameter. */
const parameter = (
  place: 'path' | 'query',
  name: string,
  required: boolean,
  { description, ...schema }: JsonObject,
): JsonObject => ({
  name,
  in: place,
  required,
  ...(description === undefined ? {} : { description }),
  schema,
})

/** `{ parameters: […] }`, or nothing where an operation has none. Path parameters without a schema are texts. */
export function parameters({ path, params, query }: ParameterSpec, components: Components, owner?: string): JsonObject {
  const ofPath = new Map(properties(params && components.use(params, 'input', owner)))
  const ofQuery = query && components.use(query, 'input', owner, owner === undefined ? undefined : { documented: true })
  const required = Array.isArray(ofQuery?.required) ? ofQuery.required : []
  const all = [
    ...parameterNames(path).map(name => parameter('path', name, true, ofPath.get(name) ?? { type: 'string' })),
    ...properties(ofQuery).map(([name, schema]) => parameter('query', name, required.includes(name), schema)),
  ]
  return all.length === 0 ? {} : { parameters: all }
}
