// The verify view in a real browser: a receiver is verified, a failure is read, two verifications are compared, a report is saved.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { axeViolations, faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'
import { flawedReceiver, KEY } from '../verify/flawed-receiver.js'

/** Fills the form and starts a verification of a few checks. */
async function verify(page: Page, url: string, only: string): Promise<void> {
  await page.getByLabel('Provider').selectOption('rillis')
  await page.getByLabel('URL of the receiver').fill(url)
  await page.getByLabel('Secret').fill(KEY)
  await page.getByText('More options').click()
  await page.getByLabel('Only checks that begin with').fill(only)
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByText(/^\d+ passed, \d+ failed/).waitFor()
}

it('verdicts appear, and a failed one reads: requirement, sent, expected, seen, how to repeat, source', async () => {
  const { url: to } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await verify(page, to, 'delivery/accepts, delivery/exact')
  await page.getByText('1 passed, 1 failed, 0 not judged').waitFor()
  const failure = page.getByRole('article', { name: /MUST answer with a status/ })
  const text = await failure.innerText()
  expect(text).toContain('delivery/exact-status')
  expect(text).toMatch(/Sent\s+a valid/)
  expect(text).toMatch(/Expected\s+\S+/)
  expect(text).toMatch(/Seen\s+.*202/)
  expect(text).toMatch(/Source\s+\S+/)
  await failure.getByText('How to repeat it').click()
  expect(await failure.innerText()).toContain('--only delivery/exact-status')
  await failure.getByText('The request and its response').click()
  expect(await failure.innerText()).toContain(`POST ${to}`)
  expect(await page.content()).not.toContain(KEY)
  await page.keyboard.press('j')
  expect(page.url()).toContain('check=delivery%2Fexact-status')
})

it('shows hostile answers of a receiver as text', async () => {
  const hostile = '<img src=x onerror=alert(1)>\u202e'
  const { url: to } = await testReceiver(() => ({ status: 400, body: hostile }))
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await verify(page, to, 'delivery/accepts')
  const seen = await page.getByRole('article').innerText()
  expect(seen).toContain('<img src=x onerror=alert(1)>')
  expect(seen).toContain('U+202E')
  expect(await page.locator('main img').count()).toBe(0)
})

