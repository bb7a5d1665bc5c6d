// What the parts of one emulator share.
import type { Faker } from '@faker-js/faker'
import type { Clock } from '../core/clock.js'
import type { Journal } from '../core/journal.js'
import type { Ledger } from '../core/ledger.js'
import type { Registry } from '../provider/registry.js'
import type { Lifetime } from './lifetime.js'
import type { SettingsStore } from './settings.js'

/** What every part of one emulator has. */
export interface EmulatorContext {
  readonly seed: number
  readonly clock: Clock
  readonly ledger: Ledger
  readonly journal: Journal
  readonly lifetime: Lifetime
  readonly registry: Registry
  readonly settings: SettingsStore
  /** Throws `not_allowed` or `invalid_url` for the URL of a receiver that nothing may be sent to. */
  checkTarget(url: string): void
  /** A faker of a provider's locale at the beginning of a stream, its present being `now` (ms); to be used before the next await. */
  fake(provider: string, label: readonly (string | number)[], now: number): Faker
  /** Memory of a provider in this emulator; lost when the process ends. */
  memory(provider: string): Map<string, unknown>
}

/** The context as it was at an instant, emulator ms: what is made in it happened then. */
export function asOf(context: EmulatorContext, at: number | undefined): EmulatorContext {
  if (at === undefined) return context
  const { clock } = context
  return { ...context, clock: { ...clock, now: () => at } }
}
