// Decodes the body of a response for showing: gzip, deflate and br, up to a bound.
import type { Transform } from 'node:stream'
import type { Headers } from '../core/message.js'

/** A body with more codings than this is not decoded. */
const MOST_CODINGS = 3

/** The codings of a body, in the order they were applied; empty where there is none. */
export function codingsOf(headers: Headers): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map(coding => coding.trim())
    .filter(coding => coding !== '' && coding !== 'identity')
}

/** The decoder of one coding; undefined for one that is not known. `bytes` tell the two forms of deflate apart. */
async function decoderOf(coding: string, bytes: Uint8Array): Promise<Transform | undefined> {
  const zlib = await import('node:zlib')
  if (coding === 'gzip' || coding === 'x-gzip') return zlib.createGunzip()
  if (coding === 'br') return zlib.createBrotliDecompress()
  if (coding !== 'deflate') return undefined
  const [first = 0, second = 0] = bytes
  const isZlib = (first & 15) === 8 && (first * 256 + second) % 31 === 0
  return isZlib ? zlib.createInflate() : zlib.createInflateRaw()
}

/** The first `most` bytes that a decoder makes; of broken input what comes before the break. */
function firstBytes(decoder: Transform, bytes: Uint8Array, most: number): Promise<Buffer> {
  return new Promise(resolve => {
    const parts: Buffer[] = []
    let length = 0
    const done = () => {
      decoder.destroy()
      resolve(Buffer.concat(parts).subarray(0, most))
    }
    decoder.on('data', (part: Buffer) => {
      parts.push(part)
      length += part.length
      if (length >= most) done()
    })
    decoder.on('end', done)
    decoder.on('error', done)
    decoder.end(bytes)
  })
}

/** The body as text, at most `most` bytes of it, from its beginning as it was sent; undefined where nothing can be decoded. */
export async function decodedBody(
  codings: readonly string[],
  bytes: Uint8Array,
  most: number,
): Promise<string | undefined> {
  if (codings.length > MOST_CODINGS) return undefined
  let decoded: Uint8Array = bytes
  for (const coding of [...codings].reverse()) {
    const decoder = await decoderOf(coding, decoded)
    if (decoder === undefined) return undefined
    decoded = await firstBytes(decoder, decoded, most)
  }
  return decoded.byteLength === 0 && bytes.byteLength > 0 ? undefined : Buffer.from(decoded).toString()
}
