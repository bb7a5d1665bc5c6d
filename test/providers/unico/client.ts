// A server with the emulator of Unico, and clients of its API that make assertions.
import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JsonObject } from '../../../src/core/json.js'
import type { EmulatorOptions } from '../../../src/emulator/contract.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { JWT_BEARER } from '../../../src/providers/unico/routes/assertion.js'
import { testServer } from '../../support/server.js'
import { START } from './signing.js'

export const BASE = 'http://127.0.0.1:4010/unico'

export interface Called {
  status: number
  body: unknown
  headers: Headers
}

/** A server with these settings of Unico, and `call` for its API. */
export async function unicoApi(settings: JsonObject = {}, options: EmulatorOptions = {}) {
  const { emulator, ask, end } = await testServer({
    providers: builtInProviders,
    start: START,
    settings: { unico: settings },
    ...options,
  })
  /** A plain object is sent as JSON, URLSearchParams as a form, a text as it is. */
  const call = async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: JsonObject | URLSearchParams | string; headers?: Record<string, string> } = {},
  ): Promise<Called> => {
    const plain = body === undefined || typeof body === 'string' || body instanceof URLSearchParams
    const read = await ask(
      method,
      `${BASE}${path}`,
      body,
      plain ? headers : { 'content-type': 'application/json', ...headers },
    )
    return { status: read.status, body: read.text === '' ? undefined : read.json, headers: read.headers }
  }
  return { emulator, call, stop: end }
}

export type Call = Awaited<ReturnType<typeof unicoApi>>['call']

/** An RSA key pair; the public key as PEM. */
export function keyPair(): { privateKey: KeyObject; publicKey: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { privateKey: createPrivateKey(pair.privateKey), publicKey: pair.publicKey }
}

/** Claims of a good assertion at an instant (ms). */
export function goodClaims(at: number): JsonObject {
  const iat = Math.floor(at / 1000)
  return {
    iss: 'backend@3f2c9a10-tenant.iam.acesso.io',
    aud: 'https://identityhomolog.acesso.io',
    scope: '*',
    iat,
    exp: iat + 3600,
  }
}

const part = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A compact JWS; without a key its signature is only some text. */
export function assertion(
  claims: JsonObject,
  key?: KeyObject,
  header: JsonObject = { alg: 'RS256', typ: 'JWT' },
): string {
  const text = `${part(header)}.${part(claims)}`
  const signature = key ? createSign('RSA-SHA256').update(text).sign(key).toString('base64url') : 'c2lnbmF0dXJl'
  return `${text}.${signature}`
}

/** Asks for a token with an assertion. */
export function askToken(call: Call, jwt: string, grant_type = JWT_BEARER): Promise<Called> {
  return call('POST', '/oauth2/token', { body: new URLSearchParams({ grant_type, assertion: jwt }) })
}

/** The header with a fresh access token. */
export async function bearer(call: Call, at: number, more: JsonObject = {}): Promise<Record<string, string>> {
  const { body } = await askToken(call, assertion({ ...goodClaims(at), ...more }))
  return { authorization: `Bearer ${(body as { access_token: string }).access_token}` }
}

/** A process in the least words that CreateProcess takes. */
export const LEAST = {
  callbackUri: '/',
  flow: 'id',
  purpose: 'creditprocess',
  person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' },
}
