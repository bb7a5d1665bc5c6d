// Changes of single payload values, checked against the schema: the path must be declared, the value must have its type.
import * as z from 'zod'
import { didYouMean, EmulatorError } from '../core/errors.js'
import { inputIssues, summary, toIssue } from '../core/issues.js'
import { type Json, type JsonObject, pathSegments } from '../core/json.js'
import { enumValues, knownKeys, under } from '../core/zod-walk.js'

type Schema = z.core.$ZodType

/** The schemas declared at a path. Throws `invalid_input` with "did you mean" where it leads nowhere; `what` begins the message. */
export function declaredAt(schema: Schema, path: string, what: string): Schema[] {
  let here: Schema[] = [schema]
  const walked: string[] = []
  for (const segment of pathSegments(path)) {
    const next = here.flatMap(one => under(one, segment, { declaredOnly: true }))
    if (next.length === 0) {
      const at = walked.length === 0 ? 'the payload' : walked.join('.')
      const known = new Set(here.flatMap(one => knownKeys(one)))
      throw new EmulatorError(`${what} ${path}: there is no "${segment}" in ${at}.`, {
        code: 'invalid_input',
        hint: didYouMean(segment, known, 'Known members') ?? `${at} has no such members.`,
        where: path,
      })
    }
    walked.push(segment)
    here = next
  }
  return here
}

const kindOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** Checks one `set`. Throws `invalid_input` for a wrong path or type; returns a warning for an unknown value of a known enum. */
export function checkSet(schema: Schema, path: string, value: Json): string | undefined {
  const targets = declaredAt(schema, path, 'set')
  if (targets.some(target => z.safeParse(target, value).success)) return undefined
  for (const target of targets) {
    const known = enumValues(target)
    if (known?.some(one => kindOf(one) === kindOf(value)))
      return `${path}: ${JSON.stringify(value)} is none of the known values (${known.map(String).join(', ')}); it is sent anyway.`
  }
  const [target] = targets
  const error = target && z.safeParse(target, value).error
  const issues = error ? inputIssues(error, target, value).map(toIssue) : []
  throw new EmulatorError(`set ${path}: ${JSON.stringify(value)} does not fit. ${summary(issues)}`, {
    code: 'invalid_input',
    hint: "Give a value of the declared type; the event type's schema shows it.",
    where: path,
    issues: issues.map(issue => ({ ...issue, path: [path, issue.path].filter(Boolean).join('.') })),
  })
}

/** Checks one `unset`. Throws `invalid_input` for a wrong path; returns a warning where the documents always send the value. */
export function checkUnset(schema: Schema, path: string, payload: JsonObject, without: JsonObject): string | undefined {
  declaredAt(schema, path, 'unset')
  if (payload === without || z.safeParse(schema, without).success) return undefined
  return `${path} is always present in the documents; it is left out anyway.`
}
