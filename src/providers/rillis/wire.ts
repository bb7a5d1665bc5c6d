// What both of Rillis's webhook systems have in common on the wire: headers, body text, keys and URL rules.
import type { Json } from '../../core/json.js'
import type { Headers } from '../../core/message.js'
import type { Stream } from '../../core/seed.js'
import type { SecretRules, Settings } from '../../provider/channel.js'
import { canonicalJson } from '../../provider/signing.js'
import type { FlowSettings, SharedSettings } from './settings.js'

/** Method and headers besides the signature's; the receiver must not rely on others, so there are none. */
export function request(settings: Settings, version: string): { method: string; headers: Headers } {
  return {
    method: 'POST',
    headers: [
      ['Content-Type', (settings as SharedSettings).contentType],
      ['User-Agent', `Standin/${version} (rillis)`],
    ],
  }
}

/** The body as text in the subscription's format. */
export function encode(value: Json, settings: Settings): string {
  const { bodyFormat } = settings as SharedSettings
  if (bodyFormat === 'sorted') return canonicalJson(value)
  return JSON.stringify(value, null, bodyFormat === 'pretty' ? 2 : 0)
}

/** https everywhere when strict; else http to loopback and private hosts only. */
export function urlProblem(url: URL, settings: Settings, isPrivateHost: boolean): string | undefined {
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return `The URL must begin with https:// or http://, not ${url.protocol}//.`
  if ((settings as SharedSettings).strictHttps) return 'The URL must begin with https:// because strictHttps is on.'
  return isPrivateHost ? undefined : 'The URL of a public host must begin with https://.'
}

/** Webhook keys: any text; made up as 64 hex characters; replaced at once on rotation. */
export const webhookKey: Omit<SecretRules, 'group'> = {
  use: 'optional',
  make: (random: Stream) => random.hex(64),
  overlapMs: () => 0,
}

/** Subscriptions of one flow share its key, which is set in the flow's settings. */
export function keyGroup(settings: Settings): string | undefined {
  return (settings as FlowSettings).flow ?? undefined
}
