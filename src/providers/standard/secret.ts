// Secrets of Standard Webhooks: `whsec_` and base64 of 24 to 64 random bytes.
import type { Stream } from '../../core/seed.js'
import { type Anatomy, keyOf } from '../../provider/anatomy.js'

const PREFIX = 'whsec_'
/** "At least 24 bytes (192 bits, 512 maximum)": the table of the specification's section "Signature scheme". */
const LEAST_BYTES = 24
const MOST_BYTES = 64

/** The key bytes of a secret: the part after `whsec_`, base64-decoded. */
export const key: Anatomy['key'] = { prefix: PREFIX, decoding: 'base64' }

/** A secret of 32 bytes. */
export function makeSecret(random: Stream): string {
  return PREFIX + Buffer.from(random.hex(64), 'hex').toString('base64')
}

/** What is wrong with a secret, as the end of a sentence; undefined when nothing is. */
export function secretProblem(secret: string): string | undefined {
  if (!secret.startsWith(PREFIX)) return `it must begin with "${PREFIX}"`
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret.slice(PREFIX.length)))
    return `what follows "${PREFIX}" must be base64 with its padding`
  const { length } = keyOf(key, secret)
  if (length >= LEAST_BYTES && length <= MOST_BYTES) return undefined
  return `it must hold ${LEAST_BYTES} to ${MOST_BYTES} bytes, not ${length}`
}
