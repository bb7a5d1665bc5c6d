// An emulator with KYC Genie's API before it.
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../../src/emulator/contract.js'
import { createEmulator } from '../../../src/emulator/index.js'
import { createSpaces } from '../../../src/emulator/spaces.js'
import { createApp } from '../../../src/http/app.js'
import { mustBeDescribed } from '../../support/described.js'

export interface Answered {
  status: number
  body: JsonObject
  headers: Headers
}

export interface World {
  emulator: Emulator
  /** A call to the provider's API; `path` below `/kycgenie`. */
  call(method: string, path: string, options?: { key?: string | null; body?: unknown; raw?: string }): Promise<Answered>
}

const ORIGIN = 'http://127.0.0.1:4010'

/** A world of its own, stopped when the test ends. */
export async function world({
  settings = {},
  ...options
}: Omit<EmulatorOptions, 'settings'> & { settings?: JsonObject } = {}): Promise<World> {
  const emulator = await createEmulator({
    seed: 1,
    clock: 'manual',
    start: Date.UTC(2026, 0, 19, 10, 30),
    settings: { kycgenie: settings },
    ...options,
  })
  const app = createApp({ spaces: createSpaces({ root: emulator, make: createEmulator }), version: '0.0.0' })
  onTestFinished(() => emulator.stop(0))
  return {
    emulator,
    async call(method, path, { key = 'kycg_one', body, raw } = {}) {
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await app.request(`${ORIGIN}/kycgenie${path}`, {
        method,
        headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), 'content-type': 'application/json' },
        ...(text === undefined ? {} : { body: text }),
      })
      const answer = await response.text()
      await mustBeDescribed({
        method,
        path: `/kycgenie${path}`,
        status: response.status,
        contentType: response.headers.get('content-type'),
        body: answer,
      })
      return {
        status: response.status,
        headers: response.headers,
        body: answer === '' ? {} : (JSON.parse(answer) as JsonObject),
      }
    },
  }
}
