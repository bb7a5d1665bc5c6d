// Claim f: memory and ledger stay flat over many deliveries, over events that nobody subscribed to, and over all their subjects.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createEmulator } from 'standin'
import { startReceiver, withFolder } from '../processes.mjs'

/** `keep`: settled deliveries that the ledger keeps. Growth is only seen beyond many times as many. */
const SIZES = {
  quick: { deliveries: 20_000, keep: 1000 },
  full: { deliveries: 60_000, keep: 3000 },
  million: { deliveries: 1_000_000, keep: 20_000 },
}
const AT_ONCE = 100
const MEASUREMENTS = 10
const MB = 1024 * 1024

/** Of nine events four are about a subject of their own, four about one of few, and one is nobody's. */
function eventOf(n) {
  if (n % 9 === 8) return ['kycgenie', 'screening.completed', { subject: `screening-${n}` }]
  return ['rillis', 'FLOW_COMPLETED', { subject: n % 2 === 0 ? `flow-${n}` : `busy-${n % 10}` }]
}

/** The rows of the claim. */
export async function measure({ size }) {
  const { deliveries, keep } = SIZES[size]
  const events = Math.ceil((deliveries * 9) / 8)
  return withFolder(async folder => {
    const receiver = await startReceiver('open')
    const standin = await createEmulator({ seed: 1, ledger: join(folder, 'memory.db'), keepSettled: keep })
    await standin.subscribe('rillis', {
      url: `${receiver.url}/webhooks`,
      secret: 'bench-key',
      settings: { concurrency: 50 },
    })
    const fileBytes = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    const seen = []
    for (let made = 0; made < events; ) {
      const until = Math.ceil(((seen.length + 1) * events) / MEASUREMENTS)
      for (; made < until; made += AT_ONCE) {
        const batch = Array.from({ length: Math.min(AT_ONCE, until - made) }, (_, i) => eventOf(made + i))
        await Promise.all(batch.map(([provider, type, input]) => standin.trigger(provider, type, input)))
        // Never far ahead of the receiver: what is owed is kept, and would be measured.
        if (standin.counts().waiting > 2000) await standin.rest()
      }
      made = until
      await standin.rest()
      globalThis.gc?.()
      const { rss, heapUsed } = process.memoryUsage()
      seen.push({ rss: rss / MB, heap: heapUsed / MB, file: fileBytes() / MB })
    }
    await standin.stop()
    await receiver.stop()
    // The second half against the first, once both are beyond what is kept.
    const most = (key, from, to) => Math.max(...seen.slice(from, to).map(one => one[key]))
    const half = MEASUREMENTS / 2
    const names = { rss: 'resident memory', heap: 'heap after a collection', file: 'ledger file' }
    return Object.entries(names).map(([key, name]) => ({
      claim: 'f',
      title: `${name}, second half of ${deliveries.toLocaleString('en-US')} deliveries`,
      unit: 'MB',
      referenceName: 'first half',
      goal: { of: 'ratio', atMost: 1.1 },
      rounds: [{ value: most(key, half, MEASUREMENTS), reference: most(key, 1, half) }],
      isSteady: true,
    }))
  })
}
