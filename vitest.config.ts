// How the tests run: real sockets and real files, and nothing is retried.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const report = process.env.VITEST_REPORT

const src = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url))

/** Files that take longest. They start first, so that none of them runs alone at the end. */
const LONG = /\/test\/(verify\/|hostile\/fuzz|readme|page\/every-view|package\/|testing\/types|http\/openapi-lint)/

const ALL = ['test/**/*.test.ts', 'examples/**/*.test.ts']

// Written for node:test; test/testing/node-test.test.ts runs it.
const OTHERS = ['examples/node-test/**', '**/node_modules/**']

/** Files that change nothing of their process share one, which loads the sources once for all of them. */
const SHARED = [
  'test/{contract,core,emulator,faults,http,ledger,page,provider,providers,realism,receiver,report,scenario,signature-debugger,stories}/**/*.test.ts',
]

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}

/** What every test has. */
const settings = {
  // The examples and stories import the package by its name, as its users do.
  resolve: {
    alias: [
      { find: /^standin$/, replacement: src('index.ts') },
      { find: /^standin\/testing$/, replacement: src('testing/index.ts') },
      { find: /^standin\/testing\/jest$/, replacement: src('testing/jest.ts') },
      { find: /^standin\/testing\/matchers$/, replacement: src('testing/matchers.ts') },
    ],
  },
  test: {
    setupFiles: fileURLToPath(new URL('test/support/checked-fetch.ts', import.meta.url)),
    // Only a test that hangs meets it: a busy machine is no failure, and what a test does is bounded by count.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks' as const,
    retry: 0,
  },
}

const project = (test: { name: string; isolate: boolean; include: string[]; exclude: string[] }) => ({
  ...settings,
  test: { ...settings.test, ...test },
})

export default defineConfig({
  test: {
    projects: [
      project({ name: 'shared', isolate: false, include: SHARED, exclude: OTHERS }),
      project({ name: 'own process', isolate: true, include: ALL, exclude: [...OTHERS, ...SHARED] }),
    ],
    globalSetup: fileURLToPath(new URL('test/support/build.ts', import.meta.url)),
    // Much of the time is spent waiting for sockets and child processes.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report ? { outputFile: { json: report } } : {}),
  },
})
