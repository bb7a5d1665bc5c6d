// The inbox with much in it and much going on: it scrolls and answers all the same.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { it, openPage, pageServer } from '../support/browser.js'
import { temporaryFolder } from '../support/emulator.js'
import { T0 } from '../support/records.js'

const ROWS = 100_000

/** A ledger with this many delivered deliveries, each of an event of its own. */
async function fullLedger(): Promise<string> {
  const location = join(temporaryFolder(), 'full.db')
  await openLedger({ location }).close()
  const sqlite = openDatabase(location)
  sqlite.pragma('synchronous = OFF')
  const numbers = `WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ${ROWS})`
  sqlite.exec(`
    INSERT OR REPLACE INTO tallies VALUES
      ('/lane/1', '${JSON.stringify({ n: 1, subscription: 'sub', url: 'http://127.0.0.1:3000/webhooks', delivered: ROWS, exhausted: 0, attempts: ROWS, acceptedAttempts: ROWS, lastAttemptAt: T0 })}'),
      ('/totals', '${JSON.stringify({ waiting: 0, attempting: 0, delivered: ROWS, exhausted: 0, cancelled: 0, attempts: ROWS })}');
    INSERT INTO kinds VALUES (1, 'standard', 'default', 'invoice.paid');
    ${numbers} INSERT INTO events
      SELECT n, NULL, n, 1, NULL, 'inv_' || n, NULL, ${T0} + n, '{"n":' || n || '}', NULL, 0 FROM i;
    ${numbers} INSERT INTO deliveries
      SELECT n, NULL, n, NULL, 1, 1, 'delivered', 1, 1, NULL, NULL, ${T0} + n, ${T0} + n, NULL FROM i;
    ${numbers} INSERT INTO attempts
      SELECT n * ${2 ** 21} + 1, 'scheduled', ${T0}, ${T0}, ${T0}, 'at once', 'POST', 'http://127.0.0.1:3000/webhooks', '[]', NULL,
        '{"kind":"answered","status":200}', 1, 3, NULL, NULL FROM i;
  `)
  sqlite.close()
  return location
}

/** Notes every task of the main thread that takes over 50 ms from now on. */
const watchTasks = (page: Page) =>
  page.evaluate(`(() => {
    globalThis.longTasks = []
    new PerformanceObserver(list => longTasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' })
  })()`)

/** Four fifths of the time at least the page answers at once; a list that renders all its rows would do so never. */
const expectFree = (tasks: readonly number[], tookMs: number) =>
  expect(tasks.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(tookMs / 5)

const longTasks = (page: Page) => page.evaluate<number[]>('longTasks')

it('scrolls through 100,000 deliveries, with few rows in the document, and answers all the while', async () => {
  const { url } = await pageServer({ ledger: await fullLedger() })
  const page = await openPage(`${url}/`)
  await page.getByText('inv_100000', { exact: true }).waitFor()
  await watchTasks(page)
  const started = performance.now()
  const list = page.locator('.virtual')
  const oldest = page.getByText('inv_1', { exact: true })
  // A screenful and a half with each frame, as a hard fling does, and to the end of what is there when it is reached.
  const rows = await page.evaluate<number>(`new Promise(done => {
    const list = document.querySelector('.virtual')
    let most = 0
    const step = () => {
      most = Math.max(most, list.querySelectorAll('tbody tr').length)
      const isAll = /^100,000 shown/.test(document.querySelector('.inbox-state').textContent)
      if (isAll && list.scrollTop + list.clientHeight >= list.scrollHeight - 2) return done(most)
      list.scrollTop += isAll ? list.clientHeight * 20 : list.scrollHeight
      requestAnimationFrame(step)
    }
    step()
  })`)
  await oldest.waitFor()
  expect(rows).toBeLessThan(80)
  expect(await list.locator('table').getAttribute('aria-rowcount')).toBe('100001')
  expectFree(await longTasks(page), performance.now() - started)
})

it('takes 500 events a second with all that follows from them', async () => {
  // Lost requests: sending takes longer than showing, and in this process both take the same time.
  const { url, emulator } = await pageServer()
  await emulator.subscribe('standard', { url: 'http://127.0.0.1:3000/webhooks' })
  await emulator.faults.add({ kind: 'drop', as: 'unreachable' })
  const page = await openPage(`${url}/`)
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'No deliveries yet' }).waitFor()
  await watchTasks(page)
  const bursts = 8
  const started = performance.now()
  for (let burst = 1; burst <= bursts; burst++) {
    await Promise.all(Array.from({ length: 500 }, () => emulator.trigger('standard', 'contact.deleted')))
    await page.getByText(`${(burst * 500).toLocaleString('en')} shown`, { exact: true }).waitFor()
  }
  const took = performance.now() - started
  await page.getByRole('table').getByText('after unreachable').first().waitFor()
  const tasks = await longTasks(page)
  const rate = Math.round((bursts * 500_000) / took)
  console.info(`${rate} events a second; tasks over 50 ms: ${tasks.map(Math.round).join(', ') || 'none'}`)
  expectFree(tasks, took)
})
