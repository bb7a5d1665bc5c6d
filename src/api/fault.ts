// Checks a fault as users give it: closed keys for each kind, durations parsed, defaults filled in.
import * as z from 'zod'
import { closest, EmulatorError, excerpt } from '../core/errors.js'
import { FAULT_KINDS, type Fault, type FaultKind } from '../core/fault.js'
import { FAULT_SCOPE, FAULTS, type FaultField } from '../core/fault-descriptions.js'
import { inputIssues, summary, toIssue } from '../core/issues.js'
import { isJsonObject } from '../core/json.js'
import { duration } from './duration.js'
import { json, listIn, payloadPath, text } from './values.js'

/** How the values of a fault are written. */
interface FaultWriting {
  duration: z.ZodType
  wholeNumber(least: number, most?: number): z.ZodType
  /** A schema, and what may stand for its value. */
  orPlaceholder(schema: z.ZodType): z.ZodType
  /** Fills in the defaults. */
  defaults: boolean
  /** Id of the JSON Schema of a field of the scope; default: it has none. */
  scopeId?(field: string): string
  /** Id of the JSON Schema of a kind; default: it has none. */
  kindId?(kind: FaultKind): string
}

function valueSchema(field: FaultField, { duration, wholeNumber, orPlaceholder }: FaultWriting): z.ZodType {
  switch (field.is) {
    case 'integer':
      return wholeNumber(field.min, field.max)
    case 'duration':
      return duration
    case 'boolean':
      return z.boolean()
    case 'choice':
      return orPlaceholder(z.enum(field.of))
    case 'string':
      return text
    case 'path':
      return payloadPath
    case 'stringOrNull':
      return z.string().nullable()
    case 'probability':
      return orPlaceholder(z.number().gt(0).max(1))
    case 'json':
      return json
    case 'paths':
      return listIn(payloadPath).min(1)
    case 'integers':
      return listIn(wholeNumber(1)).min(1)
    case 'headers':
      return z.record(z.string(), z.string())
  }
}

/** A field of a fault: optional, or with its default. */
function fieldSchema(field: FaultField, writing: FaultWriting): z.ZodType {
  const schema = valueSchema(field, writing)
  const filled = writing.defaults && 'default' in field && field.default !== undefined
  return (filled ? schema.prefault(field.default) : schema.optional()).describe(field.about)
}

const kindOf = (value: unknown) => (isJsonObject(value) ? value.kind : undefined)

/** What is wrong with an unknown kind; an undefined one is missing. */
function unknownKind(kind: unknown): string {
  if (typeof kind !== 'string') return `"kind" is missing: one of ${FAULT_KINDS.join(', ')}.`
  const near = closest(kind, FAULT_KINDS)
  const hint = near === undefined ? `Known kinds: ${FAULT_KINDS.join(', ')}.` : `Did you mean "${near}"?`
  return `Unknown kind of fault "${excerpt(kind)}". ${hint}`
}

/** A fault of any kind, its values written as given. */
export function faultUnion(writing: FaultWriting) {
  const shape = (fields: Readonly<Record<string, FaultField>>) =>
    Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, writing)] as const)
  const { scopeId, kindId } = writing
  const scope = shape(FAULT_SCOPE).map(
    ([name, schema]) => [name, scopeId ? schema.meta({ id: scopeId(name) }) : schema] as const,
  )
  const kinds = FAULT_KINDS.map(kind => {
    const fields = Object.fromEntries([...shape(FAULTS[kind].fields), ...scope])
    const schema = z.strictObject({ kind: z.literal(kind), ...fields }).describe(FAULTS[kind].about)
    return kindId ? schema.meta({ id: kindId(kind) }) : schema
  })
  return z.discriminatedUnion('kind', kinds as [(typeof kinds)[number]], {
    error: issue => (issue.code === 'invalid_union' ? unknownKind(kindOf(issue.input)) : undefined),
  })
}

// The table gives the shape of each kind, and its types are checked against the table in core/fault.ts.
/** A fault as users give it; its output is checked and complete. */
export const faultSchema = faultUnion({
  duration,
  wholeNumber: (least, most = Number.MAX_SAFE_INTEGER) => z.int().min(least).max(most),
  orPlaceholder: schema => schema,
  defaults: true,
  kindId: kind => `Fault_${kind}`,
}) as unknown as z.ZodType<Fault>

/** A checked fault; throws `invalid_input` with every issue, or `unknown_name` for an unknown kind. */
export function checkedFault(input: unknown): Fault {
  const result = faultSchema.safeParse(input)
  if (result.success) return result.data
  const given = kindOf(input)
  const kind = FAULT_KINDS.find(known => known === given)
  if (kind === undefined) throw new EmulatorError(unknownKind(given), { code: 'unknown_name', where: 'kind' })
  const issues = inputIssues(result.error, faultSchema, input).map(toIssue)
  throw new EmulatorError(`Invalid fault ${kind}: ${summary(issues)}`, {
    code: 'invalid_input',
    hint: `It takes ${[...Object.keys(FAULTS[kind].fields), ...Object.keys(FAULT_SCOPE)].join(', ')}.`,
    where: issues[0]?.path,
    issues,
  })
}
