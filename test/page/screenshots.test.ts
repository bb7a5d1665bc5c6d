// The pictures of the page in docs/page/: main views at two sizes and in both schemes. `npm run screenshots` takes them anew; without it this checks that they are there.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it as plainIt } from 'vitest'
import { it, openPage, pageServer } from '../support/browser.js'
import { ROOT } from '../support/markdown.js'
import { testReceiver } from '../support/receiver.js'

const FOLDER = join(ROOT, 'docs/page')
const isTaking = process.env.STANDIN_SCREENSHOTS !== undefined

const SIZES = { wide: { width: 1280, height: 760 }, narrow: { width: 360, height: 720 } }
const SCHEMES = ['light', 'dark'] as const

/** What is shown: the address, and what must be in sight first. */
const SHOWN: Record<
  string,
  { address(ids: { delivery: string; event: string }): string; ready(page: Page): Promise<void> }
> = {
  inbox: {
    address: () => 'inbox',
    ready: page => page.getByRole('table').getByText('after 503').first().waitFor(),
  },
  delivery: {
    address: ({ delivery }) => `deliveries/${delivery}`,
    ready: page => page.getByText('503').first().waitFor(),
  },
  verify: { address: () => 'verify', ready: page => page.locator('main button').first().waitFor() },
  send: {
    address: ({ event }) => `send?like=${event}`,
    ready: page => page.getByRole('button', { name: 'Send', exact: true }).waitFor(),
  },
  subscriptions: { address: () => 'subscriptions', ready: page => page.getByRole('article').first().waitFor() },
  faults: { address: () => 'faults', ready: page => page.locator('main button').first().waitFor() },
}

const pictures = Object.keys(SHOWN).flatMap(view =>
  Object.keys(SIZES).flatMap(size => SCHEMES.map(scheme => `${view}-${size}-${scheme}.jpg`)),
)

plainIt('are all there, and small enough to be looked at', () => {
  const there = existsSync(FOLDER) ? readdirSync(FOLDER).filter(name => name.endsWith('.jpg')) : []
  expect(there.sort()).toEqual([...pictures].sort())
  expect(there.reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0)).toBeLessThan(1_500_000)
})

if (isTaking)
  it('are taken', async () => {
    mkdirSync(FOLDER, { recursive: true })
    const { url, emulator } = await pageServer({ start: Date.UTC(2026, 2, 2, 9) })
    const receiver = await testReceiver(({ body }) => (/"(?:FLOW_REJECTED|invoice.paid)"/.test(body) ? 503 : 200))
    for (const { name } of emulator.providers) {
      const { channels } = emulator.providers.find(one => one.name === name) ?? { channels: [] }
      await emulator.subscribe(name, { url: receiver.url })
      for (const { name: type } of channels[0]?.eventTypes.slice(0, 4) ?? []) {
        await emulator.trigger(name, type)
        await emulator.advance(7000)
      }
    }
    const last = await emulator.trigger('standard', 'invoice.paid')
    await emulator.advance(4 * 60_000)
    const ids = { delivery: last.deliveries[0]?.id ?? '', event: last.event.id }
    for (const [view, { address, ready }] of Object.entries(SHOWN))
      for (const [size, viewport] of Object.entries(SIZES))
        for (const colorScheme of SCHEMES) {
          const page = await openPage(`${url}/#/${address(ids)}`, { viewport, colorScheme, reducedMotion: 'reduce' })
          await page.getByText('live', { exact: true }).waitFor()
          await ready(page)
          await page.screenshot({ path: join(FOLDER, `${view}-${size}-${colorScheme}.jpg`), type: 'jpeg', quality: 72 })
          await page.close()
        }
  })
