// From a trigger to the webhook at the sink, beside Mockoon and WireMock: the same bytes to the same sink, in turn, all warm.
// Usage: node bench/peers.mjs [--quick] [--json]. Needs npm's registry on first use and Java 17 for WireMock; what is missing is left out.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT, exitCodeOf, judge, textTable } from './judge.mjs'
import { measureMaximum, postBytes } from './load.mjs'
import { machine, sampleNoise } from './machine.mjs'
import { startMockoon, startWireMock } from './peer-servers.mjs'
import { CLI, cpuOf, startReceiver, startServe, withFolder } from './processes.mjs'

/** `warmUp` is the number of webhooks before the rounds: by time, a busy machine would leave a server cold. */
const SIZES = {
  quick: { rounds: 3, warmUp: 500, ms: 700 },
  full: { rounds: 7, warmUp: 10_000, ms: 2000 },
}
const IN_FLIGHT = 50
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
]

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const { rounds, warmUp, ms } = SIZES[values.quick ? 'quick' : 'full']
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
  const settings = { concurrency: IN_FLIGHT }
  await api(url, '/subscriptions', {
    ...EVENT,
    type: undefined,
    url: sink,
    eventTypes: ['*'],
    secret: 'bench-key',
    settings,
  })
  const { deliveries } = await api(url, '/events', EVENT)
  await api(url, `/deliveries/${deliveries[0].id}/wait?until=settled`)
  const { attempts } = await api(url, `/deliveries/${deliveries[0].id}`)
  return { name: 'Standin', ...server, path: '/_standin/events', request: attempts[0].request }
}

/** Triggers for so long, or so often, as fast as it goes, then waits for the last webhook: how many a second, and the server's CPU time for each, µs. */
async function fire({ name, url, path, pid }, sink, length) {
  const before = cpuOf(pid)
  const [started, first] = [performance.now(), sink.received]
  const bytes = postBytes(url, path, EVENT)
  const { answered } = await measureMaximum({ url, bytes, status: 202, connections: IN_FLIGHT, ...length })
  sink.received = first + answered
  const timer = setTimeout(() => {
    throw new Error(`${name}: not all of ${answered} webhooks arrived within ${LONGEST_MS} ms`)
  }, LONGEST_MS)
  await sink.ask({ until: sink.received })
  clearTimeout(timer)
  const seconds = (performance.now() - started) / 1000
  return { perSecond: answered / seconds, cpuUs: before === undefined ? undefined : (cpuOf(pid) - before) / answered }
}

/** The peers that can be started here; of the others it is said why not. */
async function startPeers(folder, webhook) {
  const peers = []
  for (const [start, atLeast] of [
    [startWireMock, 3],
    [startMockoon, 8],
  ])
    try {
      peers.push({ ...(await start(folder, webhook, IN_FLIGHT)), atLeast, rounds: [] })
    } catch (error) {
      say(`left out: ${error.message}`)
    }
  return peers
}

async function measure() {
  return withFolder(async folder => {
    const receiver = await startReceiver('open')
    const sink = { ...receiver, received: 1 }
    const standin = await startStandin(folder, `${receiver.url}/webhooks`)
    const { headers, body } = standin.request
    const own = headers.map(({ name, value }) => [name, value]).filter(([name]) => !WRITTEN.test(name))
    const peers = await startPeers(folder, { url: `${receiver.url}/webhooks`, headers: own, body })
    const all = [standin, ...peers]
    const samples = []
    if (peers.length > 0) for (const one of all) await fire(one, sink, { ms: Number.POSITIVE_INFINITY, most: warmUp })
    for (let round = 0; round < rounds && peers.length > 0; round++) {
      samples.push(await sampleNoise())
      const measured = new Map()
      // Every second round the other way round, so that what changes with time favours none.
      for (const one of round % 2 === 0 ? all : [...all].reverse()) measured.set(one, await fire(one, sink, { ms }))
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
          goal: { of: 'ratio', atLeast },
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
else if (rows.length > 0) process.stdout.write(`${textTable(rows)}\n\n${does.join('\n')}\n`)
process.exitCode = rows.length === 0 ? EXIT.failed : exitCodeOf(rows)
