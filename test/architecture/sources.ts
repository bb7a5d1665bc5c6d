// Source files as text, and the imports between them; the rules of the design read nothing else.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
const SRC = join(ROOT, 'src')

/** Paths below `src/` with their text. */
export type Sources = ReadonlyMap<string, string>

export interface Import {
  from: string
  /** A path below `src/`, or the name of a package. */
  to: string
}

/** The sources as they are now. */
export function readSources(): Sources {
  const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(SRC, join(entry.parentPath, entry.name)))
    .sort()
  return new Map(files.map(file => [file, readFileSync(join(SRC, file), 'utf8')]))
}

/** A text without comments; strings stay. Good enough for finding names. */
export const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')

/** Every import of a file, type-only and lazy ones too. */
function importsOf(file: string, text: string, sources: Sources): Import[] {
  const target = (to: string) => {
    if (!to.startsWith('.')) return to
    const path = normalize(join(dirname(file), to)).replace(/\.js$/, '.ts')
    return sources.has(`${path}x`) ? `${path}x` : path
  }
  const code = withoutComments(text)
  const eager = [...code.matchAll(/(?:^|\n)\s*(?:import|export)\s+(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g)]
  const lazy = [...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)]
  return [
    ...eager.map(([, to = '']) => ({ from: file, to: target(to) })),
    ...lazy.map(([, to = '']) => ({ from: file, to: target(to) })),
  ]
}

/** Every import of all files. */
export const allImports = (sources: Sources): Import[] =>
  [...sources].flatMap(([file, text]) => importsOf(file, text, sources))
