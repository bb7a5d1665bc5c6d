// Builds the page: bundles src/page into a folder with hashed names, writes its index.html, and compresses each file.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** Builds the page into `folder`; resolves with esbuild's metafile. */
export async function buildPage(folder) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/page/main.tsx'],
    outdir: 'page',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome109', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'file' },
    minify: true,
    metafile: true,
    write: false,
    logLevel: 'warning',
  })

  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/page/main.tsx')
  if (entry === undefined) throw new Error('esbuild made no entry')
  const [script, { cssBundle, imports }] = entry
  const named = file => `_page/${basename(file)}`
  const template = await readFile(join(ROOT, 'src/page/index.html'), 'utf8')
  const head = [
    ...(cssBundle === undefined ? [] : [`<link rel="stylesheet" href="${named(cssBundle)}">`]),
    ...imports
      .filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => `<link rel="modulepreload" href="${named(path)}">`),
    `<script type="module" src="${named(script)}"></script>`,
  ].join('\n    ')
  const files = [
    ...outputFiles.map(({ path, contents }) => ({ name: relative(join(ROOT, 'page'), path), contents })),
    { name: 'llms.txt', contents: await readFile(join(ROOT, 'llms.txt')) },
    { name: 'index.html', contents: Buffer.from(template.replace('<!-- assets -->', head)) },
  ]
  for (const { name, contents } of files) {
    await writeFile(join(folder, name), contents)
    await writeFile(join(folder, `${name}.gz`), gzipSync(contents, { level: constants.Z_BEST_COMPRESSION }))
  }
  return metafile
}
