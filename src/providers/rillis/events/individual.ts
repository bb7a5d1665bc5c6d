// An individual's onboarding form: schema and values. Source: Onboarding Individual, example (up to first_name) and description of data.onboarding.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import { INCOME_SOURCES, PERSON_FUNDS } from '../chile.js'
import type { Facts } from '../facts.js'
import { ours } from '../marked.js'

/** Schema of `data.onboarding` of an individual's form. */
export const individualSchema = z.looseObject({
  _id: z.string(),
  flow: z.string(),
  user: z.string(),
  flow_instance: z.string(),
  identities: z.array(z.unknown()),
  data: z.looseObject({
    data_individual: z.looseObject({
      first_name: z.string(),
      ...ours('individualShape', {
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
  }),
  status: z.string().meta({ assumption: 'individualOnboardingOrder' }),
})

/** One item of a list, the same for every event of the story. */
function pick(list: readonly string[], facts: Facts, offset: number): string {
  return list[Number.parseInt(facts.individual_onboarding_id.slice(offset, offset + 4), 16) % list.length] ?? ''
}

/** `data.onboarding` of the story's person. */
export function individual(facts: Facts, id: string, status: string): JsonObject {
  const { person } = facts
  return {
    _id: id,
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
        fund_origin: pick(PERSON_FUNDS, facts, 12),
        source_of_income: pick(INCOME_SOURCES, facts, 16),
      },
    },
    status,
  }
}
