// How the tests run: real sockets and real files, and nothing is retried.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const report = process.env.VITEST_REPORT

const src = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url))

/** Files that take longest, that which takes longest first: they start in this order, so that none of them runs alone at the end. */
const LONG = [
  'verify/flaws',
  'readme',
  'verify/python',
  'examples/test-runners',
  'verify/',
  'cli/run',
  'cli/control',
  'cli/verify',
  'package/',
  'relay/',
  'hostile/fuzz',
  // Those that share a process.
  'page/',
  'stories/record',
  'faults/drills',
  'scenario/run',
  'signature-debugger/',
  'http/openapi-lint',
  'http/delivery-life',
  'emulator/memory',
  'ledger/million',
]

const ALL = ['test/**/*.test.ts', 'examples/**/*.test.ts']

// Written for node:test; test/testing/node-test.test.ts runs it.
const OTHERS = ['examples/node-test/**', '**/node_modules/**']

/** Files that change nothing of their process share one, which loads the sources once for all of them. */
const SHARED = [
  'test/{contract,core,emulator,faults,http,ledger,page,provider,providers,realism,receiver,report,scenario,signature-debugger,stories}/**/*.test.ts',
]

/** Files with a process of their own first, then those that share one, which only files that follow each other do; of each kind the longest first. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const place = LONG.findIndex(path => moduleId.includes(`/test/${path}`))
      return (project.config.isolate ? 0 : 2 * LONG.length) + (place < 0 ? LONG.length : place)
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
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
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report ? { outputFile: { json: report } } : {}),
  },
})
