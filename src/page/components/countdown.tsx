// The time until an instant on the emulator's clock.
import { now } from '../state/clock.js'

/** A duration of ms in two units at most: `1 h 5 min`, `12 s`. */
function inWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = units.findIndex(([count]) => count > 0)
  if (first === -1) return '0 s'
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** How long it is until `at` (RFC 3339) on the emulator's clock; `now` when that has come. */
export function Countdown({ at }: { at: string }) {
  const left = Date.parse(at) - now.value
  return (
    <time datetime={at} title={at} class="countdown">
      {left <= 0 ? 'due now' : `in ${inWords(left)}`}
    </time>
  )
}
