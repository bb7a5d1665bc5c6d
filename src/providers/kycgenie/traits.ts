// What a receiver of KYC Genie's webhooks must check. The documents name a secret and nothing else, so all of it is as assumed.
import type { ChannelTraits } from '../../provider/channel.js'
import type { SubscriptionSettings } from './settings.js'

/** With the settings as they are by default: Standard Webhooks. */
export const traits: ChannelTraits = {
  signs: true,
  timestampHeader: 'webhook-timestamp',
  signatureHeaders: ['webhook-signature'],
  signedOver: 'raw',
  severalSignatures: true,
  freshness: { seconds: 300, documented: false },
  idempotencyKey: 'id',
  enumPaths: ['data.status', 'data.outcome', 'data.screening_status', 'data.workflow_type'],
  typePath: 'event_type',
  freeText: { type: 'onboarding.created', path: 'data.entity_name' },
  story: [{ type: 'onboarding.created' }, { type: 'onboarding.ddq_completed' }, { type: 'onboarding.completed' }],
  createdByCall: true,
  sources: {
    delivery: 'KYC Genie, Webhooks API: the list of event types.',
    signature:
      'KYC Genie, Webhooks API: secret_key verifies webhook signatures; the scheme is Standard Webhooks, as assumed.',
    freshness: 'Standard Webhooks: a tolerance of five minutes.',
    idempotency: 'Standard Webhooks: webhook-id is the same at every attempt.',
  },
}

/** …and with other settings: the older schemes sign with one header and without an id. */
export function traitsFor({ signatureScheme, typeKey }: SubscriptionSettings): ChannelTraits {
  const own: ChannelTraits = { ...traits, typePath: typeKey }
  if (signatureScheme === 'standard') return own
  const { timestampHeader: _header, severalSignatures: _several, freshness, ...rest } = own
  const older: ChannelTraits = { ...rest, signatureHeaders: ['x-webhook-signature'] }
  return signatureScheme === 'stripe' && freshness ? { ...older, freshness } : older
}
