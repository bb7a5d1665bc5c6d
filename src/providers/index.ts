// The list of the companies we play; adding one is its folder and one line here.
import type { JsonObject } from '../core/json.js'
import type { Provider } from '../provider/provider.js'
import { kycgenie } from './kycgenie/index.js'
import type { KycgenieEvents } from './kycgenie/payloads.js'
import { rillis } from './rillis/index.js'
import type { RillisEvents } from './rillis/payloads.js'
import { standard } from './standard/index.js'
import { unico } from './unico/index.js'
import type { UnicoEvents } from './unico/payloads.js'

/** Every provider that comes with Standin; listing them loads no schema and no factory. */
export const builtInProviders: readonly Provider[] = [rillis, kycgenie, unico, standard]

/** Payload and variants of every event type, by provider: what an editor completes and checks. */
export interface BuiltInEvents {
  rillis: RillisEvents
  kycgenie: KycgenieEvents
  unico: UnicoEvents
  /** Declared by its user, so any name will do. */
  standard: Record<string, { payload: JsonObject; variant: string }>
}
