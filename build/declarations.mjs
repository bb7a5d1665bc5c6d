// The declarations of the package: those that its entries reach, with the declarations of bundled packages beside them.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const ENTRIES = ['index.d.ts', 'testing/index.d.ts', 'testing/matchers.d.ts', 'testing/jest.d.ts']
/** Packages whose types appear in ours: where their declarations are, and which file is meant by the bare name. */
const BUNDLED = {
  zod: { folder: join(ROOT, 'node_modules/zod'), entry: 'index.d.ts' },
  '@faker-js/faker': { folder: join(ROOT, 'node_modules/@faker-js/faker/dist'), entry: 'index.d.ts' },
}
/** What only a user who has it imports. */
const OPTIONAL = new Set(['vitest'])
const SPECIFIER = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+|\bdeclare module\s+)(['"])([^'"]+)\2/g

/** The declarations of packages show imports in their comments. */
const isCommented = (text, at) => /^\s*(\*|\/\/|\/\*)/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))

/** Projects may leave the types of Node out: a Buffer is said to be the bytes that it is, and the symbol of disposal comes from its own lib. */
const withoutNode = text =>
  (/Symbol\.(asyncDispose|dispose)/.test(text) ? '/// <reference lib="esnext.disposable" />\n' : '') +
  text.replaceAll(/\bBuffer(<\w+>)?(?=[^'"\w])/g, 'Uint8Array')

const toDeclaration = path => path.replace(/\.([cm]?)js$/, '.d.$1ts')

/** Writes the declarations below `declared` that the entries reach into `out`, and once more into `out/cjs`, for CommonJS. */
export async function buildDeclarations(declared, out) {
  const files = new Map()
  /** `source` is where a file is, `target` where it will be, relative to `out`. */
  const walk = async (source, target) => {
    if (files.has(target)) return
    files.set(target, '')
    const text = await readFile(source, 'utf8')
    const found = []
    const rewritten = text.replaceAll(SPECIFIER, (all, before, quote, specifier, at) => {
      if (before.startsWith('declare') || isCommented(text, at)) return all
      if (specifier.startsWith('.')) {
        const to = toDeclaration(specifier)
        found.push([join(dirname(source), to), join(dirname(target), to)])
        return all
      }
      if (OPTIONAL.has(specifier)) return all
      const bundled = BUNDLED[specifier]
      if (bundled === undefined) throw new Error(`The declarations of ${target} need ${specifier}.`)
      const to = join('bundled', specifier, bundled.entry)
      found.push([join(bundled.folder, bundled.entry), to])
      const path = relative(dirname(target), to)
        .replaceAll('\\', '/')
        .replace(/\.d\.ts$/, '.js')
      return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`
    })
    files.set(target, target.startsWith('bundled') ? rewritten : withoutNode(rewritten))
    for (const [from, to] of found) await walk(from, to)
  }
  for (const entry of ENTRIES) await walk(join(declared, entry), entry)
  for (const [target, text] of files)
    for (const folder of [out, join(out, 'cjs')]) {
      const path = join(folder, target)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    }
}
