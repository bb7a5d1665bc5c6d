// Entities over the API: made, listed, read and changed. Source: Entities (new), Entity Object.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteCall } from '../../../provider/routes.js'
import { changeFacts, createEntity, factsOf, nameOf, timestamp } from '../entities.js'
import { COMPANY_KEYS, detailsOf, INDIVIDUAL_KEYS } from '../entity-details.js'
import { recordTimestamp } from '../ids.js'
import { subjects } from '../subjects.js'
import { entityBody, entityChange } from './entity-fields.js'
import { badRequest, missing, notFound, unauthorized, validationError } from './errors.js'
import { assumedPageQuery, paged, pageOf, picked, visibleSubject, visibleSubjects } from './paging.js'

const text = z.string()
const time = z.iso.datetime({ offset: true })

const entity = z.looseObject({
  id: z.uuid(),
  name: text,
  entity_type: z.enum(['company', 'individual']),
  entity_subtype: text.nullable(),
  external_id: text.nullable(),
  email: text,
  phone: text,
  address_line_1: text,
  address_line_2: text,
  address_city: text,
  address_state: text,
  address_postal_code: text,
  address_country: text,
  is_primary: z.boolean(),
  screening_status: z.enum(subjects.entity.states),
  response_count: z.number().int().min(0),
  risk_profiles_count: z.number().int().min(0),
  created_at: time,
  updated_at: time,
  legal_name: text.optional().describe('This and the next four: of companies.'),
  trading_name: text.optional(),
  registration_number: text.optional(),
  jurisdiction: text.optional(),
  incorporation_date: text.nullable().optional(),
  title: text.optional().describe('This and those after it: of individuals.'),
  first_name: text.optional(),
  middle_name: text.optional(),
  last_name: text.optional(),
  gender: z.enum(['male', 'female']).nullable().optional(),
  date_of_birth: text.nullable().optional(),
  country_of_birth: text.optional(),
})

/** Common keys between the name and the state of screening. */
const COMMON_KEYS = Object.keys(entity.shape).slice(3, 14)

function view({ port }: RouteCall, subject: Subject): JsonObject {
  const facts = factsOf(subject)
  const details = detailsOf(facts)
  const created = facts.entity_created_at ?? recordTimestamp(subject.createdAt, subject.id)
  return {
    id: subject.id,
    name: facts.entity_name,
    entity_type: facts.entity_type,
    ...picked(details, COMMON_KEYS),
    screening_status: subject.state,
    response_count: port.subjects({ kind: 'response', story: subject.story }).length,
    risk_profiles_count: facts.risk_profiles_count ?? 0,
    created_at: created,
    updated_at: facts.last_at ?? created,
    ...picked(details, facts.entity_type === 'company' ? COMPANY_KEYS : INDIVIDUAL_KEYS),
  }
}

const BASE = { documented: false, assumption: 'resourceBase', base: 'resourceBase' } as const

const list: Route = {
  ...BASE,
  method: 'GET',
  path: '/entities/',
  summary: 'List entities',
  query: assumedPageQuery,
  answers: { 200: { description: 'A page, newest first.', schema: pageOf(entity) }, ...unauthorized },
  handler: call => paged(call, visibleSubjects(call, 'entity'), one => view(call, one)),
}

const create: Route = {
  ...BASE,
  method: 'POST',
  path: '/entities/',
  summary: 'Create an entity',
  body: { type: 'json', schema: entityBody.meta({ assumption: 'entityBody' }) },
  answers: {
    201: { description: 'The entity.', schema: entity },
    ...badRequest,
    ...unauthorized,
  },
  async handler(call) {
    const made = await createEntity(call.port, call.account, call.body as JsonObject)
    return { status: 201, body: view(call, made) }
  },
}

const get: Route = {
  ...BASE,
  method: 'GET',
  path: '/entities/{entity_id}/',
  summary: 'Get one entity',
  answers: { 200: { description: 'The entity.', schema: entity }, ...unauthorized, ...missing },
  handler(call) {
    const found = visibleSubject(call, 'entity', call.params.entity_id)
    return found ? { status: 200, body: view(call, found) } : notFound(call)
  },
}

const update: Route = {
  ...BASE,
  method: 'PATCH',
  path: '/entities/{entity_id}/',
  summary: 'Change an entity',
  body: { type: 'json', schema: entityChange.meta({ assumption: 'entityBody' }) },
  answers: {
    200: { description: 'The entity as it is now.', schema: entity },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const found = visibleSubject(call, 'entity', call.params.entity_id)
    if (!found) return notFound(call)
    const given = call.body as JsonObject
    const facts = factsOf(found)
    const details = detailsOf(facts)
    if (given.is_primary === false && details.is_primary === true)
      return validationError(call, { is_primary: ['A primary entity cannot be demoted.'] })
    const keys = facts.entity_type === 'company' ? COMPANY_KEYS : INDIVIDUAL_KEYS
    const changed = { ...facts.given, ...picked(given, [...COMMON_KEYS, ...keys]) }
    const isRenamed = keys.some(key => key in given && key.includes('name'))
    const name = isRenamed ? nameOf(picked({ ...details, ...changed }, keys)) : undefined
    const email = typeof given.email === 'string' && given.email !== '' ? given.email : facts.entity_email
    const updated = await changeFacts(call.port, found, {
      given: changed,
      entity_name: name ?? facts.entity_name,
      entity_email: email,
      contact: {
        ...facts.contact,
        email,
        ...(facts.entity_type === 'individual' && name !== undefined ? { name } : {}),
      },
      last_at: timestamp(call.port, facts),
    })
    return { status: 200, body: view(call, updated) }
  },
}

/** The routes of entities. */
export const entityRoutes: readonly Route[] = [list, create, get, update]
