// The loaded part of Unico's channel: what a delivery looks like, how it is sent, and what a receiver must check.
import type { ChannelBehaviour } from '../../provider/channel.js'
import { httpsProblem } from '../../provider/https-rule.js'
import { findEvent } from './events.js'
import { limit, retryPlan } from './retry.js'
import { type SubscriptionSettings, subscriptionSettings } from './settings.js'
import { secretProblem, sign } from './signer.js'
import { receiverAssumptions, receiverSources } from './sources.js'

/** Unico's webhook. Source: Webhooks and events, introduction; Setup, fields of the webhook. */
export const channel: ChannelBehaviour = {
  settings: subscriptionSettings,
  definition: findEvent,
  secret: {
    use: 'given',
    make: random => random.hex(32),
    problem: (secret, settings) => secretProblem(secret, settings as SubscriptionSettings),
    overlapMs: () => 0,
  },
  wrap: (payload, { settings }) => {
    if ((settings as SubscriptionSettings).includeResult) return payload
    const { result: _left, ...rest } = payload
    return rest
  },
  request: (settings, version) => ({
    method: 'POST',
    headers: [
      ['Content-Type', (settings as SubscriptionSettings).contentType],
      ['User-Agent', `Standin/${version} (unico)`],
    ],
  }),
  sign,
  retry: retryPlan,
  limit,
  // Source: Setup, Notification URL (https).
  urlProblem: (url, settings, isPrivateHost) =>
    httpsProblem(url, isPrivateHost, (settings as SubscriptionSettings).strictHttps),
  traits: {
    signs: false,
    signatureHeaders: [],
    idempotencyKey: 'processId',
    enumPaths: ['lastEvent', 'result', 'state'],
    late: { after: { type: 'process.finished.ok' }, event: { type: 'process.finished.expired' } },
    createdByCall: true,
    sources: receiverSources,
    assumed: receiverAssumptions,
  },
}
