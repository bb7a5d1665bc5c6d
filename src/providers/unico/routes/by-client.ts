// Unico's by-client API: a selfie is sent with the process, and the response is its result.
// Source: API CreateProcess, request and response; API GetProcess, response; DC by-client GetProcess, v2.
import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../../core/json.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { BY_CLIENT, type ByClientMeasures, byClientEnd, shownByClient } from '../by-client.js'
import { isCpf } from '../people.js'
import { claimsOf, issuedClaims } from './access-token.js'
import {
  BY_CLIENT_CODES,
  byClientError,
  byClientErrorBody,
  byClientInternal,
  byClientOpenError,
} from './by-client-errors.js'
import { imageProblem } from './by-client-image.js'
import { settingsOf } from './errors.js'
import { bearerOf } from './token-service.js'

/** The message of an issue is the code of the error. */
const missing = (code: string, invalid = code) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? code : invalid),
})

/** A Mexican CURP. */
const CURP = /^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d$/

/** The code for a birth date; '' for a good one. */
function birthProblem(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) ? '' : '20019'
}

const subject = z.looseObject(
  {
    code: z
      .string(missing('20005', '20507'))
      .min(1, '20005')
      .refine(code => code === '' || isCpf(code) || CURP.test(code), '20507')
      .describe('CPF (Brazil) or CURP (Mexico), without dots and dashes.'),
    name: z.string(missing('20006')).min(1, '20006'),
    gender: z.enum(['M', 'F', ''], '20508').optional(),
    birthDate: z
      .string('20019')
      .refine(text => birthProblem(text) === '', '20019')
      .optional()
      .describe('YYYY-MM-DD.'),
    email: z.string('20003').optional(),
    phone: z.string('20003').optional(),
  },
  missing('20004'),
)

const references = z
  .array(
    z.looseObject({
      referenceType: z.enum(['REFERENCE_TYPE_IMAGE_BASE64', 'REFERENCE_TYPE_PROCESS_ID'], '20003'),
      referenceContent: z.string('20003'),
    }),
    '20003',
  )
  .optional()

const body = z
  .looseObject(
    {
      subject: subject.optional(),
      useCase: z.string('20003').optional(),
      subsidiaryId: z.string('20003').optional(),
      referenceProcessId: z.string('20003').optional(),
      references,
      imageBase64: z.string(missing('20009')).min(1, '20009').describe('The selfie in base64, or the JWT of the SDK.'),
    },
    '20003',
  )
  .superRefine((given, ctx) => {
    const transactional = given.referenceProcessId !== undefined || given.references !== undefined
    if (given.subject === undefined && !transactional)
      ctx.addIssue({ code: 'custom', path: ['subject'], message: '20004' })
  })

type Body = z.output<typeof body>

const result = z.object({ result: z.string() }).optional()

const processAnswer = z.looseObject({
  id: z.uuid(),
  status: z.int().describe('1 processing, 2 divergence, 3 finished, 4 canceled, 5 error.'),
  unicoId: result,
  identityFraudsters: result,
  biometryToken: result,
  government: z.object({ serpro: z.int() }).optional(),
  liveness: z.int().optional().describe('1 passed, 2 failed.'),
  score: z.int().optional().describe('Where unicoId is inconclusive.'),
})

const failure = (description: string, assumption?: string) => ({
  description,
  schema: byClientErrorBody,
  ...(assumption === undefined ? {} : { assumption }),
})

const failures = {
  400: failure('A field, the token or the APIKEY is missing or wrong'),
  403: failure('The token or the APIKEY is refused (10201, 10501, 10502, 30017)'),
  429: failure('Over the rate limit', 'byClientErrors'),
  500: failure('Internal failure (510)'),
}

const YEAR_MS = 365.25 * 86_400_000

/** The code for the age of a person; undefined for a good one. Source: Check errors, CreateProcess. */
function ageProblem(birthDate: string | undefined, now: number) {
  if (birthDate === undefined) return undefined
  const years = (now - Date.parse(`${birthDate}T00:00:00Z`)) / YEAR_MS
  return years < 15 ? ('20048' as const) : years > 150 ? ('20047' as const) : undefined
}

