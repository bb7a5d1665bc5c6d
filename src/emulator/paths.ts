// Checking a changed payload value against a zod schema: the path must be declared, the type must fit.
import * as z from 'zod'
import { didYouMean, EmulatorError } from '../core/errors.js'
import { type Json, type JsonObject, pathSegments } from '../core/json.js'

/** Takes optional, nullable, default and the like off a schema. */
export function bare(schema: z.ZodType): z.ZodType {
  let here = schema
  for (;;) {
    if (
      here instanceof z.ZodOptional ||
      here instanceof z.ZodNullable ||
      here instanceof z.ZodDefault ||
      here instanceof z.ZodReadonly
    )
      here = here.unwrap() as z.ZodType
    else if (here instanceof z.ZodLazy) here = here.unwrap() as z.ZodType
    else return here
  }
}

/** The schemas a segment may lead to; `known` are the declared keys when it leads nowhere. */
function step(schema: z.ZodType, segment: string): { next: z.ZodType[]; known: string[] } {
  const here = bare(schema)
  if (here instanceof z.ZodObject) {
    const shape = here.shape as Record<string, z.ZodType>
    const field = Object.hasOwn(shape, segment) ? shape[segment] : undefined
    if (field) return { next: [field], known: [] }
    const known = Object.keys(shape)
    // An object that declares nothing is open by nature (metadata); one that declares keys means them.
    const open = here.def.catchall !== undefined && !(bare(here.def.catchall as z.ZodType) instanceof z.ZodNever)
    return { next: known.length === 0 && open ? [z.unknown()] : [], known }
  }
  if (here instanceof z.ZodArray)
    return { next: /^(\d+|-)$/.test(segment) ? [here.element as z.ZodType] : [], known: ['0'] }
  if (here instanceof z.ZodTuple) {
    const item = (here.def.items as z.ZodType[])[Number(segment)]
    return { next: item ? [item] : [], known: here.def.items.map((_, i) => String(i)) }
  }
  if (here instanceof z.ZodRecord) return { next: [here.valueType as z.ZodType], known: [] }
  if (here instanceof z.ZodUnknown || here instanceof z.ZodAny) return { next: [z.unknown()], known: [] }
  if (here instanceof z.ZodUnion) {
    const ways = (here.options as z.ZodType[]).map(option => step(option, segment))
    return { next: ways.flatMap(way => way.next), known: [...new Set(ways.flatMap(way => way.known))] }
  }
  if (here instanceof z.ZodIntersection) {
    const ways = [here.def.left, here.def.right].map(side => step(side as z.ZodType, segment))
    return { next: ways.flatMap(way => way.next), known: [...new Set(ways.flatMap(way => way.known))] }
  }
  return { next: [], known: [] }
}

/** The schemas declared at a path; throws `invalid_input` with "did you mean" where it leads nowhere. */
export function declaredAt(schema: z.ZodType, path: string, what: string): z.ZodType[] {
  let here: z.ZodType[] = [schema]
  const walked: string[] = []
  for (const segment of pathSegments(path)) {
    const ways = here.map(one => step(one, segment))
    const next = ways.flatMap(way => way.next)
    if (next.length === 0) {
      const known = [...new Set(ways.flatMap(way => way.known))]
      const at = walked.length === 0 ? 'the payload' : walked.join('.')
      throw new EmulatorError(`${what} ${path}: there is no "${segment}" in ${at}.`, {
        code: 'invalid_input',
        hint: didYouMean(segment, known) ?? `${at} has no members.`,
        where: path,
      })
    }
    walked.push(segment)
    here = next
  }
  return here
}

/** The known values of an enum-like schema, or undefined. */
export function enumValues(schema: z.ZodType): Json[] | undefined {
  const here = bare(schema)
  if (here instanceof z.ZodEnum) return here.options as Json[]
  if (here instanceof z.ZodLiteral) return [...here.values] as Json[]
  return undefined
}

const kindOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** Checks one `set`: throws when the path or the type is wrong; answers a warning for an unknown value of a known enum. */
export function checkSet(schema: z.ZodType, path: string, value: Json): string | undefined {
  const targets = declaredAt(schema, path, 'set')
  if (targets.some(target => target.safeParse(value).success)) return undefined
  for (const target of targets) {
    const known = enumValues(target)
    if (known?.some(one => kindOf(one) === kindOf(value)))
      return `${path}: ${JSON.stringify(value)} is none of the known values (${known.map(String).join(', ')}); sent all the same.`
  }
  const problem = targets[0]?.safeParse(value).error?.issues[0]
  throw new EmulatorError(`set ${path}: ${JSON.stringify(value)} does not fit: ${problem?.message ?? 'wrong type'}.`, {
    code: 'invalid_input',
    hint: 'Give a value of the declared type; `standin events <provider> <event-type>` shows the schema.',
    where: path,
    issues: [{ path, message: problem?.message ?? 'wrong type' }],
  })
}

/** Checks one `unset`: throws when the path leads nowhere; answers a warning when the documents always send it. */
export function checkUnset(
  schema: z.ZodType,
  path: string,
  payload: JsonObject,
  without: JsonObject,
): string | undefined {
  declaredAt(schema, path, 'unset')
  if (payload === without || schema.safeParse(without).success) return undefined
  return `${path} is always present in the documents; left out all the same.`
}
