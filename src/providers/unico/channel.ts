// The loaded part of Unico's one channel: catalog, credentials, retries and the facts a receiver is judged by.
import type { ChannelBehaviour } from '../../provider/channel.js'
import { findEvent } from './events.js'
import { limit, retry } from './retry.js'
import { type SubscriptionSettings, subscriptionSettings } from './settings.js'
import { secretProblem, sign } from './signer.js'

/** Unico's webhook. */
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
  retry,
  limit,
  urlProblem: (url, settings, isPrivateHost) => {
    if (url.protocol === 'https:') return undefined
    if ((settings as SubscriptionSettings).strictHttps) return 'The setting strictHttps demands an https URL.'
    return isPrivateHost ? undefined : 'Unico calls public hosts on https only; http is for loopback and private hosts.'
  },
  traits: {
    signs: false,
    signatureHeaders: [],
    idempotencyKey: 'processId',
    enumPaths: ['lastEvent', 'result', 'state'],
    late: { after: { type: 'process.finished.ok' }, event: { type: 'process.finished.expired' } },
    createdByCall: true,
    sources: {
      delivery: 'Unico, Webhooks, Event types: what is listed may grow, treat handled events as configuration.',
      auth: 'Unico, Webhooks, Setup: Basic, API key or OAuth2 on every call.',
      idempotency:
        'Unico, Webhooks, Security: at least once; processId is the key, what is known is answered 2xx at once.',
      'ordering/late-after-final':
        'Unico, Webhooks, Security: a processId that was processed is answered 2xx and not worked on again.',
      tolerance: 'Unico, Webhooks, Event types: the set of events may evolve.',
      'delivery/prompt': 'Unico, Webhooks, Setup: the longest wait for an answer is a setting of the webhook.',
      load: 'Unico, Webhooks, Setup: up to 500 deliveries in flight.',
      retry: 'Unico, Webhooks, Security: a call that is not answered 200 to 299 is made again.',
    },
  },
}
