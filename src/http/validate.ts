// Input checked by zod on arrival: everything that is wrong, each with its path and "did you mean".
import type { ZodType, z } from 'zod'
import { EmulatorError, excerpt } from '../core/errors.js'
import { inputIssues, summary, toIssue } from '../core/issues.js'
import { type Json, parseWritten } from '../core/json.js'
import { lostKey } from '../core/json-keys.js'

/** The value after its schema; throws `invalid_input` with every issue. `what` is "body", "query" or "path". */
export function parsed<S extends ZodType>(schema: S, value: unknown, what: 'body' | 'query' | 'path'): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const found = inputIssues(result.error, schema, value)
  const issues = found.map(toIssue)
  throw new EmulatorError(`Invalid ${what}: ${summary(issues)}`, {
    code: 'invalid_input',
    hint: found.find(issue => issue.hint)?.hint,
    issues,
  })
}

/** Members of a body whose key order is part of what is sent. */
const SENT_AS_WRITTEN = ['raw', 'body']

/** The JSON of a text; an empty text is `fallback`. Throws `invalid_input` with what the parser says, which limit it exceeds, or which key would be lost. */
export function parsedJson(text: string, fallback: Json, what = 'body'): Json {
  if (text.trim() === '') return fallback
  try {
    const { value, isUnchanged } = parseWritten(text, what)
    // Looking for lost keys takes three times as long as writing the value.
    const lost = isUnchanged ? undefined : lostKey(text, SENT_AS_WRITTEN)
    if (lost === undefined) return value
    throw new EmulatorError(`Invalid ${what}: ${excerpt(lost.path)}: ${lost.message}`, {
      code: 'invalid_input',
      hint: lost.hint,
      issues: [{ path: excerpt(lost.path), message: `${lost.message} ${lost.hint}` }],
    })
  } catch (cause) {
    if (cause instanceof EmulatorError) throw cause
    throw new EmulatorError(
      `The ${what} is not JSON: ${cause instanceof Error ? excerpt(cause.message) : String(cause)}`,
      {
        code: 'invalid_input',
        hint: 'Send a JSON object.',
        cause,
      },
    )
  }
}

/** Query parameters by name; the last value of a repeated one. */
export function queryOf(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}
