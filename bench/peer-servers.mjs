// What Standin is compared with: Mockoon and WireMock, installed on first use outside of this project, each with one route that fires one webhook.
import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MOCKOON = { name: '@mockoon/cli', version: '9.9.0' }
const WIREMOCK = { name: 'wiremock', version: '3.13.2' }
const LEAST_JAVA = 17

const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The folder with a pinned package, which is installed when it is not there. Throws when it cannot be. */
function installed({ name, version }) {
  const folder = join(tmpdir(), 'standin-bench-peers', `${name.replace(/\W+/g, '-')}-${version}`)
  const done = join(folder, 'installed')
  if (existsSync(done)) return join(folder, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  process.stderr.write(`installing ${name} ${version} in ${folder}\n`)
  const [command, ...npm] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  // The prefix, because npm tells the scripts it runs to use that of the project.
  const options = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  try {
    execFileSync(command, [...npm, 'install', ...options, `${name}@${version}`], { cwd: folder, stdio: 'pipe' })
  } catch (error) {
    const [line] = `${error.stderr ?? ''}`.trim().split('\n')
    throw new Error(`npm cannot install ${name} ${version} (is the registry reachable?): ${line || error.message}`)
  }
  writeFileSync(done, '')
  return join(folder, 'node_modules', name)
}

/** The major version of the Java on the path; undefined where there is none. */
function javaVersion() {
  try {
    const text = execFileSync('java', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return Number(/ (\d+)/.exec(text)?.[1])
  } catch {
    return undefined
  }
}

/** A port that was free a moment ago: neither program chooses one by itself and tells it. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a program; resolves once a line of its output shows that it is ready. */
async function started(command, args, isReady) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let said = ''
  await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${command} ended with ${code} before it was ready: ${said}`)))
    for (const output of [child.stdout, child.stderr]) {
      const lines = createInterface({ input: output })
      lines.on('line', line => {
        said += `${line}\n`
        if (!isReady.test(line)) return
        // What it logs from now on is dropped unread.
        lines.close()
        output.resume()
        resolve()
      })
    }
  })
  return {
    pid: child.pid,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

/** Mockoon with a route whose response has a callback; templates are off, which is its fastest. */
export async function startMockoon(folder, { url, headers, body }) {
  const bin = join(installed(MOCKOON), 'bin/run.js')
  const port = await freePort()
  // Mockoon gives what has no UUID another one, and no longer finds it.
  const [webhook, trigger] = [randomUUID(), randomUUID()]
  const callback = {
    uuid: webhook,
    id: 'webhook',
    name: 'webhook',
    method: 'post',
    uri: url,
    body,
    bodyType: 'INLINE',
  }
  const response = { uuid: randomUUID(), statusCode: 202, body: '{}', bodyType: 'INLINE', disableTemplating: true }
  const route = { uuid: trigger, type: 'http', method: 'post', endpoint: 'trigger' }
  const environment = {
    uuid: randomUUID(),
    name: 'bench',
    port,
    hostname: '127.0.0.1',
    routes: [{ ...route, responses: [{ ...response, default: true, callbacks: [{ uuid: webhook, latency: 0 }] }] }],
    rootChildren: [{ type: 'route', uuid: trigger }],
    callbacks: [{ ...callback, headers: headers.map(([key, value]) => ({ key, value })) }],
  }
  const file = join(folder, 'mockoon.json')
  writeFileSync(file, JSON.stringify(environment))
  const options = ['--repair', '--disable-log-to-file', '--disable-admin-api', '--max-transaction-logs', '1']
  const program = await started(process.execPath, [bin, 'start', '--data', file, ...options], /Server started/)
  return { name: `Mockoon ${MOCKOON.version}`, url: `http://127.0.0.1:${port}`, path: '/trigger', ...program }
}

/** WireMock with a stub that has a webhook; without its journal and with a thread for each webhook in flight, which is its fastest. */
export async function startWireMock(folder, { url, headers, body }, inFlight) {
  const java = javaVersion()
  if (java === undefined) throw new Error(`WireMock needs Java ${LEAST_JAVA} or later, and no java is on the path`)
  if (java < LEAST_JAVA) throw new Error(`WireMock needs Java ${LEAST_JAVA} or later; this is Java ${java}`)
  const build = join(installed(WIREMOCK), 'build')
  const jar = readdirSync(build).find(name => name.endsWith('.jar'))
  const port = await freePort()
  const mappings = join(folder, 'wiremock', 'mappings')
  mkdirSync(mappings, { recursive: true })
  const stub = {
    request: { method: 'POST', urlPath: '/trigger' },
    response: { status: 202, body: '{}' },
    serveEventListeners: [
      { name: 'webhook', parameters: { method: 'POST', url, headers: Object.fromEntries(headers), body } },
    ],
  }
  writeFileSync(join(mappings, 'trigger.json'), JSON.stringify(stub))
  const where = ['--bind-address', '127.0.0.1', '--port', port, '--root-dir', join(folder, 'wiremock')]
  const fastest = ['--no-request-journal', '--webhook-threadpool-size', inFlight, '--container-threads', inFlight + 20]
  const args = ['-jar', join(build, jar), ...where, ...fastest].map(String)
  const program = await started('java', args, /^port:/)
  return { name: `WireMock ${WIREMOCK.version}`, url: `http://127.0.0.1:${port}`, path: '/trigger', ...program }
}
