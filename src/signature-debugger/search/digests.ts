// How the digest may have been computed from key and signed string.
import { hashBytes, hmacBytes } from '../../provider/signing.js'
import { asSpecified, mistaken, type Variation } from './cause.js'

/** Makes the digest of bytes under a key. */
export type Digest = (key: Uint8Array, data: Uint8Array) => Buffer

const FIX = 'Compute HMAC-SHA256 with the secret as key and the signed string as message.'

/** Variations of the digest, HMAC-SHA256 first. */
export function digests(): Variation<Digest>[] {
  const another = (hash: string, name: string) =>
    mistaken<Digest>(
      (key, data) => hmacBytes(hash, key, data),
      hash,
      `It was computed with HMAC-${name} instead of HMAC-SHA256.`,
      FIX,
    )
  const plain = (id: string, how: string, joined: (key: Uint8Array, data: Uint8Array) => Uint8Array[]) =>
    mistaken<Digest>(
      (key, data) => hashBytes('sha256', Buffer.concat(joined(key, data))),
      id,
      `It is a plain SHA-256 hash ${how} instead of an HMAC.`,
      FIX,
    )
  return [
    asSpecified((key, data) => hmacBytes('sha256', key, data)),
    another('sha1', 'SHA1'),
    another('sha512', 'SHA512'),
    another('sha384', 'SHA384'),
    another('md5', 'MD5'),
    plain('plain-hash', 'of the signed string, without the secret,', (_, data) => [data]),
    plain('hash-of-secret-and-text', 'of the secret followed by the signed string', (key, data) => [key, data]),
    plain('hash-of-text-and-secret', 'of the signed string followed by the secret', (key, data) => [data, key]),
    mistaken(
      (key, data) => hmacBytes('sha256', data, key),
      'key-and-text-swapped',
      'The signed string was the key of the HMAC, and the secret the message.',
      FIX,
    ),
  ]
}
