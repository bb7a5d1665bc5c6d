// What open expectations cost: events beside many deliveries that wait, with 50 expectations open and with none.
import { createEmulator } from 'standin'

const SIZES = {
  quick: { waiting: 1000, events: 200, rounds: 3 },
  full: { waiting: 5000, events: 400, rounds: 5 },
}

/** CPU time of one event, µs, from its trigger until it is answered. */
async function costOf(expectations, { waiting, events }) {
  let status = 500
  const standin = await createEmulator({
    seed: 1,
    clock: 'manual',
    inProcess: { 'http://app.localhost': () => new Response(null, { status }) },
  })
  await standin.subscribe('rillis', { url: 'http://app.localhost/', secret: 'bench-key' })
  for (let made = 0; made < waiting; made += 100)
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
  await Promise.all(Array.from({ length: events }, () => standin.trigger('rillis', 'FLOW_REJECTED')))
  await standin.rest()
  const { user, system } = process.cpuUsage(from)
  caller.abort()
  await Promise.all(open)
  await standin.stop(0)
  return (user + system) / events
}

/** The row of the claim. */
export async function measure({ size, sample }) {
  const sizes = SIZES[size] ?? SIZES.full
  await costOf(0, sizes)
  const rounds = []
  for (let round = 0; round < sizes.rounds; round++) {
    await sample()
    rounds.push({ reference: await costOf(0, sizes), value: await costOf(50, sizes) })
  }
  const title = `CPU of an event, 50 expectations open, ${sizes.waiting.toLocaleString('en-US')} waiting`
  return [{ claim: 'h', title, unit: 'µs', referenceName: 'none open', rounds }]
}
