// Registers the matchers with Jest, for tests and set-up files: `import 'standin/testing/jest'`.
import { expect } from '@jest/globals'
import type { Provider } from '../provider/provider.js'
import { matchers } from './assertions.js'
import type { SignedBy } from './receiver.js'
import type { ProviderName } from './typed.js'

expect.extend(matchers)

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    /**
     * The delivery is delivered, after exactly `attempts` attempts where given. A failure shows all attempts.
     * @example expect(deliveries[0]).toBeDelivered({ attempts: 3 })
     */
    toBeDelivered(options?: { attempts?: number }): R
    /**
     * Exactly `count` attempts were made for the delivery, whatever their outcome.
     * @example expect(deliveries[0]).toHaveAttempts(8)
     */
    toHaveAttempts(count: number): R
    /**
     * The request is signed as the provider signs with that secret. Await it; it rejects with `unknown_name` or `invalid_setting` for
     * a provider, channel or setting that does not exist.
     * @example await expect(receiver.requests[0]).toBeSignedFor('standard', { secret })
     */
    toBeSignedFor(provider: ProviderName | Provider, by?: SignedBy): Promise<void>
  }
}

export { matchers }
