// The facts of a KYC Genie story: one entity, the people around it, and the ids of all its objects.
import type { Faker } from '@faker-js/faker'
import type { Json, JsonObject } from '../../core/json.js'
import { surname, uuidText } from '../../provider/fake.js'
import { usualQuestionnaire } from './questionnaires.js'

/** A user of the platform. Source: Non-document verification, object (created_by). */
export type Profile = { id: string; name: string; email: string }

/** Facts of a story. The keys from `last_at` on are set by its events, and null until then. */
export type Facts = {
  entity_id: string
  entity_name: string
  entity_type: 'company' | 'individual'
  entity_email: string
  contact: Profile
  analyst: Profile
  manager: Profile
  workflow_session_id: string
  response_id: string
  questionnaire: { id: string; name: string; type: string }
  verification_session_id: string
  check_id: string
  non_document_check_id: string
  screening_id: string
  batch_id: string
  batch_total: number
  case_id: string
  alert_id: string
  risk_profile_id: string
  last_at: string | null
  workflow_type: string | null
  workflow_expires_at: string | null
  response_status: string | null
  response_created_at: string | null
  submitted_at: string | null
  reviewed_at: string | null
  manager_reviewed_at: string | null
  session_created_at: string | null
  session_accessed_at: string | null
  session_completed_at: string | null
  session_outcome: string | null
  non_document_created_at: string | null
  non_document_completed_at: string | null
  non_document_outcome: string | null
  non_document_two_plus_two: boolean | null
  screening_created_at: string | null
  screening_status: string | null
  risk_profiles_count: number | null
  batch_created_at: string | null
  batch_processed: number | null
  batch_failed: number | null
  case_created_at: string | null
  alert_created_at: string | null
  entity_created_at: string | null
  screening_state: string | null
  monitoring_enabled: boolean | null
  check_completed_at: string | null
  check_count: number
  checks_outcome: string | null
  case_state: string | null
  /** Alerts with their case and risk profiles, and the decisions about risk profiles by id; see `alertsOf` and `decisionOf`. */
  alerts: Json[]
  decisions: JsonObject
  /** What a client of the API gave for the entity. */
  given: JsonObject
}

const TEAM_DOMAIN = 'compliance.example'

function person(fake: Faker, domain: string): Profile {
  const first = fake.person.firstName()
  const last = surname(fake)
  return { id: uuidText(fake), name: `${first} ${last}`, email: `${slug(first)}.${slug(last)}@${domain}` }
}

const LEGAL_FORMS = ['Group', 'Inc', 'LLC', 'and Sons']

/** A company's name in the patterns of faker's own, at a fifth of its cost. */
function companyName(fake: Faker): string {
  const [first, second, third] = [surname(fake), surname(fake), surname(fake)]
  const form = fake.helpers.arrayElement(LEGAL_FORMS)
  return fake.helpers.arrayElement([`${first} ${form}`, `${first} - ${second}`, `${first}, ${second} and ${third}`])
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** Facts of a new story. `given` values win, and the rest is derived from them (a company's name gives the contact's e-mail address). */
export function facts(fake: Faker, { given, id }: { given: JsonObject; id: string | undefined }): Facts & JsonObject {
  const type = given.entity_type ?? (fake.number.int(9) < 6 ? 'company' : 'individual')
  const company = type !== 'individual'
  const generated = companyName(fake)
  const trading = typeof given.entity_name === 'string' ? given.entity_name : generated
  const contact = person(fake, company ? `${slug(trading)}.example` : 'mail.example')
  if (!company && typeof given.entity_name === 'string') {
    contact.name = given.entity_name
    contact.email = `${slug(given.entity_name).replaceAll('-', '.')}@mail.example`
  }
  return {
    entity_id: id ?? uuidText(fake),
    entity_name: company ? trading : contact.name,
    entity_type: company ? 'company' : 'individual',
    entity_email: contact.email,
    contact,
    analyst: person(fake, TEAM_DOMAIN),
    manager: person(fake, TEAM_DOMAIN),
    workflow_session_id: uuidText(fake),
    response_id: uuidText(fake),
    questionnaire: usualQuestionnaire(company ? 'company' : 'individual'),
    verification_session_id: uuidText(fake),
    check_id: uuidText(fake),
    non_document_check_id: uuidText(fake),
    screening_id: uuidText(fake),
    batch_id: uuidText(fake),
    batch_total: 4 * fake.number.int({ min: 10, max: 60 }),
    case_id: uuidText(fake),
    alert_id: uuidText(fake),
    risk_profile_id: uuidText(fake),
    last_at: null,
    workflow_type: null,
    workflow_expires_at: null,
    response_status: null,
    response_created_at: null,
    submitted_at: null,
    reviewed_at: null,
    manager_reviewed_at: null,
    session_created_at: null,
    session_accessed_at: null,
    session_completed_at: null,
    session_outcome: null,
    non_document_created_at: null,
    non_document_completed_at: null,
    non_document_outcome: null,
    non_document_two_plus_two: null,
    screening_created_at: null,
    screening_status: null,
    risk_profiles_count: null,
    batch_created_at: null,
    batch_processed: null,
    batch_failed: null,
    case_created_at: null,
    alert_created_at: null,
    entity_created_at: null,
    screening_state: null,
    monitoring_enabled: null,
    check_completed_at: null,
    check_count: 0,
    checks_outcome: null,
    case_state: null,
    alerts: [],
    decisions: {},
    given: {},
    ...given,
  }
}

/** A new company's story as that of its contact: identity checks are made of a person. A story that has begun keeps its entity. */
export function asPerson(facts: Facts): Facts {
  if (facts.last_at !== null || facts.entity_type !== 'company') return facts
  return {
    ...facts,
    entity_name: facts.contact.name,
    entity_type: 'individual',
    questionnaire: usualQuestionnaire('individual'),
  }
}
