// The node:test example, run as its users run it.
import { expect, it } from 'vitest'
import { ROOT } from '../support/markdown.js'
import { runProcess } from '../support/process.js'

it('standin/testing works with node:test alone', async () => {
  const args = ['--import', 'tsx', '--test', '--test-reporter=tap', 'examples/node-test/receiver.test.ts']
  // A node:test process that finds itself inside another would report to it instead.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await runProcess(process.execPath, args, { cwd: ROOT, env })
  expect(stdout).toMatch(/^# pass 2$/m)
  expect(stdout).toMatch(/^# fail 0$/m)
})
