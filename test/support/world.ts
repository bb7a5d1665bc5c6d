// A server with its emulator for one test, asked without a socket; every answer is checked against its own OpenAPI document.
import { onTestFinished } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import { createEmulator } from '../../src/emulator/index.js'
import { createSpaces, type Spaces } from '../../src/emulator/spaces.js'
import { type App, type AppOptions, createApp } from '../../src/http/app.js'
import { acme } from './acme.js'
import { type OpenApiDocument, openApiCheck } from './openapi-check.js'

/** An answer, read whole. `json` is undefined where the body is none. */
export interface Read {
  status: number
  headers: Headers
  text: string
  json: JsonObject
}

export interface TestWorld {
  emulator: Emulator
  spaces: Spaces
  app: App
  /** `ask('POST', '/_standin/events', {…})`; a string is sent as it is. */
  ask(method: string, path: string, body?: Json | undefined, headers?: Record<string, string>): Promise<Read>
  document(): Promise<OpenApiDocument>
  end(): Promise<void>
}

/** A world that plays Acme on a manual clock unless told otherwise, until it is ended, at the latest with the test. */
export async function startWorld(
  options: EmulatorOptions = {},
  appOptions: Partial<AppOptions> & { limit?: number } = {},
): Promise<TestWorld> {
  const shared: EmulatorOptions = { providers: [acme], clock: 'manual', seed: 7, ...options }
  const emulator = await createEmulator(shared)
  const spaces = createSpaces({
    root: emulator,
    make: own => createEmulator({ ...shared, ...own }),
    limit: appOptions.limit,
  })
  const end = () => spaces.stop(0)
  onTestFinished(end)
  const app = createApp({ spaces, version: '0.0.0', ...appOptions })
  const bearer: Record<string, string> =
    appOptions.token === undefined ? {} : { authorization: `Bearer ${appOptions.token}` }
  let checked: ReturnType<typeof openApiCheck> | undefined
  let described: OpenApiDocument | undefined
  const document = async () => {
    described ??= (await (await app.request('/_standin/openapi.json', { headers: bearer })).json()) as OpenApiDocument
    return described
  }
  return {
    emulator,
    spaces,
    app,
    document,
    async ask(method, path, body, headers = {}) {
      const response = await app.request(path, {
        method,
        headers: { ...bearer, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      checked ??= openApiCheck(await document())
      const pathname = new URL(path, 'http://localhost').pathname
      checked.check({
        method,
        path: pathname.replace(/^\/spaces\/[^/]+(?=\/.)/, ''),
        status: response.status,
        contentType: response.headers.get('content-type'),
        body: text,
      })
      const isJson = response.headers.get('content-type')?.includes('json') === true
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
