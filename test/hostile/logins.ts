// The requests that get access tokens of the built-in providers.
import { JWT_BEARER } from '../../src/providers/unico/routes/assertion.js'
import { START } from '../support/emulator.js'
import type { FuzzRequest } from './requests.js'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const now = Math.floor(START / 1000)
const CLAIMS = {
  iss: 'backend@3f2c9a10-tenant.iam.acesso.io',
  aud: 'https://identityhomolog.acesso.io',
  scope: '*',
  iat: now,
  exp: now + 3600,
}

export const LOGINS: readonly FuzzRequest[] = [
  {
    method: 'POST',
    path: '/rillis/api/v1/auth/token',
    headers: { 'content-type': 'application/json' },
    body: '{"client_id":"a","client_secret":"b"}',
  },
  {
    method: 'POST',
    path: '/unico/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: JWT_BEARER,
      assertion: `${part({ alg: 'RS256', typ: 'JWT' })}.${part(CLAIMS)}.c2lnbmF0dXJl`,
    }).toString(),
  },
]
