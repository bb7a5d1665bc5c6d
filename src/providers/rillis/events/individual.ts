// The form of a person: its schema and its values, the first keys as the documented example has them.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import { INCOME_SOURCES, PERSON_FUNDS } from '../chile.js'
import type { Facts } from '../facts.js'

/** `data.onboarding` of a person's form. */
export const individualSchema = z.looseObject({
  _id: z.string(),
  flow: z.string(),
  user: z.string(),
  flow_instance: z.string(),
  identities: z.array(z.unknown()),
  data: z.looseObject({
    data_individual: z.looseObject({
      first_name: z.string(),
      middle_name: z.string(),
      last_name: z.string(),
      address_1: z.string(),
      address_2: z.string(),
      city: z.string(),
      province: z.string(),
      country_of_residence: z.string(),
      postal_code: z.string(),
      email: z.string(),
      is_pep: z.boolean(),
      fund_origin: z.string(),
      source_of_income: z.string(),
    }),
  }),
  status: z.string(),
})

/** One of a list, the same for every event of the story. */
function chosen(list: readonly string[], facts: Facts, offset: number): string {
  return list[Number.parseInt(facts.onboarding_id.slice(offset, offset + 4), 16) % list.length] ?? ''
}

/** The form as the story's person filled it in. */
export function individual(facts: Facts, status: string): JsonObject {
  const { person } = facts
  return {
    _id: facts.onboarding_id,
    flow: facts.flow_id,
    user: facts.user_id,
    flow_instance: facts.flow_instance_id,
    identities: [],
    data: {
      data_individual: {
        first_name: person.first_name,
        middle_name: person.middle_name,
        last_name: person.last_name,
        address_1: person.address,
        address_2: person.apartment,
        city: person.city,
        province: person.province,
        country_of_residence: 'CHL',
        postal_code: person.postal_code,
        email: person.email,
        is_pep: false,
        fund_origin: chosen(PERSON_FUNDS, facts, 12),
        source_of_income: chosen(INCOME_SOURCES, facts, 16),
      },
    },
    status,
  }
}
