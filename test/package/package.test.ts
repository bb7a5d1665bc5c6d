// The package as it is published: its types for every compiler, its licences, and nothing that leads out of it.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, Package } from '@arethetypeswrong/core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ROOT } from '../support/markdown.js'
import { runProcess } from '../support/process.js'

interface Manifest {
  name: string
  version: string
  files: string[]
  dependencies?: Record<string, string>
  exports: Record<string, unknown>
}

const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** A project that has installed the package and nothing else. */
let project: string
let installed: string

beforeAll(async () => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'standin-project-')))
  installed = join(project, 'node_modules/standin')
  mkdirSync(installed, { recursive: true })
  cpSync(join(inject('built'), 'dist'), join(installed, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'))
  const build = [join(ROOT, 'build/package.mjs'), '--only-types', '--out', join(installed, 'dist')]
  await promisify(execFile)(process.execPath, build, { cwd: ROOT })
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

it('nothing is installed with it but an optional binding', () => {
  expect(manifest.dependencies).toBeUndefined()
})

it('it runs without any other package, or says in one sentence how to get SQLite', async () => {
  const args = ['trigger', 'rillis', 'FLOW_COMPLETED', '--to', 'http://127.0.0.1:1', '--speed', 'max', '--json']
  const { stdout, stderr } = await runProcess(process.execPath, [join(installed, 'dist/cli/main.js'), ...args])
  const [major = 0] = process.versions.node.split('.').map(Number)
  expect(stderr).not.toMatch(/ExperimentalWarning|bindings file/)
  if (major >= 22) return expect(stdout).toContain('exhausted')
  expect(stderr).toMatch(/npm rebuild better-sqlite3.*npm install-scripts approve.*pnpm approve-builds/)
  // A binding that was never built announces a list of paths.
  const unbuilt = join(project, 'node_modules/better-sqlite3')
  mkdirSync(join(unbuilt, 'lib'), { recursive: true })
  writeFileSync(join(unbuilt, 'package.json'), '{ "version": "12.0.0", "main": "lib/index.js" }')
  const message = 'Could not locate the bindings file. Tried:\\n → /a'
  writeFileSync(join(unbuilt, 'lib/index.js'), `module.exports = function () { throw new Error('${message}') }`)
  const again = await runProcess(process.execPath, [join(installed, 'dist/cli/main.js'), ...args])
  rmSync(unbuilt, { recursive: true })
  expect(again.stderr).toContain('does not load here (Could not locate the bindings file), and')
})

it('its NOTICE has the licence of every package that is bundled', () => {
  const notice = readFileSync(join(installed, 'dist/NOTICE'), 'utf8')
  const named = [...notice.matchAll(/^-+\n(\S+) \((\S+)\)$/gm)].map(([, name, license]) => `${name} ${license}`)
  expect(named).toEqual([
    '@faker-js/faker MIT',
    '@hono/node-server MIT',
    '@preact/signals MIT',
    '@preact/signals-core MIT',
    '@tanstack/virtual-core MIT',
    'eventsource-parser MIT',
    'hdr-histogram-js BSD-2-Clause',
    'hono MIT',
    'ipaddr.js MIT',
    'is-network-error MIT',
    'p-retry MIT',
    'preact MIT',
    'yaml ISC',
    'zod MIT',
  ])
})

it('what is required and what is imported has types of its own kind', async () => {
  const files = Object.fromEntries(
    filesIn(installed).map(file => [`/node_modules/standin/${relative(installed, file)}`, readFileSync(file)]),
  )
  const result = await checkPackage(new Package(files, manifest.name, manifest.version))
  if (result.types === false) throw new Error('There are no types.')
  // The matchers of vitest cannot be required, since vitest cannot be.
  const found = result.problems.filter(
    problem =>
      !('entrypoint' in problem && problem.entrypoint === './testing/matchers' && problem.kind === 'CJSResolvesToESM'),
  )
  // Resolution before exports knows no subpaths; every version of Node that is supported knows exports.
  expect(found.filter(problem => !('resolutionKind' in problem && problem.resolutionKind === 'node10'))).toEqual([])
})

const COMPILERS = {
  '5.5': 'test/toolchains/typescript-5.5',
  '5.9': 'test/toolchains/generators',
  '6': 'test/toolchains/typescript-6',
  '7': '.',
}
type Compiler = keyof typeof COMPILERS

/** Each mode once, and the oldest and the newest compiler; script/test-whole.mjs runs every compiler with every mode. */
const COMPILED: [Compiler, string][] = process.env.STANDIN_TEST_WHOLE
  ? (['5.5', '5.9', '6', '7'] as const).flatMap(version =>
      ['bundler', 'node16', 'nodenext'].map((mode): [Compiler, string] => [version, mode]),
    )
  : [
      ['5.5', 'bundler'],
      ['7', 'node16'],
      ['7', 'nodenext'],
    ]

it.each(COMPILED)(
  'its types compile with TypeScript %s as %s, without the types of Node, libraries checked',
  async (version, mode) => {
    const tsc = join(ROOT, COMPILERS[version], 'node_modules/typescript/bin/tsc')
    const isBundled = mode === 'bundler'
    const files = isBundled ? ['esm.ts'] : ['esm.ts', 'commonjs.cts']
    for (const name of files) cpSync(join(ROOT, 'test/package/consumer.ts'), join(project, name))
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    const checked = {
      noEmit: true,
      strict: true,
      target: 'es2022',
      types: [],
      skipLibCheck: false,
      skipDefaultLibCheck: true,
    }
    const compilerOptions = { ...checked, module: isBundled ? 'esnext' : mode, moduleResolution: mode }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    const args = [tsc, '-p', project, ...(version === '7' ? ['--checkers', '1'] : [])]
    const { stdout } = await runProcess(process.execPath, args, { cwd: project })
    expect(stdout).toBe('')
  },
)

it('every link in its pages leads to a file that is published', () => {
  const isPublished = (file: string) =>
    ['package.json', 'README.md', 'LICENSE', ...manifest.files].some(one => file === one || file.startsWith(`${one}/`))
  const pages = filesIn(ROOT.replace(/\/$/, '').concat('/docs'))
    .concat(
      filesIn(join(ROOT, 'examples')),
      filesIn(join(ROOT, 'scenarios')),
      join(ROOT, 'README.md'),
      join(ROOT, 'src/providers/README.md'),
    )
    .filter(file => file.endsWith('.md'))
  const out = pages.flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, link = '']) => relative(ROOT, resolve(dirname(page), link)))
      .filter(file => !isPublished(file))
      .map(file => `${relative(ROOT, page)}: ${file}`),
  )
  expect(out).toEqual([])
})
