// Where the focus is after a button did something: those who use keys alone go on from there.
import { describe, expect } from 'vitest'
import { it, openPage, pageServer } from '../support/browser.js'

const focused = 'document.activeElement.textContent'

describe('a button that was busy', () => {
  it('has the focus again', async () => {
    const { url, emulator } = await pageServer()
    await emulator.subscribe('standard', { url: 'http://127.0.0.1:9/' })
    await emulator.trigger('standard', 'invoice.paid')
    const page = await openPage(`${url}/#/clock`)
    const button = page.getByRole('button', { name: '+ 1m' })
    await button.focus()
    const answer = page.waitForResponse(response => response.url().endsWith('/clock/advance'))
    await page.keyboard.press('Enter')
    await answer
    await page.waitForFunction(`!document.querySelector('main').innerText.includes('Moving') && ${focused} === '+ 1m'`)
    expect(await button.isEnabled()).toBe(true)
  })

  it('gets it back from the dialog that it opened', async () => {
    const { url, emulator } = await pageServer()
    await emulator.subscribe('rillis', { url: 'http://127.0.0.1:9/', eventTypes: ['*'], secret: 'k' })
    const page = await openPage(`${url}/#/subscriptions`)
    await page.getByRole('button', { name: 'Rotate the secret' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Rotate it' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: /^The secret of/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate<string>(focused)).toBe('Rotate the secret')
  })
})
