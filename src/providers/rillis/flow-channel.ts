// The flow webhooks loaded: general and step URLs, the envelope's own URL, the signature.
import { isJsonObject, type JsonObject } from '../../core/json.js'
import type { ChannelBehaviour } from '../../provider/channel.js'
import { isReferenceUrl } from './events/envelope.js'
import { flowEvent } from './events/index.js'
import { isObjectId } from './identifiers.js'
import { retryPlan } from './retry.js'
import { type FlowSettings, flowSettings } from './settings.js'
import { flowAnatomy, signFlow } from './signer.js'
import { receiverSources } from './sources.js'
import { encode, keyGroup, request, urlProblem, webhookKey } from './wire.js'

/** The Flow API's webhooks. */
export const flowChannel: ChannelBehaviour = {
  settings: flowSettings,
  definition: flowEvent,
  secret: { ...webhookKey, group: keyGroup },
  refuses: (event, settings) => {
    const { class: kind, flow } = settings as FlowSettings
    const general = event.type.startsWith('FLOW_')
    if (kind === 'general' && !general)
      return `It is a general flow webhook (class general), and ${event.type} goes to step webhooks.`
    if (kind === 'step' && general)
      return `It is a step webhook (class step), and ${event.type} goes to the general flow webhook.`
    // A flow named by a label only groups keys; one named by its id is that flow, and others' events are not its own.
    if (flow !== null && isObjectId(flow) && flowOf(event.payload) !== flow)
      return `It belongs to flow ${flow}, and the event to flow ${flowOf(event.payload) ?? '(none)'}.`
    return undefined
  },
  // A URL that was set on the event itself is kept.
  wrap: (payload, { subscription, settings }) => {
    const { data } = payload
    if ((settings as FlowSettings).dataUrl !== 'subscription' || !isJsonObject(data) || !isReferenceUrl(data.url))
      return payload
    return { ...payload, data: { ...data, url: subscription.url } }
  },
  encode,
  request,
  sign: signFlow,
  anatomy: flowAnatomy,
  retry: retryPlan,
  urlProblem,
  traits: {
    signs: true,
    timestampHeader: 'x-timestamp',
    signatureHeaders: ['x-signature'],
    signedOver: 'canonical',
    exactStatus: 200,
    freshness: { seconds: 300, documented: true },
    idempotencyKey: 'id',
    enumPaths: ['data.status'],
    typePath: 'type',
    freeText: { type: 'VERIFICATION_IDENTITY_COMPLETED', path: 'data.identity.data.given_names' },
    story: [
      { type: 'VERIFICATION_IDENTITY_COMPLETED', variant: 'PENDING_REVIEW' },
      { type: 'VERIFICATION_IDENTITY_UPDATED' },
      { type: 'VERIFICATION_IDENTITY_REJECTED' },
    ],
    sources: receiverSources,
  },
}

function flowOf(payload: JsonObject): string | undefined {
  const id = isJsonObject(payload.data) ? payload.data.flow_id : undefined
  return typeof id === 'string' ? id : undefined
}
