// Secrets of KYC Genie's webhooks: `whsec_` and 52 capitals and digits, as in the documented example.
import type { Stream } from '../../core/seed.js'

const PREFIX = 'whsec_'

/** What is wrong with a secret that isSecret refuses, as the end of a sentence. */
export const SECRET_PROBLEM = 'it must be "whsec_" followed by base64 with its padding'

/** True for `whsec_` and non-empty base64: what the standard scheme can decode. */
export function isSecret(secret: string): boolean {
  return /^whsec_(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret)
}

/** A secret of the documented form; its 52 characters are base64 of 39 bytes. */
export function makeSecret(random: Stream): string {
  return PREFIX + random.text(52, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')
}

/** The key bytes of the standard scheme: the part after `whsec_`, base64-decoded. */
export const standardKey = { prefix: PREFIX, decoding: 'base64' } as const
