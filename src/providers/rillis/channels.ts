// Rillis's two channels: flow webhooks (general and step URLs, signed) and the transaction webhook (flat, unsigned by default).
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { ChannelBehaviour, ChannelTraits, Settings } from '../../provider/channel.js'
import { httpsProblem } from '../../provider/https-rule.js'
import { canonicalJson } from '../../provider/signing.js'
import { isReferenceUrl } from './events/envelope.js'
import { flowEvent } from './events/index.js'
import { transactionEvent } from './events/transaction.js'
import { isObjectId } from './ids.js'
import { retryPlan } from './retry.js'
import {
  type FlowSettings,
  flowSettings,
  type SharedSettings,
  type TransactionSettings,
  transactionSettings,
} from './settings.js'
import { flowScheme, signFlow, signTransaction, transactionScheme } from './signer.js'
import { receiverAssumptions, receiverSources } from './sources.js'

/** A webhook key: any text, 64 hex characters when generated, replaced at once on rotation. */
const webhookKey: Omit<ChannelBehaviour['secret'], 'use'> = {
  make: random => random.hex(64),
  overlapMs: () => 0,
}

/** What both channels do alike: request, body format, retries and URL rule. */
const shared = {
  encode: (value: Json, settings: Settings) => {
    const { bodyFormat } = settings as SharedSettings
    if (bodyFormat === 'sorted') return canonicalJson(value)
    return bodyFormat === 'pretty' ? JSON.stringify(value, null, 2) : undefined
  },
  // Source: Webhooks Overview, "How Webhooks Work": a POST with JSON. No other header is documented.
  request: (settings, version) => ({
    method: 'POST',
    headers: [
      ['Content-Type', (settings as SharedSettings).contentType],
      ['User-Agent', `Standin/${version} (rillis)`],
    ],
  }),
  retry: retryPlan,
  urlProblem: (url, settings, isPrivateHost) =>
    httpsProblem(url, isPrivateHost, (settings as SharedSettings).strictHttps),
} satisfies Partial<ChannelBehaviour>

const signedTraits = {
  signs: true,
  timestampHeader: 'x-timestamp',
  signatureHeaders: ['x-signature'],
  signedOver: 'canonical',
} satisfies Partial<ChannelTraits>

function flowOf({ data }: JsonObject): string | undefined {
  const id = isJsonObject(data) ? data.flow_id : undefined
  return typeof id === 'string' ? id : undefined
}

/** Why a flow subscription does not get the events of a type and flow; undefined: it gets them. */
export function flowRefusal(type: string, eventFlow: string | undefined, settings: FlowSettings): string | undefined {
  const { class: kind, flow } = settings
  const general = type.startsWith('FLOW_')
  if (kind === 'general' && !general)
    return `It is a general flow webhook (class general), and ${type} goes to step webhooks.`
  if (kind === 'step' && general)
    return `It is a step webhook (class step), and ${type} goes to the general flow webhook.`
  // A flow named by a label only groups keys; one named by its id takes the events of that flow only.
  if (flow !== null && isObjectId(flow) && eventFlow !== flow)
    return `It belongs to flow ${flow}, and the event to flow ${eventFlow ?? '(none)'}.`
  return undefined
}

const APPROVED = { type: 'VERIFICATION_IDENTITY_COMPLETED', variant: 'APPROVED' }

/** The Flow API's webhooks. Source: Webhooks Overview, "How Webhooks Work" and "Securing Your Webhooks". */
export const flowChannel: ChannelBehaviour = {
  ...shared,
  settings: flowSettings,
  definition: flowEvent,
  // The key is configured in the flow's settings, so subscriptions of one flow share it (Webhooks Overview, "Securing Your Webhooks").
  secret: { ...webhookKey, use: 'optional', group: settings => (settings as FlowSettings).flow ?? undefined },
  refuses: (event, settings) => flowRefusal(event.type, flowOf(event.payload), settings as FlowSettings),
  // A URL that was set on the event itself is kept.
  wrap: (payload, { subscription, settings }) => {
    const { data } = payload
    if ((settings as FlowSettings).dataUrl !== 'subscription' || !isJsonObject(data) || !isReferenceUrl(data.url))
      return payload
    return { ...payload, data: { ...data, url: subscription.url } }
  },
  sign: signFlow,
  scheme: flowScheme,
  traits: {
    ...signedTraits,
    // Source: Webhooks Overview, "How Webhooks Work".
    exactStatus: 200,
    // Source: Webhooks Overview, "Security Best Practices".
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
    // Update Status sets any status, so that any may follow another.
    finals: [
      [APPROVED, { type: 'VERIFICATION_IDENTITY_REJECTED' }],
      [{ type: 'VERIFICATION_IDENTITY_REJECTED' }, APPROVED],
    ],
    // A record is edited by hand, and may be again. Source: Identity Verification, webhook events.
    repeatable: { type: 'VERIFICATION_IDENTITY_UPDATED' },
    sources: receiverSources,
    assumed: receiverAssumptions,
  },
}

const COMPLETED = { type: 'TRANSACTION_STATE_CHANGED', variant: 'COMPLETED' }
const REJECTED = { type: 'TRANSACTION_STATE_CHANGED', variant: 'REJECTED' }

const transactionTraits: ChannelTraits = {
  signs: false,
  signatureHeaders: [],
  idempotencyKey: 'external_transaction_id+state',
  enumPaths: ['state', 'risk_level', 'transaction_type', 'reasons_rejection_operator_list.0'],
  story: [
    { type: 'TRANSACTION_STATE_CHANGED', variant: 'PROGRESS' },
    { type: 'TRANSACTION_STATE_CHANGED', variant: 'EVALUATION' },
    COMPLETED,
  ],
  // Not the other way: of what an operator approves after a rejection no time tells which came later.
  finals: [[COMPLETED, REJECTED]],
  doesFirstStand: true,
  createdByCall: true,
  assumed: { idempotency: 'transactionKey', ordering: 'transactionKey' },
}

/** The Transaction Screening API's webhook. Source: Transaction webhooks, table of fields and table of states. */
export const transactionChannel: ChannelBehaviour = {
  ...shared,
  settings: transactionSettings,
  definition: type => (type === 'TRANSACTION_STATE_CHANGED' ? transactionEvent : undefined),
  // A key is used only where transactionSigning asks for it, so none is generated.
  secret: { ...webhookKey, use: 'given' },
  sign: signTransaction,
  scheme: transactionScheme,
  traits: transactionTraits,
  traitsFor: settings =>
    (settings as TransactionSettings).transactionSigning === 'flow'
      ? { ...transactionTraits, ...signedTraits, freshness: { seconds: 300, documented: false } }
      : transactionTraits,
}
