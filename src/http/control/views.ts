// The shapes of api/ made of the ledger's rows: RFC 3339 times, secrets and credentials masked.
import type * as attempts from '../../api/attempt.js'
import type * as clock from '../../api/clock.js'
import type * as deliveries from '../../api/delivery.js'
import type * as events from '../../api/event.js'
import type { Page } from '../../api/page.js'
import type * as subjects from '../../api/subject.js'
import type * as subscriptions from '../../api/subscription.js'
import type { Attempt, Delivery } from '../../core/delivery.js'
import type { EmulatorEvent } from '../../core/event.js'
import { isoInstant } from '../../core/instant-text.js'
import type { Json, JsonObject } from '../../core/json.js'
import type { ListedDelivery } from '../../core/ledger.js'
import {
  credentialsIn,
  MASK,
  maskedBy,
  maskedHeaders,
  maskedText,
  maskedUrl,
  secretTexts,
  shortened,
  spellings,
} from '../../core/mask.js'
import type { Subject } from '../../core/subject.js'
import type { Subscription } from '../../core/subscription.js'
import type { Counts, DeliveryView, Emulator } from '../../emulator/contract.js'
import { findChannel } from '../../provider/catalog.js'
import { subscriptionSettings } from '../../provider/settings.js'

const at = isoInstant
const atOrNull = (ms: number | null) => (ms === null ? null : at(ms))

type Known = Pick<Emulator, 'providers'>

/** An account by name, shortened where the provider's accounts are API keys. */
function accountView({ providers }: Known, { provider, account }: { provider: string; account: string | null }) {
  if (account === null) return null
  return providers.find(({ name }) => name === provider)?.accountIsCredential ? shortened(account) : account
}

function eventHead(emulator: Known, event: EmulatorEvent) {
  const { id, provider, channel, type, variant, subject } = event
  return { id, provider, channel, type, variant, subject, account: accountView(emulator, event) }
}

export function eventView(emulator: Known, event: EmulatorEvent): events.Event {
  const { payload, raw, createdAt } = event
  return {
    ...eventHead(emulator, event),
    payload,
    ...(raw === undefined ? {} : { raw }),
    createdAt: at(createdAt),
  }
}

/** The JSON of `eventView` from that of its payload, for an event whose payload was not given as text. */
export function eventJson(emulator: Known, event: EmulatorEvent, payload: string): string {
  const head = JSON.stringify(eventHead(emulator, event))
  return `${head.slice(0, -1)},"payload":${payload},"createdAt":"${at(event.createdAt)}"}`
}

export function deliveryView(delivery: Delivery): deliveries.Delivery {
  const { id, eventId, subscriptionId, provider, channel, type, status, attempts, dueReason } = delivery
  return {
    id,
    eventId,
    subscriptionId,
    provider,
    channel,
    type,
    status,
    attemptCount: attempts,
    dueAt: atOrNull(delivery.dueAt),
    dueReason,
    createdAt: at(delivery.createdAt),
    settledAt: atOrNull(delivery.settledAt),
  }
}

export function listedDeliveryView({ delivery, subject, url, lastOutcome }: ListedDelivery): deliveries.ListedDelivery {
  return { ...deliveryView(delivery), subject, url: maskedUrl(url), lastOutcome }
}

function attemptCore(attempt: Attempt) {
  const { deliveryId, number, cause, startedAt, dueAt, dueReason, faults, outcome, accepted, durationMs } = attempt
  return {
    deliveryId,
    number,
    cause,
    startedAt: at(startedAt),
    dueAt: at(dueAt),
    dueReason,
    faults,
    outcome,
    accepted,
    durationMs,
  }
}

/** An attempt; `body` is its delivery's, `secrets` what neither its headers nor its answer must show. */
function maskedAttempt(attempt: Attempt, body: string, secrets: readonly string[]): attempts.Attempt {
  const { method, url, headers, bodyBase64, answer } = attempt
  // What comes back may repeat what was sent.
  const sent = [...secrets, ...credentialsIn(headers)]
  return {
    ...attemptCore(attempt),
    stampedAt: at(attempt.stampedAt),
    request: {
      method,
      url: maskedText(maskedUrl(url), secrets),
      headers: maskedHeaders(headers, secrets),
      body: bodyBase64 === null ? body : Buffer.from(bodyBase64, 'base64').toString('utf8'),
      bodyBase64,
    },
    response: answer && {
      status: answer.status,
      headers: maskedHeaders(answer.headers, sent),
      body: maskedText(answer.body, sent),
      bodyBytes: answer.bodyBytes,
    },
  }
}

