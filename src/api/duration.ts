// A duration as people write it: `90s`, `5m`, `2h`, `1d`, or milliseconds.
import * as z from 'zod'
import { DURATION, durationMs, durationProblem, LONGEST_DURATION_MS } from '../core/duration.js'

const error = ({ input }: { input?: unknown }) => durationProblem(input) ?? 'This is not a duration.'

/** A duration of at most 100 years, unread. Texts that match `placeholder` are taken too: what stands for a duration that is known later. */
export const writtenDuration = (placeholder?: RegExp) =>
  z
    .union([
      z.number().min(0, { error }).max(LONGEST_DURATION_MS, { error }),
      z
        .string()
        .regex(placeholder ? new RegExp(`${DURATION.source}|${placeholder.source}`) : DURATION, { error, abort: true })
        .refine(text => placeholder?.test(text) || durationProblem(text) === undefined, { error }),
    ])
    .meta({
      description: 'A duration such as 90s, 5m, 2h, 1d, or milliseconds; at most 100 years.',
      examples: ['90s', '5m', '2h', '1d', 250],
    })

/** A duration; its output is milliseconds. */
export const duration = writtenDuration()
  .transform((given): number => durationMs(given) ?? z.NEVER)
  .meta({
    description: 'A duration such as 90s, 5m, 2h, 1d, or milliseconds; at most 100 years.',
    examples: ['90s', 250],
  })
/**
 * A duration: `90s`, `5m`, `2h`, `1d`, or milliseconds as a number.
 * @example await standin.advance('2h')
 */
export type Duration = z.input<typeof duration>
