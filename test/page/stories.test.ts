// Stories of people with the page: a newcomer, two tabs, hostile texts, and somebody without a mouse.
import { execFile } from 'node:child_process'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject } from 'vitest'
import { it, openPage, pageServer } from '../support/browser.js'
import { startCli } from '../support/cli.js'
import { closedPort, testReceiver } from '../support/receiver.js'

it('a newcomer fills the inbox with the three commands that it shows', async () => {
  const server = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json'])
  const { page: address } = await server.record(({ kind }) => kind === 'listening')
  const page = await openPage(String(address))
  const commands = page.locator('.first-steps pre')
  await commands.nth(2).waitFor()
  const port = String(await closedPort())
  const [receive = '', subscribe = '', trigger = ''] = (await commands.allTextContents()).map(text =>
    text.replaceAll('3000', port),
  )
  const receiver = startCli([...receive.split(' ').slice(2), '--json'])
  await receiver.record(({ kind }) => kind === 'listening')
  const env = { ...process.env, PATH: `${inject('built')}/bin${delimiter}${process.env.PATH}` }
  for (const command of [subscribe, trigger]) await promisify(execFile)('sh', ['-c', command], { env })
  const table = page.getByRole('table', { name: 'Deliveries, newest first' })
  await table.getByText('delivered').waitFor()
  await table.getByText(`http://127.0.0.1:${port}/webhooks`).waitFor()
  await receiver.record(({ kind }) => kind === 'request')
  // While its server ends it would log that the connection is lost.
  await page.close()
  await Promise.all([receiver.end('SIGTERM'), server.end('SIGTERM')])
})

it('two tabs agree: what one does the other shows', async () => {
  const { url, emulator } = await pageServer()
  const receiver = await testReceiver([500, 200])
  await emulator.subscribe('standard', { url: receiver.url })
  await emulator.trigger('standard', 'invoice.paid')
  await emulator.rest()
  const first = await openPage(`${url}/`)
  const second = await openPage(`${url}/#/inbox?status=waiting`, { beside: first })
  await first.getByRole('table').getByText('after 500').waitFor()
  await second.getByRole('table').getByText('after 500').waitFor()
  await first.keyboard.press('j')
  await first.keyboard.press('r')
  await first.getByRole('table').getByText('delivered').waitFor()
  await second.getByText('0 shown').waitFor()
  await second.getByRole('button', { name: 'Remove the filters' }).click()
  await second.getByRole('table').getByText('delivered').waitFor()
  expect(await second.locator('.virtual tbody').innerText()).toBe(await first.locator('.virtual tbody').innerText())
})

it('texts from outside stay texts, wherever the inbox shows them', async () => {
  const { url, emulator } = await pageServer()
  const markup = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'
  const receiver = await testReceiver([{ status: 500, body: markup, headers: { 'x-note': markup } }])
  await emulator.subscribe('standard', { url: `${receiver.url}?q=${encodeURIComponent(markup)}` })
  await emulator.trigger('standard', 'contact.created', { set: { 'data.fullName': markup } })
  await emulator.rest()
  const page = await openPage(`${url}/`)
  await page.getByRole('table').getByText('after 500').waitFor()
  const query = new URLSearchParams({ text: markup, subject: '"><b>x</b>' })
  await page.goto(`${url}/#/inbox?${query}`)
  await page.getByText('0 shown').waitFor()
  expect(await page.getByLabel('Search').inputValue()).toBe(markup)
  await page.goto(`${url}/#/${encodeURIComponent(markup)}`)
  await page.getByText(`There is no view "${markup}"`).waitFor()
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined()
  expect(await page.locator('main img, main script, main b').count()).toBe(0)
})

it('somebody without a mouse goes from the list to a delivery and back, and to every view', async () => {
  const { url, emulator } = await pageServer()
  const receiver = await testReceiver()
  await emulator.subscribe('standard', { url: receiver.url })
  await emulator.trigger('standard', 'invoice.paid')
  await emulator.rest()
  const page = await openPage(`${url}/`)
  await page.getByText('1 shown').waitFor()
  await page.keyboard.press('j')
  await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('row-link')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Delivery' }).waitFor()
  await page.goBack()
  await page.getByText('1 shown').waitFor()
  for (const view of ['Send', 'Scenarios', 'Verify', 'Subscriptions', 'Faults', 'Settings', 'Clock']) {
    await page.getByRole('navigation').getByRole('link', { name: view }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: view }).waitFor()
  }
})
