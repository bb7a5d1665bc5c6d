// The shell of the page in a real browser: who gets in, what it may load, how it is used without a mouse, and how it looks to everybody.
import { createServer } from 'node:http'
import { expect, onTestFinished } from 'vitest'
import { axeViolations, it, openPage, pageServer } from '../support/browser.js'

const TOKEN = 'a-token-that-nobody-guesses'

it('opens at the root, says that it is live, and loads nothing from anywhere else', async () => {
  const { url } = await pageServer()
  const page = await openPage('about:blank')
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await page.goto(`${url}/`)
  await page.getByText('live', { exact: true }).waitFor()
  expect(await page.title()).toBe('Inbox · Standin')
  const elsewhere = asked.filter(one => !one.startsWith(`${url}/`) && !one.startsWith('data:'))
  expect(elsewhere).toEqual([])
})

it('works in a space as at the root', async () => {
  const { url, spaces } = await pageServer()
  const { emulator } = await spaces.enter('team-a')
  await emulator.subscribe('standard', { url: 'http://127.0.0.1:9/' })
  const { event } = await emulator.trigger('standard', 'invoice.paid')
  const page = await openPage(`${url}/spaces/team-a/`)
  await page.getByText(event.subject ?? '').waitFor()
  await page.getByText('/ team-a').waitFor()
})

it('asks for the token once, keeps it out of every URL, and says when it is wrong', async () => {
  const { url } = await pageServer({}, { token: TOKEN })
  const page = await openPage(`${url}/`, { expectedErrors: /401/ })
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  const field = page.getByLabel('Token')
  await field.waitFor()
  expect(await field.getAttribute('type')).toBe('password')
  expect(await axeViolations(page)).toEqual([])
  await field.fill('wrong')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('alert').getByText('The server did not take that token.').waitFor()
  await field.fill(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'No deliveries yet' }).waitFor()
  await page.getByText('Bearer $STANDIN_TOKEN').waitFor()
  await page.reload()
  await page.getByText('live', { exact: true }).waitFor()
  expect(await field.count()).toBe(0)
  expect([...asked, page.url()].filter(one => one.includes(TOKEN))).toEqual([])
  expect(await page.content()).not.toContain(TOKEN)
})

it('is framed by nobody, and used by no other site', async () => {
  const { url, emulator } = await pageServer()
  const other = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<title>other</title><iframe src="${url}/"></iframe>`)
  })
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const page = await openPage(`http://127.0.0.1:${port}/`, {
    expectedErrors: /frame-ancestors|refused|Frame|403|blocked/i,
  })
  await expect.poll(() => page.frames().length).toBe(2)
  expect(await page.frames()[1]?.locator('#page').count()).toBe(0)
  expect(emulator.journal.lastSeq()).toBe(0)
})

it('shows its keys with ?, which closes with Escape and gives the focus back', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/`)
  await page.getByRole('button', { name: 'Keys' }).focus()
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  for (const label of ['Search', 'Trigger an event', 'Show the keys'])
    await dialog.getByText(label, { exact: true }).waitFor()
  expect(await axeViolations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Keys')
})

it('goes to the form for events with t, unless single letters are turned off', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/`)
  await page.getByRole('heading', { name: 'No deliveries yet' }).waitFor()
  const dialog = page.getByRole('dialog')
  const turn = async (isOn: boolean) => {
    await page.keyboard.press('?')
    await dialog.getByRole('checkbox').setChecked(isOn)
    await page.keyboard.press('Escape')
    // By element: a dialog has no role between its closing and the event that tells of it.
    await page.locator('dialog').waitFor({ state: 'detached' })
  }
  await turn(false)
  await page.keyboard.press('t')
  expect(new URL(page.url()).hash).toBe('')
  await turn(true)
  await page.keyboard.press('t')
  await expect.poll(() => new URL(page.url()).hash).toBe('#/send')
  await page.getByRole('heading', { name: 'Send', level: 1 }).waitFor()
})

it('skips to the content with the first Tab, and says what is not there', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/nowhere`)
  await page.getByText('There is no view "nowhere"').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('main')
})

it('moves nothing for those who ask for less motion', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/`, { reducedMotion: 'reduce' })
  await page.getByText('live', { exact: true }).waitFor()
  const moving = await page.evaluate<string[]>(`[...document.querySelectorAll('*')].filter(element => {
    const { transitionDuration, animationName } = getComputedStyle(element)
    return transitionDuration !== '0s' || animationName !== 'none'
  }).map(element => element.tagName)`)
  expect(moving).toEqual([])
})

it('keeps a heading at its text beside a taller column', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/#/faults`)
  const heading = await page.getByRole('heading', { name: 'Firing' }).boundingBox()
  const text = await page.getByText('None since you opened this view.').boundingBox()
  expect((text?.y ?? 0) - (heading?.y ?? 0)).toBeLessThan(60)
})

it('shifts nothing while it loads, with deliveries and without', async () => {
  const { url, emulator } = await pageServer()
  const shifts = async (address: string) => {
    const page = await openPage('about:blank')
    await page.addInitScript(`globalThis.shift = 0
      new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value
      }).observe({ type: 'layout-shift', buffered: true })`)
    await page.goto(address)
    await page.getByText('live', { exact: true }).waitFor()
    await page.getByText(/\d shown/).waitFor()
    return page.evaluate<number>('shift')
  }
  // 0.1 is what Core Web Vitals call good.
  expect(await shifts(`${url}/`)).toBeLessThan(0.02)
  await emulator.subscribe('standard', { url: 'http://127.0.0.1:9/' })
  for (let number = 0; number < 30; number++) await emulator.trigger('standard', 'invoice.paid')
  expect(await shifts(`${url}/`)).toBeLessThan(0.02)
})
