// The Screening API: individuals and organizations are analysed at once; a summary lists the analyses of an account.
// Source of the paths: Individuals Analysis, URL; Screening Entities Summary Analysis, URL. No webhook follows: assumption screeningWebhooks.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route } from '../../../provider/routes.js'
import { type BlacklistSettings, blacklistOf } from '../blacklist.js'
import { LISTS } from '../screening-lists.js'
import {
  type BlacklistMatch,
  blacklistMatches,
  type ListMatch,
  listMatches,
  type Screened,
  wholeName,
} from '../screening-matches.js'
import type { ProviderSettings } from '../settings.js'
import { SCREENING_STATES } from '../subjects.js'
import { errors, must } from './errors.js'
import { allSubjects, paged, pageOf, paging } from './paging.js'
import {
  blacklistMatch,
  head,
  highest,
  keepAnalysis,
  type Level,
  matchPercentage,
  outcome,
} from './screening-analysis.js'
import { ofAccount, screeningCredentials, values } from './screening-fields.js'

const listMatch = z.strictObject({
  list: z.enum(LISTS).meta({ assumption: 'screeningLists' }),
  entry_id: z.string(),
  name: z.string(),
  matched_name: z.string().describe('The name or alias of the entry that is most alike.'),
  match_percentage: matchPercentage,
  birth_date: z.string().nullable(),
  country: z.string(),
  document_number: z.string().nullable(),
})

const entitySchema = z.strictObject({
  ...head,
  entity_type: z.enum(['PERSON', 'COMPANY']),
  name: z.string(),
  ...outcome,
  matches: z.array(listMatch),
  blacklist_matches: z.array(blacklistMatch),
})

/** An entity on a sanctions list is of high risk, on another list of medium risk, on the blacklist of the risk that the account set. */
function riskLevel(matches: readonly ListMatch[], own: readonly BlacklistMatch[], settings: BlacklistSettings): Level {
  return highest([
    ...matches.map(({ list }): Level => (list === 'SANCTION' ? 'HIGH' : 'MEDIUM')),
    ...(own.length > 0 ? [settings.risk_level] : []),
  ])
}

async function screenEntity(
  screened: Screened & { name: string },
  external_id: string | undefined,
  { account, port }: { account: string; port: ProviderPort },
): Promise<JsonObject> {
  const { records, settings } = blacklistOf(account, port)
  const matches = listMatches(screened, (port.settings() as ProviderSettings).screeningThreshold, port)
  const own = settings.enabled ? blacklistMatches(screened, records, settings.minimum_match_percentage) : []
  return keepAnalysis(
    {
      external_id,
      described: { entity_type: screened.entity_type, name: screened.name },
      isMatch: matches.length + own.length > 0,
      found: { risk_level: riskLevel(matches, own, settings), matches, blacklist_matches: own },
    },
    account,
    port,
  )
}

const individual = z
  .looseObject(
    {
      ...screeningCredentials,
      external_id: values.external_id.optional(),
      first_name: values.first_name,
      middle_name: values.middle_name.nullish(),
      last_name: values.last_name,
      birth_date: values.birth_date.nullish(),
      nationality: values.nationality.nullish(),
      document_number: values.document_number.nullish(),
    },
    must('an object'),
  )
  .meta({ assumption: 'screeningRequests' })

const individuals: Route = {
  method: 'POST',
  path: '/api/v1/screening/entities/individuals',
  summary: 'Individuals Analysis',
  documented: true,
  open: true,
  body: { type: 'json', schema: individual },
  answers: {
    200: { description: 'The analysis', schema: entitySchema, assumption: 'screeningResponses' },
    ...errors(400, 401),
  },
  handler: ofAccount(async call => {
    const given = individual.parse(call.body)
    const screened = {
      entity_type: 'PERSON' as const,
      name: wholeName([given.first_name, given.middle_name, given.last_name]) ?? '',
      birth_date: given.birth_date ?? null,
      country: given.nationality ?? null,
      document_number: given.document_number ?? null,
    }
    return { status: 200, body: await screenEntity(screened, given.external_id, call) }
  }),
}

const organization = z
  .looseObject(
    {
      ...screeningCredentials,
      external_id: values.external_id.optional(),
      name: values.name,
      country: values.country.nullish(),
      document_number: values.document_number.nullish(),
    },
    must('an object'),
  )
  .meta({ assumption: 'screeningRequests' })

const organizations: Route = {
  method: 'POST',
  path: '/entities/organizations',
  base: 'screeningBasePath',
  summary: 'Organizations Analysis',
  documented: false,
  assumption: 'screeningBasePath',
  open: true,
  body: { type: 'json', schema: organization },
  answers: {
    200: { description: 'The analysis', schema: entitySchema, assumption: 'screeningResponses' },
    ...errors(400, 401),
  },
  handler: ofAccount(async call => {
    const given = organization.parse(call.body)
    const screened = {
      entity_type: 'COMPANY' as const,
      name: given.name,
      birth_date: null,
      country: given.country ?? null,
      document_number: given.document_number ?? null,
    }
    return { status: 200, body: await screenEntity(screened, given.external_id, call) }
  }),
}

const summaryBody = z
  .looseObject(
    {
      ...screeningCredentials,
      external_id: values.external_id.optional(),
      entity_type: z.enum(['PERSON', 'COMPANY'], must('PERSON or COMPANY')).optional(),
      status: z.enum(SCREENING_STATES, must(SCREENING_STATES.join(' or '))).optional(),
      ...paging,
    },
    must('an object'),
  )
  .meta({ assumption: 'screeningSummary' })

const summaryItem = z.strictObject({
  ...head,
  entity_type: z.enum(['PERSON', 'COMPANY']),
  name: z.string(),
  ...outcome,
  matches: z.int().describe('How many entries of watchlists.'),
  blacklist_matches: z.int().describe("How many records of the account's blacklist."),
  highest_match_percentage: matchPercentage.nullable(),
})

function summarized(data: JsonObject): JsonObject {
  const { matches, blacklist_matches, ...analysis } = data as JsonObject & z.infer<typeof entitySchema>
  const scores = [...matches, ...blacklist_matches].map(({ match_percentage }) => match_percentage)
  return {
    ...analysis,
    matches: matches.length,
    blacklist_matches: blacklist_matches.length,
    highest_match_percentage: scores.length > 0 ? Math.max(...scores) : null,
  }
}

const summary: Route = {
  method: 'POST',
  path: '/api/v1/screening/summary',
  summary: 'Screening Entities Summary Analysis',
  documented: true,
  open: true,
  body: { type: 'json', schema: summaryBody },
  answers: {
    200: {
      description: 'A page of analysed individuals and organizations, newest first',
      schema: pageOf(summaryItem),
      assumption: 'screeningSummary',
    },
    ...errors(400, 401),
  },
  handler: ofAccount(({ body, account, port }) => {
    const { page, limit, ...filter } = summaryBody.parse(body)
    const wanted = (['external_id', 'entity_type', 'status'] as const).filter(key => filter[key] !== undefined)
    const found = allSubjects(port, 'screening', account).filter(
      ({ data }) => data.entity_type !== 'WALLET' && wanted.every(key => data[key] === filter[key]),
    )
    const { items, ...counts } = paged(found, { page, limit })
    return { status: 200, body: { items: items.map(({ data }) => summarized(data)), ...counts } }
  }),
}

/** The analyses of individuals and organizations, and their summary. */
export const screeningRoutes: readonly Route[] = [individuals, organizations, summary]
