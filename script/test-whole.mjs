// Runs whole what CI runs in part: every version of TypeScript in every mode, and the image with its own install. Usage: node script/test-whole.mjs
import { spawnSync } from 'node:child_process'

const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/package', 'test/containers/image.test.ts'],
  { stdio: 'inherit', env: { ...process.env, STANDIN_TEST_WHOLE: '1' } },
)
process.exitCode = status ?? 1
