// What holds for every view: WCAG 2.2 AA as axe checks it, in light and dark, wide and at 360 px, where nothing is wider than the window.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { ROOT } from '../support/markdown.js'
import { testReceiver } from '../support/receiver.js'

const registered = readFileSync(join(ROOT, 'src/page/views/index.ts'), 'utf8')
const views = [...registered.matchAll(/name: '(\w+)'/g)].map(([, name = '']) => name)

it('is asked of every view that is registered', () => {
  expect(views.length).toBeGreaterThan(8)
})

it.each(views)('%s', async view => {
  const { url, emulator } = await pageServer()
  const receiver = await testReceiver([503])
  await emulator.subscribe('standard', { url: receiver.url })
  const { event, deliveries } = await emulator.trigger('standard', 'invoice.paid')
  await emulator.rest()
  const id = { deliveries: `/${deliveries[0]?.id}`, events: `/${event.id}` }[view] ?? ''
  const page = await openPage(`${url}/#/${view}${id}`)
  await page.getByText('live', { exact: true }).waitFor()
  await page.locator('main > :not(h1)').first().waitFor()
  expect(await faultsOfLooks(page)).toEqual([])
})
