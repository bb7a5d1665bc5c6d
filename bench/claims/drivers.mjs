// How many attempts a second each SQLite driver records that loads on this Node, beside the preferred one.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const SIZES = { quick: { attempts: 3000, rounds: 2 }, full: { attempts: 10_000, rounds: 5 } }
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const IN_GROUP = 50
const CONTENTS =
  "export * from './src/ledger/sqlite.ts'; export * from './src/ledger/open-database.ts'; export * from './test/support/records.ts'"

/** Attempts that a ledger records a second, each with its event and delivery. */
async function rateOf(driver, { folder, attempts, from }) {
  const { openLedger, aDelivery, anAttempt, anEvent, aSubscription, accepted, T0 } = from
  const location = join(folder, `${driver.replace(':', '-')}-${process.hrtime.bigint()}.db`)
  const ledger = openLedger({ location, driver })
  await ledger.write(rows => rows.insertSubscription(aSubscription('sub')))
  const started = performance.now()
  for (let done = 0; done < attempts; done += IN_GROUP) {
    const ids = Array.from({ length: IN_GROUP }, (_, i) => `d${done + i}`)
    const owe = id =>
      ledger.write(rows => {
        rows.insertEvent(anEvent(`ev-${id}`))
        rows.insertDelivery(aDelivery(id, { eventId: `ev-${id}`, subscriptionId: 'sub' }))
      })
    await Promise.all(ids.map(owe))
    await ledger.write(rows => {
      rows.claim('sub', T0, IN_GROUP)
      for (const id of ids) rows.startAttempt(anAttempt(id, 1))
    })
    await Promise.all(ids.map(id => ledger.write(rows => rows.finishAttempt(accepted(id, 1)))))
  }
  const seconds = (performance.now() - started) / 1000
  await ledger.close()
  return attempts / seconds
}

/** A row for each driver but the preferred one. */
export async function measure({ size, sample }) {
  const { attempts, rounds } = SIZES[size] ?? SIZES.full
  // Below the checkout, so that better-sqlite3 is found.
  const folder = mkdtempSync(join(ROOT, '.bench-'))
  try {
    const outfile = join(folder, 'ledger.mjs')
    const stdin = { contents: CONTENTS, resolveDir: ROOT }
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile })
    const from = await import(pathToFileURL(outfile).href)
    const [preferred, ...others] = from.availableDrivers()
    const rows = others.map(driver => ({
      claim: 'i',
      title: `attempts recorded with ${driver}`,
      unit: '/s',
      referenceName: preferred,
      rounds: [],
    }))
    for (let round = 0; round < rounds; round++) {
      await sample()
      const reference = await rateOf(preferred, { folder, attempts, from })
      for (const [i, driver] of others.entries())
        rows[i].rounds.push({ reference, value: await rateOf(driver, { folder, attempts, from }) })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
