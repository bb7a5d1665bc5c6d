// Measures how many attempts a second each SQLite driver records that loads on this Node, and their ratio. Usage: node bench/ledger.mjs [attempts=20000] [rounds=3].
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ATTEMPTS = Number(process.argv[2] ?? 20000)
const ROUNDS = Number(process.argv[3] ?? 3)
const ROOT = fileURLToPath(new URL('../', import.meta.url))
const IN_GROUP = 50
const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

// Below the checkout, so that better-sqlite3 is found.
const folder = mkdtempSync(join(process.env.STANDIN_BENCH_FOLDER ?? ROOT, '.bench-'))
const contents =
  "export * from './src/ledger/sqlite.ts'; export * from './src/ledger/open-database.ts'; export * from './test/support/records.ts'"
try {
  const outfile = join(folder, 'ledger.mjs')
  await build({ stdin: { contents, resolveDir: ROOT }, bundle: true, platform: 'node', format: 'esm', outfile })
  const { openLedger, availableDrivers, aDelivery, anAttempt, anEvent, aSubscription, accepted, T0 } = await import(
    pathToFileURL(outfile).href
  )
  const perSecond = async driver => {
    const location = join(folder, `${driver.replace(':', '-')}-${Math.round(performance.now())}.db`)
    const ledger = openLedger({ location, driver })
    await ledger.write(rows => rows.insertSubscription(aSubscription('sub')))
    const started = performance.now()
    for (let from = 0; from < ATTEMPTS; from += IN_GROUP) {
      const ids = Array.from({ length: IN_GROUP }, (_, i) => `d${from + i}`)
      await Promise.all(
        ids.map(id =>
          ledger.write(rows => {
            rows.insertEvent(anEvent(`ev-${id}`))
            rows.insertDelivery(aDelivery(id, { eventId: `ev-${id}`, subscriptionId: 'sub' }))
          }),
        ),
      )
      await ledger.write(rows => {
        rows.claim('sub', T0, IN_GROUP)
        for (const id of ids) rows.startAttempt(anAttempt(id, 1))
      })
      await Promise.all(ids.map(id => ledger.write(rows => rows.finishAttempt(accepted(id, 1)))))
    }
    const seconds = (performance.now() - started) / 1000
    await ledger.close()
    return ATTEMPTS / seconds
  }
  const rates = Object.fromEntries(availableDrivers().map(driver => [driver, []]))
  for (let round = 0; round < ROUNDS; round++) for (const driver in rates) rates[driver].push(await perSecond(driver))
  const [first] = Object.keys(rates)
  for (const driver in rates)
    console.log(
      `${driver.padEnd(16)} ${Math.round(median(rates[driver]))} attempts/s, ${(median(rates[driver]) / median(rates[first])).toFixed(2)} times ${first}`,
    )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
