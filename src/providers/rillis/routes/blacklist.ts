// The blacklist of an account: its records are made, listed, shown, changed and removed, and its settings changed.
// Source of methods and paths: Create BlackList, URL; Update Blacklist Record by ID, URL; Blacklist Matching Logic, "Blacklist Endpoints".
import * as z from 'zod'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route, RouteAnswer } from '../../../provider/routes.js'
import {
  type BlacklistRecord,
  type BlacklistSettings,
  blacklistOf,
  changeBlacklist,
  MOST_RECORDS,
} from '../blacklist.js'
import { idFrom } from '../ids.js'
import { errorResponse, errors, must } from './errors.js'
import { paged, pageOf, paging } from './paging.js'
import { ofAccount, screeningCredentials, shortText, values } from './screening-fields.js'

const PATH = '/api/v1/black-list-api'

const TYPES = ['PERSON', 'COMPANY', 'WALLET'] as const
const STATUSES = ['ACTIVE', 'INACTIVE'] as const
const LEVELS = ['HIGH', 'MEDIUM', 'LOW'] as const

/** What a record consists of, besides id and instants, in the order of the response. */
const fields = {
  entity_type: z.enum(TYPES, must(`one of ${TYPES.join(', ')}`)),
  first_name: values.first_name.nullable().default(null),
  middle_name: values.middle_name.nullable().default(null),
  last_name: values.last_name.nullable().default(null),
  birth_date: values.birth_date.nullable().default(null),
  nationality: values.nationality.nullable().default(null),
  name: values.name.nullable().default(null),
  country: values.country.nullable().default(null),
  document_number: values.document_number.nullable().default(null),
  wallet: values.wallet.nullable().default(null),
  network: values.network.nullable().default(null),
  reason: shortText(500).nullable().default(null),
  status: z.enum(STATUSES, must(`one of ${STATUSES.join(', ')}`)).default('ACTIVE'),
}

const record = z.object(fields)
type Given = z.infer<typeof record>

/** What identifies an entity of each type. */
const IDENTIFIED = {
  PERSON: {
    by: ({ first_name, last_name, document_number }: Given) =>
      (first_name !== null && last_name !== null) || document_number !== null,
    words: 'first_name and last_name, or document_number',
  },
  COMPANY: {
    by: ({ name, document_number }: Given) => name !== null || document_number !== null,
    words: 'name or document_number',
  },
  WALLET: { by: ({ wallet }: Given) => wallet !== null, words: 'wallet' },
} as const

const missing = (given: Given): string | undefined => {
  const { by, words } = IDENTIFIED[given.entity_type]
  return by(given) ? undefined : `entity_type: a ${given.entity_type} requires ${words}`
}

const body = (shape: z.ZodRawShape, assumption: string) =>
  z.looseObject({ ...screeningCredentials, ...shape }, must('an object')).meta({ assumption })

const createBody = body(fields, 'blacklistRecord')
/** Any of the fields, without their defaults. */
const updateBody = body(
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      field instanceof z.ZodDefault ? field.unwrap().optional() : field.optional(),
    ]),
  ),
  'blacklistRecord',
)
const credentialsQuery = z.object(screeningCredentials).meta({ assumption: 'screeningAuth' })

const PERCENTAGE = 'a whole number from 0 to 100'
const settingsFields = {
  enabled: z.boolean(must('true or false')),
  minimum_match_percentage: z.int(must(PERCENTAGE)).min(0, `must be ${PERCENTAGE}`).max(100, `must be ${PERCENTAGE}`),
  risk_level: z.enum(LEVELS, must(`one of ${LEVELS.join(', ')}`)),
}

const recordSchema = z.strictObject({
  id: z.string(),
  ...record.shape,
  created_at: z.int().describe('Unix milliseconds.'),
  updated_at: z.int().describe('Unix milliseconds.'),
})

const NOT_FOUND = errorResponse(404, 'Blacklist record not found.')

async function newRecord(given: Given, account: string, port: ProviderPort): Promise<BlacklistRecord> {
  const now = port.now()
  const ordinal = await port.count(`blacklist records of ${account}`)
  const id = idFrom(now, port.random('blacklist record', account, ordinal).hex(16))
  return { id, ...given, created_at: now, updated_at: now }
}

