// Screenings asked for over the API: their result, which a keyword in the entity's name decides, and the URL that they report to.
// Source: Screening, Test Mode Supported (results by keywords) and Request Body (webhook_url).
import type { Json, JsonObject } from '../../core/json.js'
import type { Subject } from '../../core/subject.js'
import type { Subscription } from '../../core/subscription.js'
import type { ProviderPort, TriggerInput } from '../../provider/port.js'
import { asProviderSettings } from './settings.js'

/** Name of the timer that ends a screening. */
export const SCREENED = 'screened'

/** Words in an entity's name that find a risk, and those that let the screening fail; assumed. */
const MATCH = /\b(sanction(s|ed)?|pep|watchlist(ed)?|adverse|match)\b/i
const FAILURE = /\b(fail(s|ed|ure)?|error)\b/i

/** Key of a subscription's notes: the screening whose `webhook_url` it is. */
const TARGET = 'screening_id'

/** True for the subscription that stands for the `webhook_url` of a screening. */
export function isTarget({ notes }: { notes: JsonObject }): boolean {
  return notes[TARGET] !== undefined
}

/** True when an event is about the screening that a subscription is for, and for every other subscription. */
export function isForTarget({ notes }: { notes: JsonObject }, data: Json | undefined): boolean {
  const screening = notes[TARGET]
  if (screening === undefined) return true
  return typeof data === 'object' && data !== null && !Array.isArray(data) && data.screening_id === screening
}

/** Makes the URL of one screening a receiver of its end; signed with the secret that the receiver knows. Throws where the URL is refused. */
export async function addTarget(
  port: ProviderPort,
  { url, screening, account }: { url: string; screening: string; account: string | null },
): Promise<void> {
  await port.subscribe({
    channel: 'webhooks',
    url,
    eventTypes: ['screening.completed', 'screening.failed'],
    secret: secretFor(port, url, account),
    notes: { [TARGET]: screening, description: `webhook_url of screening ${screening}` },
    account,
  })
}

/** The oldest active webhook with a URL: of this account, or of any where the caller has none (a browser session). */
export function knownWebhook(port: ProviderPort, url: string, account: string | null): Subscription | undefined {
  return port
    .subscriptions({ channel: 'webhooks' })
    .find(one => one.active && one.url === url && (account === null || one.account === account) && !isTarget(one))
}

/** The secret for a URL: that of the known webhook, otherwise the setting's. */
export function secretFor(port: ProviderPort, url: string, account: string | null): string {
  return knownWebhook(port, url, account)?.secret ?? asProviderSettings(port.settings()).testSigningSecret
}

/**
 * Ends a pending screening; a match opens a case with an alert. What was interrupted half-way only does what is left.
 * Source: Risk profiles, Risk Profile Workflow.
 */
export async function endScreening(port: ProviderPort, screening: Subject): Promise<void> {
  const name = String(screening.data.entity_name ?? '')
  const about: TriggerInput = { subject: screening.id, account: screening.account }
  const isMatch = MATCH.test(name)
  if (screening.state === 'pending') {
    if (FAILURE.test(name)) {
      await port.trigger('screening.failed', { ...about, variant: 'source_unavailable' })
      return
    }
    await port.trigger('screening.completed', { ...about, variant: isMatch ? 'match' : 'clear' })
  } else if (screening.state !== 'completed') return
  if (!isMatch) return
  const { story } = screening
  if (port.subjects({ kind: 'case', story }, { limit: 1 }).length === 0) await port.trigger('case.opened', about)
  if (port.subjects({ kind: 'alert', story }, { limit: 1 }).length === 0) await port.trigger('alert.created', about)
}
