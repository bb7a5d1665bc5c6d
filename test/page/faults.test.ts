// Faults in a real browser: added from a form of every kind, seen firing at a real receiver, and removed.
import { describe, expect } from 'vitest'
import { FAULT_KINDS } from '../../src/core/fault.js'
import { faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

/** A server with one subscriber. */
async function subscribed() {
  const server = await pageServer()
  const receiver = await testReceiver()
  await server.emulator.subscribe('rillis', { url: receiver.url })
  return { ...server, receiver, address: `${server.url}/#/faults` }
}

describe('the faults', () => {
  it('are added for one event type, fire while they are watched, and are removed', async () => {
    const { address, emulator, receiver } = await subscribed()
    const page = await openPage(address)
    await page.getByRole('heading', { name: 'No faults' }).waitFor()
    const form = page.getByRole('form', { name: 'Add a fault' })
    await form.getByLabel('kind').selectOption('duplicate')
    await form.getByLabel('copies').fill('2')
    await form.getByLabel('provider').selectOption('rillis')
    await form.getByLabel('type', { exact: true }).selectOption('FLOW_COMPLETED')
    await form.getByLabel('next').fill('3')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByText('Added fl_1.').waitFor()
    await page.getByRole('row', { name: /duplicate fl_1 active 0, 3 to come copies 2/ }).waitFor()

    await emulator.trigger('rillis', 'FLOW_REJECTED')
    await emulator.rest()
    expect(receiver.requests).toHaveLength(1)
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.rest()
    expect(receiver.requests).toHaveLength(4)
    await page.getByRole('row', { name: /duplicate fl_1 active 1, 2 to come/ }).waitFor()
    await page.getByRole('region', { name: 'Firing' }).getByRole('link', { name: 'dl_2, attempt 1' }).waitFor()

    await page.getByRole('button', { name: 'Remove fl_1' }).click()
    await page.getByRole('heading', { name: 'No faults' }).waitFor()
    expect(emulator.faults.list()).toEqual([])
  })

  it('say why they were skipped', async () => {
    const { address, emulator } = await subscribed()
    await emulator.faults.add({ kind: 'tamper', path: 'data.nothing' })
    const page = await openPage(address)
    await page.getByRole('row', { name: /tamper fl_1/ }).waitFor()
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.rest()
    const reason = emulator.faults.list()[0]?.lastSkipReason
    expect(reason).toEqual(expect.any(String))
    await page.getByRole('row', { name: reason ?? '' }).waitFor()
  })

  it('are refused at the field', async () => {
    const { address, emulator } = await subscribed()
    const page = await openPage(address, { expectedErrors: /400/ })
    const form = page.getByRole('form', { name: 'Add a fault' })
    await form.getByLabel('kind').selectOption('delay')
    await form.getByLabel('by', { exact: true }).fill('later')
    await form.getByLabel('next').fill('0')
    await form.getByLabel('next').press('Enter')
    await form.getByText(/"later" is not a duration/).waitFor()
    expect(await form.getByLabel('by', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    expect(await form.getByLabel('next').getAttribute('aria-invalid')).toBe('true')
    await form.getByText('Not added: see the fields in red.').waitFor()
    expect(emulator.faults.list()).toEqual([])
  })

  it('can be of every kind that there is', async () => {
    const { address, emulator } = await subscribed()
    const page = await openPage(address)
    const form = page.getByRole('form', { name: 'Add a fault' })
    for (const [i, kind] of FAULT_KINDS.entries()) {
      await form.getByLabel('kind').selectOption(kind)
      await form.getByRole('button', { name: 'Add' }).click()
      await form.getByText(`Added fl_${i + 1}.`).waitFor()
    }
    expect(emulator.faults.list().map(({ fault }) => fault.kind)).toEqual(FAULT_KINDS)
    await page.getByRole('button', { name: 'Remove all' }).click()
    await page.getByRole('heading', { name: 'No faults' }).waitFor()
  })

  it('are added and removed with the keyboard alone', async () => {
    const { address, emulator } = await subscribed()
    const page = await openPage(address)
    await page.getByRole('form', { name: 'Add a fault' }).getByLabel('kind').focus()
    await page.keyboard.type('dup')
    const add = page.getByRole('button', { name: 'Add', exact: true })
    const isAtAdd = "document.activeElement.textContent.trim() === 'Add'"
    for (let i = 0; i < 40 && !(await page.evaluate<boolean>(isAtAdd)); i++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Added fl_1.').waitFor()
    expect(emulator.faults.list().map(({ fault }) => fault.kind)).toEqual(['duplicate'])
    await expect.poll(() => add.isEnabled()).toBe(true)
    const isAtRemove = "document.activeElement.getAttribute('aria-label') === 'Remove fl_1'"
    for (let i = 0; i < 40 && !(await page.evaluate<boolean>(isAtRemove)); i++) await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'No faults' }).waitFor()
    expect(emulator.faults.list()).toEqual([])
  })

  it('have no accessibility violations at 360 px, light or dark', async () => {
    const { address, emulator } = await subscribed()
    await emulator.faults.add({ kind: 'lostAck', next: 1 })
    const page = await openPage(address, { viewport: { width: 360, height: 700 } })
    await page.getByRole('row', { name: /lostAck/ }).waitFor()
    expect(await faultsOfLooks(page, [360])).toEqual([])
  })
})
