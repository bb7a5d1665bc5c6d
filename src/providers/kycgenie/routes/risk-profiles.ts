// Risk profiles over the API: read and decided. Source: Risk profiles, paths, object and Review Status Values.
import * as z from 'zod'
import type { Route } from '../../../provider/routes.js'
import { decide, decisionsFrom } from '../decisions.js'
import { subjects } from '../subjects.js'
import { badRequest, missing, notFound, unauthorized, wrongStatus } from './errors.js'
import { isWhole, picked, requiredKeys, visibleSubject } from './paging.js'

const riskProfile = z.looseObject({
  id: z.uuid(),
  alert_id: z.uuid(),
  name: z.string(),
  entity_type: z.enum(['individual', 'company']),
  status: z.enum(subjects.risk_profile.states),
  matching_score: z.number(),
  matching_name: z.string(),
  match_type: z.array(z.string()),
  aml_types: z.array(z.string()),
  dates_of_birth: z.array(z.string()),
  also_known_as: z.array(z.string()),
})
const KEYS = Object.keys(riskProfile.shape)
const WHOLE = requiredKeys(riskProfile)
const PATH = '/api/v2/risk-profiles/{risk_profile_id}/'

const get: Route = {
  method: 'GET',
  path: PATH,
  summary: 'Get one risk profile',
  documented: true,
  answers: { 200: { description: 'The risk profile.', schema: riskProfile }, ...unauthorized, ...missing },
  handler(call) {
    const found = visibleSubject(call, 'risk_profile', call.params.risk_profile_id)
    return found && isWhole(found, WHOLE) ? { status: 200, body: picked(found.data, KEYS) } : notFound(call)
  },
}

const decisionBody = z.looseObject(
  {
    status: z.enum(subjects.risk_profile.states, {
      error: ({ input }) =>
        input === undefined
          ? 'This field is required.'
          : `"${typeof input === 'string' ? input : JSON.stringify(input)}" is not a valid choice.`,
    }),
  },
  { error: 'Invalid data. Expected a dictionary.' },
)

const update: Route = {
  method: 'PATCH',
  path: PATH,
  summary: 'Decide about a risk profile',
  documented: true,
  body: { type: 'json', schema: decisionBody },
  answers: {
    200: { description: 'The risk profile as it is now.', schema: riskProfile },
    ...badRequest,
    ...unauthorized,
    ...missing,
  },
  async handler(call) {
    const found = visibleSubject(call, 'risk_profile', call.params.risk_profile_id)
    if (!found || !isWhole(found, WHOLE)) return notFound(call)
    const { status } = call.body as z.infer<typeof decisionBody>
    if (status !== found.state && !decisionsFrom(found.state).includes(status))
      return wrongStatus(call, `A risk profile cannot go from ${found.state} to ${status}.`, found.state)
    if (status !== found.state) await decide(call.port, found, status)
    return { status: 200, body: picked(call.port.subject(found.id)?.data ?? found.data, KEYS) }
  },
}

/** The routes of risk profiles. */
export const riskProfileRoutes: readonly Route[] = [get, update]
