// Measures signed, recorded deliveries a second, and the raw rate of the same HTTP client with the same bytes in the same run.
// Usage: node bench/deliveries.mjs [events=4000] [rounds=3]. Everything stays on 127.0.0.1 and ends by itself.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator } from 'standin'
import { Pool } from 'undici'

const EVENTS = Number(process.argv[2] ?? 4000)
const ROUNDS = Number(process.argv[3] ?? 3)
const IN_FLIGHT = 50
const PROVIDERS = [
  ['rillis', 'FLOW_COMPLETED', { secret: 'bench-key', settings: { concurrency: IN_FLIGHT } }],
  ['kycgenie', 'screening.completed', { settings: { concurrency: IN_FLIGHT } }],
  ['unico', 'process.finished.ok', { settings: { concurrency: IN_FLIGHT } }],
]

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function startReceiver(mode) {
  const child = fork(new URL('./receiver.mjs', import.meta.url), [mode])
  const [{ port }] = await once(child, 'message')
  return { url: `http://127.0.0.1:${port}/webhooks`, child, stop: () => child.disconnect() }
}

async function raw({ method, url, headers, body }) {
  const receiver = await startReceiver('open')
  const pool = new Pool(new URL(receiver.url).origin, { connections: IN_FLIGHT })
  const path = new URL(url).pathname
  const flat = headers.flat()
  let left = EVENTS
  const started = performance.now()
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) {
        const answer = await pool.request({ path, method, headers: flat, body })
        await answer.body.text()
      }
    }),
  )
  const perSecond = EVENTS / ((performance.now() - started) / 1000)
  await pool.close()
  receiver.stop()
  return perSecond
}

async function emulated([provider, type, subscription]) {
  const folder = mkdtempSync(join(tmpdir(), 'standin-bench-'))
  const receiver = await startReceiver('held')
  const standin = await createEmulator({ seed: 1, ledger: join(folder, 'bench.db') })
  const { id } = await standin.subscribe(provider, { url: receiver.url, ...subscription })
  const madeFrom = performance.now()
  for (let made = 0; made < EVENTS; made += 100)
    await Promise.all(Array.from({ length: Math.min(100, EVENTS - made) }, () => standin.trigger(provider, type)))
  const madePerSecond = EVENTS / ((performance.now() - madeFrom) / 1000)
  const started = performance.now()
  receiver.child.send('go')
  await standin.rest()
  const seconds = (performance.now() - started) / 1000
  const { delivered } = standin.counts()
  if (delivered !== EVENTS) throw new Error(`${delivered} of ${EVENTS} delivered`)
  const { message } = await standin.explain(standin.view('dl_1').attempts[0])
  const stats = standin.ledger.stats(id)
  if (stats.acceptedAttempts !== EVENTS) throw new Error('attempts are missing in the ledger')
  await standin.stop()
  receiver.stop()
  rmSync(folder, { recursive: true })
  return { perSecond: EVENTS / seconds, madePerSecond, message }
}

for (const provider of PROVIDERS) {
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const { perSecond, madePerSecond, message } = await emulated(provider)
    const rawPerSecond = await raw(message)
    rounds.push({ perSecond, madePerSecond, rawPerSecond, ratio: perSecond / rawPerSecond })
  }
  const line = key => Math.round(median(rounds.map(round => round[key])))
  console.log(
    `${provider[0].padEnd(9)} ${provider[1].padEnd(22)} delivered ${line('perSecond')}/s, raw undici.request ${line('rawPerSecond')}/s, ` +
      `ratio ${median(rounds.map(round => round.ratio)).toFixed(2)} (${rounds.map(round => round.ratio.toFixed(2)).join(', ')}); ` +
      `triggered and stored ${line('madePerSecond')}/s`,
  )
}
