// Sizes and durations in words, exact where they are small.
import { formatDuration } from '../../core/duration.js'

/** A real duration: `0.42 ms`, `12 ms`, `3.2 s`. */
export function tookText(ms: number): string {
  if (ms > 0 && ms < 10) return `${Number(ms.toPrecision(2))} ms`
  return formatDuration(ms)
}

/** A number of bytes: `1 byte`, `1,234 bytes`. */
export const bytesText = (bytes: number): string => `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`

/** The length of a text as UTF-8. */
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length

/** The length of what base64 stands for. */
export const base64Length = (text: string): number => (text.length / 4) * 3 - (/=*$/.exec(text)?.[0].length ?? 0)
