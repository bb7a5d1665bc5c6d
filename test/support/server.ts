// An emulator with its HTTP server for one test, asked without a socket; every answer is checked against the OpenAPI document.
import { onTestFinished } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import { createEmulator } from '../../src/emulator/index.js'
import { createSpaces, type Spaces, type SpacesInput } from '../../src/emulator/spaces.js'
import { type App, type AppOptions, createApp } from '../../src/http/app.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testEmulator } from './emulator.js'
import { checkBuiltIn, type Exchange, type OpenApiDocument, openApiCheck } from './openapi-check.js'
import { testProvider } from './test-provider.js'

/** An answer, read whole. `json` is empty where the body is none. */
export interface Read {
  status: number
  headers: Headers
  text: string
  json: JsonObject
}

export interface TestServer {
  emulator: Emulator
  spaces: Spaces
  app: App
  /** `ask('POST', '/_standin/events', {…})`; a text or a form is sent as it is. */
  ask(
    method: string,
    path: string,
    body?: Json | URLSearchParams | undefined,
    headers?: Record<string, string>,
  ): Promise<Read>
  document(): Promise<OpenApiDocument>
  end(): Promise<void>
}

/** Plays the test provider on a manual clock unless options say otherwise, until it is ended, at the latest with the test. */
export async function testServer(
  options: EmulatorOptions = {},
  appOptions: Partial<AppOptions> & Pick<SpacesInput, 'limit' | 'idleMs' | 'startedWith'> = {},
): Promise<TestServer> {
  const shared: EmulatorOptions = { providers: [testProvider], clock: 'manual', seed: 7, ...options }
  const emulator = await testEmulator(shared)
  const spaces = createSpaces({
    root: emulator,
    make: own => createEmulator({ ...shared, ...own }),
    limit: appOptions.limit,
    idleMs: appOptions.idleMs,
    startedWith: appOptions.startedWith,
  })
  const end = () => spaces.stop(0)
  onTestFinished(end)
  const app = createApp({ spaces, version: '0.0.0', ...appOptions })
  const bearer: Record<string, string> =
    appOptions.token === undefined ? {} : { authorization: `Bearer ${appOptions.token}` }
  let kept: OpenApiDocument | undefined
  const document = async () => {
    kept ??= (await (await app.request('/_standin/openapi.json', { headers: bearer })).json()) as OpenApiDocument
    return kept
  }
  let own: ReturnType<typeof openApiCheck> | undefined
  const check = async (exchange: Exchange) => {
    if (shared.providers === builtInProviders) return checkBuiltIn(exchange)
    own ??= openApiCheck(await document())
    own.check(exchange)
  }
  return {
    emulator,
    spaces,
    app,
    document,
    async ask(method, path, body, headers = {}) {
      const asIs = typeof body === 'string' || body instanceof URLSearchParams
      const response = await app.request(path, {
        method,
        headers: { ...bearer, ...headers },
        ...(body === undefined ? {} : { body: asIs ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const contentType = response.headers.get('content-type')
      const { pathname } = new URL(path, 'http://localhost')
      await check({
        method,
        path: pathname.replace(/^\/spaces\/[^/]+(?=\/.)/, ''),
        status: response.status,
        contentType,
        body: text,
      })
      const isJson = contentType?.includes('json') === true && text !== ''
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? (JSON.parse(text) as JsonObject) : {},
      }
    },
    end,
  }
}
