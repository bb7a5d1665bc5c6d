// What the events of one story share: names, addresses and ids are generated once and used in each of its events.
import type { Faker } from '@faker-js/faker'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../core/json.js'
import type { Settings } from '../../provider/channel.js'
import type { ProviderBehaviour } from '../../provider/provider.js'
import type { DeclaredType } from './catalog.js'
import { preparedSchema } from './declared-schema.js'
import { generate, resolved } from './generate.js'
import { isIdName, LIKE, likePattern } from './like.js'
import { asProviderSettings } from './settings.js'

/** Names of properties whose values are the same in all events of a story. */
const STABLE =
  /^(id|uuid|guid|slug|email|phone|currency|country|locale|language|created|createdAt|created_at|name|birthday|birthdate|birth_date|date_of_birth)$|(_id|Id|_uuid|_name|Name|name|_email|Email|_?[Nn]umber|_?[Cc]ode)$/

/** How deep to look for them; a schema can refer to itself. */
const MAX_DEPTH = 4

/** A property with the same value in all events of a story: its path in the data, and its resolved schema. */
export interface StableProperty {
  path: string
  schema: JsonObject
}

/** Paths in the data of a provider whose own document declares its types. */
export interface DocumentPaths {
  /** What identifies an event: made anew for each. */
  eventId: string | undefined
  /** The id of what the events of a story are about. */
  subjectId: string | undefined
}

/** The schema of a property, and where it has only an example: what its ids look like. */
const likeSample = (schema: JsonObject, name: string, sample: Json | undefined): JsonObject =>
  schema.type === 'string' &&
  typeof sample === 'string' &&
  isIdName(name) &&
  [LIKE, 'format', 'pattern'].every(keyword => schema[keyword] === undefined)
    ? { ...schema, [LIKE]: likePattern(sample) }
    : schema

/**
 * The stable properties of a type, whose schema is given with implied types. Items of arrays are not among them: each is one of several.
 * What a document names is found whatever its name.
 */
export function stableProperties(
  root: JsonObject,
  { sample, variants = [] }: Pick<DeclaredType, 'sample' | 'variants'> = {},
  { eventId, subjectId }: Partial<DocumentPaths> = {},
): StableProperty[] {
  const found: StableProperty[] = []
  const example = sample ?? variants[0]?.sample
  const look = (schema: JsonObject, path: string[]) => {
    // A property that depends on a choice may be absent in the next event.
    const whole = resolved(root, schema, () => undefined)
    if (!isJsonObject(whole.properties) || path.length >= MAX_DEPTH) return
    for (const [name, property] of Object.entries(whole.properties)) {
      if (!isJsonObject(property)) continue
      const below = resolved(root, property, () => undefined)
      const here = [...path, name]
      const decided = below.enum !== undefined || below.const !== undefined
      const isNamed = STABLE.test(name) || [eventId, subjectId].includes(here.join('.'))
      if ((below.type === 'string' || below.type === 'integer') && !decided && isNamed)
        found.push({ path: here.join('.'), schema: likeSample(below, name, valueAt(example, here)) })
      else look(property, here)
    }
  }
  look(root, [])
  return found
}

/** True if a text can be the id of a new subject: one in our format, or a uuid. */
export const isSubjectId = (text: string): boolean =>
  /^(subj_[0-9a-z]{16}|[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/.test(text)

/** A subject's id: the given one, otherwise the data's `id` if that is long enough to be unique, otherwise a generated one. */
function subjectId(fake: Faker, given: string | undefined, own: Json | undefined): string {
  const generated = `subj_${fake.string.alphanumeric({ length: 16, casing: 'lower' })}`
  return given ?? (typeof own === 'string' && own.length >= 12 ? own : generated)
}

/** Key of a stable value in the facts. Types that declare the same path differently have one value each, numbered from 1. */
export const factKey = (path: string, nth: number): string => (nth === 1 ? path : `${path}#${nth}`)

/** Makes the function for the facts of a new story: a value for every stable property of the declared types. */
export function createFacts(paths: Partial<DocumentPaths> = {}): ProviderBehaviour['facts'] {
  const bySettings = new WeakMap<Settings, StableProperty[]>()
  const stable = (settings: Settings): StableProperty[] => {
    const known = bySettings.get(settings)
    if (known) return known
    const all: StableProperty[] = []
    const schemasByPath = new Map<string, string[]>()
    for (const type of asProviderSettings(settings).eventTypes)
      for (const one of type.schema === undefined ? [] : stableProperties(preparedSchema(type.schema), type, paths)) {
        if (one.path === paths.eventId) continue
        const text = JSON.stringify(one.schema)
        const others = schemasByPath.get(one.path) ?? []
        schemasByPath.set(one.path, others)
        if (others.includes(text)) continue
        others.push(text)
        all.push({ path: factKey(one.path, others.length), schema: one.schema })
      }
    bySettings.set(settings, all)
    return all
  }
  return (fake, { now, settings, given, id }) => {
    const shared: JsonObject = {}
    for (const { path, schema } of stable(settings)) {
      const name = path.replace(/#\d+$/, '').split('.').at(-1) ?? ''
      const object = generate({ type: 'object', properties: { [name]: schema }, required: [name] }, fake, now)
      shared[path] = (isJsonObject(object) ? object[name] : null) ?? null
    }
    const idPath = paths.subjectId ?? 'id'
    const own = shared[idPath]
    if (id !== undefined && typeof own === 'string' && (paths.subjectId !== undefined || own.length === id.length))
      shared[idPath] = id
    return { subject_id: subjectId(fake, id, shared[idPath]), ...shared, ...given }
  }
}
