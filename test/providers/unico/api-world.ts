// A whole emulator with Unico's API in front of it, and clients that know how to make assertions.
import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../../src/emulator/contract.js'
import { createEmulator } from '../../../src/emulator/index.js'
import { createCallHooks } from '../../../src/http/call-hooks.js'
import { createProviderServer } from '../../../src/http/provider-routes.js'
import { JWT_BEARER } from '../../../src/providers/unico/routes/assertion.js'
import { mustBeDescribed } from '../../support/described.js'
import { START } from './receiving.js'

export const BASE = 'http://127.0.0.1:4010/unico'

export interface Called {
  status: number
  body: unknown
  headers: Headers
}

/** An emulator on a manual clock, and `call` for its Unico API. */
export async function unicoApi(settings: JsonObject = {}, options: EmulatorOptions = {}) {
  const emulator = await createEmulator({
    clock: 'manual',
    start: START,
    seed: 7,
    settings: { unico: settings },
    ...options,
  })
  let running = true
  const stop = async () => {
    if (running) await emulator.stop()
    running = false
  }
  onTestFinished(stop)
  return { emulator, call: callerOf(emulator), stop }
}

/** Calls Unico's API of an emulator. A plain object is sent as JSON, URLSearchParams as a form, a text as it is. */
function callerOf(emulator: Emulator) {
  const serve = createProviderServer(createCallHooks())
  return async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: JsonObject | URLSearchParams | string; headers?: Record<string, string> } = {},
  ): Promise<Called> => {
    const url = new URL(`${BASE}${path}`)
    const plain = body === undefined || typeof body === 'string' || body instanceof URLSearchParams
    const response = await serve({
      emulator,
      provider: 'unico',
      request: new Request(url, {
        method,
        headers: plain ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: plain ? body : JSON.stringify(body) }),
      }),
      base: BASE,
      path: url.pathname.slice('/unico'.length),
      search: url.search,
      afterwards: () => {},
    })
    const text = await response.text()
    const contentType = response.headers.get('content-type')
    await mustBeDescribed({ method, path: url.pathname, status: response.status, contentType, body: text })
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers }
  }
}

export type Call = ReturnType<typeof callerOf>

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
