// Input checked by zod at the door: every problem with its path, and "did you mean" for unknown keys and names.
import type { ZodError, ZodType, z } from 'zod'
import { closest, didYouMean, EmulatorError, type Issue } from '../core/errors.js'
import { isJsonObject, type Json, valueAt } from '../core/json.js'
import { knownKeys, under } from '../core/zod-walk.js'

const schemasAt = (root: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType[] =>
  path.reduce<z.core.$ZodType[]>((schemas, key) => schemas.flatMap(schema => under(schema, String(key))), [root])

const dotted = (path: readonly PropertyKey[]) => path.map(String).join('.')

const article = (kind: string) => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`)

/** What zod found, one issue for each unknown key or wrong value; unknown ones with the nearest known name. */
function issuesOf(error: ZodError, schema: ZodType, value: unknown): (Issue & { suggestion?: string | undefined })[] {
  return error.issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') {
      const here = isJsonObject(value) ? valueAt(value, issue.path.map(String)) : undefined
      const known = [...new Set(schemasAt(schema, issue.path).flatMap(one => knownKeys(one, here)))]
      return issue.keys.map(key => {
        const suggestion = didYouMean(key, known)
        const path = dotted([...issue.path, key])
        return { path, message: `Unknown key "${key}".${suggestion ? ` ${suggestion}` : ''}`, suggestion }
      })
    }
    const given = isJsonObject(value) ? valueAt(value, issue.path.map(String)) : undefined
    if (issue.code === 'invalid_value' && typeof given === 'string') {
      const names = issue.values.map(String)
      const near = closest(given, names)
      const suggestion = near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${near}"?`
      return [{ path: dotted(issue.path), message: `Unknown value "${given}". ${suggestion}`, suggestion }]
    }
    if (issue.code === 'invalid_type') {
      const missing = issue.path.length > 0 && given === undefined
      return [
        {
          path: dotted(issue.path),
          message: missing ? 'This is missing.' : `This must be ${article(issue.expected)}.`,
        },
      ]
    }
    return [{ path: dotted(issue.path), message: issue.message }]
  })
}

/** The value after its schema; throws `invalid_input` with every issue. `what` is "body", "query" or "path". */
export function parsed<S extends ZodType>(schema: S, value: unknown, what: 'body' | 'query' | 'path'): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = issuesOf(result.error, schema, value)
  const first = issues[0]
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  throw new EmulatorError(
    `The ${what} is wrong: ${first?.path ? `${first.path}: ` : ''}${first?.message ?? ''}${more}`,
    {
      code: 'invalid_input',
      hint: issues.find(issue => issue.suggestion)?.suggestion,
      issues: issues.map(({ path, message }) => ({ path, message })),
    },
  )
}

/** The JSON of a text; an empty text is `fallback`. Throws `invalid_input` with what the parser says. */
export function parsedJson(text: string, fallback: Json): Json {
  if (text.trim() === '') return fallback
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new EmulatorError(`The body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'invalid_input',
      hint: 'Send a JSON object.',
      cause,
    })
  }
}

/** Query parameters by name; the last value of a repeated one. */
export function queryOf(url: URL): Record<string, string> {
  return Object.fromEntries(url.searchParams)
}
