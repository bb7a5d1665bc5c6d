// A server with the emulator of KYC Genie, and a client of its API.
import type { Json, JsonObject } from '../../../src/core/json.js'
import type { EmulatorOptions } from '../../../src/emulator/contract.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { testServer } from '../../support/server.js'

const ORIGIN = 'http://127.0.0.1:4010'

/** A server with these settings of KYC Genie; `call` takes paths below `/kycgenie` and has a key unless it is null. */
export async function kycgenieApi(settings: JsonObject = {}, options: EmulatorOptions = {}) {
  const { emulator, ask, end } = await testServer({
    providers: builtInProviders,
    seed: 1,
    start: Date.UTC(2026, 0, 19, 10, 30),
    settings: { kycgenie: settings },
    ...options,
  })
  return {
    emulator,
    stop: end,
    async call(
      method: string,
      path: string,
      {
        key = 'kycg_one',
        body,
        raw,
        headers: further = {},
      }: { key?: string | null; body?: Json; raw?: string; headers?: Record<string, string> } = {},
    ) {
      const { status, headers, json } = await ask(method, `${ORIGIN}/kycgenie${path}`, raw ?? body, {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        'content-type': 'application/json',
        ...further,
      })
      return { status, headers, body: json }
    },
  }
}
