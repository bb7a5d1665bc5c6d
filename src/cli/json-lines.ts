// What `--json` prints, a schema for each kind of line of each command; the page docs/json-lines.md and tests are made from it.
import * as z from 'zod'
import { DELIVERY_STATUSES } from '../core/delivery.js'
import type { JsonObject } from '../core/json.js'
import {
  assumption,
  attempt,
  delivery,
  event,
  eventType,
  exitCode,
  line,
  ms,
  named,
  passedOn,
  planned,
  played,
  problem,
  received,
  refused,
  request,
  runStatus,
  seed,
  start,
  step,
  time,
  whole,
} from './json-line-kinds.js'

const followed = z.strictObject({ id: z.string(), status: z.string().optional(), attempts: whole.optional() })
const told = z.strictObject({
  provider: z.string(),
  deliveries: whole,
  delivered: whole,
  attempts: whole,
  right: whole,
})
const playedShort = z.strictObject({ scenario: z.string(), file: z.string(), status: runStatus, seed, start })

/** Told in place of all else when a command could not be tried; every command has it. */
export const errorLine = line('error', 'It could not be tried; the last line.', {
  code: named('Stable: `usage`, `invalid_input`, `unknown_name`, `unreachable` …'),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
})

/** The lines of each command, by its name. An empty list: it prints nothing but its result. */
export const jsonLines: Readonly<Record<string, readonly z.ZodObject[]>> = {
  trigger: [
    event,
    attempt,
    refused,
    line('summary', 'With `--to`: the last line.', {
      provider: z.string(),
      type: z.string(),
      event: named('Event id'),
      delivery: z.string().nullable().describe('Delivery id'),
      status: z.enum([...DELIVERY_STATUSES, 'not delivered']),
      attempts: whole,
      seed,
      start,
      skippedMs: ms('Waiting that was skipped'),
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
    step,
    played,
    planned,
    line('gap', 'With `--explain`: what cannot be told beforehand.', {
      scenario: named('Its name'),
      reason: named('One sentence'),
    }),
    line('summary', 'The last line.', {
      scenarios: whole,
      passed: whole,
      failed: whole,
      notRun: whole,
      runs: z.array(playedShort).describe('`scenario`, `file`, `status`, `seed`, `start`'),
      exitCode,
    }),
    line('summary', 'With `--explain`: the last line.', {
      scenarios: whole,
      planned: whole.describe('Requests that would be sent'),
      exitCode,
    }),
  ],
  serve: [
    line('listening', 'The server is ready.', {
      url: z.string(),
      pid: whole,
      seed,
      clock: z.enum(['system', 'manual']),
      ledger: named('File, or :memory:'),
      token: z.string().optional().describe('Beyond loopback'),
    }),
  ],
  receive: [line('listening', 'The receiver is ready.', { url: z.string(), pid: whole }), received],
  demo: [
    line('listening', 'The server is ready.', { url: z.string(), ledger: z.string(), seed, start }),
    attempt,
    refused,
    line('summary', 'The last line.', {
      providers: z
        .array(told)
        .describe('For each `provider`: `deliveries`, `delivered`, `attempts`, `right` (found genuine)'),
      skippedMs: ms('Waiting that was skipped'),
      delivered: z.boolean(),
    }),
  ],
  events: [eventType, assumption],
  validate: [
    line('scenario', 'A scenario without a problem.', {
      file: z.string(),
      name: z.string(),
      steps: whole,
      valid: z.literal(true),
    }),
    problem,
    line('summary', 'The last line.', { valid: whole, invalid: whole.describe('Files') }),
  ],
  schema: [],
  subscriptions: [
    passedOn('subscription', 'A subscription.', 'Subscription', {
      id: z.string(),
      provider: z.string(),
      channel: z.string(),
      url: z.string(),
    }),
  ],
  deliveries: [delivery],
  resend: [attempt],
  watch: [
    z
      .looseObject({ seq: z.int(), at: time, kind: named('`event.triggered`, `attempt.completed` …') })
      .meta({ description: 'An entry of the journal.', component: 'JournalEntry' }),
  ],
  record: [line('recorded', 'The file is written.', { file: z.string(), events: whole })],
  ready: [
    passedOn('ready', 'The server answers.', 'Health', { server: named('Its address'), status: z.literal('ok') }),
  ],
  verify: [
    z
      .looseObject({
        kind: z.literal('verdict'),
        id: named('Of the check'),
        title: z.string(),
        level: z.enum(['must', 'should']),
        status: z.enum(['passed', 'failed', 'not judged']),
        expected: z.string().nullable(),
        seen: z.string().nullable(),
        note: z.string().nullable().describe('Why it was not judged'),
      })
      .meta({ description: 'A check was judged; with what was sent, and what repeats it.' }),
    line('check', 'With `--list`: a check.', {
      id: z.string(),
      level: z.enum(['must', 'should']),
      expects: z.string(),
      title: z.string(),
      why: z.array(z.string()).describe('Documents and incidents that ask for it'),
    }),
    z
      .looseObject({ kind: z.literal('summary'), exitCode })
      .meta({ description: 'The last line: `passed`, `failed`, `notJudged`, `seed`; with `--list`: `checks`.' }),
  ],
  'explain-signature': [
    z
      .looseObject({
        kind: z.literal('explanation'),
        provider: z.string(),
        channel: z.string(),
        verdict: z.enum(['valid', 'invalid']),
        summary: named('What was found'),
      })
      .meta({ description: 'What the signature is, step by step, and what a wrong one was made from.' }),
  ],
}

/** JSON Schema (2020-12) of one line, whatever the command. */
export function jsonLinesSchema(): JsonObject {
  const every = [...new Set([errorLine, ...Object.values(jsonLines).flat()])]
  const [first, ...rest] = every
  const schema = z.toJSONSchema(z.union(first === undefined ? [] : [first, ...rest]), { io: 'output' })
  return { title: 'A line of standin --json', ...(JSON.parse(JSON.stringify(schema)) as JsonObject) }
}
