// The randomness of a run: independent streams of bytes and numbers from one seed, each by a label and never by order of arrival.
import { hash } from 'node:crypto'

/** A repeatable source of randomness. */
export interface Stream {
  /** `count` lower-case hex characters. */
  hex(count: number): string
  /** A lower-case version 4 uuid. */
  uuid(): string
  /** A whole number from 0 to below `bound`. */
  int(bound: number): number
  /** A number from 0 to below 1. */
  fraction(): number
  /** `count` characters of an alphabet. */
  text(count: number, alphabet: string): string
}

const rootOf = (seed: number | string, label: readonly (string | number)[]) => `${seed}\u0000${label.join('\u0000')}`

/** What a generator such as faker is seeded with: the first four 32-bit words of the stream with this label. */
export function seedWords(seed: number | string, ...label: (string | number)[]): [number, number, number, number] {
  const bytes = hash('sha256', `${rootOf(seed, label)}\u00000`, 'binary')
  const byte = (at: number) => bytes.charCodeAt(at)
  const word = (at: number) => ((byte(at) << 24) | (byte(at + 1) << 16) | (byte(at + 2) << 8) | byte(at + 3)) >>> 0
  return [word(0), word(4), word(8), word(12)]
}

/** The stream with this label; the same seed and label always give the same stream. */
export function stream(seed: number | string, ...label: (string | number)[]): Stream {
  const root = rootOf(seed, label)
  let block = 0
  let pending = ''
  /** The next bytes, as hex: half the cost of a buffer. */
  const take = (count: number): string => {
    while (pending.length < 2 * count) pending += hash('sha256', `${root}\u0000${block++}`, 'hex')
    const taken = pending.slice(0, 2 * count)
    pending = pending.slice(2 * count)
    return taken
  }
  const hex = (count: number) => take(Math.ceil(count / 2)).slice(0, count)
  const fraction = () => Number.parseInt(take(6), 16) / 2 ** 48
  const int = (bound: number) => Math.floor(fraction() * bound)
  return {
    hex,
    uuid: () => {
      const h = hex(32)
      const variant = '89ab'[Number.parseInt(h[16] ?? '0', 16) % 4]
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`
    },
    int,
    fraction,
    text: (count, alphabet) => Array.from({ length: count }, () => alphabet[int(alphabet.length)]).join(''),
  }
}
