// Durations as people write them: `90s`, `5m`, `2h`, `1d`, or a number of milliseconds.
import { EmulatorError, excerpt } from './errors.js'

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The longest duration, ms: 100 years. Any instant of a clock plus one of these is still a date. */
export const LONGEST_DURATION_MS = 36_525 * 86_400_000
/** The longest wait in real time, ms: what a timer of Node holds, 24 days and 20 hours. */
export const LONGEST_REAL_WAIT_MS = 2 ** 31 - 1
/** The first instant a clock may show, ms: 1970-01-01T00:00:00Z. */
const EARLIEST_INSTANT = 0
/** The last instant a clock may show, ms: the end of the year 9999, the last that an ISO date of four digits can name. */
export const LATEST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** True for milliseconds since 1970 that a clock may show. */
export function isInstant(ms: number): boolean {
  return ms >= EARLIEST_INSTANT && ms <= LATEST_INSTANT
}

const RFC_3339 = /^\d{4}-\d\d-(\d\d)T(\d\d):\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Milliseconds since 1970 of an RFC 3339 text; undefined without a zone, for a day that no calendar has, and outside 1970 to 9999. */
export function instantOf(text: string): number | undefined {
  const parts = RFC_3339.exec(text)
  const at = parts === null ? Number.NaN : Date.parse(text)
  if (parts === null || !isInstant(at) || parts[2] === '24') return undefined
  // Date.parse takes February 30 for March 1: the day that comes back is another one.
  const local = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  return local.getUTCDate() === Number(parts[1]) ? at : undefined
}

/** Texts longer than this are no durations. */
const LONGEST_TEXT = 100

/** Matches the texts that are durations. */
export const DURATION = /^\s*(\d+(\.\d+)?|(\d+(\.\d+)?(ms|s|m|h|d))+)\s*$/

function readMs(text: string | number): number | undefined {
  if (typeof text === 'number') return text >= 0 ? text : undefined
  if (text.length > LONGEST_TEXT || !DURATION.test(text)) return undefined
  const plain = Number(text)
  if (Number.isFinite(plain)) return plain
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0)
  return total
}

/** Milliseconds of `1h30m`, `90s`, `250ms`, `1.5d` or a plain number; undefined for anything else and beyond 100 years. */
export function durationMs(text: string | number): number | undefined {
  const ms = readMs(text)
  return ms !== undefined && ms <= LONGEST_DURATION_MS ? ms : undefined
}

/** What is wrong with what should be a duration, as a sentence; undefined for a duration. */
export function durationProblem(given: unknown): string | undefined {
  const ms = typeof given === 'string' || typeof given === 'number' ? readMs(given) : undefined
  if (ms === undefined || Number.isNaN(ms))
    return `"${excerpt(String(given))}" is not a duration: write 90s, 5m, 2h, 1d or milliseconds.`
  if (ms > LONGEST_DURATION_MS)
    return `"${excerpt(String(given))}" is too long: a duration is at most 100 years (36525d).`
  return undefined
}

/** Like durationMs, but throws `invalid_input` for what is not a duration. `where` names the option or field. */
export function parseDuration(text: string | number, where?: string): number {
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  const isTooLong = (readMs(text) ?? 0) > LONGEST_DURATION_MS
  throw new EmulatorError(
    isTooLong ? `"${text}" is longer than 100 years.` : `"${excerpt(String(text))}" is not a duration.`,
    {
      code: 'invalid_input',
      hint: isTooLong ? 'A duration is at most 36525d.' : 'Write it as 90s, 5m, 2h, 1d or a number of milliseconds.',
      where,
    },
  )
}

/** A duration for people: `0 ms`, `850 ms`, `5 s`, `2 m`, `1 h 30 m`, `3 d 2 h`; at most two units. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const parts: string[] = []
  let rest = ms < 60_000 ? ms : Math.round(ms / 1000) * 1000
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = UNITS[unit] ?? 1
    const amount = unit === 's' ? Math.round(rest / 100) / 10 : Math.floor(rest / size)
    if (amount > 0) parts.push(`${amount} ${unit}`)
    rest -= Math.floor(rest / size) * size
    if (parts.length === 2) break
  }
  return parts.join(' ')
}
