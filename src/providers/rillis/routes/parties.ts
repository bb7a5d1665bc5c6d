// Remitters and beneficiaries that are registered before they take part in transactions.
// Source of the names: Webhooks Overview, menu; of a party's structure: Transaction Analysis, request body; paths and responses are ours.
import * as z from 'zod'
import { isJsonObject } from '../../../core/json.js'
import type { Route } from '../../../provider/routes.js'
import { errors, must } from './errors.js'
import { credentials, party } from './transactions.js'

type Kind = 'remitter' | 'beneficiary'

function register(kind: Kind, summary: string): Route {
  const body = z
    .looseObject({ ...credentials, [kind]: party }, must('an object'))
    .meta({ assumption: 'partyRegistration' })
  return {
    method: 'POST',
    base: 'transactionBasePath',
    path: `/register-${kind}`,
    summary,
    documented: false,
    assumption: 'inferredPaths',
    open: true,
    body: { type: 'json', schema: body },
    answers: {
      200: {
        assumption: 'partyRegistration',
        description: `The ${kind} as registered; the same external_id again replaces what was registered`,
        schema: z.strictObject({ id: z.string(), external_id: z.string(), entity_type: z.enum(['PERSON', 'COMPANY']) }),
      },
      ...errors(400),
    },
    handler: async call => {
      const given = isJsonObject(call.body) ? call.body[kind] : undefined
      const { external_id, entity_type } = party.parse(given)
      // The caller's own ids could be those of other subjects; ours are one for each of them.
      const id = call.port.random(kind, external_id).hex(24)
      const data = isJsonObject(given) ? { id, ...given } : { id }
      await call.port.putSubject({ id, kind, state: 'REGISTERED', data })
      return { status: 200, body: { id, external_id, entity_type } }
    },
  }
}

/** Register remitter and Register Beneficiary. */
export const partyRoutes: readonly Route[] = [
  register('remitter', 'Register remitter'),
  register('beneficiary', 'Register Beneficiary'),
]
