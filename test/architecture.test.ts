// The rules of the design, enforced on the sources; each with the reason beside it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VERSION } from '../src/version.js'

const ROOT = join(import.meta.dirname, '..')
const SRC = join(ROOT, 'src')

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => relative(SRC, join(entry.parentPath, entry.name)))
  .sort()

const read = (file: string) => readFileSync(join(SRC, file), 'utf8')

/** The source without comments; strings stay. Good enough for looking for names. */
const code = (file: string) =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')

interface Import {
  from: string
  to: string
  lazy: boolean
  typeOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = code(file)
  const found: Import[] = []
  for (const [, type, , to] of text.matchAll(/(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g))
    found.push({ from: file, to: to ?? '', lazy: false, typeOnly: type !== undefined })
  for (const [, to] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g))
    found.push({ from: file, to: to ?? '', lazy: true, typeOnly: false })
  return found.map(one =>
    one.to.startsWith('.')
      ? { ...one, to: relative(SRC, resolve(SRC, dirname(file), one.to)).replace(/\.js$/, '.ts') }
      : one,
  )
}

const imports = files.flatMap(importsOf)
const inside = imports.filter(one => files.includes(one.to))

/** The layer a file belongs to; a lower number may not import a higher one. */
function layer(file: string): number {
  if (file.startsWith('core/')) return 0
  if (file.startsWith('provider/') || file.startsWith('report/')) return 1
  if (file.startsWith('providers/')) return 2
  if (/^(delivery|ledger|scenario|verify|clock)\//.test(file) || file === 'version.ts') return 3
  if (/^(emulation|receiver)\//.test(file) || ['emulator.ts', 'spaces.ts', 'config.ts', 'index.ts'].includes(file))
    return 4
  return 5
}

const places = (found: { from: string; to?: string }[]) =>
  found.map(one => `${one.from}${one.to ? ` -> ${one.to}` : ''}`)

describe('layers', () => {
  it('imports go down only, so that a part can be understood without those above it', () => {
    expect(places(inside.filter(one => layer(one.from) < layer(one.to) && one.to !== 'version.ts'))).toEqual([])
  })

  it('core knows no framework, no IO and no package: it is the words and rules', () => {
    const allowed = new Set(['node:crypto'])
    expect(
      places(
        imports.filter(one => one.from.startsWith('core/') && !one.to.startsWith('core/') && !allowed.has(one.to)),
      ),
    ).toEqual([])
  })

  it('engines know neither each other nor the providers, so that each can be tested and replaced alone', () => {
    const engine = (file: string) => /^(delivery|ledger|scenario|verify|clock)\//.exec(file)?.[1]
    const wrong = inside.filter(one => {
      const from = engine(one.from)
      return (
        from !== undefined &&
        (one.to.startsWith('providers/') || (engine(one.to) !== undefined && engine(one.to) !== from))
      )
    })
    expect(places(wrong)).toEqual([])
  })

  it('a provider knows the kit and core only, so that adding one touches nothing else', () => {
    const wrong = inside.filter(one => {
      const own = /^providers\/[^/]+\//.exec(one.from)?.[0]
      return (
        own !== undefined && !one.to.startsWith('core/') && !one.to.startsWith('provider/') && !one.to.startsWith(own)
      )
    })
    expect(places(wrong)).toEqual([])
  })

  it('the command line reaches a running server through its control API only', () => {
    expect(places(inside.filter(one => one.from.startsWith('cli/') && one.to.startsWith('http/control/')))).toEqual([])
  })

  it('no import cycles', () => {
    const graph = new Map<string, string[]>()
    for (const one of inside)
      if (!one.lazy && !one.typeOnly) graph.set(one.from, [...(graph.get(one.from) ?? []), one.to])
    const done = new Set<string>()
    const cycles: string[] = []
    const walk = (file: string, path: string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file) || path.includes(file)) return
      for (const next of graph.get(file) ?? []) walk(next, [...path, file])
      done.add(file)
    }
    for (const file of files) walk(file, [])
    expect(cycles).toEqual([])
  })

  it('the names of companies stand in their own folders and in the list only', () => {
    const wrong = files.filter(
      file =>
        !/^providers\/[^/]+\//.test(file) &&
        file !== 'providers/index.ts' &&
        /\b(rillis|kycgenie|unico)\b/i.test(read(file)),
    )
    expect(wrong).toEqual([])
  })
})

describe('one door per effect', () => {
  const doors: [what: string, pattern: RegExp, allowed: RegExp][] = [
    ['time', /\bDate\.now\b|new Date\(\)|\bset(Timeout|Interval)\(|\bperformance\.now\b/, /^clock\/system\.ts$/],
    ['chance', /Math\.random|randomUUID|randomBytes/, /^config\.ts$/],
    ['SQLite', /from 'better-sqlite3'/, /^ledger\/(sqlite|database)\.ts$/],
    ['p-retry', /['"]p-retry['"]/, /^(delivery\/courier|cli\/client)\.ts$/],
    ['faker', /(?<!type [^\n]*)from '@faker-js|import\('@faker-js/, /^provider\/fake\.ts$/],
    ['crypto', /node:crypto/, /^(provider\/signing|core\/seed|config)\.ts$/],
    ['environment', /process\.env/, /^config\.ts$/],
    ['console', /\bconsole\.|process\.std(out|err)|process\.exit\b/, /^cli\/(print|main)\.ts$/],
    ['files', /node:fs/, /^(scenario\/load|cli\/commands\/.*|ledger\/database|ledger\/sqlite)\.ts$/],
    ['outgoing HTTP', /['"]undici['"]/, /^delivery\/transport[^/]*\.ts$/],
  ]
  it.each(doors)('%s goes through its own door, so that tests can hold it', (_, pattern, allowed) => {
    const typeImport = /import type .*$/gm
    expect(files.filter(file => !allowed.test(file) && pattern.test(code(file).replace(typeImport, '')))).toEqual([])
  })
})

describe('manners', () => {
  it('zod is imported as a namespace, since its z brings sixty languages into the bundle', () => {
    expect(files.filter(file => /^import \{[^}]*\bz\b[^}]*\} from 'zod'/m.test(read(file)))).toEqual([])
  })

  it('every file opens with one sentence saying what it is', () => {
    expect(files.filter(file => !/^(#!.*\n)?(\/\/ \S.*|\/\*\* \S.*)/.test(read(file)))).toEqual([])
  })

  it('nothing is named for what it is not: no drawers', () => {
    expect(files.filter(file => /(^|\/)(utils?|helpers?|common|types|misc)(\/|\.ts$)/.test(file))).toEqual([])
  })

  it('no class but errors', () => {
    expect(
      files.filter(file => /^\s*(export\s+)?(abstract\s+)?class (?!\w+ extends \w*Error\b)/m.test(code(file))),
    ).toEqual([])
  })

  it('nothing is silenced', () => {
    expect(
      files.filter(file => /@ts-(ignore|expect-error|nocheck)|biome-ignore|\bas any[;,)\]>\n]/.test(read(file))),
    ).toEqual([])
  })

  it('no file but tables of data has grown past 300 lines', () => {
    expect(files.filter(file => !/assumptions[\w-]*\.ts$/.test(file) && read(file).split('\n').length > 300)).toEqual(
      [],
    )
  })

  it('the version is that of package.json', () => {
    expect(VERSION).toBe((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version)
  })
})
