// A fault in a scenario: the words of core/fault.ts, with references where values stand; the emulator checks the values themselves.
import * as z from 'zod'
import { closest } from '../core/errors.js'
import { FAULT_KINDS, FAULT_SCOPE, FAULTS, type FaultField } from '../core/fault.js'

/** What the format's fields are made of. */
export interface FieldSchemas {
  wholeNumber(least: number): z.ZodType
  duration: z.ZodType
  reference: z.ZodType
  text: z.ZodType
  json: z.ZodType
}

function schemaOf(field: FaultField, { wholeNumber, duration, reference, text, json }: FieldSchemas): z.ZodType {
  switch (field.is) {
    case 'whole':
      return wholeNumber(field.least)
    case 'span':
      return duration
    case 'flag':
      return z.boolean()
    case 'choice':
      return z.union([z.enum(field.of), reference])
    case 'text':
      return text
    case 'textOrNull':
      return z.union([z.string(), z.null()])
    case 'chance':
      return z.union([z.number().gt(0).max(1), reference])
    case 'json':
      return json
    case 'texts':
      return z.array(text).min(1)
    case 'wholes':
      return z.array(wholeNumber(1)).min(1)
    case 'headers':
      return z.record(z.string(), z.string())
  }
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
}

/** What a `fault` step takes besides the short forms. In a scenario `subscription` is a name of the file's own. */
export function faultDefinitionSchema(schemas: FieldSchemas) {
  const shape = (fields: Readonly<Record<string, FaultField>>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, schemaOf(field, schemas).optional().describe(field.about)]),
    )
  // Each once in the JSON Schema, not once for each kind.
  const scope = Object.fromEntries(
    Object.entries(shape(FAULT_SCOPE)).map(([name, schema]) => [name, schema.meta({ id: `fault-${name}` })]),
  )
  const kinds = FAULT_KINDS.map(kind =>
    z.strictObject({ kind: z.literal(kind), ...shape(FAULTS[kind].fields), ...scope }).describe(FAULTS[kind].about),
  )
  return z.discriminatedUnion('kind', kinds as [(typeof kinds)[number]], {
    error: issue => {
      if (issue.code !== 'invalid_union') return undefined
      const kind = kindOf(issue.input)
      if (typeof kind !== 'string') return '"kind" is missing.'
      const near = closest(kind, FAULT_KINDS)
      return `Unknown kind of fault "${kind}". ${near === undefined ? `Known: ${FAULT_KINDS.join(', ')}.` : `Did you mean "${near}"?`}`
    },
  })
}
