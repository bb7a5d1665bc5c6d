// How payloads of declared event types are generated and checked; compiled once per settings object.

import type { Faker } from '@faker-js/faker'
import type { ZodType } from 'zod'
import * as z from 'zod'
import { EmulatorError } from '../../core/errors.js'
import { inputIssues, summary, toIssue } from '../../core/issues.js'
import { isJsonObject, type Json, type JsonObject, valueAt, withValueAt } from '../../core/json.js'
import type { EventDefinition, MakeContext, Settings } from '../../provider/channel.js'
import { type DeclaredType, isExample } from './catalog.js'
import { MOST_WORK, workBudget, workCounter } from './checking-work.js'
import { preparedSchema } from './declared-schema.js'
import { type DocumentPaths, factKey, type StableProperty, stableProperties } from './facts.js'
import { generate } from './generate.js'
import { textMatching } from './generate-matching.js'
import { zodOf } from './json-schema.js'
import { isIdName, likePattern } from './like.js'
import { asProviderSettings, type ProviderSettings } from './settings.js'

/** How often data that does not match its schema is generated again. */
const MAX_TRIES = 20

/** A declared type with its compiled schemas. */
interface Compiled {
  schema: JsonObject | undefined
  validator: ZodType
  stable: (StableProperty & { validator: ZodType })[]
  /** The property that identifies an event, where a document says so. */
  eventId: StableProperty | undefined
}

function compile(type: DeclaredType, paths: DocumentPaths | undefined): Compiled {
  if (type.schema === undefined)
    return { schema: undefined, validator: z.looseObject({}), stable: [], eventId: undefined }
  const whole = preparedSchema(type.schema)
  const all = stableProperties(whole, type, paths)
  const isEventId = ({ path }: StableProperty) => path === paths?.eventId
  const stable = all.filter(one => !isEventId(one)).map(one => ({ ...one, validator: zodOf(one.schema) }))
  return { schema: whole, validator: zodOf(whole), stable, eventId: all.find(isEventId) }
}

/** An instant (ms) with the given number of fractional digits. */
function timestampText(at: number, digits: ProviderSettings['timestampDigits'], micro: number): string {
  const text = new Date(at).toISOString()
  if (digits === 0) return `${text.slice(0, 19)}Z`
  return digits === 3 ? text : text.replace('Z', `${String(micro).padStart(3, '0')}Z`)
}

function cannotGenerate(type: string, variant: string | undefined, message: string): EmulatorError {
  const which = variant === undefined ? type : `${type} (${variant})`
  return new EmulatorError(`No data that matches its schema could be generated for ${which}: ${message}`, {
    code: 'invalid_setting',
    hint: 'Give the event type a sample in the setting eventTypes.',
    where: 'eventTypes',
  })
}

/** The story's value of a stable property; undefined where it has none. */
function factFor(facts: JsonObject, { path, validator }: Compiled['stable'][number]): Json | undefined {
  for (let nth = 1; Object.hasOwn(facts, factKey(path, nth)); nth++) {
    const value = facts[factKey(path, nth)]
    if (validator.safeParse(value).success) return value
  }
  return undefined
}

function withFacts(data: Json, { stable }: Compiled, facts: JsonObject): Json {
  let whole = data
  for (const one of stable) {
    const value = valueAt(whole, one.path) === undefined ? undefined : factFor(facts, one)
    if (value !== undefined) whole = withValueAt(whole, one.path, value)
  }
  return whole
}

const nameOf = (path: string) => path.split('.').at(-1) ?? ''

/** The data with an id of its own for this event, in the form that the schema or the example gives it. */
function withEventId(data: Json, path: string, property: StableProperty | undefined, fake: Faker, now: number): Json {
  const before = valueAt(data, path)
  if (before === undefined) return data
  const name = nameOf(path)
  const object =
    property === undefined
      ? undefined
      : generate({ type: 'object', properties: { [name]: property.schema }, required: [name] }, fake, now)
  const made = isJsonObject(object)
    ? object[name]
    : typeof before === 'string'
      ? textMatching(likePattern(before), fake)
      : undefined
  return made === undefined ? data : withValueAt(data, path, made)
}

