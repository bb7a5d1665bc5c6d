// Persons and companies by document number, as the onboarding forms and identity verifications name them.
// Source of the names: Webhooks Overview, menu; paths and responses are ours.
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route } from '../../../provider/routes.js'
import type { Facts } from '../facts.js'
import { ours } from '../marked.js'
import { ONBOARDING_STATES } from '../subjects.js'
import { INFERRED } from './client-api.js'
import { errorResponse, errors } from './errors.js'
import { allSubjects, paged, pageOf, paging } from './paging.js'

const ROLES = ['INDIVIDUAL', 'COMPANY', 'LEGAL_REPRESENTATIVE', 'FINAL_BENEFICIARY'] as const

const entitySchema = z.strictObject({
  entity_type: z.enum(['PERSON', 'COMPANY']),
  role: z.enum(ROLES).describe('What the entity is in the onboarding form.'),
  name: z.string(),
  document_type: z.string(),
  document_number: z.string(),
  onboarding_id: z.string(),
  flow_instance_id: z.string(),
  flow_id: z.string(),
  user_id: z.string(),
  status: z.enum(ONBOARDING_STATES).describe('Status of the onboarding.'),
  data: z.looseObject({}).describe('What the form says of the entity.'),
})

/** One person or company in a form. */
interface Named {
  role: (typeof ROLES)[number]
  document_type: Json | undefined
  document_number: Json | undefined
  data: JsonObject
}

/** A list in a form, of people with a document each. */
function people(form: JsonObject, key: string, role: Named['role']): Named[] {
  const list = valueAt(form, `data.${key}`)
  if (!Array.isArray(list)) return []
  return list
    .filter(isJsonObject)
    .map(data => ({ role, document_type: data.document_type, document_number: data.document_number, data }))
}

/** The person of an individual's form, whose document is that of the story's identity verification, or will be. */
function individual(form: JsonObject, data: JsonObject, story: string, port: ProviderPort): Named[] {
  const facts = port.subjects({ kind: 'flow_instance', story }).find(({ id }) => id === form.flow_instance)?.data
  if (facts === undefined) return []
  const { identity_id, person } = facts as Facts
  const verified = port.subject(identity_id)
  const read = verified && valueAt(verified.data, 'data')
  const own: Named = { role: 'INDIVIDUAL', document_type: 'CL-CI', document_number: person.rut, data }
  return [
    isJsonObject(read) ? { ...own, document_type: read.document_type, document_number: read.document_number } : own,
  ]
}

/** Everyone in an onboarding form. */
function namedIn({ data: form, story }: Subject, port: ProviderPort): Named[] {
  const company = valueAt(form, 'data.data_company')
  if (isJsonObject(company))
    return [
      { role: 'COMPANY', document_type: 'CL-RUT', document_number: company.nif, data: company },
      ...people(form, 'legal_representatives', 'LEGAL_REPRESENTATIVE'),
      ...people(form, 'final_beneficiaries', 'FINAL_BENEFICIARY'),
    ]
  const person = valueAt(form, 'data.data_individual')
  return isJsonObject(person) ? individual(form, person, story, port) : []
}

function entity({ id, state, data: form }: Subject, named: Named): JsonObject {
  const { name, first_name, middle_name, last_name } = named.data
  const names = [first_name, middle_name, last_name].filter(part => part !== undefined)
  return {
    entity_type: named.role === 'COMPANY' ? 'COMPANY' : 'PERSON',
    role: named.role,
    name: named.role === 'COMPANY' ? String(name ?? '') : names.join(' '),
    document_type: String(named.document_type ?? ''),
    document_number: String(named.document_number ?? ''),
    onboarding_id: id,
    flow_instance_id: String(form.flow_instance ?? ''),
    flow_id: String(form.flow ?? ''),
    user_id: String(form.user ?? ''),
    status: state,
    data: named.data,
  }
}

/** Numbers are compared without dots, dashes and case: 76.543.210-k is 76543210-K. */
const plain = (number: Json | undefined) =>
  String(number ?? '')
    .replace(/[^0-9a-z]/gi, '')
    .toUpperCase()

/** Every entity with a document number, those of the newest onboarding first. */
function entitiesOf(number: string, port: ProviderPort): JsonObject[] {
  const wanted = plain(number)
  if (wanted === '') return []
  return allSubjects(port, 'onboarding').flatMap(onboarding =>
    namedIn(onboarding, port)
      .filter(({ document_number }) => plain(document_number) === wanted)
      .map(named => entity(onboarding, named)),
  )
}

const listQuery = z.object(ours('apiPaging', paging))

/** The routes of entities. */
export const entityRoutes: readonly Route[] = [
  {
    method: 'GET',
    ...INFERRED,
    path: '/onboardings/entity/{document_number}',
    summary: 'Onboarding: Get Entity by document number',
    answers: {
      200: { description: 'The entity of the newest onboarding', schema: entitySchema, assumption: 'entityObject' },
      ...errors(401, 404),
    },
    handler: ({ params, port }) => {
      const [newest] = entitiesOf(params.document_number ?? '', port)
      return newest ? { status: 200, body: newest } : errorResponse(404, 'Entity not found.')
    },
  },
  {
    method: 'GET',
    ...INFERRED,
    path: '/onboardings/entity-list/{document_number}',
    summary: 'Onboarding: Get Entity List by document number',
    query: listQuery,
    answers: {
      200: {
        description: 'A page of entities, newest onboarding first',
        schema: pageOf(entitySchema),
        assumption: 'entityObject',
      },
      ...errors(400, 401),
    },
    handler: ({ params, query, port }) => ({
      status: 200,
      body: paged(entitiesOf(params.document_number ?? '', port), listQuery.parse(query)),
    }),
  },
]
