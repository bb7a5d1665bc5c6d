// Non-document check events. Source: Non-document verification, object; the keys of the review are ours.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { subjects } from '../subjects.js'
import { things } from '../things.js'
import { ago, type DataContext, define, documentedFields, instant, profile } from './envelope.js'

const shape = documentedFields({
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
})

const review = { reviewed_by: profile, reviewed_at: instant, review_notes: z.string() }

/** What a check found, by its outcome: of a person and of a company. */
const DETAILS: Record<string, { individual: string; company: string }> = {
  consider: {
    individual: 'One of two sources has another address.',
    company: 'One of two sources has another registered address.',
  },
  attention: {
    individual: 'The date of birth differs between the sources.',
    company: 'The date of incorporation differs between the sources.',
  },
  error: { individual: 'A source could not be reached.', company: 'A source could not be reached.' },
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

/** The key that follows from the outcome of a finished check. */
function resultOf(outcome: string, type: Facts['entity_type']) {
  return { failure_details: DETAILS[outcome]?.[type] ?? '' }
}

/** Whether a check needs two matches of each kind: chosen with it, so it never changes. Every second check does. */
function twoPlusTwo({ non_document_two_plus_two: known, non_document_check_id: id }: Facts): boolean {
  return known ?? /[13579bdf]$/.test(id)
}

function check({ facts }: DataContext, outcome: string, created: string, completed: string | null): JsonObject {
  return {
    check_id: facts.non_document_check_id,
    entity_id: facts.entity_id,
    entity_name: facts.entity_name,
    status: completed === null ? 'pending' : outcome === 'error' ? 'error' : 'completed',
    outcome,
    two_plus_two: twoPlusTwo(facts),
    ...resultOf(outcome, facts.entity_type),
    created_at: created,
    completed_at: completed,
    created_by: facts.analyst,
  }
}

/** What follows from an outcome that the user set. */
function agreedOutcome(made: JsonObject, isGiven: (key: string) => boolean): JsonObject {
  const { outcome } = made
  if (!isGiven('outcome') || typeof outcome !== 'string') return made
  const agreed: JsonObject = { ...made }
  for (const [key, value] of Object.entries({
    ...resultOf(outcome, 'individual'),
    ...(made.completed_at === null ? {} : { status: outcome === 'error' ? 'error' : 'completed' }),
    ...('review_notes' in made ? { review_notes: NOTES[outcome] ?? '' } : {}),
  }))
    if (!isGiven(key)) agreed[key] = value
  return agreed
}

/** What the definitions of these events have in common. */
const common = { about: things.non_document_check, ofPerson: true, agree: agreedOutcome } as const

/** Schema of the check in events and in the API. */
export const checkObject = z.looseObject(shape)

/** The non-document events, by type. */
export const nonDocument = {
  'non_document.check_initiated': define('non_document.check_initiated', {
    ...common,
    data: checkObject,
    state: 'pending',
    after: [],
    clears: Object.keys(review),
    begins: true,
    make: context => check(context, 'pending', context.at, null),
  }),
  'non_document.completed': define('non_document.completed', {
    ...common,
    data: checkObject,
    state: 'completed',
    after: ['pending', 'in_progress'],
    clears: Object.keys(review),
    make: context =>
      check(context, outcomeOf(context), context.facts.non_document_created_at ?? ago(context, 95_000), context.at),
  }),
  'non_document.reviewed': define('non_document.reviewed', {
    ...common,
    data: z.looseObject({ ...shape, ...review }),
    state: 'completed',
    // A review of a check that has not ended implies its end.
    after: ['pending', 'in_progress', 'completed', 'error'],
    make(context) {
      const { facts, at } = context
      const outcome = outcomeOf(context)
      const completed = facts.non_document_completed_at ?? ago(context, 5_400_000, facts.non_document_created_at)
      return {
        ...check(context, outcome, facts.non_document_created_at ?? ago(context, 95_000, null, completed), completed),
        reviewed_by: facts.manager,
        reviewed_at: at,
        review_notes: NOTES[outcome] ?? '',
      }
    },
  }),
}
