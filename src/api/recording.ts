// What happened, written as a scenario that repeats it.
import * as z from 'zod'

/** The most events that a recording may have. */
const MOST_RECORDED = 10_000

/** What is recorded. */
export const recordingQuery = z.strictObject({
  provider: z.string().optional(),
  subject: z.string().optional().meta({ description: 'Only events about this subject.' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_RECORDED)
    .default(MOST_RECORDED)
    .meta({ description: 'Only so many events, the newest.' }),
  format: z.enum(['yaml', 'json']).default('yaml'),
})

/** Schema of `Recording`. */
export const recording = z
  .object({
    events: z.int(),
    file: z.string().meta({ description: 'A name for the file.' }),
    text: z.string().meta({ description: 'The scenario.' }),
  })
  .meta({ id: 'Recording', description: 'Secrets are not in it; they become variables.' })
/** What happened, written as a scenario. */
export type Recording = z.output<typeof recording>
