// A space: an isolated emulator on a shared server.
import * as z from 'zod'
import { listOf } from './page.js'
import { clockKind } from './values.js'

/** Schema of `Space`. */
export const space = z
  .object({
    name: z.string(),
    seed: z.number(),
    clock: clockKind,
    owed: z.int().meta({ description: 'Deliveries not settled yet.' }),
  })
  .meta({ id: 'Space', description: 'An emulator of its own under /spaces/{name}.' })
/** An isolated emulator on a shared server. */
export type Space = z.output<typeof space>

/** All spaces. */
export const spaceList = listOf('SpaceList', space)

/** What a space is made with. */
export const spaceInput = z
  .strictObject({ clock: clockKind.optional(), seed: z.number().int().min(0).optional() })
  .meta({ id: 'NewSpace' })
/** What a space is made with. */
export type SpaceInput = z.input<typeof spaceInput>
