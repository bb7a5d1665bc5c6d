// The pytest fixture of docs/python.md: its code is run as it stands, with a stand-in for pytest, which need not be installed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startReceiver, startStandin } from 'standin/testing'
import { expect, it, onTestFinished } from 'vitest'
import { ROOT } from '../support/markdown.js'
import { runProcess } from '../support/process.js'

/** All of pytest that the fixture uses, and what pytest does with it. */
const RUNNER = `
import sys, types
module = types.ModuleType("pytest")
module.fixture = lambda made: made
sys.modules["pytest"] = module
names = {}
exec(sys.stdin.read(), names)
fixture = names["standin"]()
names["test_a_flow_is_delivered"](next(fixture))
assert next(fixture, None) is None
print("passed")
`

it('the fixture and the test of the page pass', async () => {
  const standin = await startStandin()
  const receiver = await startReceiver({ answers: [500, 500, 200] })
  onTestFinished(() => Promise.all([standin.stop(), receiver.stop()]).then(() => undefined))
  const page = readFileSync(join(ROOT, 'docs/python.md'), 'utf8')
  const code = [...page.matchAll(/^```python\n([\s\S]*?)^```/gm)].map(([, block]) => block).join('\n')
  const { stdout, stderr } = await runProcess('python3', ['-c', RUNNER], {
    input: code,
    env: { ...process.env, STANDIN_SERVER: standin.url, RECEIVER_URL: receiver.url },
  })
  expect(stderr).toBe('')
  expect(stdout).toBe('passed\n')
  // The fixture deleted its space.
  expect(await (await fetch(`${standin.url}/spaces`)).json()).toEqual({ items: [] })
})
