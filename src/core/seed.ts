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

/** The stream with this label; the same seed and label always give the same stream. */
export function stream(seed: number | string, ...label: (string | number)[]): Stream {
  const root = `${seed}\u0000${label.join('\u0000')}`
  let block = 0
  let buffer = Buffer.alloc(0)
  const take = (count: number): Buffer => {
    while (buffer.length < count) {
      // Hex costs half of what a buffer straight from the hash does.
      const next = Buffer.from(hash('sha256', `${root}\u0000${block++}`, 'hex'), 'hex')
      buffer = buffer.length === 0 ? next : Buffer.concat([buffer, next])
    }
    const taken = buffer.subarray(0, count)
    buffer = buffer.subarray(count)
    return taken
  }
  const hex = (count: number) =>
    take(Math.ceil(count / 2))
      .toString('hex')
      .slice(0, count)
  const fraction = () => take(6).readUIntBE(0, 6) / 2 ** 48
  const int = (bound: number) => Math.floor(fraction() * bound)
  return {
    words: () => {
      const bytes = take(16)
      return [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12)]
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
