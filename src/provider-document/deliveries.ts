// How a document's provider delivers: settings with what the document says as defaults, the retry plan of them, and what it leaves open.
import * as z from 'zod'
import { writtenDuration } from '../api/duration.js'
import { durationMs, parseDuration } from '../core/duration.js'
import type { Json } from '../core/json.js'
import type { RetryPlan } from '../core/retry.js'
import type { Assumption } from '../provider/assumptions.js'
import type { ChannelBehaviour, Settings } from '../provider/channel.js'
import { retryAfterSetting } from '../provider/retry-after.js'
import { DELAYS_TITLE, deliverySettings, EXAMPLE_DELAYS } from '../provider/standard-webhooks.js'
import { retryPlan as standardRetryPlan } from '../providers/standard/retry.js'
import { subscriptionSettings as standardSettings } from '../providers/standard/settings.js'
import { type Extensions, statuses } from './extensions.js'

/** What the document says of deliveries, and what it leaves open. */
export interface Described {
  extensions: Extensions
  contentType: string
  /** Statuses of success that its responses name. */
  successes: readonly string[]
  /** A rotated secret goes on signing for a while. */
  overlaps: boolean
}

/** A setting: what the document says is its default; what it does not say is an assumption. */
interface Setting {
  name: string
  schema: z.ZodType<unknown>
  /** What the document says; undefined where it does not. */
  told: unknown
  /** The default where it says nothing. */
  otherwise: Json
  question: string
  reason: string
  alternatives: string
}

const unsaid = (key: string) => `The document does not say; x-standin-retries.${key} does where it is given.`
const example = 'It is that of the Standard Webhooks example schedule.'

function deliveryTable({ extensions: { retries, signature }, contentType, successes, overlaps }: Described): Setting[] {
  const { delays, maxAttempts, timeout, success, on410, afterLast, retryAfterUpTo, concurrency } = retries
  const named = [...new Set(successes)].join(', ')
  const { shape } = standardSettings
  return [
    {
      name: 'retryDelays',
      schema: z
        .array(writtenDuration())
        .min(1)
        .meta({ title: 'Retry delays', group: 'Retries' })
        .describe(DELAYS_TITLE),
      told: delays,
      otherwise: EXAMPLE_DELAYS,
      question: 'When is a failed delivery retried?',
      reason: `${unsaid('delays')} ${example}`,
      alternatives: 'any list of durations',
    },
    {
      name: 'maxAttempts',
      schema: deliverySettings.maxAttempts.removeDefault(),
      // A table of delays says how many attempts there are.
      told: maxAttempts ?? (delays === undefined ? undefined : delays.length + 1),
      otherwise: EXAMPLE_DELAYS.length + 1,
      question: 'How many attempts are made in all?',
      reason: `${unsaid('maxAttempts')} ${example}`,
      alternatives: 'any number, or "unlimited"',
    },
    {
      name: 'responseTimeoutMs',
      schema: deliverySettings.responseTimeoutMs.removeDefault(),
      told: timeout === undefined ? undefined : durationMs(timeout),
      otherwise: 15_000,
      question: 'How long may the receiver take to answer?',
      reason: `${unsaid('timeout')} Standard Webhooks recommends 15 to 30 seconds.`,
      alternatives: 'any number of milliseconds',
    },
    {
      name: 'acceptedStatuses',
      schema: statuses.meta({ title: 'Accepted statuses', group: 'Retries' }),
      told: success,
      otherwise: ['2xx'],
      question: 'Which statuses of a response count as a success?',
      reason: `${named === '' ? 'The document names none' : `Its responses name ${named}, and do not say that others fail`}; x-standin-retries.success does where it is given.`,
      alternatives: 'a list of numbers from 200 to 299',
    },
    {
      name: 'gone',
      schema: shape.gone.removeDefault(),
      told: on410,
      otherwise: 'retry',
      question: 'What follows a 410 response?',
      reason: unsaid('on410'),
      alternatives: 'deactivate: the subscription is deactivated',
    },
    {
      name: 'afterLast',
      schema: shape.afterLast.removeDefault(),
      told: afterLast,
      otherwise: 'keep',
      question: 'Is a subscription deactivated when a delivery is exhausted?',
      reason: unsaid('afterLast'),
      alternatives: 'deactivate',
    },
    {
      name: 'retryAfterUpTo',
      schema: retryAfterSetting.retryAfterUpTo.removeDefault(),
      told: retryAfterUpTo,
      otherwise: '0s',
      question: 'Is a Retry-After header obeyed?',
      reason: unsaid('retryAfterUpTo'),
      alternatives: 'a duration such as 1h: the next attempt waits as long as Retry-After asks, at most that long',
    },
    {
      name: 'concurrency',
      schema: deliverySettings.concurrency.removeDefault(),
      told: concurrency,
      otherwise: 10,
      question: 'How many deliveries of one subscription are in flight at once?',
      reason: `${unsaid('concurrency')} With several at once a receiver meets events that arrive out of order.`,
      alternatives: '1 to 500',
    },
    {
      name: 'contentType',
      schema: deliverySettings.contentType.removeDefault(),
      told: contentType,
      otherwise: 'application/json',
      question: 'Which Content-Type does a delivery have?',
      reason: 'The document names none.',
      alternatives: 'any',
    },
    ...(overlaps
      ? [
          {
            name: 'rotationOverlap',
            schema: shape.rotationOverlap.removeDefault(),
            told: undefined,
            otherwise: '24h',
            question: 'How long is a message also signed with the old secret after a rotation?',
            reason: 'The document does not say; a day is usual.',
            alternatives: 'any duration; 0 ends the old secret at once',
          },
        ]
      : []),
    ...(signature === undefined
      ? [
          {
            name: 'signature',
            schema: z
              .enum(['standard-webhooks', 'none'])
              .meta({ title: 'Signature', group: 'Signature' })
              .describe('How messages are signed: as Standard Webhooks asks, or not at all.'),
            told: undefined,
            otherwise: 'standard-webhooks',
            question: 'How are messages signed?',
            reason: 'The document does not say in x-standin-signature.',
            alternatives: 'none; x-standin-signature describes any HMAC-SHA256 scheme',
          },
        ]
      : []),
  ]
}

