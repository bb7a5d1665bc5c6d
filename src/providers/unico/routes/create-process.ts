// POST /client/v1/process: creates a process, which expires unless it finishes before.
// Source: CreateProcess, request body; DC CreateProcess, request body.
import * as z from 'zod'
import type { Issue } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { Route } from '../../../provider/routes.js'
import { DEFAULT_LIFETIME_MS, DUI_TYPES, FLOWS, NOTIFICATION_CHANNELS, PURPOSES } from '../enums.js'
import { flowParts } from '../flows.js'
import { EXPIRY } from '../moves.js'
import { countryOf } from '../people.js'
import { instant, newProcess, shown } from '../subjects.js'
import { issueSdkToken } from './access-token.js'
import { type ApiError, ERRORS, errorResponse, failure, settingsOf } from './errors.js'
import { processAnswer } from './get-process.js'

/** `/`, a URL, or a URL of an app's own scheme. */
const CALLBACK = 'must be a URL, an app scheme URL or /'
const callbackUri = z
  .string({ error: ({ input }) => (input === undefined ? 'is required' : CALLBACK) })
  .refine(text => text === '/' || /^[A-Za-z][A-Za-z0-9+.-]*:\/\/\S+$/.test(text), { error: CALLBACK })

const CHANNELS = 'notifications must be a list of channels'

const person = z.looseObject(
  {
    duiType: z.enum(DUI_TYPES, { error: 'dui type is unknown' }),
    duiValue: z
      .string({ error: 'dui value is required' })
      .min(1, 'dui value is required')
      .max(100, 'dui value is too long')
      .regex(/^\S+$/, 'dui value must be without formatting'),
    friendlyName: z
      .string({ error: 'friendly name must be a text' })
      .max(50, 'friendly name exceeds 50 characters.')
      .optional(),
    phone: z
      .string({ error: 'phone must be a text' })
      .regex(/^\d{8,15}$/, 'phone must be country code, area code and number')
      .optional(),
    email: z.email({ error: 'email is malformed' }).optional(),
    notifications: z
      .array(
        z.looseObject(
          { notificationChannel: z.enum(NOTIFICATION_CHANNELS, { error: 'notification channel is unknown' }) },
          { error: CHANNELS },
        ),
        { error: CHANNELS },
      )
      .optional(),
  },
  { error: ({ input }) => (input === undefined ? 'is required' : 'must be an object') },
)

const body = z
  .looseObject({
    callbackUri,
    flow: z.enum(FLOWS),
    purpose: z.enum(PURPOSES),
    person,
    clientReference: z.string().optional(),
    companyBranchId: z.string().optional(),
    bioTokenId: z.string().optional().describe('Id of a finished process; for idtoken flows.'),
    references: z
      .array(
        z.looseObject({
          referenceType: z.enum(['REFERENCE_TYPE_PROCESS_ID', 'REFERENCE_TYPE_IMAGE_BASE64']),
          referenceContent: z.string(),
        }),
      )
      .optional(),
    useCase: z.string().optional().describe('For idsmart, e.g. USE_CASE_LOGIN.'),
    expiresIn: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,9})?s$/)
      .refine(text => Number.parseFloat(text) > 0)
      .optional()
      .describe('Seconds with suffix, e.g. 3600s; 7 days when left out.'),
    flow_config: z
      .looseObject({
        biometry_capture: z.looseObject({ enabled_back_camera: z.boolean().optional() }).optional(),
      })
      .optional(),
    payload: z
      .array(
        z.looseObject({
          envelopePayload: z
            .looseObject({ documents: z.array(z.looseObject({ documentName: z.string(), fileContents: z.string() })) })
            .optional(),
        }),
      )
      .optional(),
  })
  .superRefine((given, ctx) => {
    const wrong = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message })
    const { person, flow } = given
    const channels = (person.notifications ?? []).map(one => one.notificationChannel)
    if (person.duiType === 'DUI_TYPE_BR_CPF' && !/^\d{11}$/.test(person.duiValue))
      wrong(['person', 'duiValue'], 'a CPF has eleven digits')
    if (channels.some(name => name !== 'NOTIFICATION_CHANNEL_EMAIL') && person.phone === undefined)
      wrong(['person', 'phone'], 'phone is required for SMS and WhatsApp')
    const byMail = channels.includes('NOTIFICATION_CHANNEL_EMAIL') || flowParts(flow).signature
    if (byMail && person.email === undefined) wrong(['person', 'email'], 'email is required')
    if (flow === 'idtoken' && given.bioTokenId === undefined && given.references === undefined)
      wrong(['bioTokenId'], 'is required for this flow')
    if (flow === 'idsmart' && given.useCase === undefined) wrong(['useCase'], 'is required for this flow')
  })

