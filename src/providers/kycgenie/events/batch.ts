// Batch screening events, with counts that always add up. No page has the object, so it is ours.
import * as z from 'zod'
import type { Facts } from '../facts.js'
import { earlier, isTimestamp } from '../ids.js'
import { type DataContext, define, instant } from './envelope.js'

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
  if (status === 'completed') return { processed: total, failed: before + fake.number.int({ min: 0, max: 2 }) }
  if (status === 'failed') {
    if (variant === 'all_failed') return { processed: total, failed: total }
    const processed = facts.batch_processed ?? total / 2
    return { processed, failed: before }
  }
  const processed = total * (SHARES[variant ?? 'quarter'] ?? 0.25)
  return { processed, failed: Math.min(processed, before + (variant === 'quarter' ? 0 : fake.number.int(1))) }
}

function event<const Type extends string>(type: Type, status: 'in_progress' | 'completed' | 'failed') {
  return define(type, {
    data,
    about: { kind: 'batch', idKey: 'batch_id', idFact: 'batch_id' },
    state: status,
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
        created_at: facts.batch_created_at ?? earlier(at, minutes * 60_000),
        completed_at: status === 'in_progress' ? null : at,
      }
    },
    newFacts: (made, facts): Partial<Facts> => ({
      batch_created_at: isTimestamp(made.created_at) ? made.created_at : facts.batch_created_at,
      batch_total: typeof made.total === 'number' ? made.total : facts.batch_total,
      batch_processed: typeof made.processed === 'number' ? made.processed : facts.batch_processed,
      batch_failed: typeof made.failed === 'number' ? made.failed : facts.batch_failed,
    }),
  })
}

/** The batch events, by type. */
export const batch = {
  'batch.completed': event('batch.completed', 'completed'),
  'batch.progress': event('batch.progress', 'in_progress'),
  'batch.failed': event('batch.failed', 'failed'),
}
