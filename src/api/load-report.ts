// The result of a load run, as JSON reports have it. Shards are merged from these.
import * as z from 'zod'
import { ARRIVALS } from '../core/arrivals.js'
import { exitCode, time } from './values.js'

const whole = z.int().min(0)
const ms = z.number().min(0)
const perSecond = z.number().min(0)

/** A histogram: pairs of a value, in units of 10 µs, and how often it was recorded. */
export const bins = z.array(z.tuple([whole, whole]))
/** A histogram: pairs of a value, in units of 10 µs, and how often it was recorded. */
export type Bins = z.infer<typeof bins>

const percentiles = z.strictObject({ p50: ms, p90: ms, p99: ms, 'p99.9': ms, max: ms, mean: ms })
/** Percentiles, ms. */
export type Percentiles = z.infer<typeof percentiles>

const distribution = z.strictObject({ percentiles: percentiles.nullable(), bins })

const plan = z.strictObject({
  rate: z
    .strictObject({ from: perSecond, to: perSecond })
    .meta({ description: 'Events per second, at the start and at the end.' }),
  forMs: ms,
  arrivals: z.enum(ARRIVALS),
  types: z.array(z.string()),
  events: whole.meta({ description: 'Of all shards together.' }),
  shard: z.strictObject({ index: whole, of: whole }).nullable(),
  ledger: z.boolean().meta({ description: 'False: no rows, no retries.' }),
  timeoutMs: ms,
  inFlight: whole.meta({ description: 'The most events without an answer at a time.' }),
  retryWaitMs: ms.meta({ description: 'The longest wait before a retry; the provider may wait longer.' }),
  drainMs: ms.meta({ description: 'The longest wait for answers and retries after the last arrival.' }),
})
/** What a run was to do. */
export type LoadPlan = z.infer<typeof plan>

const counts = z.strictObject({
  planned: whole,
  sent: whole.meta({ description: 'Events of which at least one request was sent.' }),
  late: whole.meta({ description: 'Events that this machine sent too late.' }),
  accepted: whole.meta({ description: 'Events accepted in the end.' }),
  acceptedAtFirst: whole,
  refused: whole.meta({ description: 'First requests with an answer that the provider does not accept.' }),
  timeouts: whole.meta({ description: "First requests without an answer within the provider's timeout." }),
  broken: whole.meta({ description: 'First requests that failed otherwise: connection refused, reset, TLS.' }),
  own: whole.meta({ description: 'First requests that this machine could not send.' }),
  notSent: whole.meta({ description: 'Events that were never sent, since too many had no answer.' }),
  unfinished: whole.meta({ description: 'First requests that had not ended when the run did.' }),
  lost: whole.meta({ description: 'Events that were not accepted by the end of the run.' }),
  retries: whole,
  duplicates: whole.meta({
    description: 'Events sent again after a request that the receiver may have taken, since its answer did not come.',
  }),
})
/** What became of the events. */
export type LoadCounts = z.infer<typeof counts>

const interval = z.strictObject({
  planned: whole,
  sent: whole,
  answered: whole,
  accepted: whole,
  errors: whole,
  bins,
})
/** What happened in a part of the run: latencies belong to the events that were to arrive in it. */
export type LoadInterval = z.infer<typeof interval>

const effects = z.strictObject({
  events: whole.meta({ description: 'Accepted events that were looked for.' }),
  once: whole,
  missing: whole,
  doubled: whole,
  knownBefore: whole,
  examples: z.array(z.string()).meta({ description: 'Keys of missing and doubled events.' }),
  unseen: z.string().nullable().meta({ description: 'Why the effects could not be seen.' }),
})
/** What the receiver did. */
export type LoadEffects = z.infer<typeof effects>

const step = z.strictObject({
  rate: perSecond,
  planned: whole,
  accepted: whole,
  errors: whole,
  percentiles: percentiles.nullable(),
  result: z.enum(['held', 'missed', 'not judged']),
  why: z.string(),
})
/** One step of the search for the limit. */
export type LimitStep = z.infer<typeof step>

const limit = z.strictObject({
  stepMs: ms,
  heldRate: perSecond.nullable().meta({ description: 'The highest rate that was held in a step.' }),
  missedRate: perSecond.nullable().meta({ description: 'The lowest rate that was missed.' }),
  why: z.string(),
  steps: z.array(step),
})
/** The search for the highest rate that the receiver holds. */
export type LoadLimit = z.infer<typeof limit>

const judged = z.strictObject({
  text: z.string(),
  status: z.enum(['passed', 'failed', 'not judged']),
  measured: z.string().nullable(),
  why: z.string().nullable(),
})
/** A threshold with its verdict. */
export type JudgedThreshold = z.infer<typeof judged>

const verdict = z.strictObject({
  status: z.enum(['passed', 'failed', 'not judged']),
  conclusion: z.string(),
  exitCode,
})
/** The verdict of a run. */
export type LoadVerdict = z.infer<typeof verdict>

/** The result of a load run. */
export const loadReport = z
  .strictObject({
    kind: z.literal('load'),
    standin: z.string(),
    provider: z.string(),
    channel: z.string(),
    to: z.string(),
    seed: whole,
    start: time.meta({ description: 'The instant that the plan begins at; payloads carry it.' }),
    startedAt: time,
    durationMs: ms,
    interrupted: z.boolean(),
    plan,
    counts,
    outcomes: z.record(z.string(), whole).meta({ description: 'All requests by their outcome.' }),
    latency: distribution.meta({ description: 'From the planned arrival to the end of the first request.' }),
    service: distribution.meta({ description: 'From the start of the first request to its end.' }),
    intervals: z.strictObject({ ms, list: z.array(interval) }),
    acceptedRate: perSecond.meta({ description: 'Events accepted at first, per second.' }),
    errorBudget: z.strictObject({ percent: z.number(), allowed: z.number(), used: whole }),
    firstMissed: z
      .strictObject({ atMs: ms, rate: perSecond })
      .nullable()
      .meta({ description: "The first event that was not answered within the provider's timeout after its arrival." }),
    machine: z.strictObject({
      lateness: distribution.meta({ description: 'How much later than planned it sent, for reasons of its own.' }),
      cpu: z.number().meta({ description: 'Of one core.' }),
      mostInFlight: whole,
      heldBack: whole.meta({ description: 'Events sent later than planned, since too many had no answer.' }),
    }),
    effects: effects.nullable(),
    limit: limit.nullable(),
    thresholds: z.array(judged),
    verdict,
  })
  .meta({ id: 'LoadReport' })
/**
 * The result of a load run.
 * @example
 * const p99 = ({ latency, verdict }: LoadReport) => (verdict.status === 'passed' ? latency.percentiles?.p99 : undefined) // 41.22
 */
export type LoadReport = z.infer<typeof loadReport>
