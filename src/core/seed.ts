// The randomness of a run: independent streams of bytes and numbers from one seed, each by a label and never by order of arrival.
import { hash } from 'node:crypto'

/** A repeatable source of randomness. */
export interface Stream {
  /** Four 32-bit words: what a generator such as faker is seeded with. */
  words(): [number, number, number, number]
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

/** The number that eight hex digits are; `Number.parseInt` of a part takes several times as long. */
function wordAt(hex: string, at: number): number {
  let word = 0
  for (let i = at; i < at + 8; i++) {
    const code = hex.charCodeAt(i)
    word = (word << 4) | (code < 0x61 ? code - 0x30 : code - 0x57)
  }
  return word >>> 0
}

/** The stream with this label; the same seed and label always give the same stream. */
export function stream(seed: number | string, ...label: (string | number)[]): Stream {
  const root = `${seed}\u0000${label.join('\u0000')}`
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
    words: () => {
      const digits = take(16)
      return [wordAt(digits, 0), wordAt(digits, 8), wordAt(digits, 16), wordAt(digits, 24)]
    },
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
