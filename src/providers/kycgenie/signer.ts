// How KYC Genie's deliveries are signed: Standard Webhooks unless set otherwise. The documents name a secret and no scheme.

import type { Signed } from '../../core/signature.js'
import { type Anatomy, signBy } from '../../provider/anatomy.js'
import type { Settings, SignInput } from '../../provider/channel.js'
import { standardKey } from './secret.js'
import { asSubscriptionSettings, type SubscriptionSettings } from './settings.js'

const SCHEMES: Record<SubscriptionSettings['signatureScheme'], Anatomy> = {
  standard: {
    key: standardKey,
    payload: { form: 'raw' },
    signed: [{ slot: 'id' }, '.', { slot: 'timestamp' }, '.', { slot: 'payload' }],
    encoding: 'base64',
    headers: [
      { name: 'webhook-id', value: [{ slot: 'id' }] },
      { name: 'webhook-timestamp', value: [{ slot: 'timestamp' }] },
      { name: 'webhook-signature', value: ['v1,', { slot: 'signature' }], several: ' ' },
    ],
  },
  'hex-body': {
    key: { prefix: '', decoding: 'utf8' },
    payload: { form: 'raw' },
    signed: [{ slot: 'payload' }],
    encoding: 'hex',
    headers: [{ name: 'X-Webhook-Signature', value: ['sha256=', { slot: 'signature' }] }],
  },
  stripe: {
    key: { prefix: '', decoding: 'utf8' },
    payload: { form: 'raw' },
    signed: [{ slot: 'timestamp' }, '.', { slot: 'payload' }],
    encoding: 'hex',
    headers: [{ name: 'X-Webhook-Signature', value: ['t=', { slot: 'timestamp' }, ',v1=', { slot: 'signature' }] }],
  },
}

/** How deliveries are signed in the subscription's scheme. */
export function anatomy(settings: Settings): Anatomy {
  return SCHEMES[asSubscriptionSettings(settings).signatureScheme]
}

/** The event's id on the wire: the envelope's own, whatever a fault made of the body. */
function wireId({ event }: Pick<SignInput, 'event'>): string {
  return typeof event.payload.id === 'string' ? event.payload.id : event.id
}

/** Signature headers of one attempt, in the subscription's scheme; stamped with whole seconds of the attempt. */
export function sign(input: SignInput): Signed {
  return signBy(anatomy(input.settings), { ...input, id: wireId(input) })
}
