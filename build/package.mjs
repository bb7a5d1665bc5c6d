// Builds the package into a folder: bundles, the page, declarations and the NOTICE. Usage: node build/package.mjs [--out dist] [--no-types | --only-types]
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, transformSync } from 'esbuild'
import { buildDeclarations } from './declarations.mjs'
import { noticeOf } from './notice.mjs'
import { buildPage } from './page.mjs'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist' },
    'no-types': { type: 'boolean', default: false },
    'only-types': { type: 'boolean', default: false },
  },
})
const out = resolve(ROOT, values.out)

const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  external: ['better-sqlite3', 'vitest', '@jest/globals', '@modelcontextprotocol/sdk', '@redis/client'],
  minify: true,
  metafile: true,
  logLevel: 'warning',
}

/**
 * Loads one chunk after another. Test runners that run modules in contexts of their own (Jest, vitest's vmThreads) cannot link two
 * modules at once that import the same third.
 *
 * Node never loads a module again that once met a lack of file descriptors (EMFILE). So where many are in use, a load first looks for as
 * many free ones as its files may take, and fails by itself when there are fewer: the next one may succeed.
 */
function createLoad(openSync, closeSync, file) {
  const [MANY, NEEDED] = [40, 24]
  const checkRoom = () => {
    const open = []
    try {
      open.push(openSync(file))
      // The system gives the lowest number that is free.
      while (open[0] >= MANY && open.length < NEEDED) open.push(openSync(file))
    } catch (error) {
      if (error.code === 'EMFILE' || error.code === 'ENFILE') throw error
    } finally {
      open.forEach(closeSync)
    }
  }
  let last = Promise.resolve()
  return load => {
    const next = () => {
      checkRoom()
      return load()
    }
    last = last.then(next, next)
    return last
  }
}

const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);"

const LOAD = transformSync(
  `import { openSync as __open, closeSync as __close } from 'node:fs'
  const __load = globalThis[Symbol.for('standin.load')] ??= (${createLoad})(__open, __close, process.execPath)`,
  { minifyWhitespace: true, minifySyntax: true },
).code

/** Size below which a chunk is put together with others, bytes: loading a file costs as much as compiling some 20 kB of it. */
const SMALL_BYTES = 12_000

const isStatic = ({ kind }) => kind === 'import-statement'

/**
 * Puts small chunks of our own that import nothing but each other into one, which every entry loads. `outputs` are those of a build without it.
 * What belongs to a chunk is decided by the entries that reach it; so every entry, also those that are loaded later, imports them all.
 */
function joinSmall(outputs) {
  const chunks = Object.entries(outputs)
  const isSmall = ({ entryPoint, bytes, inputs }) =>
    entryPoint === undefined && bytes < SMALL_BYTES && Object.keys(inputs).every(input => input.startsWith('src/'))
  const small = new Map(chunks.filter(([, chunk]) => isSmall(chunk)))
  let before
  do {
    before = small.size
    for (const [name, { imports }] of small)
      if (!imports.filter(isStatic).every(({ path }) => small.has(path))) small.delete(name)
  } while (small.size < before)
  const imports = [...small.values()]
    .flatMap(({ inputs }) => Object.keys(inputs))
    .map(input => `import ${JSON.stringify(resolve(ROOT, input))}`)
  const entries = new Set(chunks.flatMap(([, { entryPoint }]) => (entryPoint ? [resolve(ROOT, entryPoint)] : [])))
  return {
    name: 'join-small',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^standin:small$/ }, ({ path }) => ({ path, namespace: 'small' }))
      onLoad({ filter: /./, namespace: 'small' }, () => ({ contents: imports.join('\n'), resolveDir: ROOT }))
      onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        entries.has(path)
          ? { contents: `${await readFile(path, 'utf8')}\nimport 'standin:small'`, loader: 'ts' }
          : undefined,
      )
    },
  }
}

/** The package itself: lazily loaded chunks that all entries share. */
async function bundle() {
  const options = {
    ...shared,
    entryPoints: [
      'src/cli/main.ts',
      'src/index.ts',
      'src/testing/index.ts',
      'src/testing/matchers.ts',
      'src/testing/jest.ts',
    ],
    outbase: 'src',
    outdir: out,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
  }
  const apart = await build({ ...options, write: false })
  const { metafile } = await build({ ...options, plugins: [joinSmall(apart.metafile.outputs)] })
  for (const [name, { imports }] of Object.entries(metafile.outputs)) {
    const lazy = imports.filter(({ kind }) => kind === 'dynamic-import').length
    const file = resolve(ROOT, name)
    const text = await readFile(file, 'utf8')
    let wrapped = 0
    const queued = text.replaceAll(/\bimport\((["'])([^"']+)\1\)/g, all => {
      wrapped++
      return `__load(()=>${all})`
    })
    if (wrapped < lazy) throw new Error(`${name} has ${lazy} lazy imports, of which ${wrapped} were found`)
    const [, start = '', rest] = /^(#![^\n]*\n)?(.*)$/s.exec(queued)
    const before = [/\brequire\b/.test(text) ? REQUIRE : '', wrapped > 0 ? LOAD : '']
    await writeFile(file, start + before.join('') + rest)
  }
  return metafile
}

/** What CommonJS test runners load: one file, without `import()`, which Jest has only behind a flag. */
async function bundleCommonJs() {
  const folder = join(out, 'cjs')
  const { metafile } = await build({
    ...shared,
    stdin: {
      contents: "export * as root from './src/index.ts'; export * as testing from './src/testing/index.ts'",
      resolveDir: ROOT,
    },
    outfile: join(folder, 'standin.js'),
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
  })
  await mkdir(join(folder, 'testing'), { recursive: true })
  const files = {
    'package.json': '{"type":"commonjs"}\n',
    'index.js': "module.exports = require('./standin.js').root\n",
    'testing/index.js': "module.exports = require('../standin.js').testing\n",
    'testing/jest.js':
      "const { matchers } = require('./index.js')\nrequire('@jest/globals').expect.extend(matchers)\nexports.matchers = matchers\n",
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return metafile
}

if (!values['only-types']) {
  await rm(out, { recursive: true, force: true })
  const metafiles = [await bundle(), await bundleCommonJs(), await buildPage(join(out, 'page'))]
  await writeFile(join(out, 'NOTICE'), await noticeOf(ROOT, metafiles))
}
if (!values['no-types']) {
  const declared = join(out, '.declared')
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  // The lint checks the types; checking them here once more is most of a build's time.
  const unchecked = ['--noCheck', '--checkers', '1']
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', declared, ...unchecked], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  await buildDeclarations(declared, out)
  await rm(declared, { recursive: true })
}