/** The settings of a subscription, each with its default. */
export function settingsOf(described: Described): z.ZodType<Settings> {
  return z.strictObject(
    Object.fromEntries(
      deliveryTable(described).map(({ name, schema, told, otherwise }) => [
        name,
        schema.default(told ?? otherwise).meta(schema.meta() ?? {}),
      ]),
    ),
  )
}

/** What the document leaves open of deliveries. */
export function deliveryAssumptions(described: Described): Assumption[] {
  return deliveryTable(described)
    .filter(({ told }) => told === undefined)
    .map(({ name, otherwise, question, reason, alternatives }) => ({
      name,
      question,
      choice: otherwise,
      reason,
      setting: 'subscription',
      alternatives,
    }))
}

/** The settings that a document's provider reads itself: their schema has checked them. */
interface OwnSettings {
  acceptedStatuses: (number | '2xx')[]
  contentType: string
  rotationOverlap?: string | number
  signature?: 'standard-webhooks' | 'none'
}

/** Settings of a subscription, typed. */
export const asSettings = (settings: Settings): OwnSettings => settings as unknown as OwnSettings

/** The retry plan of a subscription: that of Standard Webhooks, with the document's statuses of success. */
export function retryPlan(settings: Settings): RetryPlan {
  const { acceptedStatuses } = asSettings(settings)
  return {
    ...standardRetryPlan(settings),
    accepts: status => acceptedStatuses.some(one => (one === '2xx' ? status >= 200 && status < 300 : one === status)),
  }
}

/** How long a rotated secret goes on signing, ms. */
export const overlapMs: ChannelBehaviour['secret']['overlapMs'] = settings =>
  parseDuration(asSettings(settings).rotationOverlap ?? 0, 'rotationOverlap')
