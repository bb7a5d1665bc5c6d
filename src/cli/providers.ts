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

/** What `import` throws where a file or a package is not found. */
const NOT_FOUND = 'ERR_MODULE_NOT_FOUND'

function unloadable(file: string, cause: unknown): EmulatorError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  const missing = /Cannot find package '([^']+)'/.exec(message)?.[1]
  if (code === NOT_FOUND && missing !== undefined)
    return new EmulatorError(`The provider file imports "${missing}", which is not installed beside it.`, {
      code: 'invalid_file',
      where: file,
      hint: `Install it where the file is: npm install ${missing}`,
      cause,
    })
  if (code === NOT_FOUND && message.includes(`'${resolve(file)}'`))
    return new EmulatorError('There is no such provider file.', {
      code: 'invalid_file',
      where: file,
      hint: 'Give the path of a JavaScript module, from the folder you are in.',
      cause,
    })
  return new EmulatorError(`The provider file cannot be loaded: ${message}`, {
    code: 'invalid_file',
    where: file,
    hint: 'Give a JavaScript module that exports a provider made with defineProvider.',
    cause,
  })
}

/** What looks like a provider, right or wrong; what is wrong with it is told by the checks. */
function isProvider(value: unknown): value is Provider {
  if (typeof value !== 'object' || value === null) return false
  return ['name', 'channels', 'subjects', 'load'].filter(key => Reflect.has(value, key)).length >= 2
}

async function fromFile(file: string): Promise<Provider[]> {
  let module: object
  try {
    module = await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw unloadable(file, cause)
  }
  const found = [...new Set(Object.values(module).filter(isProvider))]
  if (found.length === 0)
    throw new EmulatorError('The file exports no provider.', {
      code: 'invalid_file',
      where: file,
      hint: 'Export what defineProvider answers, by any name or as the default.',
    })
  const { checkProvider } = await import('../provider-check/check-provider.js')
  for (const provider of found) {
    const issues = await checkProvider(provider)
    const [first] = issues
    if (first === undefined) continue
    const which = typeof provider.name === 'string' ? `provider "${provider.name}"` : 'provider'
    const more = issues.length === 1 ? '' : ` (and ${issues.length - 1} more)`
    throw new EmulatorError(`The ${which} of this file cannot be played: ${first.path} ${first.message}${more}`, {
      code: 'invalid_file',
      where: file,
      hint: 'Correct the file; the path leads to the place in what defineProvider is given.',
      issues,
    })
  }
  return found
}

/** The built-in providers and those of `--provider-file`, checked. Throws `invalid_file` naming the file and what is wrong with it. */
export async function providersOf(files: readonly string[]): Promise<readonly Provider[]> {
  const all = [...builtIn]
  for (const file of files)
    for (const provider of await fromFile(file)) {
      if (all.some(({ name }) => name === provider.name))
        throw new EmulatorError(`There is a provider "${provider.name}" already.`, {
          code: 'invalid_file',
          where: file,
          hint: 'Give yours another name.',
        })
      all.push(provider)
    }
  return all
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
