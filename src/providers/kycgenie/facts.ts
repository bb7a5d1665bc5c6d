// The facts of a KYC Genie story: one entity, the people around it, and the ids of all its objects.
import type { Faker } from '@faker-js/faker'
import type { Json, JsonObject } from '../../core/json.js'
import { skip, surname, uuidText } from '../../provider/fake.js'
import type { LateFacts } from '../../provider/provider.js'
import { changedFacts } from '../../provider/story-facts.js'
import { usualQuestionnaire } from './questionnaires.js'

/** A user of the platform. Source: Non-document verification, object (created_by). */
export type Profile = { id: string; name: string; email: string }

/** Facts of a story. Most of the keys from `last_at` on are set by its events, and null until then. */
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

interface Name {
  first: string
  last: string
}

const nameOf = ({ first, last }: Name) => `${first} ${last}`

function profile(fake: Faker, name: Name, domain: string): Profile {
  const { first, last } = name
  return { id: uuidText(fake), name: nameOf(name), email: `${slug(first)}.${slug(last)}@${domain}` }
}

const personName = (fake: Faker): Name => ({ first: fake.person.firstName(), last: surname(fake) })

const colleague = (fake: Faker): Profile => profile(fake, personName(fake), TEAM_DOMAIN)

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

/** What a story's stream begins with: its company's name and its person's, one of which is the entity's. */
interface Beginning {
  isCompany: boolean
  company: string
  person: Name
}

function beginning(fake: Faker, { entity_type, entity_name }: JsonObject): Beginning {
  const type = entity_type ?? (fake.number.int(9) < 6 ? 'company' : 'individual')
  const generated = companyName(fake)
  return {
    isCompany: type !== 'individual',
    company: typeof entity_name === 'string' ? entity_name : generated,
    person: personName(fake),
  }
}

function contactOf(fake: Faker, { isCompany, company, person }: Beginning, { entity_name }: JsonObject = {}): Profile {
  const contact = profile(fake, person, isCompany ? `${slug(company)}.example` : 'mail.example')
  if (isCompany || typeof entity_name !== 'string') return contact
  return { ...contact, name: entity_name, email: `${slug(entity_name).replaceAll('-', '.')}@mail.example` }
}

/** How many random numbers the parts of a story's stream take. */
const DRAWN = { beginning: 10, uuid: 4, profile: 8, number: 1 }

/** What follows the beginning, the contact's id and the entity's in a story's stream. */
const FOLLOWING: readonly [name: keyof Facts, drawn: number, make: (fake: Faker) => Json][] = [
  ['analyst', DRAWN.profile, colleague],
  ['manager', DRAWN.profile, colleague],
  ['workflow_session_id', DRAWN.uuid, uuidText],
  ['response_id', DRAWN.uuid, uuidText],
  ['verification_session_id', DRAWN.uuid, uuidText],
  ['check_id', DRAWN.uuid, uuidText],
  ['non_document_check_id', DRAWN.uuid, uuidText],
  ['screening_id', DRAWN.uuid, uuidText],
  ['batch_id', DRAWN.uuid, uuidText],
  ['batch_total', DRAWN.number, fake => 4 * fake.number.int({ min: 10, max: 60 })],
  ['case_id', DRAWN.uuid, uuidText],
  ['alert_id', DRAWN.uuid, uuidText],
  ['risk_profile_id', DRAWN.uuid, uuidText],
]

/** Each of them alone: what comes before it in the stream is left out. */
function followingAlone(): LateFacts {
  let before = DRAWN.beginning + 2 * DRAWN.uuid
  return Object.fromEntries(
    FOLLOWING.map(([name, drawn, make]) => {
      const start = before
      before += drawn
      return [name, (fake: Faker) => make(skip(fake, start))]
    }),
  )
}

/** The contact, the team, the ids of things, and what events set: most of them show in few events. */
export const lateFacts: LateFacts = {
  contact: fake => contactOf(fake, beginning(fake, {})),
  entity_email: (_, { facts }) => (facts as Facts).contact.email,
  questionnaire: (_, { facts }) => usualQuestionnaire((facts as Facts).entity_type),
  ...followingAlone(),
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
}

/** What a story begins with. */
type Begun = Pick<Facts, 'entity_id' | 'entity_name' | 'entity_type'>

const entityOf = ({ isCompany, company }: Beginning, name: string) =>
  isCompany
    ? ({ entity_name: company, entity_type: 'company' } as const)
    : ({ entity_name: name, entity_type: 'individual' } as const)

/** Facts of a new story: who its entity is; the rest are late facts. */
export function facts(fake: Faker, { given, id }: { given: JsonObject; id: string | undefined }): Begun & JsonObject {
  if (id !== undefined || Object.keys(given).length > 0) return givenFacts(fake, given, id)
  const begun = beginning(fake, {})
  return { entity_id: uuidText(skip(fake, DRAWN.uuid)), ...entityOf(begun, nameOf(begun.person)) }
}

/**
 * Facts of an entity of which something is given, all of them, since its stream lacks what was not generated. `given` values win, and the rest
 * is derived from them (a company's name gives the contact's e-mail address).
 */
export function givenFacts(fake: Faker, given: JsonObject, id?: string) {
  const begun = beginning(fake, given)
  const contact = contactOf(fake, begun, given)
  const entity = { entity_id: id ?? uuidText(fake), ...entityOf(begun, contact.name) }
  const following: JsonObject = {}
  for (const [name, , make] of FOLLOWING) following[name] = make(fake)
  return {
    ...entity,
    entity_email: contact.email,
    contact,
    questionnaire: usualQuestionnaire(entity.entity_type),
    ...following,
    last_at: null,
    ...given,
  }
}

/** A new company's story as that of its contact: identity checks are made of a person. A story that has begun keeps its entity. */
export function asPerson(facts: Facts): Facts {
  if (facts.last_at !== null || facts.entity_type !== 'company') return facts
  return changedFacts(facts, {
    entity_name: facts.contact.name,
    entity_type: 'individual',
    questionnaire: usualQuestionnaire('individual'),
  })
}
