// The clock in a real browser: read, moved by a duration, to the next due and to the end, and why it may not be moved.
import { describe, expect } from 'vitest'
import { axeViolations, faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

/** A server that owes a retry to a receiver that has refused once. */
async function owing() {
  const server = await pageServer()
  const receiver = await testReceiver([503, 503, 200])
  await server.emulator.subscribe('rillis', { url: receiver.url })
  await server.emulator.trigger('rillis', 'FLOW_COMPLETED')
  await server.emulator.rest()
  return { ...server, receiver, address: `${server.url}/#/clock` }
}

describe('a manual clock', () => {
  it('is moved to the next due, and the retry is seen', async () => {
    const { address, receiver, emulator } = await owing()
    const page = await openPage(address)
    await page.getByText('in 5 s').waitFor()
    await page.getByRole('button', { name: 'To the next due' }).click()
    await page.getByText(/2 attempts in all; 0 delivered, 1 waiting/).waitFor()
    expect(receiver.requests).toHaveLength(2)
    await page.getByText('in 30 s').waitFor()
    await page.getByRole('button', { name: 'To the end' }).click()
    await page.getByText(/3 attempts in all; 1 delivered, 0 waiting/).waitFor()
    expect(receiver.requests).toHaveLength(3)
    expect(emulator.nextDue()).toBeUndefined()
    await expect.poll(() => page.getByRole('button', { name: 'To the end' }).isDisabled()).toBe(true)
  })

  it('is moved by a duration with the keyboard alone; what is no duration is refused at the field', async () => {
    const { address, emulator } = await owing()
    const page = await openPage(address, { expectedErrors: /400/ })
    const start = emulator.clock.now()
    const field = page.getByRole('textbox', { name: 'Advance by' })
    await field.fill('soon')
    await field.press('Enter')
    await page.getByText(/"soon" is not a duration: write 90s/).waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.fill('90s')
    await field.press('Enter')
    await page.getByText(/At rest at/).waitFor()
    expect(emulator.clock.now() - start).toBe(90_000)
    expect(await field.getAttribute('aria-invalid')).toBe(null)
  })

  it('hears of what is due while it is looked at', async () => {
    const { url, emulator } = await pageServer()
    const receiver = await testReceiver([500])
    await emulator.subscribe('rillis', { url: receiver.url })
    const page = await openPage(`${url}/#/clock`)
    await page.getByText('nothing', { exact: true }).waitFor()
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await page.getByText('in 5 s').waitFor()
  })

  it('has no accessibility violations at 360 px, light or dark', async () => {
    const { address } = await owing()
    const page = await openPage(address, { viewport: { width: 360, height: 700 } })
    await page.getByRole('button', { name: 'To the next due' }).click()
    await page.getByText(/At rest at/).waitFor()
    expect(await faultsOfLooks(page, [360])).toEqual([])
  })
})

describe('a system clock', () => {
  it('says its speed, and why it has no buttons', async () => {
    const { url } = await pageServer({ clock: 'system', speed: 60 })
    const page = await openPage(`${url}/#/clock`)
    await page.getByText('60 × real time').waitFor()
    await page.getByText('This clock runs by itself').waitFor()
    expect(await page.getByRole('button', { name: 'To the end' }).count()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
  })
})
