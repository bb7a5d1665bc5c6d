// Claims a and b: signed, durable deliveries beside bare requests with the same bytes; events made and stored beside bare rows.
import { join } from 'node:path'
import { createEmulator } from 'standin'
import { Pool } from 'undici'
import { insertBareRows } from '../bare-rows.mjs'
import { startReceiver, withFolder } from '../processes.mjs'

const IN_FLIGHT = 50
/**
 * Rounds of each provider that are not counted, of neither side. V8 compiles code again and again until it has seen it run long enough;
 * until then an event costs two to four times as much.
 */
const WARM_UPS = 3
const WARM_UP_EVENTS = 2000
const SIZES = { quick: { events: 1500, rounds: 2 }, full: { events: 4000, rounds: 5 } }
const PROVIDERS = [
  ['rillis', 'FLOW_COMPLETED', { secret: 'bench-key' }],
  ['kycgenie', 'screening.completed', {}],
  ['unico', 'process.finished.ok', {}],
]

/** Runs `work` and resolves with how many of `count` it did a second, and its CPU time for each, µs. */
async function timed(count, work) {
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const perSecond = count / ((performance.now() - started) / 1000)
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond, cpuUs: (user + system) / count }
}

/** `undici.request` from this process, as many at once as Standin has. */
async function sendBare({ method, url, headers, body }, count) {
  const receiver = await startReceiver('open')
  const pool = new Pool(receiver.url, { connections: IN_FLIGHT })
  const path = new URL(url).pathname
  const flat = headers.flat()
  let left = count
  const send = async () => {
    while (left-- > 0) {
      const answer = await pool.request({ path, method, headers: flat, body })
      await answer.body.text()
    }
  }
  const result = await timed(count, () => Promise.all(Array.from({ length: IN_FLIGHT }, send)))
  await pool.close()
  await receiver.stop()
  return result
}

/**
 * An emulator with one subscription. It stays for all rounds: a new one has objects of its own, for which V8 throws away code that it has
 * compiled for those of the last. `round` makes events while the receiver holds its responses, so that both are measured apart; then it
 * lets all be delivered.
 */
async function openStandin([provider, type, subscription], folder) {
  const receiver = await startReceiver('held')
  const standin = await createEmulator({ seed: 1, ledger: join(folder, `${provider}.db`) })
  const { id } = await standin.subscribe(provider, {
    url: `${receiver.url}/webhooks`,
    settings: { concurrency: IN_FLIGHT },
    ...subscription,
  })
  const trigger = () => standin.trigger(provider, type)
  let total = 0
  return {
    round: async count => {
      await receiver.ask('hold')
      const made = await timed(count, async () => {
        for (let done = 0; done < count; done += 100)
          await Promise.all(Array.from({ length: Math.min(100, count - done) }, trigger))
      })
      const delivered = await timed(count, () => {
        receiver.send('go')
        return standin.rest()
      })
      total += count
      const counts = standin.counts()
      if (counts.delivered !== total) throw new Error(`${counts.delivered} of ${total} delivered to ${provider}`)
      if (standin.ledger.stats(id).acceptedAttempts !== total) throw new Error('attempts are missing in the ledger')
      const { message } = await standin.explain(standin.view('dl_1').attempts[0])
      return { made, delivered, message }
    },
    close: async () => {
      await standin.stop()
      await receiver.stop()
    },
  }
}

/** The rows of both claims. */
export async function measure({ size, sample }) {
  const { events, rounds } = SIZES[size] ?? SIZES.full
  return withFolder(async folder => {
    const rows = []
    for (const each of PROVIDERS) {
      const [provider] = each
      const delivering = []
      const making = []
      const standin = await openStandin(each, folder)
      for (let round = 0; round < WARM_UPS + rounds; round++) {
        await sample()
        const count = round < WARM_UPS ? WARM_UP_EVENTS : events
        const { made, delivered, message } = await standin.round(count)
        const raw = await sendBare(message, count)
        const bare = await timed(count, () =>
          insertBareRows(join(folder, `bare-${provider}-${round}.db`), message.body, count),
        )
        if (round < WARM_UPS) continue
        delivering.push({
          value: delivered.perSecond,
          reference: raw.perSecond,
          cpuUs: delivered.cpuUs,
          referenceCpuUs: raw.cpuUs,
        })
        making.push({ value: made.perSecond, reference: bare.perSecond, cpuUs: made.cpuUs, referenceCpuUs: bare.cpuUs })
      }
      await standin.close()
      rows.push({
        claim: 'a',
        title: `${provider}: signed, durable deliveries`,
        unit: '/s',
        referenceName: 'undici.request',
        goal: { of: 'ratio', atLeast: 0.6, aim: 0.75 },
        rounds: delivering,
      })
      rows.push({
        claim: 'b',
        title: `${provider}: events made and stored`,
        unit: '/s',
        referenceName: 'bare rows',
        goal: { of: 'value', atLeast: 10_000, aim: 20_000 },
        rounds: making,
      })
    }
    return rows
  })
}
