// Batch screening events, with counts that always add up. No page has the object, so it is ours.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import { things } from '../things.js'
import { ago, type DataContext, define, instant } from './envelope.js'

const count = z.number().int().min(0)

const data = z.looseObject({
  batch_id: z.uuid(),
  status: z.enum(['in_progress', 'completed', 'failed']),
  total: count,
  processed: count,
  successful: count,
  failed: count,
  created_at: instant,
  completed_at: instant.nullable(),
})

const SHARES: Record<string, number> = { quarter: 0.25, half: 0.5, three_quarters: 0.75 }

/** Items processed and failed so far; neither decreases within a story. */
function counts({ fake, facts, variant }: DataContext, status: string): { processed: number; failed: number } {
  const total = facts.batch_total
  const before = facts.batch_failed ?? 0
  if (status === 'completed')
    return { processed: total, failed: Math.min(total, before + fake.number.int({ min: 0, max: 2 })) }
  if (status === 'failed') {
    if (variant === 'all_failed') return { processed: total, failed: total }
    const processed = facts.batch_processed ?? total / 2
    return { processed, failed: before }
  }
  const processed = Math.max(facts.batch_processed ?? 0, total * (SHARES[variant ?? 'quarter'] ?? 0.25))
  return { processed, failed: Math.min(processed, before + (variant === 'quarter' ? 0 : fake.number.int(1))) }
}

/** The counts that follow from those that the user set: what was processed has succeeded or failed. */
function agreedCounts(made: JsonObject, isGiven: (key: string) => boolean): JsonObject {
  if (!['processed', 'failed', 'successful', 'total'].some(isGiven)) return made
  const agreed: JsonObject = { ...made }
  if (isGiven('total') && !isGiven('processed') && made.status === 'completed') agreed.processed = made.total ?? null
  const { processed, failed, successful } = agreed
  if (typeof processed !== 'number') return agreed
  if (!isGiven('successful') && typeof failed === 'number' && failed <= processed)
    agreed.successful = processed - failed
  else if (!isGiven('failed') && typeof successful === 'number' && successful <= processed)
    agreed.failed = processed - successful
  return agreed
}

function event<const Type extends string>(type: Type, status: 'in_progress' | 'completed' | 'failed') {
  return define(type, {
    data,
    about: things.batch,
    state: status,
    after: ['in_progress'],
    agree: agreedCounts,
    make(context) {
      const { facts, at, variant } = context
      const { processed, failed } = counts(context, status)
      const minutes = status === 'in_progress' ? 4 * (SHARES[variant ?? 'quarter'] ?? 0.25) : 5
      return {
        batch_id: facts.batch_id,
        status,
        total: facts.batch_total,
        processed,
        successful: processed - failed,
        failed,
        created_at: facts.batch_created_at ?? ago(context, minutes * 60_000),
        completed_at: status === 'in_progress' ? null : at,
      }
    },
  })
}

/** The batch events, by type. */
export const batch = {
  'batch.completed': event('batch.completed', 'completed'),
  'batch.progress': event('batch.progress', 'in_progress'),
  'batch.failed': event('batch.failed', 'failed'),
}
