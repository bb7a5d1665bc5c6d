// Instants as texts, at a fraction of what Date takes for them: every event and every answer has some.

/** `2026-01-19`: the UTC date of an instant (ms); a third of what cutting an ISO text costs. */
export function isoDate(at: number): string {
  const date = new Date(at)
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()]
  return `${date.getUTCFullYear()}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`
}

/** An instant with microseconds, and the two ends that it can have. */
const TIME = Buffer.from('2026-01-19T10:30:00.123456+00:00')
const Z = 0x5a
const OFFSET = Buffer.from('+00:00')
const DAY_MS = 86_400_000
/** The instant from which years have five digits, ms. */
const YEAR_10000 = Date.UTC(10_000)

/** Writes `count` decimal digits of a number into TIME. */
function putDigits(place: number, count: number, value: number): void {
  let rest = value
  for (let at = place + count - 1; at >= place; at--) {
    TIME[at] = 0x30 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

/** Writes an instant (ms) into TIME, up to its milliseconds; false where its year has not four digits. */
function putTime(at: number): boolean {
  const date = new Date(at)
  const ms = date.getTime()
  if (!(ms >= 0 && ms < YEAR_10000)) return false
  const ofDay = ms % DAY_MS
  putDigits(0, 4, date.getUTCFullYear())
  putDigits(5, 2, date.getUTCMonth() + 1)
  putDigits(8, 2, date.getUTCDate())
  putDigits(11, 2, Math.floor(ofDay / 3_600_000))
  putDigits(14, 2, Math.floor(ofDay / 60_000) % 60)
  putDigits(17, 2, Math.floor(ofDay / 1000) % 60)
  putDigits(20, 3, ofDay % 1000)
  return true
}

/** `2026-01-19T10:30:00.123Z`: an instant (ms), at less than half the cost of `toISOString`. */
export function isoInstant(at: number): string {
  if (!putTime(at)) return new Date(at).toISOString()
  TIME[23] = Z
  return TIME.toString('latin1', 0, 24)
}

/** `2026-01-19T10:30:00.123456+00:00`: an instant (ms) with microseconds, whose last three digits are `micro`. */
export function micros(at: number, suffix: '+00:00' | 'Z', micro = 0): string {
  if (!putTime(at)) return `${new Date(at).toISOString().slice(0, -1)}${String(micro).padStart(3, '0')}${suffix}`
  putDigits(23, 3, micro)
  if (suffix === 'Z') TIME[26] = Z
  else OFFSET.copy(TIME, 26)
  return TIME.toString('latin1', 0, suffix === 'Z' ? 27 : 32)
}
