// Before all tests: the package is built once, as its own script builds it, and the tests that run the command line run that.
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { ROOT } from './markdown.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built package. */
    built: string
  }
}

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** What the package has besides what is built. The copied ones import the package by its name, which leads to what is built here. */
const LINKED = ['scenarios', 'fixtures', 'node_modules']
const COPIED = ['examples', 'bench', 'package.json']

/** What a checkout has that pages speak of. */
export const OF_THE_CHECKOUT = [...LINKED, ...COPIED]

interface Built {
  folder: string
  remove(): void
}

/** The package as its own build script makes it, in a folder of its own, so that nothing stale is run. */
async function buildPackage(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'standin-built-'))
  const [, ...script] = scripts.build?.split(' ') ?? []
  await promisify(execFile)(process.execPath, [...script, '--no-types', '--out', join(folder, 'dist')], { cwd: ROOT })
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(folder, name))
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const shim = (name: string, ...lines: string[]) => {
    writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(join(bin, name), 0o755)
  }
  shim(
    'standin',
    'if [ "$1" = serve ]; then STANDIN_PORT="$PORT_OF_SERVE"; export STANDIN_PORT; fi',
    `exec '${process.execPath}' '${folder}/dist/cli/main.js' "$@"`,
  )
  shim('npx', '[ "$1" = standin ] || { echo "npx $1 is not known here" >&2; exit 127; }', 'shift', 'exec standin "$@"')
  // An error answer that a page does not speak of is a mistake of the page.
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v curl'])
  shim('curl', `exec '${stdout.trim()}' --fail-with-body "$@"`)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export default async function setup({ provide }: TestProject): Promise<() => void> {
  const built = await buildPackage()
  provide('built', built.folder)
  return built.remove
}