type Body = z.output<typeof body>

/** The error of a body's first issue, such as `invalid flow`. Source: DC Errors, table of errors. */
export function invalidBody(issues: readonly Issue[]): ApiError {
  const [first] = issues
  if (!first) return ERRORS.body
  const [field = ''] = first.path.split('.')
  if (field === '') return ERRORS.body
  const hasDetail = field === 'person' || field === 'callbackUri'
  const message = hasDetail ? `invalid ${field}: ${first.message}` : `invalid ${field}`
  return { status: 400, code: 3, message }
}

/** The caller's values for a new process; a given person has no generated values. */
function givenValues(given: Body, id: string, reference: string): JsonObject {
  const { person } = given
  return {
    id,
    flow: given.flow,
    callbackUri: given.callbackUri,
    purpose: given.purpose,
    clientReference: given.clientReference ?? '',
    useCase: given.useCase ?? '',
    person: {
      duiType: person.duiType,
      duiValue: person.duiValue,
      friendlyName: person.friendlyName ?? '',
      notifications: (person.notifications ?? []).map(({ notificationChannel }) => ({ notificationChannel })),
      email: person.email ?? '',
      phone: person.phone ?? '',
    },
    companyData: { branchId: given.companyBranchId ?? '', countryCode: countryOf(person.duiType) },
    bioTokenData: { referenceProcessId: reference },
  }
}

/** CreateProcess. The response is assumed: the process as GetProcess shows it. */
export const createProcess: Route = {
  method: 'POST',
  path: '/client/v1/process',
  summary: 'Create a process (CreateProcess)',
  documented: true,
  body: { type: 'json', schema: body },
  answers: {
    200: {
      description: 'The process, with the URL of its journey and its SDK token',
      schema: processAnswer,
      assumption: 'createResponse',
    },
    400: failure('A field is missing or wrong (code 3), or an API key is not set (code 9)'),
    401: failure('No valid access token', 'otherErrors'),
    403: failure('No permission (code 7)'),
    429: failure('Over the rate limit', 'otherErrors'),
    500: failure('Internal failure (code 99999)'),
  },
  async handler({ body: parsed, port }) {
    const { refusals } = settingsOf(port)
    if (refusals.includes('process')) return errorResponse(port, ERRORS.noPermission)
    if (refusals.includes('apikeys')) return errorResponse(port, ERRORS.apiKeys)
    const given = parsed as Body
    const ordinal = await port.count('process')
    const id = port.random('process', ordinal).uuid()
    const now = port.now()
    const lifeMs =
      given.expiresIn === undefined ? DEFAULT_LIFETIME_MS : Math.ceil(Number.parseFloat(given.expiresIn) * 1000)
    const reference = given.references?.find(one => one.referenceType === 'REFERENCE_TYPE_PROCESS_ID')?.referenceContent
    const data = newProcess(await port.fake('process', ordinal), {
      id,
      createdAt: now,
      expiresAt: now + lifeMs,
      origin: 'api',
      personFake: await port.fake('person', given.person.duiType, given.person.duiValue),
      given: {
        ...givenValues(given, id, given.bioTokenId ?? reference ?? ''),
        token: issueSdkToken(port, { use: 'sdk', processId: id, exp: Math.floor((now + lifeMs) / 1000) }),
      },
    })
    // The timer first: if the emulator stops in between, the timer finds no process and does nothing.
    await port.setTimer(id, EXPIRY, now + lifeMs, { expiresAt: instant(now + lifeMs, id) })
    const subject = await port.putSubject({ id, kind: 'process', state: 'PROCESS_STATE_CREATED', data })
    return { status: 200, body: { process: shown(subject.data) } }
  },
}
