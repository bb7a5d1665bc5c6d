// What the requests of the Screening API share: whose they are, and the values in them, each of bounded length.
import * as z from 'zod'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { wordsOf } from '../screening-names.js'
import type { ProviderSettings } from '../settings.js'
import { errorResponse, must } from './errors.js'
import { authenticate } from './token.js'

/** The account of calls that name none. */
const NO_ACCOUNT = 'default'

/** A text of 1 to `most` characters. */
export function shortText(most: number) {
  return z.string(must('a text')).min(1, 'must not be empty').max(most, `must not be longer than ${most} characters`)
}

/** Credentials in a body or a query; any are accepted, and the client_id is the account. */
export const screeningCredentials = {
  client_id: shortText(200)
    .optional()
    .describe('The account. Required, unless screeningAuth is bearer or off.')
    .meta({ assumption: 'screeningAuth' }),
  client_secret: shortText(1000)
    .optional()
    .describe('Required, unless screeningAuth is bearer or off.')
    .meta({ assumption: 'screeningAuth' }),
}

/** A name of a bounded number of words, because every pair of words is compared. */
function nameOf(most: number, words: number) {
  return shortText(most).refine(text => wordsOf(text).length <= words, `must not have more than ${words} words`)
}

const ALPHA_3 = 'a country code of three letters'

/** Values of a person, a company or a wallet, by their key. */
export const values = {
  first_name: nameOf(40, 5),
  middle_name: nameOf(40, 5),
  last_name: nameOf(40, 5),
  birth_date: z.iso.date(must('a date such as 1980-12-31')),
  nationality: z.string(must(ALPHA_3)).regex(/^[A-Za-z]{3}$/, `must be ${ALPHA_3}`),
  name: nameOf(120, 15),
  country: z.string(must(ALPHA_3)).regex(/^[A-Za-z]{3}$/, `must be ${ALPHA_3}`),
  document_number: shortText(60),
  wallet: shortText(150),
  network: shortText(60),
  external_id: shortText(100),
}

/** The account of a call, or the answer that refuses it. */
function accountOf(call: RouteCall): string | RouteAnswer {
  const { screeningAuth } = call.port.settings() as ProviderSettings
  // A route has a schema for its body or for its query, never for both.
  const { client_id, client_secret } = (call.body ?? call.query) as Record<string, string | undefined>
  if (screeningAuth === 'bearer') {
    const admitted = authenticate(call)
    return 'status' in admitted ? admitted : (client_id ?? NO_ACCOUNT)
  }
  if (screeningAuth === 'off') return client_id ?? NO_ACCOUNT
  const missing = [client_id === undefined && 'client_id', client_secret === undefined && 'client_secret'].filter(
    name => name !== false,
  )
  if (client_id === undefined || missing.length > 0)
    return errorResponse(400, missing.map(name => `${name}: is required`).join('; '))
  return client_id
}

/** A handler that knows whose call it is. */
export function ofAccount(
  handler: (call: RouteCall & { account: string }) => RouteAnswer | Promise<RouteAnswer>,
): Route['handler'] {
  return call => {
    const account = accountOf(call)
    return typeof account === 'string' ? handler({ ...call, account }) : account
  }
}
