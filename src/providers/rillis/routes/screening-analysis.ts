// What all analyses of the Screening API share: the parts of their responses, and that they are kept.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import { idFrom } from '../ids.js'
import { SCREENING_STATES } from '../subjects.js'

/** Source: Transaction webhooks, table of fields. */
const LEVELS = ['LOW', 'MEDIUM', 'HIGH'] as const
/** How risky something is. */
export type Level = (typeof LEVELS)[number]

/** A whole number from 0 to 100. */
export const percentage = z.int().min(0).max(100)
/** How alike the names of two sides are, less what differs. */
export const matchPercentage = percentage.meta({ assumption: 'screeningScore' })

/** A match of the account's blacklist. */
export const blacklistMatch = z.strictObject({
  blacklist_id: z.string(),
  match_percentage: matchPercentage,
  matched_fields: z.array(z.string()),
  reason: z.string().nullable(),
})

/** What a response begins with. */
export const head = { id: z.string(), external_id: z.string().nullable() }
/** What every analysis comes to. */
export const outcome = {
  status: z.enum(SCREENING_STATES),
  risk_level: z.enum(LEVELS),
  analyzed_at: z.int().describe('Unix milliseconds.'),
}

/** The highest of several levels; LOW without any. */
export const highest = (levels: readonly Level[]): Level => LEVELS.findLast(level => levels.includes(level)) ?? 'LOW'

/** Keeps an analysis as a subject of the account and returns its response. */
export async function keepAnalysis(
  about: { external_id: string | undefined; described: JsonObject; isMatch: boolean; found: JsonObject },
  account: string,
  port: ProviderPort,
): Promise<JsonObject> {
  const now = port.now()
  const ordinal = await port.count(`screenings of ${account}`)
  const id = idFrom(now, port.random('screening', account, ordinal).hex(16))
  const status = about.isMatch ? 'MATCH' : 'NO_MATCH'
  const { risk_level, ...rest } = about.found
  const data: JsonObject = {
    id,
    external_id: about.external_id ?? null,
    ...about.described,
    status,
    risk_level: risk_level ?? 'LOW',
    analyzed_at: now,
    ...rest,
  }
  await port.putSubject({ id, kind: 'screening', state: status, data, account })
  return data
}
