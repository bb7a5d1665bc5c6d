// An emulator with its server, a receiver in process and a client of Rillis's API, for the tests of Rillis.
import { afterEach } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../../src/emulator/contract.js'
import { createEmulator } from '../../../src/emulator/index.js'
import { createSpaces } from '../../../src/emulator/spaces.js'
import { createApp } from '../../../src/http/app.js'
import { createCallHooks } from '../../../src/http/call-hooks.js'
import { mustBeDescribed } from '../../support/described.js'
import { START } from './making.js'

export const CREDENTIALS = { client_id: 'a', client_secret: 'b' }
/** Every URL below it reaches the receiver. */
export const RECEIVER = 'http://127.0.0.1:1/'

const running: Emulator[] = []
afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.stop()
})

/** An emulator on a manual clock with its server, a receiver in process, and a client of the API. */
export async function world(
  settings: JsonObject = {},
  statusOf: (nth: number) => number = () => 200,
  options: EmulatorOptions = {},
) {
  const received: { url: string; headers: Headers; body: JsonObject }[] = []
  const receive = async (request: Request) => {
    received.push({ url: request.url, headers: request.headers, body: (await request.json()) as JsonObject })
    return new Response(null, { status: statusOf(received.length) })
  }
  const emulator = await createEmulator({
    clock: 'manual',
    start: START,
    seed: 3,
    settings: { rillis: settings },
    inProcess: { [RECEIVER]: receive },
    ...options,
  })
  running.push(emulator)
  // What follows from a call happens after its answer; the client here waits for it.
  const waiting: (() => void)[] = []
  const hooks = createCallHooks()
  hooks.listen({ after: () => waiting.shift()?.() })
  const app = createApp({ hooks, spaces: createSpaces({ root: emulator, make: createEmulator }), version: '0' })
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const over = new Promise<void>(resolve => waiting.push(resolve))
    const answer = await app.request(`http://127.0.0.1/rillis${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const contentType = answer.headers.get('content-type')
    await mustBeDescribed({ method, path: `/rillis${path}`, status: answer.status, contentType, body: text })
    const seen = { status: answer.status, body: JSON.parse(text) as JsonObject }
    await over
    return seen
  }
  const token = async () => String((await call('POST', '/api/v1/auth/token', CREDENTIALS)).body.access_token)
  const bearer = await token()
  return {
    emulator,
    stop: async () => {
      running.splice(running.indexOf(emulator), 1)
      await emulator.stop()
    },
    received,
    token,
    /** Without the client API's token. */
    bare: call,
    call: (method: string, path: string, body?: unknown) =>
      call(method, path, body, { authorization: `Bearer ${bearer}` }),
    trigger: async (type: string, variant?: string, subject = 'story') =>
      (await emulator.trigger('rillis', type, { variant, subject })).event.payload,
    /** Types and variants of the events so far, oldest first. */
    events: () =>
      emulator.ledger
        .events({ provider: 'rillis' }, { limit: 100 })
        .reverse()
        .map(({ type, variant }) => (variant === null ? type : `${type} ${variant}`)),
    /** The newest event's payload. */
    newest: () => emulator.ledger.events({ provider: 'rillis' }, { limit: 1 })[0]?.payload ?? {},
  }
}
