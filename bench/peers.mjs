// From a trigger to the webhook at the sink, beside Mockoon and WireMock: the same bytes to the same sink, in turn, all warm.
// Usage: node bench/peers.mjs [--quick] [--json]. Needs npm's registry on first use and Java 17 for WireMock; what is missing is left out.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT, exitCodeOf, judge, textTable } from './judge.mjs'
import { measureMaximum, postBytes } from './load.mjs'
import { machine, sampleNoise } from './machine.mjs'
import { startMockoon, startWireMock } from './peer-servers.mjs'
import { CLI, cpuOf, startBareRoute, startReceiver, startServe, withFolder } from './processes.mjs'

/** A round takes `ms`. Before the rounds each server gets `warmUp` webhooks, however long that takes: by time, a busy machine would leave it cold. */
const SIZES = {
  quick: { rounds: 5, ms: 600, warmUp: 6000, longestWarmUpMs: 12_000 },
  full: { rounds: 9, ms: 1500, warmUp: 20_000, longestWarmUpMs: 60_000 },
}
/** Triggers in flight. */
const TRIGGERS = 50
/** Webhooks in flight: more than triggers, so that no webhook waits for another. */
const WEBHOOKS = 2 * TRIGGERS
/** A server is warm once so many rounds in a row were not this much quicker than the quickest before them: a JIT compiler climbs in steps. */
const WARM = { rounds: 4, quicker: 1.03 }
/** Headers that each program writes by itself. */
const WRITTEN = /^(host|content-length|connection)$/i
/** How long the last webhook of a round may take, ms. */
const LONGEST_MS = 30_000
const EVENT = { provider: 'rillis', type: 'FLOW_COMPLETED' }

/** What each does between the trigger and the webhook. */
const DOES = [
  ['', 'payload', 'signs', 'stores', 'retries'],
  ['Standin', 'made for each event', 'each attempt', 'event and attempts, in a file, before they are sent', 'yes'],
  ['WireMock', 'a text or a template', 'no (a Java extension can)', 'no', 'no'],
  ['Mockoon', 'a text or a template', 'no', 'no', 'no'],
  ['Floor', 'the same bytes each time', 'no', 'no', 'no'],
]

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const { rounds, ms, warmUp, longestWarmUpMs } = SIZES[values.quick ? 'quick' : 'full']
const say = text => process.stderr.write(`${text}\n`)

async function api(url, path, value) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
  const response = await fetch(`${url}/_standin${path}`, value === undefined ? undefined : request)
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return response.json()
}

/** `standin serve` with a subscription to the sink, and the request that it sends there. */
async function startStandin(folder, sink) {
  const server = await startServe(folder, join(folder, 'standin.db'), '--seed', '1')
  const { url } = server
  const settings = { concurrency: WEBHOOKS }
  await api(url, '/subscriptions', {
    ...EVENT,
    type: undefined,
    url: sink,
    eventTypes: ['*'],
    secret: 'bench-key',
    settings,
  })
  const answer = await api(url, '/events', EVENT)
  const { deliveries } = answer
  await api(url, `/deliveries/${deliveries[0].id}/wait?until=settled`)
  const { attempts } = await api(url, `/deliveries/${deliveries[0].id}`)
  return { name: 'Standin', ...server, path: '/_standin/events', request: attempts[0].request, answer }
}

/** The least that could do the job with the libraries of Standin: nothing is made, signed or stored. */
async function startFloor(webhook, answer) {
  const route = await startBareRoute()
  await route.ask({ answer, webhook, connections: WEBHOOKS })
  return { name: 'Floor', ...route, path: '/_standin/events', rounds: [] }
}

