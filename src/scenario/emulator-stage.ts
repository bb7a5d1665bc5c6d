// An emulator as a stage for scenarios.
import { jsonOrText } from '../core/json.js'
import type { Message } from '../core/message.js'
import type { Emulator } from '../emulator/contract.js'
import type { ApiAnswer, ApiRequest, CallListener, Stage } from './stage.js'

/** Where the providers' APIs are answered, when a scenario may call them. */
export interface Api {
  call(request: ApiRequest): Promise<ApiAnswer>
  watchCalls?(hear: CallListener): () => void
}

/** The stage of an emulator. */
export function stageOf(emulator: Emulator, api: Api): Stage {
  return {
    seed: emulator.seed,
    clock: emulator.clock,
    journal: emulator.journal,
    changeSettings: emulator.changeSettings,
    subscribe: emulator.subscribe,
    unsubscribe: emulator.unsubscribe,
    trigger: emulator.trigger,
    deliveries: eventId =>
      emulator.ledger
        .deliveriesOfEvent(eventId)
        .map(delivery => ({ delivery, attempts: emulator.ledger.attempts(delivery.id) })),
    judge: async expectation => emulator.judge(expectation),
    why: emulator.why,
    nextDue: emulator.nextDue,
    advance: emulator.advance,
    rest: emulator.rest,
    addFault: emulator.faults.add,
    removeFault: emulator.faults.remove,
    rotateSecret: emulator.rotateSecret,
    call: api.call,
    async get(url, { headers, timeoutMs }) {
      const request: Message & { body: string } = { method: 'GET', url, headers: Object.entries(headers), body: '' }
      const { outcome, headers: answered, body } = await emulator.ask({ ...request, timeoutMs })
      if (outcome.status === undefined) return { problem: outcome.detail ?? outcome.kind }
      return {
        status: outcome.status,
        headers: Object.fromEntries(answered.map(([name, value]) => [name.toLowerCase(), value])),
        body: jsonOrText(body),
      }
    },
    ...(api.watchCalls && { watchCalls: api.watchCalls }),
  }
}
