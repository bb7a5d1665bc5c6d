// The state of an emulator in a few words.
import * as z from 'zod'
import { clockKind, time } from './values.js'

/** Schema of `Health`. */
export const health = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    seed: z.number(),
    clock: clockKind,
    now: time.meta({ description: "The emulator's time." }),
    owed: z.int().meta({ description: 'Deliveries not settled yet.' }),
  })
  .meta({ id: 'Health' })
/** The state of an emulator in a few words. */
export type Health = z.output<typeof health>
