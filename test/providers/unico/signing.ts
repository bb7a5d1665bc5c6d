// What the tests of Unico share: a signer's input, and reading fixtures.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../src/core/json.js'
import type { CallResult, SignInput } from '../../../src/provider/channel.js'
import { subscriptionSettings } from '../../../src/providers/unico/settings.js'

export const START = Date.UTC(2026, 0, 15, 9)

/** A file of fixtures/unico as JSON. */
export function fixture<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/unico', file), 'utf8')) as T
}

/** A signer's input for these settings; the token endpoint refuses connections unless `call` says otherwise. */
export function signInput(settings: JsonObject, over: Partial<SignInput> = {}): SignInput {
  const value = { processId: '8263a268-5388-492a-bca2-28e1ff4a69f0' }
  return {
    body: JSON.stringify(value),
    value,
    secret: null,
    previousSecret: null,
    settings: subscriptionSettings.parse(settings),
    at: START,
    event: { id: 'ev_1', type: 'process.finished.ok', payload: value, createdAt: START },
    subscription: { id: 'sub_1', url: 'http://127.0.0.1/', account: null },
    attempt: 1,
    call: async () => ({ outcome: { kind: 'refused', code: 'ECONNREFUSED' }, headers: [], body: '' }),
    memory: new Map(),
    now: START,
    ...over,
  }
}

/** An answer of a token endpoint. */
export function answered(status: number, body: unknown): CallResult {
  return {
    outcome: { kind: 'answered', status },
    headers: [['content-type', 'application/json']],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
