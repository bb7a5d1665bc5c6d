// Registers the matchers with vitest, for tests and set-up files: `import 'standin/testing/matchers'`.
import { expect } from 'vitest'
import type { Provider } from '../provider/provider.js'
import { matchers } from './assertions.js'
import type { SignedBy } from './receiver.js'
import type { ProviderName } from './typed.js'

expect.extend(matchers)

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * The delivery is delivered, after exactly `attempts` attempts where given. A failure shows all attempts.
     * @example expect(deliveries[0]).toBeDelivered({ attempts: 3 })
     */
    toBeDelivered(options?: { attempts?: number }): void
    /**
     * Exactly `count` attempts were made for the delivery, whatever their outcome.
     * @example expect(deliveries[0]).toHaveAttempts(8)
     */
    toHaveAttempts(count: number): void
    /**
     * The request is signed as the provider signs with that secret. Await it; it rejects with `unknown_name` or `invalid_setting` for
     * a provider, channel or setting that does not exist.
     * @example await expect(receiver.requests[0]).toBeSignedFor('standard', { secret })
     */
    toBeSignedFor(provider: ProviderName | Provider, by?: SignedBy): Promise<void>
  }
}

export { matchers }