export function attemptSummaryView(attempt: Attempt): attempts.AttemptSummary {
  return { ...attemptCore(attempt), method: attempt.method, url: maskedUrl(attempt.url) }
}

/** The schemas of a subscription's settings and of its provider's, for finding what is secret in them. */
async function settingsSchemas(emulator: Emulator, { provider, channel }: Pick<Subscription, 'provider' | 'channel'>) {
  const loaded = await emulator.load(provider)
  return [loaded.behaviour.settings, findChannel(loaded, channel).behaviour.settings]
}

/** Every secret text that the requests of a subscription may hold. */
async function secretsOf(emulator: Emulator, subscription: Subscription | undefined): Promise<string[]> {
  if (!subscription) return []
  const schemas = await settingsSchemas(emulator, subscription)
  // Provider-wide settings may hold the credentials that a subscription leaves out.
  const settings = { ...(await emulator.settings(subscription.provider)), ...subscription.settings } as Json
  const all = [
    ...(subscription.secret === null ? [] : [subscription.secret]),
    ...(subscription.previousSecret ? [subscription.previousSecret.secret] : []),
    ...secretTexts(settings, schemas),
  ]
  return all.flatMap(spellings)
}

/** A delivery with its attempts. */
export async function deliveryDetailView(
  emulator: Emulator,
  { delivery, attempts, body, subscription }: DeliveryView,
): Promise<deliveries.DeliveryDetail> {
  const secrets = await secretsOf(emulator, subscription)
  return {
    ...deliveryView(delivery),
    url: subscription ? maskedUrl(subscription.url) : null,
    body,
    attempts: attempts.map(attempt => maskedAttempt(attempt, body, secrets)),
  }
}

/** One attempt of a delivery. */
export async function attemptView(
  emulator: Emulator,
  { body, subscription }: DeliveryView,
  attempt: Attempt,
): Promise<attempts.Attempt> {
  return maskedAttempt(attempt, body, await secretsOf(emulator, subscription))
}

/** An attempt that belongs to no delivery: the answer of a receiver that was tried. */
export async function testCallView(
  emulator: Emulator,
  subscription: Subscription,
  attempt: Attempt,
): Promise<subscriptions.TestCall> {
  const { outcome, accepted, durationMs, request, response } = maskedAttempt(
    attempt,
    '',
    await secretsOf(emulator, subscription),
  )
  const { method, url, headers } = request
  return { outcome, accepted, durationMs, request: { method, url, headers }, response }
}

/** A subscription with its secrets masked; a given `secret` is shown. */
export async function subscriptionView(
  emulator: Emulator,
  subscription: Subscription,
  secret?: string | null,
): Promise<subscriptions.Subscription> {
  const schemas = await settingsSchemas(emulator, subscription)
  const { id, provider, channel, url, eventTypes, active, previousSecret, notes } = subscription
  const { behaviour } = findChannel(await emulator.load(provider), channel)
  const layers = { providerWide: emulator.ledger.providerSettings(provider), own: subscription.settings }
  const complete = subscriptionSettings({ provider, behaviour }, layers)
  return {
    id,
    provider,
    channel,
    url: maskedUrl(url),
    eventTypes,
    active,
    secret: secret === undefined ? subscription.secret && MASK : secret,
    previousSecretUntil: atOrNull(previousSecret?.until ?? null),
    secretGroup: behaviour.secret.group?.(complete) ?? null,
    settings: maskedBy(subscription.settings, schemas) as JsonObject,
    notes,
    account: accountView(emulator, subscription),
    createdAt: at(subscription.createdAt),
    updatedAt: at(subscription.updatedAt),
  }
}

export function subjectView(emulator: Known, subject: Subject): subjects.Subject {
  const { id, provider, kind, story, state, data, createdAt, updatedAt } = subject
  const account = accountView(emulator, subject)
  return { id, provider, kind, story, state, data, account, createdAt: at(createdAt), updatedAt: at(updatedAt) }
}

export function countsView(emulator: Emulator, counts: Counts): clock.Counts {
  const { delivered, waiting, exhausted, cancelled, attempts } = counts
  return { now: at(emulator.clock.now()), delivered, waiting, exhausted, cancelled, attempts }
}

/** A page of `limit` from rows of which one more was asked for. */
export function pageView<R extends { id: string }, V>(rows: readonly R[], limit: number, view: (row: R) => V): Page<V> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(view), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}
