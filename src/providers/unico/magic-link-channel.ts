// The loaded part of Magic Link's channel: webhooks V2, configured once, and V1, whose URLs each link has itself.
import { isJsonObject, type JsonObject } from '../../core/json.js'
import type { ChannelBehaviour, EventDefinition } from '../../provider/channel.js'
import { channel as process } from './channel.js'
import { magicLinkEvents } from './magic-link-events.js'
import { type MagicLinkSettings, magicLinkSettings } from './settings.js'
import { textOf } from './subjects.js'

/** The URL in a link that gets an event: tracking has one of its own. Source: Magic Link V1, metadata. */
const URL_OF: Record<string, string> = { MAGIC_LINK_TRACK: 'track_webhook_url', MAGIC_LINK_RESULT: 'webhook_url' }

/** The URL for an event of a type in the link's metadata; '' without one. */
function ownUrl(type: string, payload: JsonObject): string {
  const metadata = isJsonObject(payload.metadata) ? payload.metadata : {}
  return textOf(metadata, URL_OF[type] ?? '')
}

/** Magic Link's webhooks. Source: Magic Link webhook V2, parameters and considerations; Magic Link V1, metadata. */
export const channel: ChannelBehaviour = {
  settings: magicLinkSettings,
  definition: type => {
    const known: Readonly<Record<string, EventDefinition>> = magicLinkEvents
    return Object.hasOwn(known, type) ? known[type] : undefined
  },
  secret: process.secret,
  // Source: Magic Link webhook V2, considerations: the URLs of a link come before the configured webhook.
  refuses: ({ type, payload }, settings, { url }) => {
    const own = ownUrl(type, payload)
    if ((settings as MagicLinkSettings).webhookVersion === 'v2')
      return own === '' ? undefined : `the link has its own ${URL_OF[type]}, which comes first`
    return own === url ? undefined : `it is for links whose ${URL_OF[type] ?? 'webhook_url'} is ${url}`
  },
  wrap: (payload, { settings }) =>
    (settings as MagicLinkSettings).webhookVersion === 'v1' ? (payload.data ?? {}) : payload,
  ...(process.request ? { request: process.request } : {}),
  sign: process.sign,
  retry: process.retry,
  ...(process.urlProblem ? { urlProblem: process.urlProblem } : {}),
  traits: {
    signs: false,
    signatureHeaders: [],
    idempotencyKey: 'magic_link_token',
    typePath: 'event',
    createdByCall: true,
  },
}
