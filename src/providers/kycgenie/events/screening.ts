// AML screening events. The object is ours; source of five key names: Screening, Request Body (entity_id, monitoring_enabled), Screening (old),
// response 202 (screening_id) and Entities (new), object (screening_status, risk_profiles_count).
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { subjects } from '../subjects.js'
import { things } from '../things.js'
import { ago, type DataContext, define, documentedFields, instant, textAt } from './envelope.js'

/** Schema of a finished screening, in events and in the API. */
export const screeningObject = z.looseObject({
  ...documentedFields({ screening_id: z.uuid(), entity_id: z.uuid() }),
  entity_name: z.string(),
  status: z.enum(['completed', 'failed']),
  ...documentedFields({
    screening_status: z.enum(subjects.entity.states),
    risk_profiles_count: z.number().int().min(0),
    monitoring_enabled: z.boolean(),
  }),
  error: z.string().nullable(),
  created_at: instant,
  completed_at: instant.nullable(),
})

const ERRORS: Record<string, string> = {
  source_unavailable: 'A data source did not answer.',
  incomplete_entity: 'The entity lacks data that the screening needs.',
}

/** True when risk profiles were found: the variant's word, otherwise that of the story. */
function isMatch({ facts, variant, variantGiven }: DataContext): boolean {
  return variant === 'match' || (!variantGiven && (facts.risk_profiles_count ?? 0) > 0)
}

/** The result or error of a screening. */
function result(context: DataContext, status: string): JsonObject {
  const { fake, facts, variant, settings } = context
  if (status === 'failed')
    return {
      screening_status: facts.screening_status ?? 'pending',
      risk_profiles_count: facts.risk_profiles_count ?? 0,
      monitoring_enabled: facts.monitoring_enabled ?? false,
      error: ERRORS[variant ?? ''] ?? 'A data source did not answer.',
    }
  const matched = isMatch(context)
  return {
    screening_status: matched ? 'not_reviewed' : 'approved',
    risk_profiles_count: matched ? facts.risk_profiles_count || fake.number.int({ min: 1, max: 4 }) : 0,
    monitoring_enabled: facts.monitoring_enabled ?? settings.monitoringEnabled,
    error: null,
  }
}

/** Status and number of matches agree when the user set one of them. */
function agreedResult(made: JsonObject, isGiven: (key: string) => boolean): JsonObject {
  const { risk_profiles_count: count } = made
  if (made.status !== 'completed' || !isGiven('risk_profiles_count') || isGiven('screening_status')) return made
  return { ...made, screening_status: count === 0 ? 'approved' : 'not_reviewed' }
}

function event<const Type extends string>(type: Type, status: 'completed' | 'failed') {
  return define(type, {
    data: screeningObject,
    about: things.screening,
    state: status,
    after: ['pending', 'failed'],
    agree: agreedResult,
    make(context) {
      const { facts, at } = context
      return {
        screening_id: facts.screening_id,
        entity_id: facts.entity_id,
        entity_name: facts.entity_name,
        status,
        ...result(context, status),
        created_at: facts.screening_created_at ?? ago(context, 42_000),
        completed_at: status === 'completed' ? at : null,
      }
    },
    newFacts: (made, facts): Partial<Facts> => ({
      screening_status: textAt(made, 'screening_status', facts.screening_status),
      risk_profiles_count:
        typeof made.risk_profiles_count === 'number' ? made.risk_profiles_count : facts.risk_profiles_count,
      ...(status === 'completed' && typeof made.monitoring_enabled === 'boolean'
        ? { monitoring_enabled: made.monitoring_enabled }
        : {}),
    }),
  })
}

/** The screening events, by type. */
export const screening = {
  'screening.completed': event('screening.completed', 'completed'),
  'screening.failed': event('screening.failed', 'failed'),
}