/** Triggers for `ms`, as fast as it goes, then waits for the last webhook: how many a second, and the server's CPU time for each, µs. */
async function fire({ name, url, path, pid }, sink) {
  const before = cpuOf(pid)
  const [started, first] = [performance.now(), sink.received]
  const bytes = postBytes(url, path, EVENT)
  const { answered } = await measureMaximum({ url, bytes, status: 202, connections: TRIGGERS, ms })
  sink.received = first + answered
  const timer = setTimeout(() => {
    throw new Error(`${name}: not all of ${answered} webhooks arrived within ${LONGEST_MS} ms`)
  }, LONGEST_MS)
  await sink.ask({ until: sink.received })
  clearTimeout(timer)
  const seconds = (performance.now() - started) / 1000
  return {
    answered,
    perSecond: answered / seconds,
    cpuUs: before === undefined ? undefined : (cpuOf(pid) - before) / answered,
  }
}

/** Fires until the server no longer becomes quicker, or for too long. */
async function warm(server, sink) {
  const until = performance.now() + longestWarmUpMs
  let [fired, quickest, even] = [0, 0, 0]
  while (fired < warmUp || (even < WARM.rounds && performance.now() < until)) {
    const { answered, perSecond } = await fire(server, sink)
    fired += answered
    even = perSecond > quickest * WARM.quicker ? 0 : even + 1
    quickest = Math.max(quickest, perSecond)
  }
  say(`${server.name}: warm after ${fired} webhooks`)
}

/** The peers that can be started here; of the others it is said why not. */
async function startPeers(folder, webhook) {
  const peers = []
  for (const [start, atLeast] of [
    [startWireMock, 3],
    [startMockoon, 8],
  ])
    try {
      peers.push({ ...(await start(folder, webhook, WEBHOOKS)), atLeast, rounds: [] })
    } catch (error) {
      say(`left out: ${error.message}`)
    }
  return peers
}

async function measure() {
  return withFolder(async folder => {
    const receiver = await startReceiver('plain')
    const sink = { ...receiver, received: 1 }
    const standin = await startStandin(folder, `${receiver.url}/webhooks`)
    const { headers, body } = standin.request
    const own = headers.map(({ name, value }) => [name, value]).filter(([name]) => !WRITTEN.test(name))
    const webhook = { url: `${receiver.url}/webhooks`, headers: own, body }
    const peers = [...(await startPeers(folder, webhook)), await startFloor(webhook, standin.answer)]
    const all = [standin, ...peers]
    const samples = []
    for (const one of all) await warm(one, sink)
    for (let round = 0; round < rounds; round++) {
      samples.push(await sampleNoise())
      const measured = new Map()
      // Every second round the other way round, so that what changes with time favours none.
      for (const one of round % 2 === 0 ? all : [...all].reverse()) measured.set(one, await fire(one, sink))
      const { perSecond: value, cpuUs } = measured.get(standin)
      for (const peer of peers) {
        const { perSecond: reference, cpuUs: referenceCpuUs } = measured.get(peer)
        peer.rounds.push({ value, reference, cpuUs, referenceCpuUs })
      }
    }
    for (const one of [...all, receiver]) await one.stop()
    return peers.map(({ name, atLeast, rounds: each }) =>
      judge(
        {
          claim: 'peers',
          title: 'trigger to webhook',
          unit: '/s',
          referenceName: name,
          goal: atLeast && { of: 'ratio', atLeast },
          rounds: each,
        },
        samples,
      ),
    )
  })
}

// Its own processes end with it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(EXIT.failed))
if (!existsSync(CLI)) {
  say('error: there is no dist/cli/main.js: run npm run build first')
  process.exit(EXIT.failed)
}
const rows = await measure()
const widths = DOES[0].map((_, at) => Math.max(...DOES.map(cells => cells[at].length)))
const does = DOES.map(cells =>
  cells
    .map((cell, at) => cell.padEnd(widths[at]))
    .join('  ')
    .trimEnd(),
)
if (values.json) process.stdout.write(`${JSON.stringify({ machine: machine(), rows })}\n`)
else process.stdout.write(`${textTable(rows)}\n\n${does.join('\n')}\n`)
// Without a peer nothing was compared.
process.exitCode = rows.some(({ goal }) => goal) ? exitCodeOf(rows) : EXIT.failed
