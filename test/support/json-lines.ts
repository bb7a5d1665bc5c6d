// Checks what a command prints with `--json` against the documented schemas, strictly: an undocumented key is an error.
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { errorLine, jsonLines } from '../../src/cli/json-lines.js'

/** Why a line does not match a schema; undefined if it does. */
function mismatch(schema: z.ZodObject, line: Record<string, unknown>): string | undefined {
  const parsed = schema.safeParse(line)
  if (!parsed.success) return z.prettifyError(parsed.error)
  // Nested objects are parsed without the keys that they do not have.
  return isDeepStrictEqual(parsed.data, line) ? undefined : 'undocumented keys'
}

/** Throws for the first line that is not a documented line of the command. */
export function checkLines(command: string, records: readonly Record<string, unknown>[]): void {
  const lines = jsonLines[command]
  if (lines === undefined) return
  for (const record of records) {
    const sameKind = [...lines, errorLine].filter(({ shape }) => shape.kind?.safeParse(record.kind).success)
    const mismatches = sameKind.map(schema => mismatch(schema, record))
    if (!mismatches.includes(undefined))
      throw new Error(
        `standin ${command} --json printed what is not documented: ${JSON.stringify(record)}\n${mismatches.join('\n')}`,
      )
  }
}
