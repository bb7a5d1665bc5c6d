// A company's onboarding form: schema and values. Source: Onboarding Organizations, example (up to website) and description of data.onboarding.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Facts, Person } from '../facts.js'
import { ours } from '../marked.js'
import { fileReference } from './envelope.js'

const related = z.looseObject({
  first_name: z.string(),
  last_name: z.string(),
  document_type: z.string(),
  document_number: z.string(),
  email: z.string(),
})

/** Schema of `data.onboarding` of a company's form. Inner keys of the blocks beside data_company are assumed, except income, source_of_funds and total_assets. */
export const companySchema = z.looseObject({
  _id: z.string(),
  flow: z.string(),
  user: z.string(),
  status: z.string(),
  data: z.looseObject({
    data_company: z.looseObject({
      name: z.string(),
      nif: z.string(),
      city: z.string(),
      country: z.string(),
      email: z.string(),
      phone: z.string(),
      website: z.string(),
      ...ours('companyShape', { date_of_incorporation: z.iso.date(), legal_address: z.string() }),
    }),
    ...ours('companyBlocks', {
      business_information: z.looseObject({
        income: z.number(),
        source_of_funds: z.string(),
        total_assets: z.number(),
      }),
      legal_representatives: z.array(related),
      final_beneficiaries: z.array(related.extend({ percentage: z.number() })),
    }),
  }),
  ...ours('companyOnboardingOrder', { flow_instance: z.string(), identities: z.array(z.unknown()) }),
  ...ours('companyBlocks', { file_references_data: z.array(fileReference) }),
})

function named(person: Person): JsonObject {
  return {
    first_name: person.first_name,
    last_name: person.last_name,
    document_type: 'CL-CI',
    document_number: person.rut,
    email: person.email,
  }
}

/** `data.onboarding` of the story's company, filled in by the story's person. */
export function company(facts: Facts, id: string, status: string): JsonObject {
  const { company: firm, person, shareholder } = facts
  return {
    _id: id,
    flow: facts.flow_id,
    user: facts.user_id,
    status,
    data: {
      data_company: {
        name: firm.name,
        nif: firm.nif,
        city: firm.city,
        country: 'CHL',
        email: firm.email,
        phone: firm.phone,
        website: firm.website,
        date_of_incorporation: firm.date_of_incorporation,
        legal_address: firm.legal_address,
      },
      business_information: {
        income: firm.income,
        source_of_funds: firm.source_of_funds,
        total_assets: firm.total_assets,
      },
      legal_representatives: [named(person)],
      final_beneficiaries: [{ ...named(shareholder), percentage: firm.shares }],
    },
    flow_instance: facts.flow_instance_id,
    // The only link from a by-onboarding identity event back to its form.
    identities: [facts.shareholder_identity_id],
    file_references_data: [
      {
        name: 'estatutos.pdf',
        path: `onboardings/${id}/estatutos.pdf`,
        type: 'application/pdf',
      },
      {
        name: 'rut-empresa.pdf',
        path: `onboardings/${id}/rut-empresa.pdf`,
        type: 'application/pdf',
      },
    ],
  }
}
