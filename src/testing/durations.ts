// Times and durations as tests write them, turned into milliseconds.
import { parseDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'

/** `90s`, `5m`, `2h`, `1d`, or milliseconds as a number. */
export type Duration = string | number

/** An instant: RFC 3339, ms since 1970, or a Date. */
export type Instant = string | number | Date

/** Milliseconds of a duration, undefined where none is given. Throws `invalid_input` naming `where`. */
export function maybeMs(duration: Duration | undefined, where: string): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration, where)
}

/** Milliseconds since 1970 of an instant. Throws `invalid_input`. */
export function instantMs(instant: Instant, where: string): number {
  const ms = typeof instant === 'number' ? instant : new Date(instant).getTime()
  if (Number.isFinite(ms)) return ms
  throw new EmulatorError(`"${String(instant)}" is not a time.`, {
    code: 'invalid_input',
    hint: 'Write it as 2026-01-15T12:00:00Z, or milliseconds since 1970.',
    where,
  })
}
