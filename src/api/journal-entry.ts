// An entry of the journal: the `data` of one server-sent event.
import * as z from 'zod'
import type { JournalEntry as CoreEntry } from '../core/journal.js'
import { attemptSummary } from './attempt.js'
import { delivery } from './delivery.js'
import { event } from './event.js'
import { verification } from './kept-verification.js'
import { runState, stepResult } from './run.js'
import { subject } from './subject.js'
import { time } from './values.js'
import { verdictStatus } from './verification.js'

const entryOf = <K extends CoreEntry['kind'], S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ seq: z.int(), at: time, kind: z.literal(kind), ...shape })

const endedStep = stepResult
  .pick({ path: true, name: true, text: true, line: true, status: true })
  .extend({ expected: z.string().nullable(), seen: z.string().nullable() })
  .meta({ id: 'EndedStep' })

/** Schema of `JournalEntry`. */
export const journalEntry = z
  .discriminatedUnion('kind', [
    entryOf('event.triggered', {
      event,
      deliveries: z.array(delivery),
      warnings: z.array(z.string()).readonly().optional().meta({ description: 'What is unusual about it.' }),
    }),
    entryOf('attempt.started', { delivery, attempt: attemptSummary }),
    entryOf('attempt.completed', { delivery, attempt: attemptSummary }),
    entryOf('delivery.settled', { delivery }),
    entryOf('subject.moved', { subject }),
    entryOf('subscription.changed', {
      subscriptionId: z.string(),
      change: z.enum(['created', 'updated', 'removed']),
    }),
    entryOf('call.received', { provider: z.string(), method: z.string(), path: z.string(), status: z.int() }),
    entryOf('fault.fired', { fault: z.string(), deliveryId: z.string(), attempt: z.int() }),
    entryOf('clock.moved', { to: time }),
    entryOf('verification.started', { verification }),
    entryOf('verification.judged', { verificationId: z.string(), check: z.string(), status: verdictStatus }),
    entryOf('verification.ended', { verification }),
    entryOf('verification.removed', { verificationId: z.string() }),
    entryOf('run.started', { run: runState }),
    entryOf('step.started', { runId: z.string(), path: z.string(), text: z.string() }),
    entryOf('step.ended', { runId: z.string(), step: endedStep }),
    entryOf('run.ended', { run: runState }),
    entryOf('internal-error', {
      doing: z.string(),
      message: z.string(),
      hint: z.string().optional().meta({ description: 'What to do, where the cause is not in Standin.' }),
    }),
    entryOf('reset', {}),
  ])
  .meta({ id: 'JournalEntry', description: 'The `data` of one server-sent event; `id` is its seq, `event` its kind.' })
/** What just happened; `seq` rises by one. */
export type JournalEntry = z.output<typeof journalEntry>
