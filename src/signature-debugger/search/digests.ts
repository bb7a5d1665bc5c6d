// How the digest may have been computed from key and signed string.
import { hashBytes, hmacBytes } from '../../provider/signing.js'
import { alone, asSpecified, mistaken, type Variation } from './cause.js'

/** Makes the digest of bytes under a key. */
export type Digest = (key: Uint8Array, data: Uint8Array) => Buffer

const hex = (bytes: Buffer) => Buffer.from(bytes.toString('hex'))
const utf16 = (bytes: Uint8Array) => Buffer.from(String(Buffer.from(bytes)), 'utf16le')
const own: Digest = (key, data) => hmacBytes('sha256', key, data)

/** How the whole signed string may have become other bytes. */
const TEXTS: readonly [id: string, how: string, of: (data: Uint8Array) => Uint8Array][] = [
  [
    'signed-string-utf-16',
    'encoded as UTF-16 (little endian)',
    data => Buffer.from(String(Buffer.from(data)), 'utf16le'),
  ],
  [
    'signed-string-utf-16',
    'encoded as UTF-16 (with a byte order mark, as Python does)',
    data => Buffer.from(`\uFEFF${String(Buffer.from(data))}`, 'utf16le'),
  ],
  [
    'signed-string-utf-16',
    'encoded as UTF-16 (big endian)',
    data => Buffer.from(String(Buffer.from(data)), 'utf16le').swap16(),
  ],
  ['signed-string-hashed', 'hashed with SHA-256 first (the bytes of the hash)', data => hashBytes('sha256', data)],
  ['signed-string-hashed', 'hashed with SHA-256 first (the hash as hex)', data => hex(hashBytes('sha256', data))],
  ['signed-string-base64', 'encoded as base64', data => Buffer.from(Buffer.from(data).toString('base64'))],
  ['signed-string-hex', 'encoded as hex', data => hex(Buffer.from(data))],
  [
    'signed-string-as-json',
    'written as a JSON string, quotes and escapes included',
    data => Buffer.from(JSON.stringify(String(Buffer.from(data)))),
  ],
  ['signed-string-with-bom', 'with a byte order mark in front', data => Buffer.concat([Buffer.from('\uFEFF'), data])],
]

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
  const rare = [
    another('sha224', 'SHA224'),
    another('sha3-256', 'SHA3-256'),
    another('sha512-256', 'SHA512/256'),
    mistaken<Digest>(
      (key, data) => own(utf16(key), utf16(data)),
      'signed-string-utf-16',
      'Key and signed string were encoded as UTF-16, as Encoding.Unicode does in .NET.',
      'Use UTF-8 for both: Encoding.UTF8.',
    ),
    ...['sha1', 'sha512', 'md5'].map(hash =>
      mistaken<Digest>(
        (_, data) => hashBytes(hash, data),
        'plain-hash',
        `It is a plain ${hash.toUpperCase()} hash of the signed string, without the secret, instead of an HMAC.`,
        FIX,
      ),
    ),
    ...['.', ':'].map(between =>
      plain('hash-of-secret-and-text', `of the secret, "${between}" and the signed string`, (key, data) => [
        key,
        Buffer.from(between),
        data,
      ]),
    ),
    ...TEXTS.map(([id, how, of]) =>
      mistaken<Digest>(
        (key, data) => own(key, of(data)),
        id,
        `The whole signed string was ${how} before it was signed.`,
        'Sign the signed string itself, as UTF-8 bytes.',
      ),
    ),
    ...[
      ['hashed with SHA-256 once more', (digest: Buffer) => hashBytes('sha256', digest)] as const,
      ['hashed with SHA-256 once more, as hex', (digest: Buffer) => hashBytes('sha256', hex(digest))] as const,
    ].map(([how, of]) =>
      mistaken<Digest>((key, data) => of(own(key, data)), 'digest-of-digest', `The digest was ${how}.`, FIX),
    ),
    mistaken<Digest>(
      (key, data) => own(key, own(key, data)),
      'digest-of-digest',
      'The HMAC was made twice, the second time of the digest.',
      FIX,
    ),
    mistaken<Digest>(
      (key, data) => own(key, hex(own(key, data))),
      'digest-of-digest',
      'The HMAC was made twice, the second time of the digest as hex.',
      FIX,
    ),
  ]
  return [
    asSpecified(own),
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
    ...rare.map(alone),
  ]
}
