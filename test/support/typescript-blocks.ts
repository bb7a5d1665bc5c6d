// The TypeScript blocks of pages as files of a project: checked by the compiler, then run by vitest.
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

/** Checks the types of the blocks and runs them: a block with tests as tests, any other as a module that loads. Answers how many tests ran. */
export async function runTypeScript(blocks: readonly Block[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'standin-typescript-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    mkdirSync(join(folder, 'test'))
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    write('package.json', '{ "type": "module" }')
    write(
      'tsconfig.json',
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['test', join(ROOT, 'src/**/*.d.ts')] }),
    )
    for (const { page, line, text } of blocks) {
      const name = `${page.replace(/\W+/g, '-')}-line-${line}`
      if (text.includes("from 'vitest'")) write(`test/${name}.test.ts`, text)
      else {
        write(`test/${name}.ts`, text)
        write(
          `test/${name}.test.ts`,
          `import { expect, it } from 'vitest'\nit('loads', async () => expect(await import('./${name}.js')).toBeDefined())\n`,
        )
      }
    }
    await run('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json'], folder)
    const config = ['--root', folder, '--config', join(ROOT, 'vitest.config.ts')]
    const said = await run('vitest/vitest.mjs', ['run', ...config, '--reporter=json'], folder)
    const { numPassedTests }: { numPassedTests: number } = JSON.parse(said.slice(said.indexOf('{"')))
    return numPassedTests
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
