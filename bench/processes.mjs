// The other processes of a measurement: the receiver, servers, and what they cost.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command line as it is built. */
export const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/** Servers that run; they end with this process, which may be stopped in the middle. */
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs `work` with a folder that is removed afterwards. */
export async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'standin-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A process of this folder that says its port when it listens. */
async function startListening(file, ...args) {
  const child = fork(new URL(file, import.meta.url), args)
  const [{ port }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended before it listened`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    send: message => child.send(message),
    /** Sends a message and resolves with the next one that comes back. */
    ask: async message => {
      const answer = once(child, 'message')
      child.send(message)
      return (await answer)[0]
    },
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

/** The receiver; `mode` is `open`, `held` (responds after `go`) or `timed` (responds with the instant of arrival); `tls`: files of a key and a certificate. */
export const startReceiver = (mode, ...tls) => startListening('./receiver.mjs', mode, ...tls)

/** The bare Hono route that POST /_standin/events is compared with. */
export const startBareRoute = () => startListening('./bare-route.mjs')

/** `standin serve` on a ledger; `readyMs` is the time from its start until the ready file is there. */
export async function startServe(folder, ledger, ...args) {
  const file = join(folder, `ready-${process.hrtime.bigint()}.json`)
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--port', '0', '--ledger', ledger, '--ready-file', file, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  running.add(child)
  child.once('exit', () => running.delete(child))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text
  })
  const ended = once(child, 'exit')
  await new Promise((resolve, reject) => {
    const watcher = watch(folder, () => {
      if (!existsSync(file)) return
      watcher.close()
      resolve()
    })
    void ended.then(([code]) => {
      watcher.close()
      reject(new Error(`standin serve ended with ${code} before it was ready: ${errors}`))
    })
  })
  const readyMs = performance.now() - started
  const { url } = JSON.parse(readFileSync(file, 'utf8'))
  return {
    url,
    pid: child.pid,
    readyMs,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Time until a command has ended with 0, ms. */
export async function timeToExit(...args) {
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return performance.now() - started
}

/** Linux counts the CPU time of a process in units of 10 ms. */
const TICK_US = 10_000

/** CPU time that another process has used, µs; undefined where the system does not show it. */
export function cpuOf(pid) {
  try {
    // The name of the process, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  } catch {
    return undefined
  }
}

/** Resident memory of another process, MB; undefined where the system does not show it. */
export function residentOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
  } catch {
    return undefined
  }
}
