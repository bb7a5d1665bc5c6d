// The files of flow instances, identity verifications and onboarding forms: those that the events refer to in file_references_data.
// Source of the names: Webhooks Overview, menu; paths, parameters and responses are ours.
import * as z from 'zod'
import { isJsonObject, type JsonObject, valueAt } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { fileReference } from '../events/envelope.js'
import { INFERRED } from './client-api.js'
import { errorResponse, errors, nonEmpty } from './errors.js'
import { withContent } from './file-content.js'

const fileSchema = z.strictObject({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  content: z.base64().describe('The file, as base64.'),
})

/** One file in a subject, with what a document says of its owner. */
interface Found {
  file: { name: string; path: string; type: string }
  about: string[]
}

function filesOf({ data }: Subject): Found[] {
  const files = z.array(fileReference).safeParse(data.file_references_data)
  if (!files.success) return []
  const company = valueAt(data, 'data.data_company')
  const about = isJsonObject(company) ? [String(company.name), String(company.nif)] : []
  return files.data.map(file => ({ file, about }))
}

/** The files of all steps of a flow instance. */
function filesOfFlow(flow: Subject, port: ProviderPort): Found[] {
  return (['onboarding', 'identity'] as const)
    .flatMap(kind => port.subjects({ kind, story: flow.story }))
    .filter(({ data }) => data.flow_instance === flow.id)
    .flatMap(filesOf)
}

const contentOf = ({ file, about }: Found): JsonObject => withContent(file, about)

type Kind = 'flow_instance' | 'identity' | 'onboarding'

const TITLES = { flow_instance: 'Flow instance', identity: 'Identity', onboarding: 'Onboarding' } as const

/** The files of the subject that a path names; 404 where it does not exist. */
function found({ params, port }: RouteCall, kind: Kind): Found[] | RouteAnswer {
  const subject = port.subject(params.id ?? '')
  if (subject?.kind !== kind) return errorResponse(404, `${TITLES[kind]} not found.`)
  return kind === 'flow_instance' ? filesOfFlow(subject, port) : filesOf(subject)
}

const oneQuery = z.object({
  path: nonEmpty.describe('The path of the file in file_references_data.').meta({ assumption: 'fileRequest' }),
})
const manyQuery = z.object({
  paths: nonEmpty
    .optional()
    .describe('Paths in file_references_data, separated by commas. Default: all.')
    .meta({ assumption: 'fileRequest' }),
})

function oneFile(kind: Kind, path: string, summary: string): Route {
  return {
    method: 'GET',
    ...INFERRED,
    path,
    summary,
    query: oneQuery,
    answers: {
      200: { description: 'The file', schema: fileSchema, assumption: 'fileResponse' },
      ...errors(400, 401, 404),
    },
    handler: call => {
      const files = found(call, kind)
      if (!Array.isArray(files)) return files
      const wanted = oneQuery.parse(call.query).path
      const one = files.find(({ file }) => file.path === wanted)
      return one ? { status: 200, body: contentOf(one) } : errorResponse(404, `File "${wanted}" not found.`)
    },
  }
}

function manyFiles(kind: Kind, path: string, summary: string): Route {
  return {
    method: 'GET',
    ...INFERRED,
    path,
    summary,
    query: manyQuery,
    answers: {
      200: { description: 'The files', schema: z.array(fileSchema), assumption: 'fileResponse' },
      ...errors(400, 401, 404),
    },
    handler: call => {
      const files = found(call, kind)
      if (!Array.isArray(files)) return files
      const wanted = manyQuery.parse(call.query).paths?.split(',')
      const missing = wanted?.find(one => !files.some(({ file }) => file.path === one))
      if (missing !== undefined) return errorResponse(404, `File "${missing}" not found.`)
      const chosen = files.filter(({ file }) => wanted === undefined || wanted.includes(file.path))
      return { status: 200, body: chosen.map(contentOf) }
    },
  }
}

/** The routes of files. */
export const fileRoutes: readonly Route[] = [
  oneFile('flow_instance', '/flow-instance/file/{id}', 'Get File from Flow Instance'),
  manyFiles('identity', '/identities/files/{id}', 'Identity: Get Files'),
  oneFile('onboarding', '/onboardings/file/{id}', 'Onboarding: Get File'),
  manyFiles('onboarding', '/onboardings/files/{id}', 'Onboarding: Get Multiple Files'),
]
