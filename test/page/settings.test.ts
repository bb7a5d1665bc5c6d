// Settings of the providers in a real browser: read, changed, and refused at the field.
import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { jsonSchema } from '../../src/provider/marks.js'
import { faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'

describe('the settings of a provider', () => {
  it('are changed, and only those that were changed', async () => {
    const { url, emulator } = await pageServer()
    const before = await emulator.settings('rillis')
    const page = await openPage(`${url}/#/settings?provider=rillis`)
    await page.getByLabel('analysisOutcome').selectOption('REJECTED')
    await page.getByLabel('screeningThreshold').fill('70')
    await page.getByText('Changed: analysisOutcome, screeningThreshold.').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await emulator.settings('rillis')).toEqual({
      ...before,
      analysisOutcome: 'REJECTED',
      screeningThreshold: 70,
    })
  })

  it('have a title, a group and a sentence each, and their name beside it', async () => {
    const { url, emulator } = await pageServer()
    for (const { name } of emulator.providers) {
      const { behaviour, channels } = await emulator.load(name)
      const schemas = [behaviour.settings, ...channels.map(channel => channel.behaviour.settings)]
      const properties = schemas.flatMap(schema => Object.entries(jsonSchema(schema, 'input').properties ?? {}))
      for (const [setting, declared] of properties)
        expect({ name, setting, ...(declared as JsonObject) }).toMatchObject({
          title: expect.any(String),
          group: expect.any(String),
          description: expect.any(String),
        })
    }
    const page = await openPage(`${url}/#/settings?provider=rillis`)
    const group = page.getByRole('group', { name: 'Transactions' })
    await group.getByLabel('Outcome of an analysis analysisOutcome').waitFor()
    await group.getByText('The state in which the analysis').waitFor()
  })

  it('are refused at the field, and nothing is changed', async () => {
    const { url, emulator } = await pageServer()
    const before = await emulator.settings('rillis')
    const page = await openPage(`${url}/#/settings?provider=rillis`, { expectedErrors: /400/ })
    await page.getByLabel('screeningThreshold').fill('500')
    await page.getByLabel('screeningThreshold').press('Enter')
    await page.locator('.field-wrong', { hasText: '100 or less' }).waitFor()
    expect(await page.getByLabel('screeningThreshold').getAttribute('aria-invalid')).toBe('true')
    expect(await emulator.settings('rillis')).toEqual(before)
  })

  it('have no accessibility violations at 360 px, light or dark, for any provider', async () => {
    const { url, emulator } = await pageServer()
    const page = await openPage(`${url}/#/settings`, { viewport: { width: 360, height: 700 } })
    for (const { name, title } of emulator.providers) {
      await page.getByLabel('Provider', { exact: true }).selectOption(name)
      await page.getByRole('form', { name: `Settings of ${title}` }).waitFor()
      expect(await faultsOfLooks(page, [360])).toEqual([])
    }
  })
})
