// The inbox in a real browser: what it shows, and how it filters.
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Emulator } from '../../src/emulator/contract.js'
import { axeViolations, faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

/** One delivered, one waiting after a 503, one exhausted after a 400, and one cancelled before it was tried. */
async function mixed(emulator: Emulator) {
  const receiver = await testReceiver(request => (request.body.includes('contact.created') ? 503 : 200))
  const { id } = await emulator.subscribe('standard', { url: receiver.url })
  const paid = await emulator.trigger('standard', 'invoice.paid', {
    set: { 'data.customer.email': 'blue.whale@example.com' },
  })
  const created = await emulator.trigger('standard', 'contact.created')
  await emulator.rest()
  return {
    subscription: id,
    paid: paid.deliveries[0]?.id ?? '',
    created: created.deliveries[0]?.id ?? '',
    subjects: { paid: paid.event.subject ?? '', created: created.event.subject ?? '' },
    receiver,
  }
}

/** The rows in sight, each as the texts of its cells. */
const rowsOf = async (page: Page) => {
  const rows = await page.locator('.virtual tbody tr').all()
  return Promise.all(rows.map(row => row.locator('td').allInnerTexts()))
}

const types = (page: Page) => page.locator('.virtual tbody .row-link').allInnerTexts()

it('shows three commands while it is empty', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/`)
  await page.getByRole('heading', { name: 'No deliveries yet' }).waitFor()
  const commands = page.locator('.first-steps pre')
  await commands.nth(2).waitFor()
  expect(await commands.allTextContents()).toEqual([
    'npx standin receive --port 3000',
    expect.stringContaining(`${url}/_standin/subscriptions`),
    expect.stringContaining(`--server ${url}`),
  ])
  expect(await axeViolations(page)).toEqual([])
})

it('shows deliveries newest first, with the outcome in words and the next try on the clock of the emulator', async () => {
  const { url, emulator } = await pageServer()
  const { receiver, subjects } = await mixed(emulator)
  const page = await openPage(`${url}/`)
  await page.getByText('2 shown').waitFor()
  expect(await rowsOf(page)).toEqual([
    [
      expect.stringMatching(/13:00:0\d/),
      'standard',
      'contact.created',
      subjects.created,
      receiver.url,
      expect.stringContaining('1'),
      expect.stringMatching(/waiting\s+after 503/),
      expect.stringMatching(/^in \d+ (s|min)/),
    ],
    [
      expect.stringMatching(/13:00:0\d/),
      'standard',
      'invoice.paid',
      subjects.paid,
      receiver.url,
      expect.stringContaining('1'),
      expect.stringMatching(/delivered\s+200/),
      '',
    ],
  ])
  const next = page.locator('.cell-next time')
  const before = await next.innerText()
  await emulator.advance(1000)
  await expect.poll(() => next.innerText()).not.toBe(before)
  expect(await page.locator('.cell-time time').first().getAttribute('title')).toMatch(/^2026-01-15T12:00:0\d\.\d{3}Z$/)
})

it('has nothing that axe finds, light or dark, wide or narrow', async () => {
  const { url, emulator } = await pageServer()
  await mixed(emulator)
  const page = await openPage(`${url}/`)
  await page.getByText('2 shown').waitFor()
  expect(await faultsOfLooks(page)).toEqual([])
})

it.each([1280, 360])('tells receivers on this machine apart, and says provider and attempts, at %i px', async width => {
  const { url, emulator } = await pageServer()
  await mixed(emulator)
  const page = await openPage(`${url}/`, { viewport: { width, height: 800 } })
  await page.getByText('2 shown').waitFor()
  const row = page.locator('.virtual tbody tr').first()
  for (const name of ['provider', 'attempts', 'receiver']) {
    const cell = row.locator(`.cell-${name}`)
    expect((await cell.boundingBox())?.width, name).toBeGreaterThan(0)
    const cut = `(row => row.scrollWidth - row.clientWidth)(document.querySelector('.virtual tbody .cell-${name}'))`
    expect(await page.evaluate<number>(cut), name).toBe(0)
  }
  const headings = `[...document.querySelectorAll('.virtual thead th')].filter(th => th.scrollWidth > th.clientWidth).length`
  if (width === 1280) expect(await page.evaluate<number>(headings)).toBe(0)
})

it('takes rows in and changes them as things happen', async () => {
  const { url, emulator } = await pageServer()
  const { created } = await mixed(emulator)
  const page = await openPage(`${url}/`)
  await page.getByText('2 shown').waitFor()
  const { event } = await emulator.trigger('standard', 'invoice.paid')
  await page.getByText(event.subject ?? '').waitFor()
  expect(await types(page)).toEqual(['invoice.paid', 'contact.created', 'invoice.paid'])
  await emulator.cancel(created)
  await page.getByRole('table').getByText('cancelled').waitFor()
})

it('keeps its filters in the address, and an address brings them back', async () => {
  const { url, emulator } = await pageServer()
  const { subscription, subjects } = await mixed(emulator)
  const page = await openPage(`${url}/`)
  await page.getByText('2 shown').waitFor()
  const search = page.getByRole('search')
  await search.getByLabel('Provider').selectOption('standard')
  await search.getByLabel('Type').selectOption('invoice.paid')
  await search.getByLabel('Status').selectOption('delivered')
  await search.getByLabel('Subscription').selectOption(subscription)
  await search.getByLabel('Subject').fill(subjects.paid)
  await search.getByLabel('Search').fill('BLUE.whale@')
  await expect.poll(() => page.url()).toContain('text=BLUE.whale%40')
  const address = new URL(page.url())
  expect(Object.fromEntries(new URLSearchParams(address.hash.split('?')[1]))).toEqual({
    provider: 'standard',
    type: 'invoice.paid',
    status: 'delivered',
    subscription,
    subject: subjects.paid,
    text: 'BLUE.whale@',
  })
  await page.getByText('1 shown').waitFor()

  const colleague = await openPage(page.url())
  await colleague.getByText('1 shown').waitFor()
  expect(await types(colleague)).toEqual(['invoice.paid'])
  expect(await colleague.getByRole('search').getByLabel('Search').inputValue()).toBe('BLUE.whale@')
  await colleague.getByRole('button', { name: 'Clear' }).click()
  await colleague.getByText('2 shown').waitFor()
  expect(new URL(colleague.url()).hash).toBe('#/')
})

it.each([
  ['provider=standard', 2],
  ['type=contact.created', 1],
  ['status=waiting', 1],
  ['subject={created}', 1],
  ['text=whale', 1],
  ['text={created}', 1],
  ['text=3000%2Fnowhere', 0],
  ['text=nothing-has-this', 0],
  ['status=cancelled', 0],
])('filters by %s', async (query, count) => {
  const { url, emulator } = await pageServer()
  const { subjects } = await mixed(emulator)
  const page = await openPage(`${url}/#/inbox?${query.replace('{created}', subjects.created)}`)
  await page.getByText(`${count} shown`, { exact: true }).waitFor()
  if (count === 0) await page.getByRole('button', { name: 'Remove the filters' }).waitFor()
})

