// What a channel's signer is given, for tests of signatures without an emulator.
import type { JsonObject } from '../../src/core/json.js'
import type { SignInput } from '../../src/provider/channel.js'

/** Input for the first attempt of an event with this payload; a token endpoint refuses connections. `at` is the time of everything, ms. */
export function signInput(
  payload: JsonObject,
  { at = Date.UTC(2026, 0, 15, 9), ...over }: Partial<SignInput> & Pick<SignInput, 'settings'>,
): SignInput {
  return {
    body: JSON.stringify(payload),
    value: payload,
    secret: null,
    previousSecret: null,
    at,
    event: { id: 'ev_1', type: 'test', payload, createdAt: at },
    subscription: { id: 'sub_1', url: 'http://127.0.0.1/', account: null },
    attempt: 1,
    call: async () => ({ outcome: { kind: 'refused', code: 'ECONNREFUSED' }, headers: [], body: '' }),
    memory: new Map(),
    now: at,
    ...over,
  }
}
