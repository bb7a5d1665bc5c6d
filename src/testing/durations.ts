// Instants and durations as tests write them, as milliseconds.
import type { Duration } from '../api/duration.js'
import { instantOf, isInstant, parseDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'

/** `90s`, `5m`, `2h`, `1d`, or milliseconds as a number. */
export type { Duration }

/**
 * An instant: RFC 3339, milliseconds since 1970, or a Date.
 * @example await startStandin({ clock: 'manual', start: '2026-01-15T12:00:00Z' })
 */
export type Instant = string | number | Date

/** Milliseconds of a duration; undefined where none is given. Throws `invalid_input` with `where`. */
export function maybeMs(duration: Duration | undefined, where: string): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration, where)
}

/** Milliseconds since 1970 of an instant. Throws `invalid_input` with `where`. */
export function instantMs(instant: Instant, where: string): number {
  const ms =
    typeof instant === 'number' ? instant : typeof instant === 'string' ? instantOf(instant) : instant.getTime()
  if (ms !== undefined && isInstant(ms)) return ms
  throw new EmulatorError(`"${String(instant)}" is not an instant of the years 1970 to 9999.`, {
    code: 'invalid_input',
    hint: 'Write a day that exists, with time and zone, as 2026-01-15T12:00:00Z; or milliseconds since 1970.',
    where,
  })
}
