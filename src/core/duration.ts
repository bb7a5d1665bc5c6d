// Durations as people write them: `90s`, `5m`, `2h`, `1d`, or a number of milliseconds.
import { EmulatorError } from './errors.js'

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Matches the texts that are durations. */
export const DURATION = /^\s*(\d+(\.\d+)?|(\d+(\.\d+)?(ms|s|m|h|d))+)\s*$/

/** Milliseconds of `1h30m`, `90s`, `250ms`, `1.5d` or a plain number; undefined for anything else. */
export function durationMs(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) && text >= 0 ? text : undefined
  if (!DURATION.test(text)) return undefined
  const plain = Number(text)
  if (Number.isFinite(plain)) return plain
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0)
  return total
}

/** Like durationMs, but throws `invalid_input` for a text that is not a duration. `where` names the option or field. */
export function parseDuration(text: string | number, where?: string): number {
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  throw new EmulatorError(`"${text}" is not a duration.`, {
    code: 'invalid_input',
    hint: 'Write it as 90s, 5m, 2h, 1d or a number of milliseconds.',
    where,
  })
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
