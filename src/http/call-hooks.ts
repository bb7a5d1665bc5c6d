// Listening to the calls that a receiver makes to a provider's API, before and after each is answered.
import type { Emulator } from '../emulator/contract.js'
import type { RouteAnswer, RouteCall } from '../provider/routes.js'

/** One call to a provider's API with the answer that was made for it. */
export interface HeardCall {
  emulator: Emulator
  provider: string
  method: string
  /** The documented path of the route, parameters in braces; null where no route fits. */
  route: string | null
  /** As asked for, below the provider's base, without the query. */
  path: string
  call: RouteCall
  answer: RouteAnswer
}

/** What may be done about a call; the answer leaves once every `before` is through. */
interface CallListener {
  /** The answer is made but has not left: what is triggered here can arrive before it. */
  before?(heard: HeardCall): void | Promise<void>
  /** The answer has left. */
  after?(heard: HeardCall): void | Promise<void>
}

export interface CallHooks {
  /** Hears every later call; returns what stops it. */
  listen(listener: CallListener): () => void
  before(heard: HeardCall): Promise<void>
  after(heard: HeardCall): Promise<void>
}

/** Hooks nobody listens to yet. Listeners are run one after another, in the order they came. */
export function createCallHooks(): CallHooks {
  const listeners = new Set<CallListener>()
  const run = async (moment: 'before' | 'after', heard: HeardCall) => {
    for (const listener of [...listeners]) await listener[moment]?.(heard)
  }
  return {
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    before: heard => run('before', heard),
    after: heard => run('after', heard),
  }
}
