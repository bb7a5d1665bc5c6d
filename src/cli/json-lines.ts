// What `--json` prints: a schema for each kind of line of each command. docs/json-lines.md is generated from it.
import * as z from 'zod'
import { activeFault } from '../api/active-fault.js'
import { attempt as apiAttempt } from '../api/attempt.js'
import { clock as apiClock, counts } from '../api/clock.js'
import { delivery as apiDelivery } from '../api/delivery.js'
import { expectationResult } from '../api/expectation-result.js'
import { health } from '../api/health.js'
import { journalEntry } from '../api/journal-entry.js'
import { loadReport } from '../api/load-report.js'
import { problem as apiProblem } from '../api/problem.js'
import { runStatus } from '../api/run.js'
import { signatureExplanation } from '../api/signature.js'
import { subscription } from '../api/subscription.js'
import { clockKind } from '../api/values.js'
import { verdict, verificationReport } from '../api/verification.js'
import { DELIVERY_STATUSES } from '../core/delivery.js'
import type { JsonObject } from '../core/json.js'
import {
  assumption,
  attempt,
  comparedCheck,
  comparison,
  delivery,
  deliveryDetail,
  event,
  eventType,
  exitCode,
  line,
  ms,
  planned,
  problem,
  received,
  refused,
  request,
  scenarioResult,
  seed,
  start,
  step,
  text,
  whole,
  wildcard,
} from './json-line-kinds.js'

const followed = z.strictObject({ id: z.string(), status: z.string().optional(), attempts: whole.optional() })
const demoResult = z.strictObject({
  provider: z.string(),
  deliveries: whole,
  delivered: whole,
  attempts: whole,
  verified: whole,
})
const pageAddress = z.string().optional().describe('With `--page`: address of the page')
const runSummary = z.strictObject({ scenario: z.string(), file: z.string(), status: runStatus, seed, start })

/** The line `subscription`. */
const subscriptionLine = line('subscription', 'A subscription.', subscription.shape)
const removed = line('removed', 'It was removed.', { id: z.string() })
const { kind: clockOf, ...clockShape } = apiClock.shape

const loaded = loadReport.shape
const loadSummary = line('summary', 'The last line of a load run, and of merged shards.', {
  provider: loaded.provider,
  channel: loaded.channel,
  to: loaded.to,
  seed,
  start: loaded.start,
  interrupted: loaded.interrupted,
  counts: loaded.counts,
  latency: loaded.latency.shape.percentiles.describe('From the planned arrival to the end of the first request, ms'),
  acceptedRate: loaded.acceptedRate,
  heldRate: z.number().nullable().describe('With `--find-limit`: the highest rate that was held'),
  missedRate: z.number().nullable().describe('With `--find-limit`: the lowest rate that was missed'),
  effects: loaded.effects,
  thresholds: loaded.thresholds,
  status: loaded.verdict.shape.status,
  conclusion: z.string(),
  exitCode,
})

/** The last line of any command that could not run. */
export const errorLine = line('error', 'The command could not run; the last line.', {
  code: text('Stable: `usage`, `invalid_input`, `unknown_name`, `unreachable` …'),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
  errors: apiProblem.shape.errors,
})

