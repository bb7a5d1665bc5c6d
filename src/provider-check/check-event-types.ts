// Checks of a channel's event types: every type and variant makes a payload that fits its schema, is repeatable and names known subjects.
import type { Issue } from '../core/errors.js'
import { inputIssues, summary, toIssue } from '../core/issues.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { seedWords } from '../core/seed.js'
import type { LoadedChannel } from '../provider/catalog.js'
import type { EventDefinition, EventType, MakeContext, Settings } from '../provider/channel.js'
import { reseed } from '../provider/fake.js'
import type { ProviderWithFaker } from '../provider/registry.js'
import { newFacts } from '../provider/story-facts.js'
import { definitionShape, shapeIssues } from './provider-shape.js'

/** The time of the payloads; any instant will do. */
const NOW = Date.UTC(2026, 0, 15, 9)

/** A payload, for checking how it is sent. */
export interface Sample {
  type: string
  payload: JsonObject
}

/** One payload as the emulator makes it: facts from the story's stream, then the event's own stream. */
function make(
  { behaviour, faker }: ProviderWithFaker,
  definition: EventDefinition,
  form: { type: string; variant: string | undefined },
  settings: Settings,
  seed: number,
) {
  const words = (...lateFact: string[]) => seedWords(seed, 'facts', ...lateFact)
  const facts = newFacts(behaviour, { faker, now: NOW, words }, { settings, given: {}, id: undefined })
  if (!isJsonObject(facts)) throw new Error('facts() must return an object')
  const id = facts[behaviour.rootId]
  if (typeof id !== 'string' && typeof id !== 'number')
    throw new Error(`facts() gives no "${behaviour.rootId}", which rootId names`)
  const context: MakeContext = { ...form, now: NOW, facts, settings }
  const payload = definition.make(reseed(faker, seedWords(seed, 'event'), NOW), context)
  return { payload, context }
}

/** Whether JSON can represent a value: no undefined, no Date, no NaN. */
function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  return (
    typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
  )
}

/** The first thing that is wrong with one form of a type, or its payload. */
function checkForm(
  loaded: ProviderWithFaker,
  definition: EventDefinition,
  form: { type: string; variant: string | undefined },
  settings: Settings,
  seed: number,
): { problem: string } | { payload: JsonObject } {
  try {
    const { payload, context } = make(loaded, definition, form, settings, seed)
    if (!isJson(payload) || !isJsonObject(payload)) return { problem: 'makes something that is not a JSON object' }
    const { schema } = definition
    const { error } = schema.safeParse(payload)
    if (error)
      return {
        problem: `its payload does not fit its schema: ${summary(inputIssues(error, schema, payload).map(toIssue))}`,
      }
    const again = make(loaded, definition, form, settings, seed).payload
    if (JSON.stringify(again) !== JSON.stringify(payload))
      return {
        problem:
          'the same seed does not make the same payload; take all randomness from the faker and the time from now',
      }
    for (const { id, kind, state, after = [] } of definition.subjects(payload, context)) {
      if (typeof id !== 'string') return { problem: 'names a subject without an id' }
      const states = loaded.provider.subjects[kind]?.states ?? []
      const unknown = after.find(one => !states.includes(one))
      if (unknown !== undefined)
        return { problem: `can follow the state "${unknown}" of kind "${kind}", which subjects does not know` }
      if (!states.includes(state))
        return { problem: `names a subject of kind "${kind}" in state "${state}", which subjects does not know` }
    }
    return { payload }
  } catch (error) {
    return { problem: `cannot be made: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** A name that no catalog has. */
const NO_TYPE = 'no such type'

/** What is wrong with the types of a channel, at most one issue for each of their forms, and a payload of the first. */
export function checkEventTypes(
  loaded: ProviderWithFaker,
  channel: LoadedChannel,
  eventTypes: readonly EventType[],
  settings: Settings,
  seeds: number,
): { issues: Issue[]; sample: Sample | undefined } {
  const issues: Issue[] = []
  let sample: Sample | undefined
  const at = `channels.${channel.name}`
  const define = (type: string) => {
    try {
      return channel.behaviour.definition(type, settings)
    } catch (error) {
      issues.push({
        path: `${at}.definition("${type}")`,
        message: `failed: ${error instanceof Error ? error.message : error}`,
      })
      return undefined
    }
  }
  if (define(NO_TYPE) !== undefined)
    issues.push({ path: `${at}.definition()`, message: 'must return undefined for a name that is not in the catalog' })
  for (const { name: type, variants } of eventTypes) {
    const definition = define(type)
    const wrong = shapeIssues(definitionShape, definition, `${at}.definition("${type}")`)
    issues.push(...wrong)
    if (definition === undefined || wrong.length > 0) continue
    for (const variant of variants.length === 0 ? [undefined] : variants.map(({ name }) => name))
      for (let seed = 1; seed <= seeds; seed++) {
        const found = checkForm(loaded, definition, { type, variant }, settings, seed)
        if ('payload' in found) {
          sample ??= { type, payload: found.payload }
          continue
        }
        const path = variant === undefined ? `${at}.${type}` : `${at}.${type} (${variant})`
        issues.push({ path, message: found.problem })
        break
      }
  }
  return { issues, sample }
}
