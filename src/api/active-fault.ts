// A fault that was added to an emulator, and how often it has fired.
import * as z from 'zod'
import { FAULT_KINDS } from '../core/fault.js'
import { listOf } from './page.js'
import { json, time } from './values.js'

/** Schema of `ActiveFault`. */
export const activeFault = z
  .object({
    id: z.string(),
    fault: z
      .looseObject({ kind: z.enum(FAULT_KINDS) })
      .catchall(json)
      .meta({ description: 'As it was given, complete: defaults filled in, durations in ms.' }),
    addedAt: time,
    until: time.nullable().meta({ description: 'From then on it no longer fires; null: no such time.' }),
    expiresAt: time.nullable().meta({ description: 'Real time at which it is removed; null: never by itself.' }),
    fired: z.int().meta({ description: 'How often it has fired.' }),
    remaining: z.int().nullable().meta({ description: 'How often it may still fire; null: without limit.' }),
    active: z.boolean().meta({ description: 'False once it can no longer fire.' }),
    lastSkipReason: z
      .string()
      .nullable()
      .meta({ description: 'Why it last did not fire on an attempt that it matches.' }),
  })
  .meta({ id: 'ActiveFault' })
/** A fault that was added to an emulator. */
export type ActiveFault = z.output<typeof activeFault>

/** All faults that were added. */
export const activeFaultList = listOf('ActiveFaults', activeFault)