it('applies its filters to what happens: what no longer fits goes, what now fits comes', async () => {
  const { url, emulator } = await pageServer()
  const { created } = await mixed(emulator)
  const waiting = await openPage(`${url}/#/inbox?status=waiting`)
  const cancelled = await openPage(`${url}/#/inbox?status=cancelled`)
  const whales = await openPage(`${url}/#/inbox?text=whale`)
  await waiting.getByText('1 shown').waitFor()
  await cancelled.getByText('0 shown').waitFor()
  await whales.getByText('1 shown').waitFor()
  await emulator.cancel(created)
  await emulator.trigger('standard', 'invoice.paid', { set: { 'data.customer.email': 'grey.whale@example.com' } })
  await waiting.getByText('0 shown').waitFor()
  await cancelled.getByText('1 shown').waitFor()
  await whales.getByText('2 shown').waitFor()
})

it('says what is wrong with a filter', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/inbox?status=delivred`, { expectedErrors: /400/ })
  await page.getByRole('alert').getByText('Did you mean "delivered"?', { exact: true }).waitFor()
})

it('keeps what is typed while the address is being changed by what was typed before', async () => {
  const { url, emulator } = await pageServer()
  await mixed(emulator)
  const page = await openPage(`${url}/`)
  await page.getByText('2 shown').waitFor()
  await page.evaluate(`{
    const replace = history.replaceState.bind(history)
    history.replaceState = (...args) => {
      replace(...args)
      history.replaceState = replace
      const field = document.querySelector('[data-search]')
      field.value = 'whale'
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }`)
  await page.keyboard.press('/')
  await page.keyboard.type('whale?')
  await page.getByText('1 shown').waitFor()
  await expect.poll(() => page.url()).toMatch(/text=whale$/)
})

it('is done with keys alone: find, move, open, resend', async () => {
  const { url, emulator } = await pageServer()
  const { paid, receiver } = await mixed(emulator)
  const page = await openPage(`${url}/`)
  await page.getByText('2 shown').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('invoice.paid')
  await page.keyboard.press('k')
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('contact.created')
  await page.keyboard.press('j')
  await page.keyboard.press('r')
  await page.getByRole('status').getByText(`Resent ${paid}: 200`).waitFor()
  expect(receiver.requests.filter(({ body }) => body.includes('invoice.paid'))).toHaveLength(2)
  await page.keyboard.press('/')
  await page.keyboard.type('whale?')
  await expect.poll(() => page.url()).toContain('text=whale%3F')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Escape')
  await page.getByText('1 shown').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).hash).toBe(`#/deliveries/${paid}`)
})