const create: Route = {
  method: 'POST',
  path: PATH,
  summary: 'Create BlackList',
  documented: true,
  open: true,
  body: { type: 'json', schema: createBody },
  answers: {
    201: { description: 'The record', schema: recordSchema, assumption: 'blacklistAnswers' },
    ...errors(400, 401),
  },
  handler: ofAccount(async ({ body: raw, account, port }) => {
    const given = record.parse(raw)
    const wrong = missing(given)
    if (wrong !== undefined) return errorResponse(400, wrong)
    return changeBlacklist<RouteAnswer>(account, port, async blacklist => {
      if (blacklist.records.length >= MOST_RECORDS)
        return { result: errorResponse(400, `The blacklist is full: it holds at most ${MOST_RECORDS} records.`) }
      const made = await newRecord(given, account, port)
      return {
        changed: { ...blacklist, records: [...blacklist.records, made] },
        result: { status: 201, body: made },
      }
    })
  }),
}

const listQuery = z.object({ ...screeningCredentials, ...paging }).meta({ assumption: 'blacklistAnswers' })

const list: Route = {
  method: 'GET',
  path: PATH,
  summary: 'Get All BlackList Records',
  documented: true,
  open: true,
  query: listQuery,
  answers: {
    200: {
      description: 'A page of records, newest first',
      schema: pageOf(recordSchema),
      assumption: 'blacklistAnswers',
    },
    ...errors(400, 401),
  },
  handler: ofAccount(({ query, account, port }) => ({
    status: 200,
    body: paged(blacklistOf(account, port).records.toReversed(), listQuery.parse(query)),
  })),
}

const show: Route = {
  method: 'GET',
  path: `${PATH}/{id}`,
  summary: 'Get Blacklist Record by ID',
  documented: true,
  open: true,
  query: credentialsQuery,
  answers: {
    200: { description: 'The record', schema: recordSchema, assumption: 'blacklistAnswers' },
    ...errors(400, 401, 404),
  },
  handler: ofAccount(({ params, account, port }) => {
    const found = blacklistOf(account, port).records.find(({ id }) => id === params.id)
    return found ? { status: 200, body: found } : NOT_FOUND
  }),
}

const update: Route = {
  method: 'PATCH',
  path: `${PATH}/{id}`,
  summary: 'Update Blacklist Record by ID',
  documented: true,
  open: true,
  body: { type: 'json', schema: updateBody },
  answers: {
    200: { description: 'The record, changed', schema: recordSchema, assumption: 'blacklistAnswers' },
    ...errors(400, 401, 404),
  },
  handler: ofAccount(({ params, body: raw, account, port }) =>
    changeBlacklist<RouteAnswer>(account, port, async blacklist => {
      const known = blacklist.records.find(({ id }) => id === params.id)
      if (known === undefined) return { result: NOT_FOUND }
      const given = record.parse({ ...known, ...(raw as object) })
      const wrong = missing(given)
      if (wrong !== undefined) return { result: errorResponse(400, wrong) }
      const changed = { ...known, ...given, updated_at: port.now() }
      return {
        changed: { ...blacklist, records: blacklist.records.map(one => (one === known ? changed : one)) },
        result: { status: 200, body: changed },
      }
    }),
  ),
}

const remove: Route = {
  method: 'DELETE',
  path: `${PATH}/{id}`,
  summary: 'Delete Blacklist Record by ID',
  documented: true,
  open: true,
  query: credentialsQuery,
  answers: {
    200: { description: 'The record as it was', schema: recordSchema, assumption: 'blacklistAnswers' },
    ...errors(400, 401, 404),
  },
  handler: ofAccount(({ params, account, port }) =>
    changeBlacklist<RouteAnswer>(account, port, async blacklist => {
      const known = blacklist.records.find(({ id }) => id === params.id)
      if (known === undefined) return { result: NOT_FOUND }
      return {
        changed: { ...blacklist, records: blacklist.records.filter(one => one !== known) },
        result: { status: 200, body: known },
      }
    }),
  ),
}

const settingsBody = z.object(settingsFields).partial()

const changeSettings: Route = {
  method: 'PATCH',
  path: `${PATH}/settings`,
  summary: 'Update Blacklist Settings Account',
  documented: true,
  open: true,
  body: { type: 'json', schema: body(settingsBody.shape, 'blacklistSettings') },
  answers: {
    200: {
      description: 'All settings, changed',
      schema: z.strictObject(settingsFields),
      assumption: 'blacklistSettings',
    },
    ...errors(400, 401),
  },
  handler: ofAccount(({ body: raw, account, port }) =>
    changeBlacklist<RouteAnswer>(account, port, async blacklist => {
      const settings = { ...blacklist.settings, ...settingsBody.parse(raw) } as BlacklistSettings
      return { changed: { ...blacklist, settings }, result: { status: 200, body: settings } }
    }),
  ),
}

/** The six routes of the blacklist. */
export const blacklistRoutes: readonly Route[] = [create, list, show, update, remove, changeSettings]