it('shows a verification while it runs, and cancels it', async () => {
  let answer: (status: number) => void = () => {}
  const held = new Promise<number>(resolve => {
    answer = resolve
  })
  const { url: to } = await testReceiver(() => held)
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await page.getByLabel('Provider').selectOption('rillis')
  await page.getByLabel('URL of the receiver').fill(to)
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByText(/0 of \d+ checks judged/).waitFor()
  expect(await axeViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  answer(200)
  await page.getByText('It was cancelled.').waitFor()
})

it('shifts nothing while verdicts come and failures are added', async () => {
  let release: () => void = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  // Needs no signature, and fails with line ends, emoji and keys in another order.
  const { url: to } = await testReceiver(async ({ body }) => {
    await held
    return /\n|\p{Emoji_Presentation}/u.test(body) || !body.startsWith('{"id"') ? 500 : 200
  })
  const { url } = await pageServer()
  const page = await openPage('about:blank')
  await page.addInitScript(`globalThis.shift = 0
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })`)
  await page.goto(`${url}/#/verify`)
  await page.getByText('None yet.').waitFor()
  const started = await fetch(`${url}/_standin/verifications?wait=false`, {
    method: 'POST',
    body: JSON.stringify({ provider: 'rillis', to, secret: KEY, only: ['delivery/accepts', 'signature', 'freshness'] }),
  })
  expect(started.status).toBe(202)
  await page.getByText('running', { exact: true }).waitFor()
  expect(await page.evaluate<number>('shift')).toBeLessThan(0.02)
  await page.goto(`${url}/#/verify/ver_1`)
  await page.getByText('to come').first().waitFor()
  release()
  await page.getByText(/^\d+ passed, \d+ failed/).waitFor()
  expect(await page.getByRole('article').count()).toBeGreaterThan(3)
  expect(await page.evaluate<number>('shift')).toBeLessThan(0.02)
})

it('compares two: what was fixed, what broke, what stayed', async () => {
  const flaw: { status: number | undefined } = { status: 202 }
  const { url: to } = await flawedReceiver('rillis', flaw, onTestFinished)
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await verify(page, to, 'delivery/accepts, delivery/exact')
  flaw.status = undefined
  await page.getByRole('link', { name: 'Verify again' }).click()
  await page.locator('form[aria-busy=false]').waitFor()
  // The options are those of before, and the secret is remembered in this tab.
  expect(await page.getByLabel('Only checks that begin with').inputValue()).toContain('delivery/exact')
  expect(await page.getByLabel('Secret').inputValue()).toBe(KEY)
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByText('2 passed, 0 failed, 0 not judged').waitFor()
  await page.getByRole('link', { name: 'Compare with the one before' }).click()
  await page.getByText('1 fixed, 1 unchanged').waitFor()
  expect(await axeViolations(page)).toEqual([])
  const fixed = page.getByRole('group').filter({ has: page.getByRole('heading', { name: 'Fixed: 1' }) })
  expect(await fixed.innerText()).toContain('delivery/exact-status')
  await page.getByLabel('Compare with').selectOption('ver_1')
  expect(page.url()).toContain('with=ver_1')
})

it('saves the report in each format', async () => {
  const { url: to } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await verify(page, to, 'delivery/accepts, delivery/exact')
  const before = page.getByRole('link', { name: 'Compare with the one before' })
  expect(await before.count()).toBe(0)
  for (const [label, name, begins] of [
    ['Export HTML', 'rillis-ver_1.html', '<!doctype html>'],
    ['Export JUnit', 'rillis-ver_1.xml', '<?xml'],
    ['Export JSON', 'rillis-ver_1.json', '{'],
    ['Export Markdown', 'rillis-ver_1.md', '# Receiver'],
  ] as const) {
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: label }).click()
    const download = await saved
    expect(download.suggestedFilename()).toBe(name)
    const text = readFileSync(await download.path(), 'utf8')
    expect(text.startsWith(begins)).toBe(true)
    if (label !== 'Export HTML') continue
    const phone = await openPage('about:blank', { viewport: { width: 360, height: 800 } })
    await phone.setContent(text)
    for (const summary of await phone.locator('summary').all()) await summary.click()
    expect(await phone.locator('.conclusion').innerText()).toMatch(/^Failed: .*delivery\/exact-status/)
    expect(await phone.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    expect(await axeViolations(phone)).toEqual([])
  }
})

it('says what is wrong with the form, at the place where the server says it', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`, { expectedErrors: /400/ })
  await page.getByLabel('URL of the receiver').fill('http://127.0.0.1:9/')
  await page.getByText('More options').click()
  await page.getByLabel('Only checks that begin with').fill('signatur/')
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByRole('alert').getByText('No check begins with "signatur/"').waitFor()
  await page.getByLabel('Only checks that begin with').fill('')
  await page.getByLabel('Settings, as JSON').fill('[')
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByRole('alert').getByText('The settings are not JSON').waitFor()
  await page.getByLabel('Settings, as JSON').fill('{ "auth": { "credentials": "***" } }')
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByRole('alert').getByText('in place of ***').waitFor()
})

it('lists past ones, deletes one, and shows the change in another tab', async () => {
  const { url: to } = await flawedReceiver('rillis', {}, onTestFinished)
  const { url, emulator } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await verify(page, to, 'delivery/accepts')
  await page.goto(`${url}/#/verify`)
  const other = await openPage(`${url}/#/verify`, { beside: page })
  await other.getByRole('cell', { name: '1 passed, 0 failed, 0 not judged' }).waitFor()
  await page.getByRole('button', { name: 'Delete ver_1' }).click()
  await other.getByText('None yet.').waitFor()
  expect(emulator.ledger.verifications({}, { limit: 1 })).toEqual([])
})

it('has no flaw of accessibility, light or dark, wide or narrow, and nothing wider than the page', async () => {
  const { url: to } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/verify`)
  await verify(page, to, 'delivery')
  for (const summary of await page.locator('article > details > summary').all()) await summary.click()
  expect(await faultsOfLooks(page)).toEqual([])
  await page.goto(`${url}/#/verify`)
  await page.getByRole('link', { name: 'ver_1', exact: true }).waitFor()
  expect(await faultsOfLooks(page)).toEqual([])
})
