// TypeScript blocks of pages and examples of docstrings as files of a project: checked by the compiler, and run by vitest.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Block, ROOT } from './markdown.js'
import { runProcess } from './process.js'

/** Runs a program of the project with node; what it said is in the error when it does not end with 0. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  // The runner inside writes no report of its own over the one of the runner outside.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
  const { code, stdout, stderr } = await runProcess(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
    cwd,
    env,
  })
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`)
  return stdout
}

const nameOf = ({ page, line }: Pick<Block, 'page' | 'line'>) => `${page.replace(/\W+/g, '-')}-line-${line}`

/** Checks the types of files in one program of the project, and answers what `act` answers for their folder. */
async function inProject<T>(
  files: ReadonlyMap<string, string>,
  compilerOptions: Readonly<Record<string, boolean>>,
  act: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'standin-typescript-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    mkdirSync(join(folder, 'test'))
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    write('package.json', '{ "type": "module" }')
    const include = ['test', join(ROOT, 'src/**/*.d.ts')]
    write('tsconfig.json', JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include }))
    for (const [name, text] of files) write(`test/${name}`, text)
    // Each checker would infer the types of the libraries anew: with one it takes half the processor time.
    await run('typescript/bin/tsc', ['--noEmit', '--checkers', '1', '-p', 'tsconfig.json'], folder)
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Checks the types of blocks, each a module; they may leave names unused. `shared` is a module beside them, for global declarations. */
export async function checkTypeScript(blocks: readonly Block[], shared: string): Promise<void> {
  const files = new Map([['shared.ts', shared], ...blocks.map(block => [`${nameOf(block)}.ts`, block.text] as const)])
  await inProject(
    files,
    { noUnusedLocals: false, noUnusedParameters: false, verbatimModuleSyntax: false },
    () => undefined,
  )
}

/** Checks the types of the blocks and runs them: a block with tests as tests, any other as a module that loads. Answers how many tests ran. */
export function runTypeScript(blocks: readonly Block[]): Promise<number> {
  const files = new Map<string, string>()
  for (const block of blocks) {
    const name = nameOf(block)
    if (block.text.includes("from 'vitest'")) files.set(`${name}.test.ts`, block.text)
    else {
      files.set(`${name}.ts`, block.text)
      files.set(
        `${name}.test.ts`,
        `import { expect, it } from 'vitest'\nit('loads', async () => expect(await import('./${name}.js')).toBeDefined())\n`,
      )
    }
  }
  return inProject(files, {}, async folder => {
    const config = ['--root', folder, '--config', join(ROOT, 'vitest.config.ts')]
    const said = await run('vitest/vitest.mjs', ['run', ...config, '--reporter=json'], folder)
    const { numPassedTests }: { numPassedTests: number } = JSON.parse(said.slice(said.indexOf('{"')))
    return numPassedTests
  })
}
