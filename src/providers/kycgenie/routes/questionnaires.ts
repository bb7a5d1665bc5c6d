// Questionnaire templates over the API, read only, in its two versions. Source: Questionnaires, list and detail fields, Query Parameters.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Route, RouteCall } from '../../../provider/routes.js'
import { detailOf, findQuestionnaire, type Questionnaire, questionnaires } from '../questionnaires.js'
import { missing, notFound, unauthorized } from './errors.js'
import { paged, pageOf, pageQuery, visibleSubjects } from './paging.js'

const common = {
  name: z.string(),
  description: z.string(),
  questionnaire_type: z.enum(['ddq', 'rfi']),
  question_count: z.number().int(),
  created_at: z.iso.datetime(),
}
const first = { id: z.number().int(), ...common }
const second = { uuid: z.uuid(), ...common }
const detail = {
  sections: z.record(z.string(), z.json()),
  questions: z.array(z.looseObject({}).meta({ assumption: 'questionShape' })),
  file_questions: z.array(z.looseObject({}).meta({ assumption: 'questionShape' })),
  response_count: z.number().int(),
}

const type = z
  .enum(['ddq', 'rfi'], {
    error: ({ input }) =>
      `Select a valid choice. ${typeof input === 'string' ? input : JSON.stringify(input)} is not one of the available choices.`,
  })
  .optional()

function view(questionnaire: Questionnaire, version: 1 | 2): JsonObject {
  const { number, uuid, name, description, questions, createdAt } = questionnaire
  return {
    ...(version === 1 ? { id: number } : { uuid }),
    name,
    description,
    questionnaire_type: questionnaire.type,
    question_count: questions.length,
    created_at: createdAt,
  }
}

/** Responses that use a template, without those being prefilled. Source: Questionnaires, response_count. */
function responseCount(call: RouteCall, { uuid }: Questionnaire): number {
  const uses = (used: unknown) => typeof used === 'object' && used !== null && 'id' in used && used.id === uuid
  return visibleSubjects(call, 'response').filter(one => one.state !== 'PREFILL' && uses(one.data.questionnaire)).length
}

const chosen = ({ query }: RouteCall) =>
  questionnaires.filter(one => query.type === undefined || one.type === query.type)

const list: Route = {
  method: 'GET',
  path: '/api/v1/questionnaires/',
  summary: 'List questionnaires',
  documented: true,
  query: z.looseObject({ type, ...pageQuery.shape }),
  answers: { 200: { description: 'A page.', schema: pageOf(z.object(first)) }, ...unauthorized },
  handler: call => paged(call, chosen(call), one => view(one, 1)),
}

const get: Route = {
  method: 'GET',
  base: 'questionnaireBase',
  path: '/{questionnaire_id}/',
  summary: 'Get one questionnaire with its questions',
  documented: false,
  assumption: 'questionnaireBase',
  answers: {
    200: { description: 'The questionnaire.', schema: z.object({ ...first, ...detail }) },
    ...unauthorized,
    ...missing,
  },
  handler(call) {
    const found = findQuestionnaire(Number(call.params.questionnaire_id))
    if (!found) return notFound(call)
    return { status: 200, body: { ...view(found, 1), ...detailOf(found), response_count: responseCount(call, found) } }
  },
}

const cursor = z.string().optional()

const listTemplates: Route = {
  method: 'GET',
  path: '/api/v2/questionnaire-templates/',
  summary: 'List questionnaire templates (version 2)',
  documented: true,
  query: z.looseObject({ type, after: cursor.describe('From next_cursor.'), before: cursor }),
  answers: {
    200: {
      description: 'All of them; the next page after next_cursor.',
      schema: z.object({
        results: z.array(z.object(second)).meta({ assumption: 'cursorPage' }),
        next_cursor: z.string().nullable(),
        previous_cursor: z.string().nullable().meta({ assumption: 'cursorPage' }),
      }),
    },
    ...unauthorized,
  },
  handler(call) {
    const all = chosen(call)
    const { after, before } = call.query
    const from = after === undefined ? 0 : all.findIndex(one => one.uuid === after) + 1
    const to = before === undefined ? all.length : all.findIndex(one => one.uuid === before)
    const results = all.slice(from, to < 0 ? all.length : to).map(one => view(one, 2))
    return { status: 200, body: { results, next_cursor: null, previous_cursor: null } }
  },
}

const getTemplate: Route = {
  method: 'GET',
  base: 'templateBase',
  path: '/{questionnaire_uuid}/',
  summary: 'Get one questionnaire template with its questions (version 2)',
  documented: false,
  assumption: 'templateBase',
  answers: {
    200: { description: 'The template.', schema: z.object({ ...second, ...detail }) },
    ...unauthorized,
    ...missing,
  },
  handler(call) {
    const id = call.params.questionnaire_uuid ?? ''
    const found = questionnaires.find(({ uuid }) => uuid === id)
    if (!found) return notFound(call)
    return { status: 200, body: { ...view(found, 2), ...detailOf(found), response_count: responseCount(call, found) } }
  },
}

/** The routes of questionnaires. */
export const questionnaireRoutes: readonly Route[] = [list, get, listTemplates, getTemplate]
