// The emulator's clock, and the counts when it has come to rest.
import * as z from 'zod'
import { duration } from './duration.js'
import { clockKind, time } from './values.js'

/** Schema of `Clock`. */
export const clock = z
  .object({
    kind: clockKind,
    speed: z.number().meta({ description: 'Emulator time per real time; 0 for a manual clock.' }),
    now: time,
    wall: time.meta({ description: 'Real time.' }),
    nextDue: time.nullable().meta({ description: 'When the next delivery or timer is due.' }),
  })
  .meta({ id: 'Clock' })
/** The emulator's clock. */
export type Clock = z.output<typeof clock>

/** Schema of `Counts`. */
export const counts = z
  .object({
    now: time,
    delivered: z.int(),
    waiting: z.int(),
    exhausted: z.int(),
    cancelled: z.int(),
    attempts: z.int(),
  })
  .meta({ id: 'Counts', description: 'At rest: nothing in flight, nothing due.' })
/** Deliveries by status and attempts, at rest. */
export type Counts = z.output<typeof counts>

/** How far a manual clock is moved. */
export const advance = z.strictObject({ by: duration }).meta({ id: 'Advance' })

/** How far a manual clock is moved at most, until nothing is owed. */
export const drain = z
  .strictObject({ upTo: duration.optional().meta({ description: 'Default: until nothing is owed.' }) })
  .meta({ id: 'Drain' })
