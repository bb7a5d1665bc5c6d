// What signatures are made of: HMAC, hashes, and JSON with sorted keys.
import {
  checkPrimeSync,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { Json, JsonObject } from '../core/json.js'
import type { Stream } from '../core/seed.js'

const BLOCK_BYTES = 64
const SHA256_BYTES = 32

/** A key of HMAC-SHA256 as its two hashes begin with it (RFC 2104); the outer one has room for the inner one's result. */
export function hmacKey(key: Uint8Array) {
  const short = key.length > BLOCK_BYTES ? hashBytes('sha256', key) : key
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36)
  const outer = Buffer.alloc(BLOCK_BYTES + SHA256_BYTES, 0x5c)
  for (const [i, byte] of short.entries()) {
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  return { inner, outer }
}

/** `hmacSha256` by a key that is used again and again. */
export function hmacBy(
  { inner, outer }: ReturnType<typeof hmacKey>,
  text: string | Uint8Array,
  encoding: 'hex' | 'base64',
): string {
  // By two hashes: an object of createHmac costs the garbage collector more than the hashing costs.
  const bytes = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text))
  bytes.set(inner)
  if (typeof text === 'string') bytes.write(text, BLOCK_BYTES)
  else bytes.set(text, BLOCK_BYTES)
  outer.write(hash('sha256', bytes, 'binary'), BLOCK_BYTES, 'latin1')
  return hash('sha256', outer, encoding)
}

/**
 * HMAC-SHA256 of a text (UTF-8) or bytes.
 *
 * @example
 * hmacSha256('a-secret', `${timestamp}.${body}`, 'hex')
 */
export function hmacSha256(key: string | Uint8Array, text: string | Uint8Array, encoding: 'hex' | 'base64'): string {
  return hmacBy(hmacKey(typeof key === 'string' ? Buffer.from(key) : key), text, encoding)
}

/** The bytes of an HMAC with any hash (`sha1`, `sha512` …). */
export function hmacBytes(hash: string, key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac(hash, key).update(data).digest()
}

/** The bytes of a plain hash. */
export function hashBytes(hash: string, data: Uint8Array): Buffer {
  return createHash(hash).update(data).digest()
}

/** What stands before a seed in a private key (PKCS #8) and before a public key (SPKI) of ed25519. Source: RFC 8410. */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** Bytes of an ed25519 seed and of a public key. */
export const ED25519_BYTES = 32

/** The private key of a seed; what follows the seed (the public key) is not read. */
const privateKey = (seed: Uint8Array) =>
  createPrivateKey({
    key: Buffer.concat([PRIVATE_HEAD, seed.subarray(0, ED25519_BYTES)]),
    format: 'der',
    type: 'pkcs8',
  })

/** The ed25519 signature (64 bytes) of a text (UTF-8) or bytes. Throws for a key of fewer than 32 bytes. */
export function ed25519Signature(seed: Uint8Array, text: string | Uint8Array): Buffer {
  return sign(null, Buffer.from(text), privateKey(seed))
}

/** The ed25519 public key (32 bytes) of a seed. Throws for a seed of fewer than 32 bytes. */
export function ed25519PublicKey(seed: Uint8Array): Buffer {
  return createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_HEAD.length)
}

/** Verifies ed25519 signatures by one public key (32 bytes). Throws for a key of another length. */
export function ed25519Verifier(publicKey: Uint8Array): (text: Uint8Array, signature: Uint8Array) => boolean {
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, publicKey]), format: 'der', type: 'spki' })
  return (text, signature) => verify(null, text, key, signature)
}

const PUBLIC_EXPONENT = 65_537n