function define(type: DeclaredType, settings: ProviderSettings, paths: DocumentPaths | undefined): EventDefinition {
  const compiled = compile(type, paths)
  // An example of a document is sent as it is but for its ids, which differ from story to story.
  const ids = { ...compiled, stable: compiled.stable.filter(({ path }) => isIdName(nameOf(path))) }
  const { envelope, timestampDigits } = settings
  const dataOf = (fake: Parameters<EventDefinition['make']>[0], { variant, now, facts }: MakeContext): Json => {
    const form = type.variants?.find(({ name }) => name === variant)
    const given = form?.sample ?? type.sample
    let problem = ''
    const workOf = workCounter(compiled.schema ?? {})
    let work = 0
    const budget = { made: 0 }
    const generated = (schema: JsonObject) => {
      try {
        return generate(schema, fake, now, budget)
      } catch (error) {
        throw cannotGenerate(type.name, variant, error instanceof Error ? error.message : String(error))
      }
    }
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      let data: Json
      if (given !== undefined) data = paths === undefined ? given : withFacts(given, ids, facts)
      else if (compiled.schema === undefined) data = { id: String(facts.subject_id) }
      else data = withFacts(generated(compiled.schema), compiled, facts)
      if (paths?.eventId !== undefined) data = withEventId(data, paths.eventId, compiled.eventId, fake, now)
      for (const [path, value] of Object.entries(form?.set ?? {})) data = withValueAt(data, path, value)
      work += workOf(data)
      if (tries > 0 && work > MOST_WORK) break
      const { error } = compiled.validator.safeParse(data)
      if (!error) return data
      problem = summary(inputIssues(error, compiled.validator, data).map(toIssue))
    }
    throw cannotGenerate(type.name, variant, problem)
  }
  const { schema } = compiled
  const isDocumented = paths !== undefined || isExample(type)
  const validator = isDocumented ? compiled.validator : compiled.validator.meta({ assumption: 'eventTypes' })
  return {
    ...(schema !== undefined && {
      checkBudget() {
        const spend = workBudget(type.name, schema)
        if (envelope === 'none') return spend
        return (payload: JsonObject, path?: readonly string[]) => {
          if (payload.data === undefined || (path?.[0] ?? 'data') !== 'data') return
          spend(payload.data, path?.slice(1))
        }
      },
    }),
    schema:
      envelope === 'none'
        ? validator
        : z.looseObject({
            type: z.literal(type.name),
            timestamp: z.iso.datetime({ offset: true }),
            data: validator,
          }),
    make(fake, context) {
      const data = dataOf(fake, context)
      if (envelope === 'none') {
        if (isJsonObject(data)) return data
        throw cannotGenerate(type.name, context.variant, 'without an envelope the data must be an object.')
      }
      const made = timestampText(context.now, timestampDigits, fake.number.int(999))
      const { last_at: before } = context.facts
      // The generated microseconds must not put an event before the last one of its story.
      const timestamp = typeof before === 'string' && before > made ? before : made
      return { type: type.name, timestamp, data }
    },
    subjects: ({ timestamp = null }, { facts }) => [
      {
        id: String(facts.subject_id),
        kind: 'subject',
        state: 'known',
        data: { last_event: type.name, ...(envelope === 'none' ? {} : { last_at: timestamp }) },
      },
    ],
  }
}

/** Finds the definition of a declared type; undefined for any other name. With `paths` the declarations are those of a document. */
export function createDefinitions(
  paths?: DocumentPaths,
): (type: string, settings: Settings) => EventDefinition | undefined {
  const bySettings = new WeakMap<Settings, Map<string, EventDefinition>>()
  return (name, settings) => {
    const known = bySettings.get(settings) ?? new Map<string, EventDefinition>()
    bySettings.set(settings, known)
    const compiled = known.get(name)
    if (compiled) return compiled
    const complete = asProviderSettings(settings)
    const type = complete.eventTypes.find(declared => declared.name === name)
    if (!type) return undefined
    const definition = define(type, complete, paths)
    known.set(name, definition)
    return definition
  }
}
