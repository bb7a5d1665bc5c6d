// Hooks into the calls that a receiver makes to a provider's API, before and after each is answered.
import type { Emulator } from '../emulator/contract.js'
import type { RouteAnswer, RouteCall } from '../provider/routes.js'

/** One call to a provider's API with the answer that was made for it. */
export interface AnsweredCall {
  emulator: Emulator
  provider: string
  method: string
  /** The documented path of the route, parameters in braces; null where no route fits. */
  route: string | null
  /** As requested, below the provider's base, without the query. */
  path: string
  call: RouteCall
  answer: RouteAnswer
}

/** What happens around an answer: it is sent once every `before` is done. */
interface CallListener {
  /** The answer is made but not sent: what is triggered here can arrive before it. */
  before?(answered: AnsweredCall): void | Promise<void>
  /** The answer was sent. */
  after?(answered: AnsweredCall): void | Promise<void>
}

export interface CallHooks {
  /** Calls the listener for every later call; returns what stops it. */
  listen(listener: CallListener): () => void
  before(answered: AnsweredCall): Promise<void>
  after(answered: AnsweredCall): Promise<void>
}

/** Hooks without listeners. Listeners run one after another, in the order they were added. */
export function createCallHooks(): CallHooks {
  const listeners = new Set<CallListener>()
  const run = async (moment: 'before' | 'after', answered: AnsweredCall) => {
    for (const listener of [...listeners]) await listener[moment]?.(answered)
  }
  return {
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    before: answered => run('before', answered),
    after: answered => run('after', answered),
  }
}
