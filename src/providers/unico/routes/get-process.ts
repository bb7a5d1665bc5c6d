// GET /client/v1/process/{processId}: the details of a process, in agreement with its webhook. Source: GetProcess, response.
import * as z from 'zod'
import type { Subject } from '../../../core/subject.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { PROCESS_RESULTS, PROCESS_STATES } from '../enums.js'
import { shown } from '../subjects.js'
import { ERRORS, errorResponse, processFailures, settingsOf } from './errors.js'

const text = z.string()

/** Schema of a process. Source: GetProcess, example. */
const processSchema = z.looseObject({
  id: z.uuid(),
  flow: text,
  callbackUri: text,
  userRedirectUrl: text,
  state: z.enum(PROCESS_STATES),
  result: z.enum(PROCESS_RESULTS),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime(),
  purpose: text,
  clientReference: text,
  useCase: text,
  capacities: z.array(text).meta({ assumption: 'capacities' }),
  token: text,
  person: z.looseObject({
    duiType: text,
    duiValue: text,
    friendlyName: text,
    notifications: z.array(z.looseObject({ notificationChannel: text })),
    email: text,
    phone: text,
  }),
  authenticationInfo: z.looseObject({
    authenticationId: text,
    livenessResult: text,
    authenticationResult: text,
    identityFraudstersResult: text,
    bioTokenEngineResult: text.meta({ assumption: 'resultEnums' }),
    smartRevalidationResult: text.meta({ assumption: 'resultEnums' }),
    idAgeResult: text.meta({ assumption: 'resultEnums' }),
    scoreEngineResult: z.looseObject({ scoreEnabled: text, score: z.number() }),
    serproResult: z.looseObject({ score: z.number() }),
  }),
  companyData: z.looseObject({ branchId: text, countryCode: text }),
  bioTokenData: z.looseObject({ referenceProcessId: text }),
  services: z.array(z.unknown()).meta({ assumption: 'documentFields' }),
})

/** Schema of the response of GetProcess and CreateProcess. */
export const processAnswer = z.object({ process: processSchema })

/** The process of a call, or the error: 400 for an id that is no UUID, 404 for an unknown one. Source: DC GetProcess, errors. */
export function processOf({ params, port }: RouteCall): { subject: Subject } | { error: RouteAnswer } {
  const id = (params.processId ?? '').toLowerCase()
  if (!z.uuid().safeParse(id).success) return { error: errorResponse(port, ERRORS.processId) }
  const subject = port.subject(id)
  return subject?.kind === 'process' ? { subject } : { error: errorResponse(port, ERRORS.notFound) }
}

/** GetProcess. */
export const getProcess: Route = {
  method: 'GET',
  path: '/client/v1/process/{processId}',
  summary: 'Get a process (GetProcess)',
  documented: true,
  answers: {
    200: { description: 'The process', schema: processAnswer },
    ...processFailures('No such process', 'getProcessErrors'),
  },
  handler(call) {
    if (settingsOf(call.port).refusals.includes('process')) return errorResponse(call.port, ERRORS.noPermission)
    const found = processOf(call)
    return 'error' in found ? found.error : { status: 200, body: { process: shown(found.subject.data) } }
  },
}
