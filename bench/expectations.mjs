// Measures what open expectations cost: 400 events beside 5,000 deliveries that wait, with 0, 1 and 50 expectations open.
// Usage: node bench/expectations.mjs [waiting=5000] [events=400]. Nothing leaves the process; it ends by itself.
import { createEmulator } from 'standin'

const WAITING = Number(process.argv[2] ?? 5000)
const EVENTS = Number(process.argv[3] ?? 400)
const ROUNDS = 3

/** Milliseconds of CPU that the events take, from the first trigger until all are answered: other work on the machine counts less. */
async function measure(expectations) {
  let status = 500
  const standin = await createEmulator({
    seed: 1,
    clock: 'manual',
    inProcess: { 'http://app.localhost': () => new Response(null, { status }) },
  })
  await standin.subscribe('rillis', { url: 'http://app.localhost/', secret: 'bench-key' })
  for (let made = 0; made < WAITING; made += 100)
    await Promise.all(Array.from({ length: 100 }, () => standin.trigger('rillis', 'FLOW_COMPLETED')))
  await standin.rest()
  status = 200
  const caller = new AbortController()
  // Every other one means the deliveries that wait, the others an event that does not come.
  const open = Array.from({ length: expectations }, (_, i) =>
    standin.expect(
      i % 2 === 0
        ? { type: 'FLOW_COMPLETED', outcome: 'exhausted', timeoutMs: 600_000 }
        : { type: 'FLOW_REJECTED', subject: `nobody-${i}`, outcome: 'delivered', timeoutMs: 600_000 },
      { signal: AbortSignal.any([caller.signal]) },
    ),
  )
  const from = process.cpuUsage()
  await Promise.all(Array.from({ length: EVENTS }, () => standin.trigger('rillis', 'FLOW_REJECTED')))
  await standin.rest()
  const { user, system } = process.cpuUsage(from)
  caller.abort()
  await Promise.all(open)
  await standin.stop(0)
  return (user + system) / 1000
}

await measure(0)
const results = []
for (const expectations of [0, 1, 50]) {
  const took = []
  for (let round = 0; round < ROUNDS; round++) took.push(await measure(expectations))
  results.push({ expectations, ms: Math.round(took.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]) })
}
const [none] = results
for (const { expectations, ms } of results)
  console.log(
    `${expectations} open: ${EVENTS} events in ${ms} ms of CPU (${(ms / none.ms).toFixed(2)} times as long as none)`,
  )
