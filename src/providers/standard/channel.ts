// The loaded part of the channel: what a delivery looks like and how it is sent.
import { parseDuration } from '../../core/duration.js'
import type { ChannelBehaviour } from '../../provider/channel.js'
import { createDefinitions } from './definitions.js'
import { retry } from './retry.js'
import { makeSecret, secretProblem } from './secret.js'
import { asSubscriptionSettings, subscriptionSettings } from './settings.js'
import { anatomy, sign } from './signer.js'

/** Behaviour of the channel `events`. */
export function eventsChannel(): ChannelBehaviour {
  return {
    settings: subscriptionSettings,
    definition: createDefinitions(),
    secret: {
      use: 'required',
      make: makeSecret,
      problem: secretProblem,
      overlapMs: settings => parseDuration(asSubscriptionSettings(settings).rotationOverlap, 'rotationOverlap'),
    },
    request: (settings, version) => ({
      method: 'POST',
      headers: [
        ['content-type', asSubscriptionSettings(settings).contentType],
        ['user-agent', `Standin/${version} (standard)`],
      ],
    }),
    sign,
    anatomy: () => anatomy,
    retry: settings => retry(asSubscriptionSettings(settings)),
    traits: {
      signs: true,
      timestampHeader: 'webhook-timestamp',
      signatureHeaders: ['webhook-signature'],
      signedOver: 'raw',
      severalSignatures: true,
      // A tolerance is demanded, five minutes is what the reference libraries take.
      freshness: { seconds: 300, documented: false },
      idempotencyKey: 'header:webhook-id',
      typePath: 'type',
    },
  }
}
