// The shell of the page in a real browser: served by the server itself, with nothing from anywhere else.
import { expect } from 'vitest'
import { axeViolations, it, openPage, pageServer } from '../support/browser.js'

it('opens at the root, says that it is live, and shows the inbox', async () => {
  const { url } = await pageServer()
  const page = await openPage(`${url}/`)
  await page.getByText('live', { exact: true }).waitFor()
  expect(await page.title()).toBe('Inbox · Standin')
  expect(await axeViolations(page)).toEqual([])
})
