// The claims as matchers for `expect.extend(matchers)`, in vitest and whatever has the same interface.
import type { Provider } from '../provider/provider.js'
import { type Judgement, judgeAttempts, judgeDelivered, judgeSigned } from './judgements.js'
import type { SignedBy } from './receiver.js'
import type { ProviderName } from './typed.js'

const told = ({ pass, message }: Judgement) => ({ pass, message: () => message })

/** `toBeDelivered`, `toHaveAttempts` and `toBeSignedFor`; the last answers a promise. */
export const matchers = {
  toBeDelivered: (delivery: unknown, options?: { attempts?: number }) => told(judgeDelivered(delivery, options)),
  toHaveAttempts: (delivery: unknown, count: number) => told(judgeAttempts(delivery, count)),
  toBeSignedFor: async (request: unknown, provider: ProviderName | Provider, by: SignedBy = {}) =>
    told(await judgeSigned(request, provider, by)),
}
