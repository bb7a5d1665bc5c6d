// The list of built-in providers; adding one takes its folder and one line here.
import type { JsonObject } from '../core/json.js'
import type { Provider } from '../provider/provider.js'
import { type KycgenieEvents, kycgenie } from './kycgenie/index.js'
import { type RillisEvents, rillis } from './rillis/index.js'
import { standard } from './standard/index.js'
import { type UnicoEvents, unico } from './unico/index.js'

/**
 * The providers that come with Standin; listing them loads no schema, factory or route.
 * @example const emulator = await createEmulator({ providers: [...builtInProviders, acme] })
 */
export const builtInProviders: readonly Provider[] = [rillis, kycgenie, unico, standard]

/** Payload and variants of each event type, by provider, for completion and type checks in an editor. */
export interface BuiltInEvents {
  rillis: RillisEvents
  kycgenie: KycgenieEvents
  unico: UnicoEvents
  /** Its event types are declared by the user, so any name is accepted. */
  standard: Record<string, { payload: JsonObject; variant: string }>
}
