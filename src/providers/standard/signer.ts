// How Standard Webhooks are signed: `v1`, HMAC-SHA256 over id, stamp and body, with every secret that is valid at the moment.
import { stream } from '../../core/seed.js'
import type { Signed, SignInput } from '../../provider/channel.js'
import { hmacSha256 } from '../../provider/signing.js'
import { keyOf } from './secret.js'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The message's id, the same for all its attempts and subscriptions; without a full stop, as the specification demands. An event whose
 * id has the form of a message's keeps it: a receiver that checks a signature knows no other.
 */
export function messageId({ id, createdAt, payload }: SignInput['event']): string {
  if (/^msg_[0-9A-Za-z]{27}$/.test(id)) return id
  return `msg_${stream('message', id, createdAt, JSON.stringify(payload)).text(27, BASE62)}`
}

/**
 * The three headers for an id, a stamp in ms, the exact body and the secrets that are valid, the newest first. `bytes` are the body's own
 * where a fault made it no text.
 */
export function signedWith(
  id: string,
  at: number,
  body: string,
  secrets: readonly string[],
  bytes?: Uint8Array | undefined,
): Signed {
  const seconds = String(Math.floor(at / 1000))
  const signedString = `${id}.${seconds}.${body}`
  const toSign = bytes === undefined ? signedString : Buffer.concat([Buffer.from(`${id}.${seconds}.`), bytes])
  const signatures = secrets.map(secret => `v1,${hmacSha256(keyOf(secret), toSign, 'base64')}`)
  return {
    headers: [
      ['webhook-id', id],
      ['webhook-timestamp', seconds],
      ['webhook-signature', signatures.join(' ')],
    ],
    signedString,
  }
}

/** Signs one attempt, stamped with its own time. During a rotation the new secret's signature comes first. */
export function sign({ body, bytes, secret, previousSecret, at, event }: SignInput): Signed {
  const secrets = [secret, previousSecret].filter(one => one !== null)
  return signedWith(messageId(event), at, body, secrets, bytes)
}
