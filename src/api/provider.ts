// A provider: its channels and event types, its settings and the assumptions it makes.
import * as z from 'zod'
import { listOf } from './page.js'
import { json, jsonObject } from './values.js'

const named = { name: z.string(), title: z.string() }
const marked = {
  documented: z.boolean().meta({ description: "Whether the provider's documents say it." }),
  assumption: z
    .string()
    .nullable()
    .meta({ description: "Name of the assumption where it is Standin's choice; null where it is documented." }),
}
/** Schema of `FieldMark`. */
export const fieldMark = z.object({
  path: z.string().meta({ description: 'Dotted, with `[]` after a list; empty: the whole body.' }),
  ...marked,
})
const eventType = {
  ...named,
  subject: z.string().meta({ description: 'Kind of the subject it is about.' }),
  ...marked,
  variants: z.array(z.object(named)),
}
const wildcard = z
  .object(named)
  .nullable()
  .meta({ description: "The provider's own name for all event types in a subscription; null where it has none." })
const testEvent = z
  .string()
  .nullable()
  .meta({ description: 'The event type that its test call sends; null where it has none.' })
const jsonSchema = jsonObject.meta({ description: 'JSON Schema, draft 2020-12.' })

/** Schema of `ProviderSummary`. */
export const providerSummary = z
  .object({
    ...named,
    about: z.string(),
    channels: z.array(z.object({ ...named, wildcard, testEvent, eventTypes: z.array(z.object(eventType)) })),
  })
  .meta({ id: 'ProviderSummary' })
/** A provider with the names of its channels and event types. */
export type ProviderSummary = z.output<typeof providerSummary>

/** All providers. */
export const providerList = listOf('ProviderList', providerSummary)

/** Schema of `Provider`. */
export const provider = z
  .object({
    ...named,
    about: z.string(),
    settingsSchema: jsonSchema,
    channels: z.array(
      z.object({
        ...named,
        wildcard,
        testEvent,
        settingsSchema: jsonSchema,
        eventTypes: z.array(
          z.object({ ...eventType, schema: jsonSchema, fields: z.array(fieldMark), sample: jsonObject }),
        ),
      }),
    ),
    subjects: z.array(z.object({ kind: z.string(), title: z.string(), states: z.array(z.string()) })),
    assumptions: z.array(
      z.object({
        name: z.string(),
        question: z.string(),
        choice: json,
        reason: z.string(),
        setting: z.enum(['subscription', 'provider']).nullable(),
        alternatives: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Provider' })
/** A provider with schemas and samples of its event types, its settings and assumptions. */
export type Provider = z.output<typeof provider>

/** Of which event type a sample is asked for. */
export const sampleQuery = z.strictObject({
  type: z.string().meta({ description: "In the provider's spelling." }),
  channel: z.string().optional().meta({ description: "Default: the provider's first that has the type." }),
  variant: z.string().optional().meta({ description: 'Default: the first.' }),
})
