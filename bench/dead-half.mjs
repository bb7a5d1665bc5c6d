// Measures what a dead half costs the healthy half of many subscriptions: the CPU and the rate of its deliveries, beside a run without the dead ones.
// Usage: node bench/dead-half.mjs [subscriptions=2000] [events=20] [rounds=3]. Everything stays on 127.0.0.1 and ends by itself; exit code 1 below 0.9.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator } from 'standin'

const SUBSCRIPTIONS = Number(process.argv[2] ?? 2000)
const EVENTS = Number(process.argv[3] ?? 20)
const ROUNDS = Number(process.argv[4] ?? 3)

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** A port where nobody listens. */
async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** A port that takes no connection and refuses none: its process is stopped, and its queue is full. */
async function blackHole() {
  const script =
    "require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })"
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  const stop = () => child.kill('SIGKILL')
  process.on('exit', stop)
  return { port: Number(port), stop }
}

/**
 * Healthy deliveries a second, and the CPU of this process for each of them, µs. The dead half is not there (`none`), has failed before
 * and retries (`known`), or gets as many events as the healthy one meanwhile (`fed`).
 */
async function rate(deadHalf) {
  const folder = mkdtempSync(join(tmpdir(), 'standin-bench-'))
  const receiver = fork(new URL('./receiver.mjs', import.meta.url), ['open'])
  const [{ port }] = await once(receiver, 'message')
  // Takes connections and requests, and never answers.
  const stalled = createServer(socket => socket.resume().on('error', () => {})).listen(0, '127.0.0.1')
  await once(stalled, 'listening')
  const hole = await blackHole()
  const dead = [
    `http://127.0.0.1:${await closedPort()}/`,
    `http://127.0.0.1:${stalled.address().port}/`,
    `http://127.0.0.1:${hole.port}/`,
  ]
  const standin = await createEmulator({ seed: 1, ledger: join(folder, 'bench.db') })
  const healthy = SUBSCRIPTIONS / 2
  for (let n = 0; n < healthy; n++) {
    await standin.subscribe('standard', { url: `http://127.0.0.1:${port}/${n}`, eventTypes: ['contact.created'] })
    if (deadHalf !== 'none') await standin.subscribe('standard', { url: dead[n % 3], eventTypes: ['invoice.paid'] })
  }
  if (deadHalf === 'known') {
    for (let n = 0; n < EVENTS; n++) await standin.trigger('standard', 'invoice.paid')
    // The first attempts of those that refuse; the others are in flight until their timeout.
    while (standin.ledger.attemptCount() < (healthy * EVENTS) / 3)
      await new Promise(resolve => setTimeout(resolve, 100))
  }
  let left = healthy * EVENTS
  const done = new Promise(resolve => {
    standin.journal.listen(({ kind, delivery }) => {
      if (kind === 'delivery.settled' && delivery.status === 'delivered' && --left === 0) resolve()
    })
  })
  const cpu = process.cpuUsage()
  const began = performance.now()
  for (let n = 0; n < EVENTS; n++) {
    await standin.trigger('standard', 'contact.created')
    if (deadHalf === 'fed') await standin.trigger('standard', 'invoice.paid')
  }
  await done
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { exhausted } = standin.counts()
  if (exhausted > 0) throw new Error('a delivery was given up')
  await standin.stop(0)
  receiver.disconnect()
  stalled.close()
  hole.stop()
  rmSync(folder, { recursive: true })
  return { perSecond: (healthy * EVENTS) / seconds, cpu: (user + system) / (healthy * EVENTS) }
}

let isBelow = false
for (const [deadHalf, what] of [
  ['known', 'that has failed before and retries'],
  ['fed', 'that gets as many events'],
]) {
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const [alone, beside] = [await rate('none'), await rate(deadHalf)]
    rounds.push({ rate: beside.perSecond / alone.perSecond, cpu: alone.cpu / beside.cpu, alone, beside })
  }
  const of = pick => median(rounds.map(pick))
  console.log(
    `beside a dead half ${what}: ${of(one => one.rate).toFixed(2)} of the rate, ${of(one => one.cpu).toFixed(2)} by CPU ` +
      `(alone ${of(one => one.alone.perSecond).toFixed(0)}/s at ${of(one => one.alone.cpu).toFixed(0)} µs each)`,
  )
  isBelow ||= of(one => one.rate) < 0.9
}
if (isBelow) process.exitCode = 1
