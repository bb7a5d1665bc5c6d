// One folder of scenario files that a server offers: what is in it, and nothing outside it.
import type { Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { didYouMean, EmulatorError } from '../core/errors.js'
import { fileText } from './file-text.js'

/** Files of one folder that are offered; a list is parsed whole. */
const MOST_FILES = 1000

/** Bytes of a file; as many as a request's body may have. */
const MOST_BYTES = 5 * 1024 * 1024

const IS_OFFERED = /\.ya?ml$/i

/** The folder's files. Links are not followed. */
export interface ScenarioFolder {
  /** As it was given. */
  readonly path: string
  /** Names below the folder, with slashes, sorted: `.yaml` and `.yml`, in folders of it too. At most 1000. */
  files(): Promise<string[]>
  /** The text of a file. Throws `not_found` with "did you mean" for a name that `files` does not have, and `too_large` beyond 5 MiB. */
  read(file: string): Promise<string>
}

/** Paths of the files below a folder whose names are wanted; links are not followed. Rejects with the system's error where a folder cannot be read. */
export async function filesBelow(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  // Not with `recursive`: Node.js 26 follows links to folders then, those before it do not.
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(path, isWanted)
      return entry.isFile() && isWanted(entry.name) ? [path] : []
    }),
  )
  return found.flat()
}

/** The folder at a path. Throws `invalid_file` where there is none. */
export async function scenarioFolder(path: string): Promise<ScenarioFolder> {
  const kind = await stat(path).catch(() => undefined)
  if (kind?.isDirectory() !== true)
    throw new EmulatorError(`There is no folder ${path}.`, {
      code: 'invalid_file',
      where: '--scenarios',
      hint: 'Give the folder that your scenario files are in.',
    })
  const root = await realpath(path)
  await readdir(root).catch(cause => {
    throw new EmulatorError(`The folder ${path} cannot be read.`, {
      code: 'invalid_file',
      where: '--scenarios',
      hint: 'Check its permissions.',
      cause,
    })
  })
  const files = async () => {
    const found = await filesBelow(root, name => IS_OFFERED.test(name) && name !== 'standin.yaml')
    return found
      .map(file => relative(root, file).split(sep).join('/'))
      .sort()
      .slice(0, MOST_FILES)
  }
  return {
    path,
    files,
    async read(file) {
      const known = await files()
      const missing = () =>
        new EmulatorError(`There is no scenario ${file} in the folder.`, {
          code: 'not_found',
          hint: didYouMean(file, known, 'Files there') ?? 'List them with GET /_standin/scenarios.',
        })
      // Only what was listed is read: a name cannot lead out of the folder.
      if (!known.includes(file)) throw missing()
      const whole = await realpath(join(root, file)).catch(() => undefined)
      if (whole === undefined || !whole.startsWith(`${root}${sep}`)) throw missing()
      const { size } = await stat(whole)
      if (size > MOST_BYTES)
        throw new EmulatorError(`${file} is larger than 5 MiB.`, { code: 'too_large', hint: 'Split the scenario.' })
      return fileText(await readFile(whole))
    },
  }
}
