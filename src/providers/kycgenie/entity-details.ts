// What the API shows of an entity besides its name and status: what the client gave, the rest generated from the entity's id.
// Source of the keys: Entities (new), common and company keys; Entities (old), individual keys.
import type { JsonObject } from '../../core/json.js'
import { stream } from '../../core/seed.js'
import type { Facts } from './facts.js'

/** Places of entities: city, region, postal code, country. */
const PLACES = [
  ['London', 'Greater London', 'EC2V 7NQ', 'GB', '+44 20 7946 0'],
  ['Manchester', 'Greater Manchester', 'M2 5DB', 'GB', '+44 161 496 0'],
  ['Dublin', 'Leinster', 'D02 X285', 'IE', '+353 1 555 0'],
  ['Berlin', 'Berlin', '10117', 'DE', '+49 30 23125 0'],
  ['New York', 'New York', '10005', 'US', '+1 212 555 0'],
  ['Sydney', 'New South Wales', '2000', 'AU', '+61 2 5550 0'],
] as const
const STREETS = ['High Street', 'Station Road', 'Mill Lane', 'Church Road', 'Queen Street', 'Park Avenue']
const COMPANY_FORMS = ['LLC', 'Trust', 'Fund', 'Service Provider']

const two = (value: number) => String(value).padStart(2, '0')

/** The details of a story's entity. Births and incorporations lie well before any event: who is onboarded is of age. */
export function detailsOf(facts: Facts): JsonObject {
  const { entity_id: id, entity_type: type, entity_name: name, given } = facts
  const random = stream(0, 'entity', id)
  const [city, state, postal, country, dial] = PLACES[random.int(PLACES.length)] ?? PLACES[0]
  const common = {
    entity_subtype: null,
    external_id: null,
    email: facts.entity_email,
    phone: `${dial}${String(random.int(1000)).padStart(3, '0')}`,
    address_line_1: `${1 + random.int(180)} ${STREETS[random.int(STREETS.length)]}`,
    address_line_2: '',
    address_city: city,
    address_state: state,
    address_postal_code: postal,
    address_country: country,
    is_primary: true,
  }
  // Nothing lies after the entity's own beginning, whatever year the clock shows.
  const year = Number((facts.entity_created_at ?? '2026').slice(0, 4))
  const day = `${two(1 + random.int(12))}-${two(1 + random.int(28))}`
  if (type === 'company')
    return {
      ...common,
      entity_subtype: COMPANY_FORMS[random.int(COMPANY_FORMS.length)] ?? null,
      legal_name: name,
      trading_name: '',
      registration_number: String(1_000_000 + random.int(15_000_000)).padStart(8, '0'),
      jurisdiction: country,
      incorporation_date: `${year - 3 - random.int(38)}-${day}`,
      ...given,
    }
  const [first = name, ...rest] = name.split(' ')
  return {
    ...common,
    // A name does not tell them.
    title: '',
    first_name: first,
    middle_name: rest.slice(0, -1).join(' '),
    last_name: rest.at(-1) ?? '',
    gender: null,
    date_of_birth: `${year - 20 - random.int(54)}-${day}`,
    country_of_birth: country,
    ...given,
  }
}

/** The keys of `detailsOf` in documented order, for the entity types. */
export const COMPANY_KEYS = ['legal_name', 'trading_name', 'registration_number', 'jurisdiction', 'incorporation_date']
export const INDIVIDUAL_KEYS = [
  'title',
  'first_name',
  'middle_name',
  'last_name',
  'gender',
  'date_of_birth',
  'country_of_birth',
]
