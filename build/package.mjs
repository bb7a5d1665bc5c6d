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

const LOAD = transformSync(
  `const __load = globalThis[Symbol.for('standin.load')] ??= (() => {
    const { openSync, closeSync } = require('node:fs')
    return (${createLoad})(openSync, closeSync, process.execPath)
  })()`,
  { minify: true },
).code

/** The package itself: lazily loaded chunks that all entries share. */
async function bundle() {
  const { metafile } = await build({
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
    banner: {
      js: `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);${LOAD}`,
    },
  })
  for (const [name, { imports }] of Object.entries(metafile.outputs)) {
    const lazy = imports.filter(({ kind }) => kind === 'dynamic-import').length
    if (lazy === 0) continue
    const file = resolve(ROOT, name)
    const text = await readFile(file, 'utf8')
    let wrapped = 0
    const queued = text.replaceAll(/\bimport\((["'])([^"']+)\1\)/g, all => {
      wrapped++
      return `__load(()=>${all})`
    })
    if (wrapped < lazy) throw new Error(`${name} has ${lazy} lazy imports, of which ${wrapped} were found`)
    await writeFile(file, queued)
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
