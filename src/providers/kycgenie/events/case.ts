// Case and alert events. No page has the objects, so they are ours. Source of the two case states: Webhooks API, "Event Types".
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import { stream } from '../../../core/seed.js'
import type { SubjectChange } from '../../../core/subject.js'
import { uuidText } from '../../../provider/fake.js'
import { detailsOf } from '../entity-details.js'
import type { Facts } from '../facts.js'
import { subjects } from '../subjects.js'
import { type AlertFact, alertState, alertsOf, decisionOf, things } from '../things.js'
import { ago, type DataContext, define, instant, textAt } from './envelope.js'

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

/** An entity with a case has a risk to be looked at, whatever its screening found before. */
const atRisk = (facts: Facts): Partial<Facts> => ({
  screening_status: 'not_reviewed',
  risk_profiles_count: Math.max(1, facts.risk_profiles_count ?? 0),
})

const caseOpened = define('case.opened', {
  data: caseData,
  about: things.case,
  state: 'open',
  after: [],
  begins: true,
  make: context => caseObject(context, 'open', context.at, null),
  newFacts: (_, facts) => atRisk(facts),
})

/** The alerts of a case that are still to be decided. */
const undecided = (facts: Facts): AlertFact[] =>
  alertsOf(facts).filter(alert => alert.case_id === facts.case_id && !isDecided(alertState(facts, alert)))

const isDecided = (state: string | undefined) => state === 'false_positive' || state === 'true_positive'

/** Who resolves a case has reviewed its alerts: a risk profile without a decision is a false positive. */
function decisionsOnResolving(facts: Facts): JsonObject {
  const open = undecided(facts).flatMap(({ profiles }) => profiles)
  const decided = open.filter(profile => !isDecided(decisionOf(facts, profile)))
  return { ...facts.decisions, ...Object.fromEntries(decided.map(profile => [profile, 'false_positive'])) }
}

const caseResolved = define('case.resolved', {
  data: caseData,
  about: things.case,
  state: 'resolved',
  after: ['open'],
  make: context =>
    caseObject(context, 'resolved', context.facts.case_created_at ?? ago(context, 50 * 3_600_000), context.at),
  newFacts(_, facts): Partial<Facts> {
    const decisions = decisionsOnResolving(facts)
    const confirmed = Object.values(decisions).includes('true_positive')
    return {
      decisions,
      screening_status: confirmed ? 'rejected' : 'approved',
      risk_profiles_count: Math.max(1, facts.risk_profiles_count ?? 0),
    }
  },
  otherSubjects: (_, facts) =>
    alertsOf(facts)
      .filter(alert => alert.case_id === facts.case_id)
      .flatMap(alert => reviewed(facts, alert)),
})

/** An alert and its risk profiles in the states that the team has decided. */
export function reviewed(facts: Facts, alert: AlertFact): SubjectChange[] {
  const state = alertState(facts, alert)
  return [
    { id: alert.id, kind: 'alert', state, data: { status: state } },
    ...alert.profiles.map(id => {
      const status = decisionOf(facts, id) ?? 'not_reviewed'
      return { id, kind: 'risk_profile', state: status, data: { status } }
    }),
  ]
}

/** Risk profiles that one alert has at most, however many a user sets. */
const MOST_PROFILES = 50

/** What a match is about, in turn. Source of the categories: Risk profiles, aml_types. */
const AML_TYPES = ['sanction', 'pep', 'adverse_media', 'watchlist']

/** One match of an alert; the first is the best one. Source: Risk profiles, object. */
function riskProfile(id: string, ordinal: number, alertId: string, facts: Facts): JsonObject {
  const random = stream(0, 'risk profile', id)
  const { date_of_birth: born } = detailsOf(facts)
  return {
    id,
    alert_id: alertId,
    name: facts.entity_name,
    entity_type: facts.entity_type,
    status: 'not_reviewed',
    matching_score: Math.round(100 * Math.max(0.5, 0.97 - 0.12 * ordinal - 0.1 * random.fraction())) / 100,
    matching_name: facts.entity_name,
    match_type: [ordinal === 0 ? 'name_exact' : 'name_fuzzy'],
    aml_types: [AML_TYPES[random.int(AML_TYPES.length)] ?? 'sanction'],
    dates_of_birth: typeof born === 'string' ? [born] : [],
    also_known_as: [],
  }
}

/** The ids of an alert's risk profiles: the story's own for its first alert, ids derived from the alert's for the others. */
function profileIds(alertId: string, count: number, first: string): string[] {
  const length = Math.min(MOST_PROFILES, Math.max(0, Math.floor(count)))
  return Array.from({ length }, (_, n) => (n === 0 ? first : stream(0, 'risk profile of', alertId, n).uuid()))
}

/** Risk profiles of the story that no alert has yet. */
function unalerted(facts: Facts): number {
  const known = alertsOf(facts).reduce((sum, { profiles }) => sum + profiles.length, 0)
  return (facts.risk_profiles_count ?? 0) - known
}

const alertCreated = define('alert.created', {
  data: alertData,
  about: things.alert,
  state: 'not_reviewed',
  after: [],
  begins: true,
  make({ fake, facts, at }) {
    const pending = unalerted(facts)
    return {
      alert_id: facts.alert_id,
      // What is found after a case was resolved is for another one.
      case_id: facts.case_state === 'resolved' ? uuidText(fake) : facts.case_id,
      entity_id: facts.entity_id,
      entity_name: facts.entity_name,
      status: 'not_reviewed',
      risk_profiles_count: pending > 0 ? pending : fake.number.int({ min: 1, max: 4 }),
      created_at: at,
    }
  },
  newFacts(made, facts): Partial<Facts> {
    const id = textAt(made, 'alert_id', facts.alert_id)
    const case_id = textAt(made, 'case_id', facts.case_id)
    const count = typeof made.risk_profiles_count === 'number' ? made.risk_profiles_count : 1
    const others = alertsOf(facts).filter(alert => alert.id !== id)
    const first = others.length === 0 ? facts.risk_profile_id : stream(0, 'risk profile of', id, 0).uuid()
    const profiles = profileIds(id, count, first)
    const known = others.reduce((sum, alert) => sum + alert.profiles.length, 0)
    return {
      ...atRisk(facts),
      ...(case_id === facts.case_id ? {} : { ...things.case.read({}), case_id }),
      risk_profiles_count: Math.max(facts.risk_profiles_count ?? 0, known + profiles.length, 1),
      risk_profile_id: first,
      alerts: [...others, { id, case_id, profiles }].map(alert => ({ ...alert })),
    }
  },
  otherSubjects(made, facts) {
    const alert = alertsOf(facts).find(({ id }) => id === made.alert_id)
    return (alert?.profiles ?? []).map((id, n) => ({
      id,
      kind: 'risk_profile',
      state: 'not_reviewed',
      data: riskProfile(id, n, alert?.id ?? '', facts),
    }))
  },
})

/** The case and alert events, by type. */
export const caseAndAlert = {
  'case.opened': caseOpened,
  'case.resolved': caseResolved,
  'alert.created': alertCreated,
}
