// Measures how long a command takes, and `node -e 0` in the same run. Usage: node bench/startup.mjs [rounds=11].
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, watch } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROUNDS = Number(process.argv[2] ?? 11)
const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

const receiver = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.end('ok'))
})
await once(receiver.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${receiver.address().port}/webhooks`

async function toExit(...args) {
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return performance.now() - started
}

async function toReady() {
  const folder = mkdtempSync(join(tmpdir(), 'standin-bench-'))
  const file = join(folder, 'ready.json')
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--port', '0', '--ledger', join(folder, 'standin.db'), '--ready-file', file],
    { stdio: 'ignore' },
  )
  await new Promise(resolve => {
    const watcher = watch(folder, () => {
      if (!existsSync(file)) return
      watcher.close()
      resolve()
    })
  })
  const took = performance.now() - started
  child.kill('SIGTERM')
  await once(child, 'exit')
  rmSync(folder, { recursive: true })
  return took
}

const subjects = {
  'node -e 0': () => toExit('-e', '0'),
  'standin events': () => toExit(CLI, 'events'),
  'standin trigger --to': () =>
    toExit(CLI, 'trigger', 'rillis', 'FLOW_COMPLETED', '--to', url, '--secret', 'bench-key'),
  'standin serve, ready': toReady,
}
const times = Object.fromEntries(Object.keys(subjects).map(name => [name, []]))
for (let round = 0; round < ROUNDS; round++)
  for (const [name, run] of Object.entries(subjects)) times[name].push(await run())
const base = median(times['node -e 0'])
for (const [name, values] of Object.entries(times)) {
  const ratio = median(values.map((value, round) => value / times['node -e 0'][round]))
  console.log(
    `${name.padEnd(22)} ${Math.round(median(values))} ms, ${(name === 'node -e 0' ? 1 : ratio).toFixed(2)} times node -e 0`,
  )
}
if (!(base > 0)) throw new Error('nothing was measured')
receiver.close()
