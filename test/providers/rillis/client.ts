// A server with the emulator of Rillis, and a client of its API.
import type { JsonObject } from '../../../src/core/json.js'
import type { EmulatorOptions } from '../../../src/emulator/contract.js'
import { createCallHooks } from '../../../src/http/call-hooks.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { testServer } from '../../support/server.js'
import { START } from './payloads.js'

export const CREDENTIALS = { client_id: 'a', client_secret: 'b' }

/** A server with these settings of Rillis; `call` is a client of the API with a token. */
export async function rillisApi(settings: JsonObject = {}, options: EmulatorOptions = {}) {
  // What follows from a call happens after its answer; the client here waits for it.
  const waiting: (() => void)[] = []
  const hooks = createCallHooks()
  hooks.listen({ after: () => waiting.shift()?.() })
  const { emulator, ask, end } = await testServer(
    { providers: builtInProviders, start: START, seed: 3, settings: { rillis: settings }, ...options },
    { hooks },
  )
  const call = async (
    method: string,
    path: string,
    body?: JsonObject | string,
    headers: Record<string, string> = {},
  ) => {
    const over = new Promise<void>(resolve => waiting.push(resolve))
    const { status, json } = await ask(method, `/rillis${path}`, body, {
      'content-type': 'application/json',
      ...headers,
    })
    await over
    return { status, body: json }
  }
  const token = async () => String((await call('POST', '/api/v1/auth/token', CREDENTIALS)).body.access_token)
  const bearer = await token()
  return {
    emulator,
    stop: end,
    token,
    /** Without the client API's token. */
    bare: call,
    call: (method: string, path: string, body?: JsonObject | string) =>
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
