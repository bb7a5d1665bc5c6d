// Claim j: what a dead half of many subscriptions costs the healthy half: refused, swallowed and stalled requests beside deliveries.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEmulator } from 'standin'
import { startReceiver, withFolder } from '../processes.mjs'

const SIZES = {
  quick: { subscriptions: 600, events: 10, rounds: 3 },
  full: { subscriptions: 2000, events: 10, rounds: 3 },
}
/** The dead half, and how many events it gets before; no more than it may have in flight, so that all are tried. */
const DEAD = {
  retrying: { title: 'dead half that retries', before: 10 },
  fed: { title: 'dead half that gets as many events', before: 1 },
}

/** The URL of a port where nobody listens. */
async function closedUrl() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return `http://127.0.0.1:${port}`
}

/** A port that takes no connection and refuses none: its process is stopped, and its queue is full. */
async function startBlackHole() {
  const script =
    "require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })"
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  const stop = () => child.kill('SIGKILL')
  process.on('exit', stop)
  return {
    url: `http://127.0.0.1:${Number(port)}`,
    stop: () => {
      process.off('exit', stop)
      stop()
    },
  }
}

/**
 * Healthy deliveries a second, and the CPU of this process for each of them, µs. The dead half is not there (`none`), retries what it got
 * before (`retrying`), or also gets as many events as the healthy one meanwhile (`fed`).
 */
async function rate(deadHalf, { subscriptions, events }) {
  return withFolder(async folder => {
    const receiver = await startReceiver('open')
    const stalled = await startReceiver('held')
    const hole = await startBlackHole()
    const dead = [await closedUrl(), stalled.url, hole.url]
    const standin = await createEmulator({ seed: 1, ledger: join(folder, 'half.db') })
    const healthy = subscriptions / 2
    for (let n = 0; n < healthy; n++) {
      await standin.subscribe('standard', { url: `${receiver.url}/${n}`, eventTypes: ['contact.created'] })
      if (deadHalf !== 'none')
        await standin.subscribe('standard', { url: dead[n % dead.length], eventTypes: ['invoice.paid'] })
    }
    const before = DEAD[deadHalf]?.before ?? 0
    for (let n = 0; n < before; n++) await standin.trigger('standard', 'invoice.paid')
    while (standin.ledger.attemptCount() < healthy * before) await sleep(50)
    let left = healthy * events
    const done = new Promise(resolve => {
      standin.journal.listen(({ kind, delivery }) => {
        if (kind === 'delivery.settled' && delivery.status === 'delivered' && --left === 0) resolve()
      })
    })
    const cpu = process.cpuUsage()
    const began = performance.now()
    for (let n = 0; n < events; n++) {
      await standin.trigger('standard', 'contact.created')
      if (deadHalf === 'fed') await standin.trigger('standard', 'invoice.paid')
    }
    await done
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    await standin.stop(0)
    await receiver.stop()
    await stalled.stop()
    hole.stop()
    return { perSecond: (healthy * events) / seconds, cpuUs: (user + system) / (healthy * events) }
  })
}

/**
 * The rows of the claim. It is judged by CPU time, the dead half's own attempts included: the process is busy throughout, so what they
 * cost is what the healthy half loses, and CPU time varies less than the clock.
 */
export async function measure({ size, sample }) {
  const { rounds, ...sizes } = SIZES[size] ?? SIZES.full
  const perCpu = { retrying: [], fed: [] }
  const perSecond = { retrying: [], fed: [] }
  // Not counted: most of the code is not yet compiled.
  for (const deadHalf of ['none', ...Object.keys(DEAD)]) await rate(deadHalf, sizes)
  for (let round = 0; round < rounds; round++) {
    await sample()
    // In turns, since the one that comes first has the coldest code.
    const order = ['none', ...Object.keys(DEAD)]
    if (round % 2 === 1) order.reverse()
    const seen = {}
    for (const deadHalf of order) seen[deadHalf] = await rate(deadHalf, sizes)
    for (const deadHalf of Object.keys(DEAD)) {
      const { none, [deadHalf]: beside } = seen
      const cpu = { cpuUs: beside.cpuUs, referenceCpuUs: none.cpuUs }
      perCpu[deadHalf].push({ value: 1e6 / beside.cpuUs, reference: 1e6 / none.cpuUs, ...cpu })
      perSecond[deadHalf].push({ value: beside.perSecond, reference: none.perSecond, ...cpu })
    }
  }
  const half = (sizes.subscriptions / 2).toLocaleString('en-US')
  const row = { claim: 'j', unit: '/s', referenceName: 'without' }
  return Object.entries(DEAD).flatMap(([deadHalf, { title }]) => [
    {
      ...row,
      title: `deliveries a second of CPU time to ${half} subscriptions, beside a ${title}`,
      goal: { of: 'ratio', atLeast: 0.9 },
      rounds: perCpu[deadHalf],
    },
    // Not judged: a run of some seconds tells more about what else the machine did.
    { ...row, title: `the same, a second by the clock`, rounds: perSecond[deadHalf] },
  ])
}
