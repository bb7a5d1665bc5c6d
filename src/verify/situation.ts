// What a verification is about: the channel, its rules, and how its requests are made.
import type { RetryPlan } from '../core/retry.js'
import type { ChannelTraits, EventType } from '../provider/channel.js'
import type { SignedRequest } from './test-event.js'

/** The channel that the receiver is verified for, and how its requests are made. */
export interface Situation {
  provider: string
  channel: string
  /** With the subscription's settings. */
  traits: ChannelTraits
  /** Requests carry a signature. */
  signs: boolean
  /** Requests carry credentials (Basic, an API key, a bearer token). */
  credentials: boolean
  plan: RetryPlan
  /** Longest wait for one answer, real ms. */
  timeoutMs: number
  types: readonly { name: string; variants: readonly string[] }[]
}

/** The situation of a channel, from what one plain request of it carries. */
export function situationOf({
  catalog,
  plainRequest: { signed, signedString },
  timeoutMs,
  ...channel
}: Pick<Situation, 'provider' | 'channel' | 'traits' | 'plan'> & {
  catalog: readonly EventType[]
  plainRequest: SignedRequest
  timeoutMs: number | undefined
}): Situation {
  const { traits, plan } = channel
  const signs =
    signedString !== undefined || signed.some(([name]) => traits.signatureHeaders.includes(name.toLowerCase()))
  return {
    ...channel,
    signs,
    credentials: !signs && signed.length > 0,
    timeoutMs: timeoutMs ?? plan.timeoutMs,
    types: catalog.map(({ name, variants }) => ({ name, variants: variants.map(variant => variant.name) })),
  }
}
