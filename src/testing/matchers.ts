// Registers the matchers with vitest, for tests and set-up files: `import 'standin/testing/matchers'`.
import { expect } from 'vitest'
import type { Provider } from '../provider/provider.js'
import { matchers } from './matcher-set.js'
import type { SignedBy } from './receiver.js'
import type { ProviderName } from './typed.js'

expect.extend(matchers)

declare module 'vitest' {
  interface Matchers<T> {
    /** A delivery is delivered, after exactly that many attempts where given. */
    toBeDelivered(options?: { attempts?: number }): void
    /** Exactly that many attempts were made for a delivery. */
    toHaveAttempts(count: number): void
    /** A request is signed as the provider signs with that secret. To be awaited. */
    toBeSignedFor(provider: ProviderName | Provider, by?: SignedBy): Promise<void>
  }
}

export { matchers }
