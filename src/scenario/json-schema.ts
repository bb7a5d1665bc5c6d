// The scenario format as JSON Schema, for editors; made from the one zod schema.
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { bareListSchema, scenarioSchema, stepSchema, VERBS } from './schema.js'

/** JSON Schema (2020-12) of scenario files: a whole scenario, or a bare list of event types. */
export function scenarioJsonSchema(): JsonObject {
  const options = {
    io: 'input',
    // Any JSON value, which the schemas check as a custom type.
    unrepresentable: 'any',
    override: ({
      zodSchema,
      jsonSchema,
    }: {
      zodSchema: z.core.$ZodTypes
      jsonSchema: z.core.JSONSchema.BaseSchema
    }) => {
      // One verb a step is a refinement, which zod does not translate.
      if (zodSchema === (stepSchema as z.core.$ZodType)) jsonSchema.oneOf = VERBS.map(verb => ({ required: [verb] }))
    },
  } as const
  const whole = plain(z.toJSONSchema(scenarioSchema, options))
  const list = plain(z.toJSONSchema(bareListSchema, options))
  const { $schema, $defs = {}, ...scenario } = whole
  const { $schema: _same, ...types } = list
  return {
    $schema: $schema ?? 'https://json-schema.org/draft/2020-12/schema',
    title: 'Standin scenario',
    description: 'One story of webhooks and what must come of it, or a bare list of event types.',
    anyOf: [scenario, types],
    $defs,
  }
}

/** The text of `scenarios/scenario.schema.json`. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`
}

function plain(schema: unknown): JsonObject {
  const json = JSON.parse(JSON.stringify(schema)) as Json
  return isJsonObject(json) ? json : {}
}
