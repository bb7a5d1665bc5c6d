// Measures whether memory and file stay flat over many events: those delivered, those nobody subscribed to, and all their subjects.
// Usage: node bench/memory.mjs [events=1000000] [keep=20000]. Everything stays on 127.0.0.1 and ends by itself; exit code 1 when it grows.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator } from 'standin'

const EVENTS = Number(process.argv[2] ?? 1_000_000)
const KEEP = Number(process.argv[3] ?? 20_000)
const AT_ONCE = 100
const MEASUREMENTS = 10

/** Each third has a subject of its own and is delivered, is delivered about one of few subjects, or is nobody's. */
const kinds = [
  n => ['rillis', 'FLOW_COMPLETED', { subject: `flow-${n}` }],
  n => ['rillis', 'FLOW_COMPLETED', { subject: `busy-${n % 10}` }],
  n => ['kycgenie', 'screening.completed', { subject: `screening-${n}` }],
]

const folder = mkdtempSync(join(tmpdir(), 'standin-memory-'))
const child = fork(new URL('./receiver.mjs', import.meta.url), ['open'])
const [{ port }] = await once(child, 'message')
const standin = await createEmulator({ seed: 1, ledger: join(folder, 'memory.db'), keepSettled: KEEP })
await standin.subscribe('rillis', {
  url: `http://127.0.0.1:${port}/webhooks`,
  secret: 'bench-key',
  settings: { concurrency: 50 },
})

const MB = 1024 * 1024
const fileBytes = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const measurements = []
const began = performance.now()
console.log('   events  seconds  resident MB  heap MB  ledger MB')
for (let made = 0; made < EVENTS; ) {
  const until = Math.min(EVENTS, Math.ceil(((measurements.length + 1) * EVENTS) / MEASUREMENTS))
  for (; made < until; made += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, until - made) }, (_, i) => kinds[(made + i) % 3](made + i))
    await Promise.all(batch.map(([provider, type, input]) => standin.trigger(provider, type, input)))
    // Never far ahead of the receiver: what is owed is kept, and would be measured.
    if (standin.counts().waiting > 2000) await standin.rest()
  }
  made = until
  await standin.rest()
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  const one = { rss: rss / MB, heap: heapUsed / MB, file: fileBytes() / MB }
  measurements.push(one)
  const seconds = (performance.now() - began) / 1000
  console.log(
    [
      String(made).padStart(9),
      seconds.toFixed(0).padStart(8),
      one.rss.toFixed(0).padStart(12),
      one.heap.toFixed(0).padStart(8),
      one.file.toFixed(1).padStart(10),
    ].join(' '),
  )
}
await standin.stop()
child.disconnect()
rmSync(folder, { recursive: true })

/** The second half against the first, once both are beyond what is kept. */
const half = (key, from, to) => Math.max(...measurements.slice(from, to).map(one => one[key]))
let grew = false
for (const key of ['rss', 'heap', 'file']) {
  const [first, second] = [half(key, 1, MEASUREMENTS / 2), half(key, MEASUREMENTS / 2, MEASUREMENTS)]
  const growth = second / first - 1
  grew ||= growth > 0.25
  console.log(
    `${key}: ${first.toFixed(1)} MB, then ${second.toFixed(1)} MB (${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(0)} %)`,
  )
}
if (EVENTS < KEEP * 20) console.log('note: too few events to judge growth; use at least 20 times as many as are kept')
else if (grew) process.exitCode = 1
