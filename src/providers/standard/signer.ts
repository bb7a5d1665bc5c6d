// How Standard Webhooks are signed: `v1`, HMAC-SHA256 over id, stamp and body, with every secret that is valid at the moment.
import { stream } from '../../core/seed.js'
import type { Signed } from '../../core/signature.js'
import { type Anatomy, signBy } from '../../provider/anatomy.js'
import type { SignInput } from '../../provider/channel.js'
import { key } from './secret.js'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The scheme `v1`; during a rotation the new secret's signature comes first. */
export const anatomy: Anatomy = {
  key,
  payload: { form: 'raw' },
  signed: [{ slot: 'id' }, '.', { slot: 'timestamp' }, '.', { slot: 'payload' }],
  encoding: 'base64',
  headers: [
    { name: 'webhook-id', value: [{ slot: 'id' }] },
    { name: 'webhook-timestamp', value: [{ slot: 'timestamp' }] },
    { name: 'webhook-signature', value: ['v1,', { slot: 'signature' }], several: ' ' },
  ],
}

/**
 * The message's id, the same for all its attempts and subscriptions; without a full stop, as the specification demands. An event whose
 * id has the form of a message's keeps it: a receiver that checks a signature knows no other.
 */
export function messageId({ id, createdAt, payload }: SignInput['event']): string {
  if (/^msg_[0-9A-Za-z]{27}$/.test(id)) return id
  return `msg_${stream('message', id, createdAt, JSON.stringify(payload)).text(27, BASE62)}`
}

/** Signs one attempt, stamped with its own whole second. */
export function sign(input: SignInput): Signed {
  return signBy(anatomy, { ...input, id: messageId(input.event) })
}
