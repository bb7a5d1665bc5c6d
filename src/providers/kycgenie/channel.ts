// The loaded part of KYC Genie's channel: what a delivery looks like, how it is sent, and what a receiver must check.
import type { Json, JsonObject } from '../../core/json.js'
import type { ChannelBehaviour, ChannelTraits } from '../../provider/channel.js'
import { isSecret, SECRET_PREFIX, signatureTraits, signingProblem } from '../../provider/standard-webhooks.js'
import { createDefinitions } from './events/index.js'
import { retryPlan } from './retry.js'
import { isForTarget } from './screenings.js'
import {
  asProviderSettings,
  asSubscriptionSettings,
  SECRET_PROBLEM,
  type SubscriptionSettings,
  subscriptionSettings,
} from './settings.js'
import { scheme, sign } from './signer.js'
import { receiverAssumptions, receiverSources } from './sources.js'

/** During a rotation both secrets sign for a day, in the scheme that allows several signatures. */
const OVERLAP_MS = 86_400_000

/** The API's message for a text that is no URL. */
export const NOT_A_URL = 'Enter a valid URL.'
/** The API's message for http where https is required. Source of the rule: Webhooks API, "Create Webhook", Request Body. */
export const NOT_HTTPS = 'Webhook URL must use HTTPS.'

/** The payload with its event type under another key, in the same place. */
function withTypeKey(payload: JsonObject, key: string): JsonObject {
  if (key === 'event_type') return payload
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name === 'event_type' ? key : name, value]))
}

function pythonText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u0080-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** JSON as Python's json module writes it by default. */
function pythonJson(value: Json): string {
  if (typeof value === 'string') return pythonText(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${pythonText(key)}: ${pythonJson(inner)}`)
    .join(', ')}}`
}

/** Traits with the default settings. Only a secret is documented (Webhooks API, "Create Webhook"), so all of them are assumed. */
const traits: ChannelTraits = {
  ...signatureTraits,
  idempotencyKey: 'id',
  enumPaths: ['data.status', 'data.outcome', 'data.screening_status', 'data.workflow_type'],
  typePath: 'event_type',
  freeText: { type: 'onboarding.created', path: 'data.entity_name' },
  story: [{ type: 'onboarding.created' }, { type: 'onboarding.ddq_completed' }, { type: 'onboarding.completed' }],
  finals: [[{ type: 'onboarding.expired' }, { type: 'onboarding.completed' }]],
  // A link is sent again as often as its reader asks. Source: Webhooks API, "Event Types".
  repeatable: { type: 'onboarding.link_regenerated' },
  createdByCall: true,
  sources: receiverSources,
  assumed: receiverAssumptions,
}

/** Traits with other settings: the schemes `hex-body` and `stripe` have one header and no id. */
function traitsFor({ signatureScheme, typeKey }: SubscriptionSettings): ChannelTraits {
  const own: ChannelTraits = { ...traits, typePath: typeKey }
  if (signatureScheme === 'standard') return own
  const { timestampHeader: _header, severalSignatures: _several, freshness, ...rest } = own
  const oneHeader: ChannelTraits = { ...rest, signatureHeaders: ['x-webhook-signature'] }
  return signatureScheme === 'stripe' && freshness ? { ...oneHeader, freshness } : oneHeader
}

/** Behaviour of the channel `webhooks`. */
export function webhooksChannel(): ChannelBehaviour {
  const definitionOf = createDefinitions()
  return {
    settings: subscriptionSettings,
    definition: (type, settings) => definitionOf(type, asProviderSettings(settings)),
    secret: {
      use: 'required',
      // The documented example has 52 capitals and digits, base64 of 39 bytes (Webhooks API, "Create Webhook", response).
      make: random => SECRET_PREFIX + random.text(52, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
      problem: (secret, settings) =>
        asSubscriptionSettings(settings).signatureScheme === 'standard'
          ? signingProblem(secret, shared => (isSecret(shared) ? undefined : SECRET_PROBLEM))
          : undefined,
      overlapMs: settings => (asSubscriptionSettings(settings).signatureScheme === 'standard' ? OVERLAP_MS : 0),
    },
    wrap: (payload, { settings }) => withTypeKey(payload, asSubscriptionSettings(settings).typeKey),
    encode: (value, settings) =>
      asSubscriptionSettings(settings).bodyFormat === 'python' ? pythonJson(value) : undefined,
    request: (settings, version) => ({
      method: 'POST',
      headers: [
        ['content-type', asSubscriptionSettings(settings).contentType],
        ['user-agent', `Standin/${version} (kycgenie)`],
      ],
    }),
    sign,
    scheme,
    retry: retryPlan,
    urlProblem: (url, settings, isPrivateHost) => {
      if (url.protocol === 'https:') return undefined
      if (url.protocol !== 'http:') return NOT_A_URL
      return asSubscriptionSettings(settings).strictHttps || !isPrivateHost ? NOT_HTTPS : undefined
    },
    refuses: (event, _settings, subscription) =>
      isForTarget(subscription, event.payload.data) ? undefined : 'it is the webhook_url of another screening',
    subscriptionId: random => random.uuid(),
    traits,
    traitsFor: settings => traitsFor(asSubscriptionSettings(settings)),
  }
}
