// The relay: what a delivery costs its owner over 1, 2 and 4 senders, on plain HTTP and TLS, and very many in flight with receivers that
// hold their responses until all are there.
// Usage: node bench/relay.mjs [--events N] [--slow N] [--only plain|tls|slow], after npm run build and npm install @redis/client.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { machine } from './machine.mjs'
import { CLI, cpuOf, startReceiver, startServe, withFolder } from './processes.mjs'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '4000' },
    slow: { type: 'string', default: '20000' },
    only: { type: 'string' },
  },
})
const EVENTS = Number(values.events)
const SLOW = Number(values.slow)
/** No part takes longer. */
const BOUND_MS = 60_000

const children = new Set()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts a program and resolves once its output has a text. */
async function started(command, args, text, env = process.env) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  children.add(child)
  child.once('exit', () => children.delete(child))
  let said = ''
  await new Promise((resolve, reject) => {
    const listen = chunk => {
      said += chunk
      if (said.includes(text)) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${command} ended with ${code}: ${said}`)))
  })
  return {
    pid: child.pid,
    stop: async () => {
      if (!children.has(child)) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function startRedis(folder) {
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  return { url: `redis://127.0.0.1:${port}`, ...(await started('redis-server', args, 'Ready to accept')) }
}

const post = (url, path, body) =>
  fetch(`${url}/_standin/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** A self-signed certificate of this folder. */
function certificate(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1']
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  return { key, cert }
}

/**
 * One run: the receivers hold their responses until they have all that can be in flight, then respond. `senders` 0 sends from the server itself.
 * Resolves with deliveries a second, and the CPU time of each, µs, by process.
 */
async function run({ folder, senders, count, concurrency, receivers: most = 1, tls }) {
  const redis = senders === 0 ? undefined : await startRedis(folder)
  const files = tls === undefined ? [] : [tls.key, tls.cert]
  const receivers = await Promise.all(Array.from({ length: most }, () => startReceiver('held', ...files)))
  const relay = redis === undefined ? [] : ['--relay', redis.url]
  const server = await startServe(folder, ':memory:', ...relay, ...(senders === 0 && tls ? ['--insecure'] : []))
  const own = ['--in-flight', `${Math.ceil(concurrency / Math.max(1, senders)) + 200}`, ...(tls ? ['--insecure'] : [])]
  const sending = await Promise.all(
    Array.from({ length: senders }, () => started(process.execPath, [CLI, 'sender', ...relay, ...own], 'sending for')),
  )
  const pids = [server.pid, redis?.pid, ...sending.map(({ pid }) => pid)]
  const cpu = () => pids.map(pid => (pid === undefined ? 0 : cpuOf(pid)))
  const received = async n => {
    const late = new Promise((_, reject) => setTimeout(reject, BOUND_MS, new Error('not done in a minute')).unref())
    await Promise.race([Promise.all(receivers.map(one => one.ask({ until: n / most }))), late])
  }
  try {
    // A subscription has at most 500 in flight; a multiple of the receivers, so that each gets as many.
    const subscriptions = most * Math.ceil(concurrency / most / 500)
    for (let i = 0; i < subscriptions; i++) {
      const { url } = receivers[i % most]
      const to = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${new URL(url).port}/webhooks`
      const settings = { concurrency: Math.ceil(concurrency / subscriptions), responseTimeoutMs: 30_000 }
      const subscribed = await post(server.url, 'subscriptions', { provider: 'standard', url: to, settings })
      if (!subscribed.ok) throw new Error(await subscribed.text())
    }
    const make = () =>
      post(server.url, 'events', { provider: 'standard', type: 'invoice.paid' }).then(one => one.text())
    for (let made = 0; made < count / subscriptions; made += 50) await Promise.all(Array.from({ length: 50 }, make))
    await received(Math.min(count, concurrency))
    const before = cpu()
    const began = performance.now()
    for (const receiver of receivers) receiver.send('go')
    await received(count)
    // Until the server knows of each response.
    let left = 1
    while (left > 0) {
      await sleep(20)
      const shown = await fetch(`${server.url}/_standin/deliveries?status=attempting&limit=1`)
      left = (await shown.json()).items.length
    }
    const ms = performance.now() - began
    const [ofServer = 0, ofRedis = 0, ...ofSenders] = cpu().map((now, i) => (now - before[i]) / count)
    return { perSecond: count / (ms / 1000), ofServer, ofRedis, ofSenders: ofSenders.reduce((a, b) => a + b, 0) }
  } finally {
    await Promise.all([server, ...receivers, ...sending].map(one => one.stop()))
    await redis?.stop()
  }
}

const round = number => Math.round(number).toString().padStart(7)

async function main() {
  const { node, processors, processor, loadAverage } = machine()
  process.stdout.write(
    `Node ${node}, ${processors} × ${processor}, load average ${loadAverage.toFixed(1)}\n` +
      'per delivery, µs of CPU        /s  server   redis  senders\n',
  )
  const print = (name, { perSecond, ofServer, ofRedis, ofSenders }) =>
    process.stdout.write(
      `${name.padEnd(24)} ${round(perSecond)} ${round(ofServer)} ${round(ofRedis)}  ${round(ofSenders)}\n`,
    )
  await withFolder(async folder => {
    const tls = certificate(folder)
    for (const kind of ['plain', 'tls'])
      for (const senders of [0, 1, 2, 4]) {
        if (values.only !== undefined && values.only !== kind) continue
        const name = `${kind}, ${senders === 0 ? 'no relay' : `${senders} senders`}`
        const options = { folder, senders, count: EVENTS, concurrency: 100 }
        print(name, await run({ ...options, tls: kind === 'tls' ? tls : undefined }))
      }
    if (values.only === undefined || values.only === 'slow')
      print(`${SLOW} in flight`, await run({ folder, senders: 4, count: SLOW, concurrency: SLOW, receivers: 4 }))
  })
}

await main()
