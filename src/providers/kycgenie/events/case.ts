// Case and alert events. No page has the objects, so they are ours. Source of the two case states: Webhooks API, "Event Types".
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts } from '../facts.js'
import { earlier, isTimestamp } from '../ids.js'
import { subjects } from '../subjects.js'
import { type DataContext, define, instant, textAt } from './envelope.js'

const caseData = z.looseObject({
  case_id: z.uuid(),
  entity_id: z.uuid(),
  entity_name: z.string(),
  screening_id: z.uuid(),
  status: z.enum(subjects.case.states),
  created_at: instant,
  resolved_at: instant.nullable(),
})

const alertData = z.looseObject({
  alert_id: z.uuid(),
  case_id: z.uuid(),
  entity_id: z.uuid(),
  entity_name: z.string(),
  status: z.enum(subjects.alert.states),
  risk_profiles_count: z.number().int().min(0),
  created_at: instant,
})

function caseObject({ facts }: DataContext, status: string, created: string, resolved: string | null): JsonObject {
  return {
    case_id: facts.case_id,
    entity_id: facts.entity_id,
    entity_name: facts.entity_name,
    screening_id: facts.screening_id,
    status,
    created_at: created,
    resolved_at: resolved,
  }
}

function caseEvent<const Type extends string>(type: Type, status: 'open' | 'resolved') {
  return define(type, {
    data: caseData,
    about: { kind: 'case', idKey: 'case_id', idFact: 'case_id' },
    state: status,
    make(context) {
      const { facts, at } = context
      if (status === 'open') return caseObject(context, status, at, null)
      return caseObject(context, status, facts.case_created_at ?? earlier(at, 50 * 3_600_000), at)
    },
    newFacts: (made): Partial<Facts> => ({ case_created_at: isTimestamp(made.created_at) ? made.created_at : null }),
  })
}

/** The best match of an alert. Source: Risk profiles, object. */
function riskProfile(alertId: string, facts: Facts): JsonObject {
  return {
    id: facts.risk_profile_id,
    alert_id: alertId,
    name: facts.entity_name,
    entity_type: facts.entity_type,
    status: 'not_reviewed',
    matching_score: 0.87,
    matching_name: facts.entity_name,
    match_type: ['name_exact'],
    aml_types: ['sanction'],
    dates_of_birth: [],
    also_known_as: [],
  }
}

const alertCreated = define('alert.created', {
  data: alertData,
  about: { kind: 'alert', idKey: 'alert_id', idFact: 'alert_id' },
  state: 'not_reviewed',
  make: ({ fake, facts, at }) => ({
    alert_id: facts.alert_id,
    case_id: facts.case_id,
    entity_id: facts.entity_id,
    entity_name: facts.entity_name,
    status: 'not_reviewed',
    risk_profiles_count: facts.risk_profiles_count || fake.number.int({ min: 1, max: 4 }),
    created_at: at,
  }),
  newFacts: (made): Partial<Facts> => ({ alert_created_at: isTimestamp(made.created_at) ? made.created_at : null }),
  otherSubjects: (made, facts) => [
    {
      id: facts.risk_profile_id,
      kind: 'risk_profile',
      state: 'not_reviewed',
      data: riskProfile(textAt(made, 'alert_id', facts.alert_id), facts),
    },
  ],
})

/** The case and alert events, by type. */
export const caseAndAlert = {
  'case.opened': caseEvent('case.opened', 'open'),
  'case.resolved': caseEvent('case.resolved', 'resolved'),
  'alert.created': alertCreated,
}
