// What the events of one story share: names, addresses and ids are made up once and stand in each of its events.
import type { Faker } from '@faker-js/faker'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { Settings } from '../../provider/channel.js'
import type { ProviderBehaviour } from '../../provider/provider.js'
import { completed } from './json-schema.js'
import { madeUp, resolved } from './made-up.js'
import { asProviderSettings } from './settings.js'

/** Properties that stay what they are from one event of a story to the next. */
const LASTING =
  /^(id|uuid|guid|slug|email|phone|currency|country|locale|language|created|createdAt|created_at|name|birthday|birthdate|birth_date|date_of_birth)$|(_id|Id|_uuid|_name|Name|name|_email|Email|_?[Nn]umber|_?[Cc]ode)$/

/** How deep to look for them; a schema may refer to itself. */
const DEPTH = 4

/** A lasting property: where it is in the data, and its schema with everything it refers to. */
export interface Lasting {
  path: string
  schema: JsonObject
}

/** The lasting properties of a completed schema. What stands in an array is one of several and lasts no further than its event. */
export function lastingOf(root: JsonObject): Lasting[] {
  const found: Lasting[] = []
  const look = (schema: JsonObject, path: string[]) => {
    // What depends on a choice may not be there next time.
    const whole = resolved(root, schema, () => undefined)
    if (!isJsonObject(whole.properties) || path.length >= DEPTH) return
    for (const [name, property] of Object.entries(whole.properties)) {
      if (!isJsonObject(property)) continue
      const below = resolved(root, property, () => undefined)
      const here = [...path, name]
      const decided = below.enum !== undefined || below.const !== undefined
      if ((below.type === 'string' || below.type === 'integer') && !decided && LASTING.test(name))
        found.push({ path: here.join('.'), schema: below })
      else look(property, here)
    }
  }
  look(root, [])
  return found
}

/** True where a text may be the id of a new subject: one of ours, or a uuid. */
export const isSubjectId = (text: string): boolean =>
  /^(subj_[0-9a-z]{16}|[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/.test(text)

/** A subject's id: the one its user gave, else what the data call `id` when that is long enough to be its own. */
function subjectId(fake: Faker, given: string | undefined, own: Json | undefined): string {
  const made = `subj_${fake.string.alphanumeric({ length: 16, casing: 'lower' })}`
  return given ?? (typeof own === 'string' && own.length >= 12 ? own : made)
}

/** Key of a lasting value among the facts; types that declare a path differently have a value each, numbered from 1. */
export const factKey = (path: string, nth: number): string => (nth === 1 ? path : `${path}#${nth}`)

/** Gives the maker of a new story's facts: a value for every lasting property that the declared types have. */
export function createFacts(): ProviderBehaviour['facts'] {
  const bySettings = new WeakMap<Settings, Lasting[]>()
  const lasting = (settings: Settings): Lasting[] => {
    const known = bySettings.get(settings)
    if (known) return known
    const all: Lasting[] = []
    const looks = new Map<string, string[]>()
    for (const { schema } of asProviderSettings(settings).eventTypes)
      for (const one of schema === undefined ? [] : lastingOf(completed(schema))) {
        const look = JSON.stringify(one.schema)
        const others = looks.get(one.path) ?? []
        looks.set(one.path, others)
        if (others.includes(look)) continue
        others.push(look)
        all.push({ path: factKey(one.path, others.length), schema: one.schema })
      }
    bySettings.set(settings, all)
    return all
  }
  return (fake, { now, settings, given, id }) => {
    const shared: JsonObject = {}
    for (const { path, schema } of lasting(settings)) {
      const name = path.replace(/#\d+$/, '').split('.').at(-1) ?? ''
      const made = madeUp({ type: 'object', properties: { [name]: schema }, required: [name] }, fake, now)
      shared[path] = (isJsonObject(made) ? made[name] : null) ?? null
    }
    if (id !== undefined && typeof shared.id === 'string' && shared.id.length === id.length) shared.id = id
    return { subject_id: subjectId(fake, id, shared.id), ...shared, ...given }
  }
}
