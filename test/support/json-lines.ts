// Checks what a command prints with `--json` against the schemas that are documented, strictly: an untold key is a mistake.
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { delivery, deliveryDetail } from '../../src/api/delivery.js'
import { health } from '../../src/api/health.js'
import { journalEntry } from '../../src/api/journal-entry.js'
import { subscription } from '../../src/api/subscription.js'
import { errorLine, jsonLines } from '../../src/cli/json-lines.js'

/** What the control API says a passed-on line holds besides the command's own keys. */
const components: Readonly<Record<string, { own: readonly string[]; schema: z.ZodType }>> = {
  Delivery: { own: ['kind'], schema: z.union([deliveryDetail, delivery]) },
  Subscription: { own: ['kind'], schema: subscription },
  Health: { own: ['kind', 'server'], schema: health },
  JournalEntry: { own: [], schema: journalEntry },
}

function passedOnWrong(component: unknown, record: Record<string, unknown>): string | undefined {
  const known = typeof component === 'string' ? components[component] : undefined
  if (known === undefined) return component === undefined ? undefined : `unknown component ${component}`
  const rest = Object.fromEntries(Object.entries(record).filter(([key]) => !known.own.includes(key)))
  const parsed = known.schema.safeParse(rest)
  if (!parsed.success) return z.prettifyError(parsed.error)
  return isDeepStrictEqual(parsed.data, rest) ? undefined : `keys that ${component} does not have`
}

/** Throws for the first record that is no documented line of the command. */
export function checkLines(command: string, records: readonly Record<string, unknown>[]): void {
  const lines = jsonLines[command]
  if (lines === undefined) return
  for (const record of records) {
    const wrong: string[] = []
    const fits = [...lines, errorLine].some(schema => {
      const kind = schema.shape.kind
      if (kind !== undefined && !kind.safeParse(record.kind).success) return false
      const parsed = schema.safeParse(record)
      const why = parsed.success
        ? passedOnWrong(z.globalRegistry.get(schema)?.component, record)
        : z.prettifyError(parsed.error)
      if (why !== undefined) wrong.push(why)
      return why === undefined
    })
    if (!fits)
      throw new Error(
        `standin ${command} --json printed what is not documented: ${JSON.stringify(record)}\n${wrong.join('\n')}`,
      )
  }
}
