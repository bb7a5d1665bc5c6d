// The providers of a command: the built-in ones and those of the user's own files.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EmulatorError } from '../core/errors.js'
import type { Provider } from '../provider/provider.js'
import { builtInProviders as builtIn } from '../providers/index.js'
import type { ExampleNames } from './command.js'
import { checkReadable } from './files.js'

/** Names for the examples of help: the first provider and its first event type. */
export function exampleNames(): ExampleNames {
  const provider = builtIn[0]
  return { provider: provider?.name ?? 'provider', type: provider?.channels[0]?.eventTypes[0]?.name ?? 'event-type' }
}

/** Error code of `import` for a missing file or package. */
const NOT_FOUND = 'ERR_MODULE_NOT_FOUND'

const WHAT_IT_IS = 'Use an OpenAPI or AsyncAPI document (.yaml, .yml, .json), or a JavaScript module (.js, .mjs).'

function unloadable(file: string, cause: unknown): EmulatorError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  const missing = /Cannot find package '([^']+)'/.exec(message)?.[1]
  if (code === NOT_FOUND && missing !== undefined)
    return new EmulatorError(`The provider file imports "${missing}", which is not installed next to it.`, {
      code: 'invalid_file',
      where: file,
      hint: `Install it in the folder of the file: npm install ${missing}`,
      cause,
    })
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return new EmulatorError('The ending of the provider file is not one of a module or a document.', {
      code: 'invalid_file',
      where: file,
      hint: WHAT_IT_IS,
      cause,
    })
  return new EmulatorError(`Cannot load the provider file: ${message}`, {
    code: 'invalid_file',
    where: file,
    hint: `${WHAT_IT_IS} A module exports a provider created with defineProvider.`,
    cause,
  })
}

/** What `work` resolves with; undefined where it awaits what can no longer happen, for which Node would end without a word. */
async function orUnfinished<T>(work: Promise<T>): Promise<T | undefined> {
  let giveUp = () => {}
  const unfinished = new Promise<undefined>(resolve => {
    giveUp = () => resolve(undefined)
  })
  process.once('beforeExit', giveUp)
  try {
    return await Promise.race([work, unfinished])
  } finally {
    process.off('beforeExit', giveUp)
  }
}

/** True for a value that looks like a provider; the provider check reports what is wrong with it. */
function isProvider(value: unknown): value is Provider {
  if (typeof value !== 'object' || value === null) return false
  return ['name', 'channels', 'subjects', 'load'].filter(key => Reflect.has(value, key)).length >= 2
}

/** The providers that a module exports. */
async function fromModule(file: string): Promise<Provider[]> {
  let module: object | undefined
  try {
    module = await orUnfinished<object>(import(pathToFileURL(resolve(file)).href))
  } catch (cause) {
    throw unloadable(file, cause)
  }
  if (module === undefined)
    throw new EmulatorError('The provider file did not finish loading: its top level awaits what never happens.', {
      code: 'invalid_file',
      where: file,
      hint: 'Resolve every promise that the file, or a module it imports, awaits at its top level.',
    })
  const found = [...new Set(Object.values(module).filter(isProvider))]
  if (found.length === 0)
    throw new EmulatorError('The provider file exports no provider.', {
      code: 'invalid_file',
      where: file,
      hint: 'Export the result of defineProvider, under any name or as the default.',
    })
  return found
}

/** An OpenAPI or AsyncAPI document; every other file is a module. */
const IS_DOCUMENT = /\.(ya?ml|json)$/i

async function fromFile(file: string, taken: readonly string[]): Promise<Provider[]> {
  checkReadable(file, 'provider file', WHAT_IT_IS)
  const isDocument = IS_DOCUMENT.test(file)
  const found = isDocument
    ? [(await import('./document-file.js')).providerOfDocument(file, taken)]
    : await fromModule(file)
  const { checkProvider } = await import('../provider-check/check-provider.js')
  for (const provider of found) {
    const issues = await orUnfinished(checkProvider(provider))
    if (issues === undefined)
      throw new EmulatorError(
        `The check of the provider "${provider.name}" did not finish: a function of it never resolves.`,
        {
          code: 'invalid_file',
          where: file,
          hint: 'Resolve what `load`, `sign` and the other asynchronous functions of the provider return.',
        },
      )
    const [first] = issues
    if (first === undefined) continue
    const which = typeof provider.name === 'string' ? `provider "${provider.name}"` : 'provider'
    const more = issues.length === 1 ? '' : ` (and ${issues.length - 1} more)`
    throw new EmulatorError(`Invalid ${which}: ${first.path} ${first.message}${more}`, {
      code: 'invalid_file',
      where: file,
      hint: isDocument
        ? 'Correct the schema or the example of this event type, or give it an example.'
        : 'Fix the file; the path points into the argument of defineProvider.',
      issues,
    })
  }
  return found
}

/** The built-in providers and those of `--provider-file`. Throws `invalid_file` with the file and every issue found in it. */
export async function providersOf(files: readonly string[]): Promise<readonly Provider[]> {
  const all = [...builtIn]
  for (const file of files)
    for (const provider of await fromFile(
      file,
      all.map(({ name }) => name),
    )) {
      if (all.some(({ name }) => name === provider.name))
        throw new EmulatorError(`A provider named "${provider.name}" already exists.`, {
          code: 'invalid_file',
          where: file,
          hint: 'Rename yours.',
        })
      all.push(provider)
    }
  return all
}
