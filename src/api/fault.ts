// Checking a fault as users give it: closed keys for each kind, durations read, defaults filled in.
import * as z from 'zod'
import { closest, EmulatorError } from '../core/errors.js'
import { FAULT_KINDS, FAULT_SCOPE, FAULTS, type Fault, type FaultField } from '../core/fault.js'
import { inputIssues, summary, toIssue } from '../core/issues.js'
import { isJsonObject, type Json } from '../core/json.js'
import { duration } from './duration.js'
import { text } from './values.js'

function bare(field: FaultField): z.ZodType {
  switch (field.is) {
    case 'whole':
      return z
        .int()
        .min(field.least)
        .max(field.most ?? Number.MAX_SAFE_INTEGER)
    case 'span':
      return duration
    case 'flag':
      return z.boolean()
    case 'choice':
      return z.enum(field.of)
    case 'text':
      return text
    case 'textOrNull':
      return z.string().nullable()
    case 'chance':
      return z.number().gt(0).max(1)
    case 'json':
      return z.custom<Json>(value => value !== undefined)
    case 'texts':
      return z.array(text).min(1)
    case 'wholes':
      return z.array(z.int().min(1)).min(1)
    case 'headers':
      return z.record(z.string(), z.string())
  }
}

/** A field of a fault: optional, or with its default. */
function schemaOf(field: FaultField): z.ZodType {
  const schema = bare(field)
  const filled = 'default' in field && field.default !== undefined ? schema.prefault(field.default) : schema.optional()
  return filled.describe(field.about)
}

const shapeOf = (fields: Readonly<Record<string, FaultField>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]))

const scope = shapeOf(FAULT_SCOPE)

const kinds = FAULT_KINDS.map(kind =>
  z
    .strictObject({ kind: z.literal(kind), ...shapeOf(FAULTS[kind].fields), ...scope })
    .describe(FAULTS[kind].about)
    .meta({ id: `Fault_${kind}` }),
)

const kindOf = (value: unknown) => (isJsonObject(value) ? value.kind : undefined)

/** What is wrong with a kind that is none; undefined kinds are missing. */
function unknownKind(kind: unknown): string {
  if (typeof kind !== 'string') return `"kind" is missing: one of ${FAULT_KINDS.join(', ')}.`
  const near = closest(kind, FAULT_KINDS)
  const hint = near === undefined ? `Known: ${FAULT_KINDS.join(', ')}.` : `Did you mean "${near}"?`
  return `Unknown kind of fault "${kind}". ${hint}`
}

// The table gives the shape of each kind, and its types are checked against the table in core/fault.ts.
/** A fault as users give it; its output is checked and complete. */
export const faultSchema = z.discriminatedUnion('kind', kinds as [(typeof kinds)[number]], {
  error: issue => (issue.code === 'invalid_union' ? unknownKind(kindOf(issue.input)) : undefined),
}) as unknown as z.ZodType<Fault>

/** A checked fault; throws `invalid_input` with every issue, or `unknown_name` for a kind there is not. */
export function checkedFault(input: unknown): Fault {
  const result = faultSchema.safeParse(input)
  if (result.success) return result.data
  const given = kindOf(input)
  const kind = FAULT_KINDS.find(known => known === given)
  if (kind === undefined) throw new EmulatorError(unknownKind(given), { code: 'unknown_name', where: 'kind' })
  const issues = inputIssues(result.error, faultSchema, input).map(toIssue)
  throw new EmulatorError(`The fault ${kind} is wrong: ${summary(issues)}`, {
    code: 'invalid_input',
    hint: `It takes ${[...Object.keys(FAULTS[kind].fields), ...Object.keys(scope)].join(', ')}.`,
    where: issues[0]?.path,
    issues,
  })
}
