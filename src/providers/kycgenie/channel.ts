// The loaded part of KYC Genie's one channel: what a delivery looks like and how it is sent.
import type { JsonObject } from '../../core/json.js'
import type { ChannelBehaviour } from '../../provider/channel.js'
import { encode } from './body.js'
import { createDefinitions } from './events/index.js'
import { retry } from './retry.js'
import { isSecret, makeSecret, SECRET_PROBLEM } from './secret.js'
import { asProviderSettings, asSubscriptionSettings, subscriptionSettings } from './settings.js'
import { anatomy, sign } from './signer.js'
import { traits, traitsFor } from './traits.js'
import { webhookUrlProblem } from './url.js'

/** A rotated secret is signed with beside the new one for a day, where the scheme allows two signatures. */
const OVERLAP_MS = 86_400_000

/** The payload with its type under the key the subscription wants, in the same place. */
function withTypeKey(payload: JsonObject, key: string): JsonObject {
  if (key === 'event_type') return payload
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name === 'event_type' ? key : name, value]))
}

/** Behaviour of the channel `webhooks`. */
export function webhooksChannel(): ChannelBehaviour {
  const definitionOf = createDefinitions()
  return {
    settings: subscriptionSettings,
    definition: (type, settings) => definitionOf(type, asProviderSettings(settings)),
    secret: {
      use: 'required',
      make: makeSecret,
      problem: (secret, settings) =>
        asSubscriptionSettings(settings).signatureScheme !== 'standard' || isSecret(secret)
          ? undefined
          : SECRET_PROBLEM,
      overlapMs: settings => (asSubscriptionSettings(settings).signatureScheme === 'standard' ? OVERLAP_MS : 0),
    },
    wrap: (payload, { settings }) => withTypeKey(payload, asSubscriptionSettings(settings).typeKey),
    encode: (value, settings) => encode(value, asSubscriptionSettings(settings)),
    request: (settings, version) => ({
      method: 'POST',
      headers: [
        ['content-type', asSubscriptionSettings(settings).contentType],
        ['user-agent', `Standin/${version} (kycgenie)`],
      ],
    }),
    sign,
    anatomy,
    retry: settings => retry(asSubscriptionSettings(settings)),
    urlProblem: (url, settings, isPrivate) =>
      webhookUrlProblem(url, asSubscriptionSettings(settings).strictHttps, isPrivate),
    subscriptionId: random => random.uuid(),
    traits,
    traitsFor: settings => traitsFor(asSubscriptionSettings(settings)),
  }
}
