// Subscriptions in a real browser: made, changed, rotated, deactivated and deleted, each secret shown once.
import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { axeViolations, faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

describe('the subscriptions', () => {
  it('are made from a form, and the secret is shown once', async () => {
    const { url, emulator } = await pageServer()
    const receiver = await testReceiver()
    const page = await openPage(`${url}/#/subscriptions`)
    await page.getByRole('heading', { name: 'No subscriptions' }).waitFor()
    await page.getByRole('button', { name: 'New subscription' }).click()
    const form = page.getByRole('dialog', { name: 'New subscription' })
    await form.getByLabel('URL').fill(receiver.url)
    await form.getByLabel('flow').fill('67a3af4ca59af345d61f4f9c')
    await form.getByRole('button', { name: 'Create' }).click()
    const shown = page.getByRole('dialog', { name: 'The secret of sub_1' })
    await shown.waitFor()
    const [made] = emulator.ledger.subscriptions()
    expect(made?.settings).toEqual({ flow: '67a3af4ca59af345d61f4f9c' })
    await shown.getByRole('button', { name: 'Show' }).click()
    await shown.getByText(made?.secret ?? '').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('article', { name: 'Subscription sub_1' }).waitFor()
    await page.reload()
    await page.getByRole('article', { name: 'Subscription sub_1' }).waitFor()
    expect(await page.content()).not.toContain(made?.secret)
  })

  it('are refused at the field', async () => {
    const { url, emulator } = await pageServer()
    const page = await openPage(`${url}/#/subscriptions`, { expectedErrors: /400/ })
    await page.getByRole('button', { name: 'New subscription' }).click()
    const form = page.getByRole('dialog', { name: 'New subscription' })
    await form.getByLabel('URL').fill('ftp://x')
    await form.getByRole('button', { name: 'Create' }).click()
    await form.locator('.field-wrong', { hasText: 'neither http nor https' }).waitFor()
    expect(await form.getByLabel('URL').getAttribute('aria-invalid')).toBe('true')
    expect(emulator.ledger.subscriptions()).toEqual([])
  })

  it('have credentials by kind, and a change leaves a masked one as it is', async () => {
    const { url, emulator } = await pageServer()
    const made = await emulator.subscribe('unico', {
      url: 'http://127.0.0.1:1/x',
      settings: { auth: { type: 'basic', credentials: 'user:pass' } },
    })
    const page = await openPage(`${url}/#/subscriptions`)
    const card = page.getByRole('article', { name: `Subscription ${made.id}` })
    await card.getByRole('button', { name: 'Change' }).click()
    const form = page.getByRole('dialog', { name: `Change ${made.id}` })
    await form.getByText('More settings').click()
    await form.getByLabel('maxAttempts').fill('3')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    expect(emulator.ledger.subscription(made.id)?.settings).toEqual({
      auth: { type: 'basic', credentials: 'user:pass' },
      maxAttempts: 3,
    })
  })

  it('keep a masked credential when other fields beside it are changed', async () => {
    const { url, emulator } = await pageServer()
    const auth = { type: 'oauth2', url: 'http://127.0.0.1:1/token', clientId: 'me', clientSecret: 'kept secret' }
    const made = await emulator.subscribe('unico', { url: 'http://127.0.0.1:1/x', settings: { auth } })
    const page = await openPage(`${url}/#/subscriptions`)
    const card = page.getByRole('article', { name: `Subscription ${made.id}` })
    await card.getByRole('button', { name: 'Change' }).click()
    const form = page.getByRole('dialog', { name: `Change ${made.id}` })
    expect(await page.content()).not.toContain('kept secret')
    await form.getByLabel('clientId').fill('you')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    expect(emulator.ledger.subscription(made.id)?.settings).toEqual({ auth: { ...auth, clientId: 'you' } })
  })

  it('are tried by the test call of their provider, where it has one, and the answer is shown', async () => {
    const { url, emulator } = await pageServer()
    const receiver = await testReceiver(() => ({ status: 403, body: '<b>not you</b>' }))
    const made = await emulator.subscribe('kycgenie', { url: receiver.url })
    const other = await emulator.subscribe('rillis', { url: receiver.url })
    const page = await openPage(`${url}/#/subscriptions`)
    const card = page.getByRole('article', { name: `Subscription ${made.id}` })
    await card.getByRole('button', { name: 'Test call' }).click()
    await card.getByRole('status').getByText('not accepted').waitFor()
    await card.getByText('Its request and answer').click()
    await card.getByText('<b>not you</b>').waitFor()
    await card.getByText('webhook-signature').waitFor()
    expect(receiver.requests).toHaveLength(1)
    expect(await axeViolations(page)).toEqual([])
    const without = page.getByRole('article', { name: `Subscription ${other.id}` })
    expect(await without.getByRole('button', { name: 'Test call' }).count()).toBe(0)
  })

  it('are shown by what they share a secret through, with the settings that a dashboard has', async () => {
    const { url, emulator } = await pageServer()
    const of = (settings: JsonObject) => emulator.subscribe('rillis', { url: 'http://127.0.0.1:1/x', settings })
    const general = await of({ flow: 'onboarding', class: 'general' })
    const step = await of({ flow: 'onboarding', class: 'step' })
    const alone = await of({})
    const page = await openPage(`${url}/#/subscriptions`)
    const flow = page.getByRole('region', { name: 'Flow onboarding' })
    await flow.getByText('2 subscriptions with one secret').waitFor()
    const card = (id: string) => page.getByRole('article', { name: `Subscription ${id}` })
    await flow
      .getByRole('article', { name: `Subscription ${general.id}` })
      .getByText('general')
      .waitFor()
    await flow
      .getByRole('article', { name: `Subscription ${step.id}` })
      .getByText('step', { exact: true })
      .waitFor()
    await card(alone.id).getByText('both (default)').waitFor()
    expect(await flow.getByRole('article').count()).toBe(2)
    await card(step.id).getByRole('button', { name: 'Rotate the secret' }).click()
    await page.getByRole('button', { name: 'Rotate it' }).click()
    await page.getByRole('dialog', { name: `The secret of ${step.id}` }).waitFor()
    const secrets = [general, step, alone].map(({ id }) => emulator.ledger.subscription(id)?.secret)
    expect(secrets[0]).toBe(secrets[1])
    expect(secrets[0]).not.toBe(general.secret)
    expect(secrets[2]).toBe(alone.secret)
  })

  it('are rotated, deactivated and deleted', async () => {
    const { url, emulator } = await pageServer()
    const made = await emulator.subscribe('kycgenie', { url: 'http://127.0.0.1:1/<b>x</b>' })
    const page = await openPage(`${url}/#/subscriptions`)
    const card = page.getByRole('article', { name: `Subscription ${made.id}` })
    await card.getByRole('button', { name: 'Rotate the secret' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(emulator.ledger.subscription(made.id)?.secret).toBe(made.secret)
    await card.getByRole('button', { name: 'Rotate the secret' }).click()
    await page.getByRole('button', { name: 'Rotate it' }).click()
    const shown = page.getByRole('dialog', { name: `The secret of ${made.id}` })
    await shown.getByRole('button', { name: 'Show' }).click()
    const rotated = emulator.ledger.subscription(made.id)?.secret ?? ''
    expect(rotated).not.toBe(made.secret)
    await shown.getByText(rotated).waitFor()
    await page.keyboard.press('Escape')
    await card.getByRole('button', { name: 'Deactivate' }).click()
    await card.getByText('inactive').waitFor()
    expect(emulator.ledger.subscription(made.id)?.active).toBe(false)
    await card.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: `Delete ${made.id}` }).click()
    await page.getByRole('heading', { name: 'No subscriptions' }).waitFor()
    expect(emulator.ledger.subscriptions()).toEqual([])
  })

  it('have no accessibility violations at 360 px, light or dark', async () => {
    const { url, emulator } = await pageServer()
    await emulator.subscribe('rillis', { url: 'http://127.0.0.1:1/x' })
    const page = await openPage(`${url}/#/subscriptions`, { viewport: { width: 360, height: 700 } })
    await page.getByRole('article').waitFor()
    expect(await faultsOfLooks(page, [360])).toEqual([])
    await page.getByRole('button', { name: 'New subscription' }).click()
    await page.getByText('More settings').click()
    expect(await faultsOfLooks(page, [360])).toEqual([])
  })
})
