// Runs tests on other versions of Node, which the npm package `node` brings. Usage: node script/test-on-node.mjs 22,24,26 [vitest arguments …]
import { spawnSync } from 'node:child_process'

const [versions = '20,22,24,26', ...args] = process.argv.slice(2)
const vitest = 'node_modules/vitest/vitest.mjs'
const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'

let failed = 0
for (const version of versions.split(',')) {
  console.log(`Node ${version}: vitest run ${args.join(' ')}`)
  // Where the binding of better-sqlite3 is for another version, the ledger is opened by node:sqlite.
  const command = ['-y', '-p', `node@${version}`, 'node', vitest, 'run', ...args]
  const { status } = spawnSync(npx, command, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) failed++
}
process.exitCode = failed === 0 ? 0 : 1
