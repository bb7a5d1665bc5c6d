// What holds for the folder of every built-in provider: it is cheap to list, and each fact cites a page that is listed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'

const ROOT = join(import.meta.dirname, '../../src/providers')
const FIXTURES = join(import.meta.dirname, '../../fixtures')

interface Fixture {
  source: string
}

/** Files that are loaded with a file: its imports without `import type` and `import()`, and theirs; with the packages among them. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  if (!existsSync(file)) return found
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/^import (?!type )[^']*? from '([^']+)'/gm))
    loadedWith(target.startsWith('.') ? join(dirname(file), target.replace(/\.js$/, '.ts')) : target, found)
  return found
}

const commentsOf = (text: string) => [...text.matchAll(/^\s*(?:\/\/|\/\*\*|\*).*$/gm)].map(([line]) => line)

describe.each(builtInProviders.map(provider => [provider.name, provider] as const))('provider %s', (name, provider) => {
  const titles = Object.keys(provider.sources ?? {})
  const files = readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  )
  const texts = files.map(file => readFileSync(join(ROOT, name, file), 'utf8'))

  it('is listed without zod, faker, a schema, a factory or a route', () => {
    const loaded = [...loadedWith(join(ROOT, name, 'index.ts'))]
    expect(loaded.filter(file => file === 'zod' || file.startsWith('@faker-js'))).toEqual([])
    expect(
      loaded.filter(file => /\/providers\/\w+\/(settings|channels?|behaviour|events|routes)(\/[^/]+)?\.ts$/.test(file)),
    ).toEqual([])
  })

  it('cites only pages that are among its sources', () => {
    const comments = texts.flatMap(commentsOf).filter(line => /\bSource\b[^:]*: /.test(line))
    expect(comments.length).toBeGreaterThan(0)
    expect(comments.filter(line => !titles.some(title => line.includes(`: ${title}`)))).toEqual([])
    const cited = provider.assumptions.flatMap(({ reason }) =>
      [...reason.matchAll(/\(([A-Z][^(),"]*(?: \((?:old|older|new)\))?), /g)].map(([, title]) => title),
    )
    expect(cited.filter(title => title === undefined || !titles.includes(title))).toEqual([])
  })

  it('has fixtures that each cite a page, or say that the payload is ours', () => {
    const folder = join(FIXTURES, name, 'events')
    const cited = readdirSync(folder).map(
      file => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fixture).source,
    )
    expect(cited.filter(text => !['Ours', ...titles].some(title => text.startsWith(title)))).toEqual([])
  })

  it('has no source that nothing cites', () => {
    const all = texts.filter((_, i) => files[i] !== 'sources.ts').join('\n')
    expect(titles.filter(title => !all.includes(`${title}, `) && !all.includes(`${title}.`))).toEqual([])
  })
})
