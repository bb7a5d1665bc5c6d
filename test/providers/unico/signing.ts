// What the tests of Unico share: a signer's input, and reading fixtures.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../src/core/json.js'
import type { CallResult, SignInput } from '../../../src/provider/channel.js'
import { subscriptionSettings } from '../../../src/providers/unico/settings.js'
import { signInput as inputOf } from '../../support/sign-input.js'

export const START = Date.UTC(2026, 0, 15, 9)

/** A file of fixtures/unico as JSON. */
export function fixture<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/unico', file), 'utf8')) as T
}

/** A signer's input for these settings; the token endpoint refuses connections unless `call` says otherwise. */
export function signInput(settings: JsonObject, over: Partial<SignInput> = {}): SignInput {
  const payload = { processId: '8263a268-5388-492a-bca2-28e1ff4a69f0' }
  return inputOf(payload, { settings: subscriptionSettings.parse(settings), at: START, ...over })
}

/** An answer of a token endpoint. */
export function answered(status: number, body: unknown): CallResult {
  return {
    outcome: { kind: 'answered', status },
    headers: [['content-type', 'application/json']],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