/** A prime of so many bits from the stream, for an RSA key. */
function primeOf(random: Stream, bits: number): bigint {
  const top = 3n << BigInt(bits - 2)
  let candidate = BigInt(`0x${random.hex(bits / 4)}`) | top | 1n
  while (candidate % PUBLIC_EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n
  return candidate
}

/** The inverse of a number in a residue ring. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n]
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y]
  return ((x % modulus) + modulus) % modulus
}

/**
 * An RSA key of 2048 bits from a stream of randomness, the same from the same stream; for tests, never for secrets. `sign` makes RS256
 * signatures (base64url), `publicJwk` is what a JWKS has of it. Takes about 0.1 s.
 */
export function rsaKey(random: Stream) {
  const [p, q] = [primeOf(random, 1024), primeOf(random, 1024)]
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n))
  const encoded = (value: bigint) => {
    const hex = value.toString(16)
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
  }
  const n = encoded(p * q)
  const e = encoded(PUBLIC_EXPONENT)
  const jwk = {
    kty: 'RSA',
    n,
    e,
    d: encoded(d),
    p: encoded(p),
    q: encoded(q),
    dp: encoded(d % (p - 1n)),
    dq: encoded(d % (q - 1n)),
  }
  const key: KeyObject = createPrivateKey({ key: { ...jwk, qi: encoded(inverse(q, p)) }, format: 'jwk' })
  const kid = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url')
  return {
    sign: (text: string): string => sign('sha256', Buffer.from(text), key).toString('base64url'),
    publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e } satisfies JsonObject,
    publicPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Whether an RS256 signature (base64url) over a text is by the owner of a public key (PEM); false for a key or signature that cannot be read. */
export function verifyRs256(publicKeyPem: string, data: string, signatureBase64url: string): boolean {
  try {
    return verify('sha256', Buffer.from(data), publicKeyPem, Buffer.from(signatureBase64url, 'base64url'))
  } catch {
    return false
  }
}

/**
 * How JSON with sorted keys is written.
 * @example canonicalJson({ b: 1, a: 2 }, { indent: 2 })
 */
export interface CanonicalOptions {
  /** Sort keys of objects inside arrays too. Default true. */
  sortInsideArrays?: boolean
  /** `codeUnit`: UTF-16 order, as JavaScript's sort; `locale`: localeCompare. Default codeUnit. */
  keyOrder?: 'codeUnit' | 'locale'
  /** Indent of the text; 0 is compact. */
  indent?: number
}

/** Longer lists are sorted by the engine: for a short one its sort allocates more than all else here. */
const SHORT_LIST = 32

/** Sorts in place by UTF-16 code units, as sort() does. */
function sortByCodeUnit(keys: string[]): void {
  if (keys.length > SHORT_LIST) {
    keys.sort()
    return
  }
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] ?? ''
    let at = i
    for (let before = keys[at - 1]; at > 0 && before !== undefined && before > key; before = keys[at - 1])
      keys[at--] = before
    keys[at] = key
  }
}

/** A copy with keys sorted recursively. Integer-like keys come first in numeric order, as in any JavaScript object. */
export function sortedKeys(
  value: Json,
  { sortInsideArrays = true, keyOrder = 'codeUnit' }: CanonicalOptions = {},
): Json {
  if (Array.isArray(value))
    return sortInsideArrays ? value.map(item => sortedKeys(item, { sortInsideArrays, keyOrder })) : value
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  if (keyOrder === 'locale') keys.sort((a, b) => a.localeCompare(b))
  else sortByCodeUnit(keys)
  const copy: { [key: string]: Json } = {}
  for (const key of keys) {
    const inner = value[key] ?? null
    // A plain assignment would set the prototype.
    if (key === '__proto__')
      Object.defineProperty(copy, key, {
        value: sortedKeys(inner, { sortInsideArrays, keyOrder }),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    else
      copy[key] =
        typeof inner === 'object' && inner !== null ? sortedKeys(inner, { sortInsideArrays, keyOrder }) : inner
  }
  return copy
}

/**
 * JSON text with sorted keys; everything else as JSON.stringify writes it.
 *
 * @example
 * canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] }) // '{"a":[{"c":3,"d":2}],"b":1}'
 */
export function canonicalJson(value: Json, options: CanonicalOptions = {}): string {
  return JSON.stringify(sortedKeys(value, options), null, options.indent ?? 0)
}
