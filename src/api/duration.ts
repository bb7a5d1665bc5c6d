// A duration as people write it: `90s`, `5m`, `2h`, `1d`, or milliseconds.
import * as z from 'zod'
import { DURATION, durationMs } from '../core/duration.js'

const notOne = (given: unknown) => `"${given}" is not a duration: write 90s, 5m, 2h, 1d or milliseconds.`

/** A duration, unread. Texts that match `placeholder` are taken too: what stands for a duration that is known later. */
export const writtenDuration = (placeholder?: RegExp) =>
  z
    .union([
      z.number().min(0, { error: ({ input }) => notOne(input) }),
      z.string().regex(placeholder ? new RegExp(`${DURATION.source}|${placeholder.source}`) : DURATION, {
        error: ({ input }) => notOne(input),
      }),
    ])
    .meta({
      description: 'A duration such as 90s, 5m, 2h, 1d, or milliseconds.',
      examples: ['90s', '5m', '2h', '1d', 250],
    })

/** A duration; its output is milliseconds. */
export const duration = writtenDuration()
  .transform((given): number => durationMs(given) ?? z.NEVER)
  .meta({ description: 'A duration such as 90s, 5m, 2h, 1d, or milliseconds.', examples: ['90s', 250] })
/**
 * A duration: `90s`, `5m`, `2h`, `1d`, or milliseconds as a number.
 * @example await standin.advance('2h')
 */
export type Duration = z.input<typeof duration>
