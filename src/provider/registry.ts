// The providers an emulator plays: found by name, loaded on first use, checked when loaded.
import type { Faker } from '@faker-js/faker'
import { EmulatorError } from '../core/errors.js'
import { loadOnce } from '../core/load-once.js'
import { findProvider, type LoadedProvider, loadProvider } from './catalog.js'
import { loadFaker } from './fake.js'
import type { Provider } from './provider.js'

/** A loaded provider with its faker. */
export interface ProviderWithFaker extends LoadedProvider {
  faker: Faker
}

/** The providers of one emulator. */
export interface Registry {
  readonly providers: readonly Provider[]
  /** Loads a provider; throws `unknown_name`. */
  load(name: string): Promise<ProviderWithFaker>
  isLoaded(name: string): boolean
  /** One that was loaded before; throws an internal error when it was not. */
  loaded(name: string): ProviderWithFaker
}

/** Refuses two providers of one name and names that cannot be part of a path. */
function checkNames(providers: readonly Provider[]): void {
  const seen = new Set<string>()
  for (const { name } of providers) {
    if (!/^[a-z][a-z0-9-]*$/.test(name))
      throw new EmulatorError(`"${name}" cannot be a provider's name.`, {
        code: 'invalid_input',
        hint: 'Use lower-case letters, digits and dashes, beginning with a letter.',
      })
    if (seen.has(name))
      throw new EmulatorError(`Two providers are named "${name}".`, { code: 'conflict', hint: 'Rename one of them.' })
    seen.add(name)
  }
}

/** The registry of a list of providers. */
export function createRegistry(providers: readonly Provider[]): Registry {
  checkNames(providers)
  const loaded = new Map<string, ProviderWithFaker>()
  const read = async (provider: Provider): Promise<ProviderWithFaker> => {
    const parts = await loadProvider(provider)
    const complete = Object.assign(parts, { faker: await loadFaker(parts.behaviour.locale) })
    loaded.set(provider.name, complete)
    return complete
  }
  const refuse = async (name: string) => read(findProvider(providers, name))
  const loaders = new Map(providers.map(provider => [provider.name, loadOnce(() => read(provider))]))
  return {
    providers,
    load: name => loaders.get(name)?.() ?? refuse(name),
    isLoaded: name => loaded.has(name),
    loaded(name) {
      const known = loaded.get(name)
      if (!known) throw new Error(`provider ${name} was not loaded before use`)
      return known
    },
  }
}
