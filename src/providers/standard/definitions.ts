// How payloads of declared event types are made and checked; compiled once for each state of the settings.

import type { ZodType } from 'zod'
import * as z from 'zod'
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json, type JsonObject, valueAt, withValueAt } from '../../core/json.js'
import type { EventDefinition, MakeContext, Settings } from '../../provider/channel.js'
import type { DeclaredType } from './declared.js'
import { factKey, type Lasting, lastingOf } from './facts.js'
import { completed, zodOf } from './json-schema.js'
import { madeUp } from './made-up.js'
import { asProviderSettings, type ProviderSettings } from './settings.js'

/** How often data that do not fit their schema are made up anew. */
const TRIES = 20

/** A declared type made ready. */
interface Compiled {
  schema: JsonObject | undefined
  fits: ZodType
  lasting: (Lasting & { fits: ZodType })[]
}

function compile({ schema }: DeclaredType): Compiled {
  if (schema === undefined) return { schema, fits: z.looseObject({}), lasting: [] }
  const whole = completed(schema)
  const lasting = lastingOf(whole).map(one => ({ ...one, fits: zodOf(one.schema) }))
  return { schema: whole, fits: zodOf(whole), lasting }
}

/** An instant with so many digits of its second. */
function stamp(at: number, digits: ProviderSettings['timestampDigits'], micro: number): string {
  const text = new Date(at).toISOString()
  if (digits === 0) return `${text.slice(0, 19)}Z`
  return digits === 3 ? text : text.replace('Z', `${String(micro).padStart(3, '0')}Z`)
}

function unfit(type: string, variant: string | undefined, message: string): EmulatorError {
  const which = variant === undefined ? type : `${type} (${variant})`
  return new EmulatorError(`No data that fit its schema could be made up for ${which}: ${message}.`, {
    code: 'invalid_setting',
    hint: 'Give the event type a sample in the setting eventTypes.',
    where: 'eventTypes',
  })
}

/** What the story knows for a lasting property. */
function known(facts: JsonObject, { path, fits }: Compiled['lasting'][number]): Json | undefined {
  for (let nth = 1; Object.hasOwn(facts, factKey(path, nth)); nth++) {
    const value = facts[factKey(path, nth)]
    if (fits.safeParse(value).success) return value
  }
  return undefined
}

function withFacts(data: Json, { lasting }: Compiled, facts: JsonObject): Json {
  let whole = data
  for (const one of lasting) {
    const value = valueAt(whole, one.path) === undefined ? undefined : known(facts, one)
    if (value !== undefined) whole = withValueAt(whole, one.path, value)
  }
  return whole
}

function define(type: DeclaredType, settings: ProviderSettings): EventDefinition {
  const compiled = compile(type)
  const { envelope, timestampDigits } = settings
  const dataOf = (fake: Parameters<EventDefinition['make']>[0], { variant, now, facts }: MakeContext): Json => {
    const form = type.variants?.find(({ name }) => name === variant)
    const given = form?.sample ?? type.sample
    let problem = ''
    for (let tries = 0; tries < TRIES; tries++) {
      let data: Json
      if (given !== undefined) data = given
      else if (compiled.schema === undefined) data = { id: String(facts.subject_id) }
      else data = withFacts(madeUp(compiled.schema, fake, now), compiled, facts)
      for (const [path, value] of Object.entries(form?.set ?? {})) data = withValueAt(data, path, value)
      const issue = compiled.fits.safeParse(data).error?.issues[0]
      if (!issue) return data
      problem = [issue.path.join('.'), issue.message].filter(Boolean).join(': ')
    }
    throw unfit(type.name, variant, problem)
  }
  return {
    schema:
      envelope === 'none'
        ? compiled.fits
        : z.looseObject({
            type: z.literal(type.name),
            timestamp: z.iso.datetime({ offset: true }),
            data: compiled.fits,
          }),
    make(fake, context) {
      const data = dataOf(fake, context)
      if (envelope === 'none') {
        if (isJsonObject(data)) return data
        throw unfit(type.name, context.variant, 'without an envelope the data must be an object')
      }
      const timestamp = stamp(context.now, timestampDigits, fake.number.int(999))
      return { type: type.name, timestamp, data }
    },
    subjects: (_, { facts }) => [
      { id: String(facts.subject_id), kind: 'subject', state: 'known', data: { last_event: type.name } },
    ],
  }
}

/** Gives the definition of a declared type; undefined for any other name. */
export function createDefinitions(): (type: string, settings: Settings) => EventDefinition | undefined {
  const bySettings = new WeakMap<Settings, Map<string, EventDefinition>>()
  return (name, settings) => {
    const known = bySettings.get(settings) ?? new Map<string, EventDefinition>()
    bySettings.set(settings, known)
    const made = known.get(name)
    if (made) return made
    const complete = asProviderSettings(settings)
    const type = complete.eventTypes.find(declared => declared.name === name)
    if (!type) return undefined
    const definition = define(type, complete)
    known.set(name, definition)
    return definition
  }
}
