// Sending an event from a real browser: found by name, its payload written with the help of its schema, and its deliveries watched.
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

/** A server with one subscriber. */
async function subscribed() {
  const server = await pageServer()
  const receiver = await testReceiver([500, 200])
  await server.emulator.subscribe('rillis', { url: receiver.url })
  return { ...server, receiver, address: `${server.url}/#/send?provider=rillis&type=FLOW_COMPLETED` }
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Payload' })

/** Changes the text of the payload as a person would see it changed. */
async function replaced(page: Page, part: string, by: string) {
  await editor(page).waitFor()
  await editor(page).fill((await editor(page).inputValue()).replace(part, by))
}

describe('sending', () => {
  it('finds a type by name, and shows its deliveries as they go on', async () => {
    const { url, emulator, receiver } = await subscribed()
    const page = await openPage(`${url}/#/send`)
    await editor(page).waitFor()
    await page.getByRole('searchbox', { name: 'Search event types' }).fill('flow_rej')
    await page.getByRole('searchbox').press('Enter')
    await expect.poll(() => page.url()).toContain('type=FLOW_REJECTED')
    await page.getByLabel('Subject', { exact: true }).fill('acme')
    await expect.poll(() => editor(page).inputValue()).toContain('FLOW_REJECTED')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('heading', { name: 'Sent FLOW_REJECTED as ev_1' }).waitFor()
    const deliveries = page.getByRole('list', { name: 'Deliveries' })
    await deliveries.getByText('waiting').waitFor()
    await emulator.advance(5000)
    await deliveries.getByText('delivered').waitFor()
    expect(receiver.requests).toHaveLength(2)
  })

  it('warns of an event that cannot follow the state of its subject', async () => {
    const { address, emulator } = await subscribed()
    const { event } = await emulator.trigger('rillis', 'FLOW_REJECTED', { subject: 'acme' })
    const { warnings } = await emulator.trigger('rillis', 'FLOW_COMPLETED', { subject: 'acme' })
    expect(warnings).toHaveLength(1)
    const page = await openPage(`${address}&subject=${event.subject}`)
    await editor(page).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('list', { name: 'Warnings' }).getByRole('listitem').waitFor()
  })

  it('sends what was changed of the sample, and shows the difference', async () => {
    const { address, receiver } = await subscribed()
    const page = await openPage(address)
    await editor(page).waitFor()
    const { data } = JSON.parse(await editor(page).inputValue())
    await replaced(page, data.user_id, 'u_1')
    await page.getByText('Difference to the sample: 1').click()
    await page.getByRole('row', { name: `data.user_id ${data.user_id} u_1` }).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('heading', { name: /^Sent/ }).waitFor()
    expect(receiver.requests[0]?.json()).toMatchObject({ data: { user_id: 'u_1' } })
    await page.getByRole('button', { name: 'Reset to the sample' }).click()
    await page.getByText('Difference to the sample: 0').waitFor()
  })

  it('says at once what is wrong and where, and the server refuses it at the same field', async () => {
    const { address, emulator } = await subscribed()
    const page = await openPage(address, { expectedErrors: /400/ })
    await replaced(page, '"status": "COMPLETED"', '"status": 5')
    const problems = page.getByRole('list', { name: 'Problems of the payload' })
    await problems.getByText('data.status').waitFor()
    expect(await editor(page).getAttribute('aria-invalid')).toBe('true')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await problems.getByText("(the server's answer)").waitFor()
    expect(emulator.ledger.events({}, { limit: 10 })).toEqual([])
    await replaced(page, '{', '')
    await expect.poll(() => page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  })

  it('sends an unknown text of a known list with a warning, as the form says', async () => {
    const { address, receiver } = await subscribed()
    const page = await openPage(address)
    await replaced(page, '"status": "COMPLETED"', '"status": "PARTLY"')
    await page.getByText('an unknown text of a known list is warned of').waitFor()
    await page.getByRole('list', { name: 'Problems of the payload' }).getByText('data.status').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('list', { name: 'Warnings' }).getByText('it is sent anyway').waitFor()
    expect(receiver.requests[0]?.json()).toMatchObject({ data: { status: 'PARTLY' } })
  })

  it('completes keys and values with the keyboard', async () => {
    const { address } = await subscribed()
    const page = await openPage(address)
    await editor(page).waitFor()
    await editor(page).fill('{"data":{"status":""}}')
    await editor(page).focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Control+Space')
    await page.getByRole('listbox', { name: 'Completions' }).getByText('COMPLETED').waitFor()
    await page.keyboard.press('Enter')
    expect(await editor(page).inputValue()).toBe('{"data":{"status":"COMPLETED"}}')
    await editor(page).fill('{}')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('"tim')
    await page.getByRole('listbox', { name: 'Completions' }).getByText('timestamp').waitFor()
    await page.keyboard.press('Enter')
    expect(await editor(page).inputValue()).toContain('{"timestamp": ')
  })

  it('scrolls a long payload inside the editor, with the completions in sight', async () => {
    const { address } = await subscribed()
    const page = await openPage(address)
    await editor(page).waitFor()
    const filler = Array.from({ length: 200 }, (_, i) => `"x${i}": ${i},\n`).join('')
    await editor(page).fill(`{${filler}"data":{"status":""}}`)
    await editor(page).press('Control+End')
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Control+Space')
    const completions = page.getByRole('listbox', { name: 'Completions' })
    await completions.getByText('COMPLETED').waitFor()
    const height = await page.evaluate<number>("document.querySelector('.editor-area').offsetHeight")
    expect(height).toBeLessThanOrEqual(800 * 0.6)
    const list = await completions.boundingBox()
    const area = await page.locator('.editor-area').boundingBox()
    expect(list?.y).toBeGreaterThan(area?.y ?? 0)
    expect(list?.y).toBeLessThanOrEqual((area?.y ?? 0) + height)
  })

  it('does not freeze while a payload of 1 MB is changed, and checks it after a pause', async () => {
    const { url, emulator } = await subscribed()
    const filler = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x${i}`, 'y'.repeat(38)]))
    const { event } = await emulator.trigger('rillis', 'FLOW_COMPLETED', { raw: filler })
    const page = await openPage(`${url}/#/send?like=${event.id}`)
    await page.getByRole('list', { name: 'Problems of the payload' }).waitFor()
    expect((await editor(page).inputValue()).length).toBeGreaterThan(1_000_000)
    await editor(page).focus()
    await editor(page).press('Control+Home')
    await page.evaluate(`new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest ?? 0, duration)
    }).observe({ type: 'longtask' })`)
    await page.keyboard.type('oops')
    await page.getByRole('list', { name: 'Problems of the payload' }).getByText('This is no value').waitFor()
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    // Whole again, it is read to its end and checked against the schema.
    for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace')
    await expect.poll(() => page.getByRole('button', { name: 'Send', exact: true }).isEnabled()).toBe(true)
    const longest = await page.evaluate<number>('globalThis.longest ?? 0')
    expect(longest).toBeLessThan(1000)
  })

  it('sends exactly the text again that was sent, from the address of an event', async () => {
    const { url, emulator, receiver } = await subscribed()
    const hostile = '<img src=x onerror=alert(1)>'
    const { event } = await emulator.trigger('rillis', 'FLOW_COMPLETED', { set: { 'data.user_id': hostile } })
    await emulator.rest()
    const page = await openPage(`${url}/#/events/${event.id}`)
    await page.getByRole('link', { name: 'Send again like this' }).click()
    await expect.poll(() => editor(page).inputValue()).toContain(hostile)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('heading', { name: /^Sent/ }).waitFor()
    await emulator.rest()
    expect(receiver.requests.at(-1)?.json()).toMatchObject({ data: { user_id: hostile } })
    expect(await page.locator('img').count()).toBe(0)
  })

  it('sends the same bytes again that were given as a text, and tells what would be lost otherwise', async () => {
    const { url, emulator, receiver } = await subscribed()
    const raw = '{ "id": 12345678901234567890,\n  "2": 1,\t"1": 1.10 }'
    const { event } = await emulator.trigger('rillis', 'FLOW_COMPLETED', { raw })
    await emulator.rest()
    const page = await openPage(`${url}/#/events/${event.id}`)
    await page.getByRole('link', { name: 'Send again like this' }).click()
    await expect.poll(() => editor(page).inputValue()).toBe(raw)
    const button = page.getByRole('button', { name: 'Send', exact: true })
    await page.getByRole('radio', { name: /^Exactly this payload/ }).check()
    await page.getByRole('alert').getByText('more digits than a number keeps').waitFor()
    expect(await button.isDisabled()).toBe(true)
    await page.getByRole('radio', { name: /^Exactly this text/ }).check()
    await button.click()
    await page.getByRole('heading', { name: /^Sent/ }).waitFor()
    await emulator.rest()
    const bodies = receiver.requests.map(({ body }) => body)
    expect(new Set(bodies)).toEqual(new Set([raw]))
    expect(emulator.ledger.events({}, { limit: 2 })).toHaveLength(2)
  })

  it('has no accessibility violations at 360 px, light or dark', async () => {
    const { address } = await subscribed()
    const page = await openPage(address, { viewport: { width: 360, height: 700 } })
    await replaced(page, '"status": "COMPLETED"', '"status": "COMPLETE"')
    await page.getByRole('list', { name: 'Problems of the payload' }).waitFor()
    expect(await faultsOfLooks(page, [360])).toEqual([])
  })
})
