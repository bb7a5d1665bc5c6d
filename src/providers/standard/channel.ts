// The loaded part of the channel: what a delivery looks like, how it is sent, and what a receiver must check.
import { parseDuration } from '../../core/duration.js'
import type { ChannelBehaviour } from '../../provider/channel.js'
import { scheme, signatureTraits } from '../../provider/standard-webhooks.js'
import { createDefinitions } from './events.js'
import { retryPlan } from './retry.js'
import { asSubscriptionSettings, subscriptionSettings } from './settings.js'
import { makeSecret, secretProblem, sign } from './signer.js'

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
    // Source: Standard Webhooks, "Webhook headers": the body of an HTTP POST.
    request: (settings, version) => ({
      method: 'POST',
      headers: [
        ['content-type', asSubscriptionSettings(settings).contentType],
        ['user-agent', `Standin/${version} (standard)`],
      ],
    }),
    sign,
    scheme: () => scheme,
    retry: retryPlan,
    traits: {
      ...signatureTraits,
      // Source: Standard Webhooks, "Verifying signatures".
      idempotencyKey: 'header:webhook-id',
      typePath: 'type',
    },
  }
}
