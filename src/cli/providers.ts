// The providers a command plays: the built-in list and the user's own files.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EmulatorError, unknownName } from '../core/errors.js'
import type { Provider } from '../provider/provider.js'
import { builtInProviders as builtIn } from '../providers/index.js'
import type { ExampleNames } from './command.js'

/** Names for the examples in help: the first provider and its first event type. */
export function exampleNames(): ExampleNames {
  const provider = builtIn[0]
  return { provider: provider?.name ?? 'provider', type: provider?.channels[0]?.eventTypes[0]?.name ?? 'event-type' }
}

function isProvider(value: unknown): value is Provider {
  if (typeof value !== 'object' || value === null) return false
  const has = (key: string): unknown => Reflect.get(value, key)
  return typeof has('name') === 'string' && Array.isArray(has('channels')) && typeof has('load') === 'function'
}

async function fromFile(file: string): Promise<Provider> {
  let module: object
  try {
    module = await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw new EmulatorError(`The provider file cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'invalid_file',
      where: file,
      hint: 'Give a JavaScript module that exports a provider made with defineProvider.',
      cause,
    })
  }
  const found = Object.values(module).find(isProvider)
  if (found !== undefined) return found
  throw new EmulatorError('The file exports no provider.', {
    code: 'invalid_file',
    where: file,
    hint: 'Export what defineProvider answers, by any name or as the default.',
  })
}

/** The built-in providers and those of `--provider-file`. */
export async function providersOf(files: readonly string[]): Promise<readonly Provider[]> {
  if (files.length === 0) return builtIn
  return [...builtIn, ...(await Promise.all(files.map(fromFile)))]
}

/** The provider of a name; throws `unknown_name` with "did you mean". */
export function providerNamed(providers: readonly Provider[], name: string): Provider {
  const found = providers.find(provider => provider.name === name)
  if (found) return found
  throw unknownName(
    'provider',
    name,
    providers.map(provider => provider.name),
  )
}