const create: Route = {
  method: 'POST',
  path: '/processes/v1',
  summary: 'Create a process by client (a selfie is sent, the response is the result)',
  documented: true,
  body: { type: 'json', schema: body },
  answers: { 200: { description: 'The process with its result', schema: processAnswer }, ...failures },
  async handler({ body: parsed, port, account }) {
    const given = parsed as Body
    const { byClientResult, imageCheck } = settingsOf(port)
    const problem =
      ageProblem(given.subject?.birthDate, port.now()) ?? imageProblem(given.imageBase64, imageCheck, port)
    if (problem !== undefined) return byClientError(problem)
    const ordinal = await port.count(BY_CLIENT)
    const id = port.random(BY_CLIENT, ordinal).uuid()
    const fake = await port.fake(BY_CLIENT, given.subject?.code ?? id)
    const measures: ByClientMeasures = {
      score: fake.number.int({ min: -20, max: 60 }),
      serpro: fake.number.int({ min: 70, max: 99 }),
      transactional: given.referenceProcessId !== undefined || given.references !== undefined,
    }
    const { state, shown } = byClientEnd(byClientResult, measures)
    const person: JsonObject = {}
    for (const key of ['code', 'name', 'gender', 'birthDate', 'email', 'phone'] as const)
      if (given.subject?.[key] !== undefined) person[key] = given.subject[key]
    const data = { shown, subject: person, measures: { ...measures }, useCase: given.useCase ?? '' }
    const subject = await port.putSubject({ id, kind: BY_CLIENT, state, data, story: `${BY_CLIENT} ${id}`, account })
    return { status: 200, body: shownByClient(subject) }
  },
}

/** The process of a call, or the error. Source: API GetProcess, errors; Error codes, 410. */
function found({ params, port, account }: RouteCall) {
  const id = (params.processId ?? '').toLowerCase()
  if (!z.uuid().safeParse(id).success) return { error: byClientOpenError(400) }
  const subject = port.subject(id)
  if (subject?.kind !== BY_CLIENT || subject.account !== account) return { error: byClientOpenError(404) }
  return subject.state === 'error' ? { error: byClientOpenError(410) } : { subject }
}

const reading = {
  ...failures,
  404: failure('No such process of this tenant', 'byClientErrors'),
  410: failure('The process ended with an error', 'byClientErrors'),
}

const get: Route = {
  method: 'GET',
  path: '/processes/v1/{processId}',
  summary: 'Get a process by client',
  documented: true,
  answers: { 200: { description: 'The process', schema: processAnswer }, ...reading },
  handler(call) {
    const { subject, error } = found(call)
    return error ?? { status: 200, body: shownByClient(subject) }
  },
}

const getV2: Route = {
  method: 'GET',
  path: '/processes/v2/{processId}',
  summary: 'Get a process by client, with its person',
  documented: true,
  answers: {
    200: {
      description: 'The process and its person',
      schema: processAnswer.extend({
        subject: z.looseObject({ code: z.string().optional() }).meta({ assumption: 'byClientV2' }),
      }),
    },
    ...reading,
  },
  handler(call) {
    const { subject, error } = found(call)
    if (error) return error
    const person = isJsonObject(subject.data.subject) ? subject.data.subject : {}
    return { status: 200, body: { ...shownByClient(subject), subject: person } }
  },
}

/** Authentication of the by-client API: the tenant, or the error. Source: IDLive errors, CreateProcess; API GetProcess, request. */
export function byClientTenant(call: RouteCall): string | RouteAnswer {
  const { port, headers } = call
  const { apiAuth, apiKeys, refusals } = settingsOf(port)
  const refused = BY_CLIENT_CODES.find(code => refusals.some(one => one === code))
  if (refused !== undefined) return byClientError(refused)
  if (refusals.includes('internal')) return byClientInternal()
  const token = bearerOf(call)
  const claims = claimsOf(port, token)
  if (apiAuth !== 'off' && claims === undefined) {
    if ((headers.authorization ?? '') === '') return byClientError('20001')
    return byClientError(issuedClaims(port, token) ? '10502' : '10501')
  }
  const key = headers.apikey ?? ''
  if (key === '' && apiAuth !== 'off') return byClientError('20002')
  if (apiKeys.length > 0 && !apiKeys.includes(key)) return byClientError('10201')
  return typeof claims?.tenant === 'string' ? claims.tenant : 'standin'
}

/** The routes of the by-client API. */
export const byClient: readonly Route[] = [create, get, getV2]
