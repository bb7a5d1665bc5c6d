// The one route that Standard Webhooks has here: the public keys by which receivers verify v1a signatures, as a JWK set.
import * as z from 'zod'
import type { RouteSet } from '../../provider/routes.js'
import { hashBytes } from '../../provider/signing.js'
import { PUBLIC_KEY_PREFIX, publicKeyText, SECRET_KEY_PREFIX } from '../../provider/standard-webhooks.js'

const text = z.string()

const jwks = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
      kid: text.describe('The thumbprint of the key (RFC 7638).'),
      x: text.describe('The key, base64url.'),
      whpk: text.describe('The same in the form of Standard Webhooks.'),
    }),
  ),
})

/** A secret's public key as a JWK. Sources: RFC 8037, section 2; RFC 7638, section 3. */
function jwk(secret: string): z.output<typeof jwks>['keys'][number] {
  const whpk = publicKeyText(secret)
  const x = Buffer.from(whpk.slice(PUBLIC_KEY_PREFIX.length), 'base64').toString('base64url')
  const kid = hashBytes('sha256', Buffer.from(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)).toString('base64url')
  return { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid, x, whpk }
}

/** The keys of all subscriptions, each once; after a rotation the old key stays while messages are signed with it. */
export const routes: RouteSet = {
  routes: [
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      summary: 'Public keys of v1a signatures (JWKS)',
      documented: false,
      assumption: 'publicKeys',
      open: true,
      answers: {
        200: { description: 'The keys that sign messages now', schema: jwks.meta({ assumption: 'publicKeys' }) },
      },
      handler: ({ port }) => {
        const secrets = port.subscriptions().flatMap(({ secret, previousSecret }) => {
          const isValid = previousSecret !== null && previousSecret.until > port.now()
          return [secret, isValid ? previousSecret.secret : null]
        })
        const keys = secrets.filter(secret => secret?.startsWith(SECRET_KEY_PREFIX)).map(secret => jwk(secret ?? ''))
        return { status: 200, body: { keys: keys.filter((key, i) => keys.findIndex(({ x }) => x === key.x) === i) } }
      },
    },
  ],
  invalid: () => ({ status: 400 }),
  malformed: () => ({ status: 400 }),
  notFound: () => ({ status: 404 }),
  methodNotAllowed: (_call, allowed) => ({ status: 405, headers: { allow: allowed.join(', ') } }),
}
