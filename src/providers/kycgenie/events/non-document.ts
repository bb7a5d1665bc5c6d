// Non-document check events. Source: Non-document verification, object; the keys of the review are ours.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { earlier, isTimestamp } from '../ids.js'
import { subjects } from '../subjects.js'
import { type DataContext, define, instant, profile, textAt } from './envelope.js'

const shape = {
  check_id: z.uuid(),
  entity_id: z.uuid(),
  entity_name: z.string(),
  status: z.enum(subjects.non_document_check.states),
  outcome: z.enum(['pending', 'clear', 'consider', 'attention', 'error']),
  two_plus_two: z.boolean(),
  failure_details: z.string(),
  created_at: instant,
  completed_at: instant.nullable(),
  created_by: profile,
}

const review = { reviewed_by: profile, reviewed_at: instant, review_notes: z.string() }

const DETAILS: Record<string, string> = {
  consider: 'One of two sources has another address.',
  attention: 'The date of birth differs between the sources.',
  error: 'A source could not be reached.',
}

const NOTES: Record<string, string> = {
  clear: 'Identity confirmed.',
  consider: 'Confirmed with a proof of address.',
  attention: 'Passed on for enhanced due diligence.',
  error: 'To be repeated.',
}

/** The outcome of a finished check: the variant's, otherwise the story's. */
function outcomeOf({ variant, facts }: DataContext): string {
  if (variant !== undefined && variant !== 'as_completed') return variant
  const known = facts.non_document_outcome
  return known === null || known === 'pending' ? 'clear' : known
}

function check({ facts }: DataContext, outcome: string, created: string, completed: string | null): JsonObject {
  return {
    check_id: facts.non_document_check_id,
    entity_id: facts.entity_id,
    entity_name: facts.entity_name,
    status: completed === null ? 'pending' : outcome === 'error' ? 'error' : 'completed',
    outcome,
    two_plus_two: outcome === 'clear',
    failure_details: DETAILS[outcome] ?? '',
    created_at: created,
    completed_at: completed,
    created_by: facts.analyst,
  }
}

/** What the definitions of these events have in common. */
const common = {
  about: { kind: 'non_document_check', idKey: 'check_id', idFact: 'non_document_check_id' },
  newFacts: (made: JsonObject): Partial<Facts> => ({
    non_document_created_at: isTimestamp(made.created_at) ? made.created_at : null,
    non_document_completed_at: isTimestamp(made.completed_at) ? made.completed_at : null,
    non_document_outcome: textAt(made, 'outcome', null),
  }),
} as const

const plain = z.looseObject(shape)

/** The non-document events, by type. */
export const nonDocument = {
  'non_document.check_initiated': define('non_document.check_initiated', {
    ...common,
    data: plain,
    state: 'pending',
    make: context => check(context, 'pending', context.at, null),
  }),
  'non_document.completed': define('non_document.completed', {
    ...common,
    data: plain,
    state: 'completed',
    make: context =>
      check(
        context,
        outcomeOf(context),
        context.facts.non_document_created_at ?? earlier(context.at, 95_000),
        context.at,
      ),
  }),
  'non_document.reviewed': define('non_document.reviewed', {
    ...common,
    data: z.looseObject({ ...shape, ...review }),
    state: 'completed',
    make(context) {
      const { facts, at } = context
      const outcome = outcomeOf(context)
      const completed = facts.non_document_completed_at ?? earlier(at, 5_400_000, facts.non_document_created_at)
      return {
        ...check(context, outcome, facts.non_document_created_at ?? earlier(completed, 95_000), completed),
        reviewed_by: facts.manager,
        reviewed_at: at,
        review_notes: NOTES[outcome] ?? '',
      }
    },
  }),
}
