// Claim c: POST /_standin/events of a server beside a bare Hono route, as fast as it goes and at half of that.
import { join } from 'node:path'
import { insertBareRows } from '../bare-rows.mjs'
import { quantile } from '../judge.mjs'
import { measureLatencies, measureMaximum, postBytes } from '../load.mjs'
import { cpuOf, startBareRoute, startReceiver, startServe, withFolder } from '../processes.mjs'

const SIZES = {
  quick: { rounds: 3, ms: 600, latencyRounds: 1, latencyMs: 1000 },
  full: { rounds: 5, ms: 1000, latencyRounds: 3, latencyMs: 2500 },
}
const PATH = '/_standin/events'
const CONNECTIONS = 32
/** Bare rows of a round: enough to time, and soon done. */
const BARE_EVENTS = 5000
/** Requests until the code is compiled, and the most time for them, ms. */
const WARM_UP = { most: 6000, ms: 6000 }

async function post(url, path, value) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return response.json()
}

/** As fast as it goes, with the server's CPU time for each request, µs. */
async function maximum({ url, pid }, body, { ms, most }) {
  const before = cpuOf(pid)
  const bytes = postBytes(url, PATH, body)
  const { perSecond, answered } = await measureMaximum({ url, bytes, status: 202, connections: CONNECTIONS, ms, most })
  return { perSecond, cpuUs: before === undefined ? undefined : (cpuOf(pid) - before) / answered }
}

async function latency95({ url }, body, perSecond, ms) {
  return quantile(await measureLatencies({ url, bytes: postBytes(url, PATH, body), status: 202, perSecond, ms }), 0.95)
}

/** How many events a second are put into a bare file, in groups of 100. */
function storedBare(location, payload) {
  const started = performance.now()
  insertBareRows(location, payload, BARE_EVENTS)
  return BARE_EVENTS / ((performance.now() - started) / 1000)
}

/** The rows of the claim. */
export async function measure({ size, sample }) {
  const { rounds, ms, latencyRounds, latencyMs } = SIZES[size] ?? SIZES.full
  return withFolder(async folder => {
    // It holds its responses: the events and what is owed of them are stored, and sending is measured elsewhere.
    const receiver = await startReceiver('held')
    const bare = await startBareRoute()
    const serve = await startServe(folder, join(folder, 'standin.db'))
    await post(serve.url, '/_standin/subscriptions', {
      provider: 'rillis',
      url: `${receiver.url}/webhooks`,
      eventTypes: ['*'],
      secret: 'bench-key',
    })
    const generated = { provider: 'rillis', type: 'FLOW_COMPLETED' }
    const answer = await post(serve.url, PATH, generated)
    const given = { ...generated, raw: answer.event.payload }
    // The bare route answers with as many bytes.
    bare.send({ answer })

    const rows = []
    const latencies = []
    const floors = []
    const payload = JSON.stringify(answer.event.payload)
    insertBareRows(join(folder, 'cold.db'), payload, BARE_EVENTS)
    for (const [what, body] of [
      ['generated payload', generated],
      ['given payload', given],
    ]) {
      for (const server of [bare, serve]) await maximum(server, body, WARM_UP)
      const each = []
      for (let round = 0; round < rounds; round++) {
        await sample()
        const [reference, own] = [await maximum(bare, body, { ms }), await maximum(serve, body, { ms })]
        const stored = storedBare(join(folder, `bare-${floors.length}.db`), payload)
        floors.push({ value: 1 / (1 / reference.perSecond + 1 / stored), reference: reference.perSecond })
        each.push({
          value: own.perSecond,
          reference: reference.perSecond,
          cpuUs: own.cpuUs,
          referenceCpuUs: reference.cpuUs,
        })
      }
      rows.push({
        claim: 'c',
        title: `POST ${PATH}, ${what}`,
        unit: '/s',
        referenceName: 'bare Hono route',
        goal: { of: 'ratio', atLeast: 0.4 },
        rounds: each,
      })
      if (body !== generated) continue
      const half = Math.max(1, Math.min(...each.map(({ value }) => value))) / 2
      for (let round = 0; round < latencyRounds; round++) {
        await sample()
        latencies.push({
          reference: await latency95(bare, body, half, latencyMs),
          value: await latency95(serve, body, half, latencyMs),
        })
      }
    }
    rows.push({
      claim: 'c',
      title: 'p95 at half of that, generated payload',
      unit: 'ms',
      referenceName: 'bare Hono route',
      goal: { of: 'value', atMost: 10 },
      rounds: latencies,
    })
    rows.push({
      claim: 'c',
      title: 'computed: the bare route that also stores bare rows, 100 events a commit',
      unit: '/s',
      referenceName: 'bare Hono route',
      rounds: floors,
    })
    await serve.stop()
    await bare.stop()
    await receiver.stop()
    return rows
  })
}
