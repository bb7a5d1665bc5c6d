// The package as it is built works in every test runner of which there is an example.
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { runProcess } from '../support/process.js'

const ESM_IN_JEST = '--experimental-vm-modules'

it.each<[runner: string, program: string, args: string[], passed: RegExp, options?: string]>([
  ['Jest with CommonJS', 'jest/bin/jest.js', ['--rootDir', 'examples/jest-commonjs'], /Tests: +2 passed/],
  ['Jest with ES modules', 'jest/bin/jest.js', ['--rootDir', 'examples/jest-esm'], /Tests: +2 passed/, ESM_IN_JEST],
  ['Playwright Test', '@playwright/test/cli.js', ['test', '-c', 'examples/playwright'], /1 passed/],
  ['vitest with forks', 'vitest/vitest.mjs', ['run', '--pool', 'forks', 'examples/vitest'], /Tests +2 passed/],
  ['vitest with vmThreads', 'vitest/vitest.mjs', ['run', '--pool', 'vmThreads', 'examples/vitest'], /Tests +2 passed/],
])('%s runs its example', async (_runner, program, args, passed, options) => {
  const built = inject('built')
  // What this runner tells its workers is not meant for another one.
  const { VITEST: _, VITEST_WORKER_ID: _id, VITEST_POOL_ID: _pool, JEST_WORKER_ID: _jest, ...env } = process.env
  const { stdout, stderr } = await runProcess(process.execPath, [join(built, 'node_modules', program), ...args], {
    cwd: built,
    env: { ...env, NO_COLOR: '1', ...(options && { NODE_OPTIONS: options }) },
  })
  expect(`${stdout}\n${stderr}`).toMatch(passed)
})