const lines = {
  trigger: [
    event,
    attempt,
    refused,
    line('summary', 'With `--to`: the last line.', {
      provider: z.string(),
      type: z.string(),
      event: text('Event id'),
      delivery: z.string().nullable().describe('Delivery id'),
      status: z.enum([...DELIVERY_STATUSES, 'not delivered']),
      attempts: whole,
      seed,
      start,
      skippedMs: ms('Skipped wait'),
      exitCode,
    }),
    line('summary', 'On a server: the last line.', {
      provider: z.string(),
      type: z.string(),
      event: z.string().nullable().describe('Event id'),
      deliveries: z.array(followed).describe('`id`, `status`, `attempts`'),
      exitCode,
    }),
    request,
  ],
  run: [
    line('listening', 'With `--page`: the page is served.', { url: z.string(), page: z.string() }),
    step,
    scenarioResult,
    planned,
    line('gap', 'With `--explain`: what cannot be known in advance.', {
      scenario: text('Name of the scenario'),
      reason: text('One sentence'),
    }),
    line('summary', 'The last line.', {
      scenarios: whole,
      passed: whole,
      failed: whole,
      notRun: whole,
      runs: z.array(runSummary).describe('`scenario`, `file`, `status`, `seed`, `start`'),
      exitCode,
    }),
    line('summary', 'With `--explain`: the last line.', {
      scenarios: whole,
      planned: whole.describe('Requests that would be sent'),
      exitCode,
    }),
  ],
  serve: [
    line('subscribed', 'With `--to`: a subscription, before the server is ready.', {
      id: z.string(),
      provider: z.string(),
      channel: z.string(),
      url: z.string(),
      change: z.enum(['made', 'kept', 'changed']).describe('kept, changed: found again on the ledger'),
      changes: z.array(z.string()).describe('What of it was changed'),
      secret: z.string().optional().describe('The secret that was made up, if one was'),
    }),
    line('listening', 'The server is ready.', {
      url: z.string(),
      page: text('Address of the page'),
      pid: whole,
      seed,
      clock: clockKind,
      ledger: text('File, or :memory:'),
      token: z.string().optional().describe('Beyond loopback, and with --guard-providers'),
    }),
  ],
  sender: [
    line('sending', 'The sender is ready.', {
      relay: text('Redis or Valkey, without credentials'),
      id: text('Its name among the senders'),
      pid: whole,
      inFlight: whole.describe('The most requests under way at a time'),
    }),
    line('summary', 'The last line.', { sent: whole.describe('Requests sent'), exitCode }),
  ],
  receive: [line('listening', 'The receiver is ready.', { url: z.string(), pid: whole }), received],
  init: [line('written', 'The file was written.', { file: z.string() })],
  demo: [
    line('listening', 'The server is ready.', { url: z.string(), page: pageAddress, ledger: z.string(), seed, start }),
    attempt,
    refused,
    line('summary', 'The last line.', {
      providers: z
        .array(demoResult)
        .describe(
          'For each `provider`: `deliveries`, `delivered`, `attempts`, `verified` (requests with a valid signature)',
        ),
      skippedMs: ms('Skipped wait'),
      delivered: z.boolean(),
    }),
  ],
  events: [eventType, wildcard, assumption],
  validate: [
    line('scenario', 'A valid scenario.', {
      file: z.string(),
      name: z.string(),
      steps: whole,
      valid: z.literal(true),
    }),
    problem,
    line('summary', 'The last line.', { valid: whole, invalid: whole.describe('Files') }),
  ],
  schema: [],
  completion: [],
  mcp: [],
  subscriptions: [subscriptionLine],
  subscribe: [subscriptionLine],
  unsubscribe: [removed],
  fault: [line('fault', 'A fault: added, or of the list.', activeFault.shape), removed],
  clock: [
    line('clock', 'The clock.', { clock: clockOf, ...clockShape }),
    line('counts', 'With `advance` and `drain`: the deliveries once nothing is in flight or due.', counts.shape),
  ],
  reset: [line('reset', 'Everything was deleted.', { server: text('Its URL') })],
  cancel: [line('delivery', 'The cancelled delivery.', apiDelivery.shape)],
  expect: [line('expectation', 'Whether the outcome came, and the deliveries.', expectationResult.shape)],
  deliveries: [delivery, deliveryDetail],
  resend: [
    attempt,
    line('skipped', 'With several: a delivery that was not resent.', {
      delivery: text('Delivery id'),
      reason: z.string(),
    }),
    line('summary', 'With several: the last line.', { resent: whole, accepted: whole, skipped: whole, exitCode }),
  ],
  watch: [
    ...journalEntry.options,
    line('bodies', 'With `--bodies`: what the attempt before sent and got.', {
      delivery: text('Delivery id'),
      attempt: z.int().min(1),
      request: apiAttempt.shape.request.pick({ body: true, bodyBase64: true }),
      response: z.strictObject({ status: z.int(), body: z.string() }).nullable(),
    }),
  ],
  record: [line('recorded', 'The file was written.', { file: z.string(), events: whole })],
  ready: [line('ready', 'The server is ready.', { server: text('Its URL'), ...health.shape })],
  verify: [
    line('verdict', 'A check was judged.', verdict.shape),
    line('check', 'With `--list`: a check.', {
      id: z.string(),
      level: verdict.shape.level,
      expects: verdict.shape.expects,
      title: z.string(),
      why: z.array(z.string()).describe('Documents and incidents it is based on'),
    }),
    line('summary', 'The last line.', {
      provider: z.string(),
      to: z.string(),
      ...verificationReport.shape.summary.shape,
      waits: verificationReport.shape.waits,
      seed,
      exitCode,
    }),
    line('summary', 'With `--list`: the last line.', { checks: whole, exitCode }),
    comparedCheck,
    comparison,
  ],
  load: [loadSummary],
  report: [comparedCheck, comparison, loadSummary],
  'explain-signature': [
    line(
      'explanation',
      'How the signature is computed, step by step, and the likely causes of a mismatch.',
      signatureExplanation.shape,
    ),
  ],
} as const satisfies Record<string, readonly z.ZodObject[]>

/** The same value, its lists and objects readonly. */
type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T

/** A line of any command. */
export type JsonLine = Frozen<z.output<(typeof lines)[keyof typeof lines][number]> | z.output<typeof errorLine>>

/** The lines of each command, by its name. An empty list: it prints only its result. */
export const jsonLines: Readonly<Record<string, readonly z.ZodObject[]>> = lines

/** JSON Schema (2020-12) of a line of any command. */
export function jsonLinesSchema(): JsonObject {
  const every = [...new Set([errorLine, ...Object.values(jsonLines).flat()])]
  const [first, ...rest] = every
  const schema = z.toJSONSchema(z.union(first === undefined ? [] : [first, ...rest]), {
    io: 'output',
    unrepresentable: 'any',
  })
  return { title: 'A line of standin --json', ...(JSON.parse(JSON.stringify(schema)) as JsonObject) }
}
