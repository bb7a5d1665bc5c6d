// The files of a folder and of the folders in it; links are not followed.
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Paths of the files below a folder whose names are wanted. Rejects with the system's error where a folder cannot be read. */
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
