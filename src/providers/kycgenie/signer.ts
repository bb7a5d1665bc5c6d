// How KYC Genie's deliveries are signed: Standard Webhooks by default. A secret is documented, a scheme is not.
// Source: Webhooks API, "Create Webhook", Save Your Secret Key.

import type { Signed } from '../../core/signature.js'
import type { Settings, SignInput } from '../../provider/channel.js'
import { type SignatureScheme, signBy } from '../../provider/signature-scheme.js'
import { scheme as standard } from '../../provider/standard-webhooks.js'
import { asSubscriptionSettings, type SubscriptionSettings } from './settings.js'

const SCHEMES: Record<SubscriptionSettings['signatureScheme'], SignatureScheme> = {
  standard,
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

/** The subscription's signature scheme as data. */
export function scheme(settings: Settings): SignatureScheme {
  return SCHEMES[asSubscriptionSettings(settings).signatureScheme]
}

/** The event's id as sent: the envelope's own, whatever a fault changed in the body; where that has none, the event's. */
function envelopeId({ event }: Pick<SignInput, 'event'>): string {
  const { id } = event.payload
  return typeof id === 'string' && id.trim() !== '' ? id : event.id
}

/** Signs one attempt in the subscription's scheme; the timestamp is the attempt's time in whole seconds. */
export function sign(input: SignInput): Signed {
  return signBy(scheme(input.settings), input, envelopeId(input))
}
