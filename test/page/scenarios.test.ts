// The scenarios view in a real browser: a file of the folder is read and run with variables, a failing step is read, what happened is recorded.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { scenarioFolder } from '../../src/scenario/folder.js'
import { axeViolations, faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const STORY = `version: 1
name: A flow is completed
description: One event, accepted at once.
tags: [smoke]
vars:
  person: { type: string, default: somebody, description: Whom it is about. }
  key: { type: string, secret: true }
subscriptions:
  - { name: receiver, provider: rillis, channel: flow, eventTypes: ['*'], secret: '\${vars.key}' }
steps:
  - name: completed
    trigger: { provider: rillis, type: FLOW_COMPLETED, subject: '\${vars.person}' }
  - expect: { step: completed, outcome: delivered, attempts: 1 }
  - wait: 1m
`

async function serving(files: Record<string, string> = { 'flow.yaml': STORY }) {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return pageServer({}, { scenarios: { folder: await scenarioFolder(folder), env: {} } })
}

it('lists the folder, and runs a file with variables to its end', async () => {
  const receiver = await testReceiver()
  const { url, emulator } = await serving()
  const page = await openPage(`${url}/#/scenarios`)
  await page.getByText('One event, accepted at once.').waitFor()
  expect(await axeViolations(page)).toEqual([])
  await page.getByRole('link', { name: 'A flow is completed' }).click()
  await page.getByText('trigger rillis/FLOW_COMPLETED').first().waitFor()
  expect(await axeViolations(page)).toEqual([])
  await page.getByLabel('URL of the receiver').fill(receiver.url)
  await page.getByLabel('person').fill('a person of mine')
  await page.getByLabel('key').fill('the key')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText('3 of 3 steps passed: every step passed').waitFor()
  expect(await page.getByText('passed', { exact: true }).count()).toBe(4)
  expect(await axeViolations(page)).toEqual([])
  expect(receiver.requests).toHaveLength(1)
  expect(emulator.ledger.subjects({ provider: 'rillis' }, { limit: 9 }).map(({ story }) => story)).toContain(
    'run_1-a person of mine',
  )
})

it('shows the step that failed with what was expected and seen, and saves the report', async () => {
  const receiver = await testReceiver([500, 200])
  const { url } = await serving()
  const page = await openPage(`${url}/#/scenarios/flow.yaml`)
  await page.getByLabel('URL of the receiver').fill(receiver.url)
  await page.getByLabel('key').fill('the key')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText('1 of 3 steps passed').waitFor()
  await page.getByText('skipped', { exact: true }).waitFor()
  const steps = await page.getByRole('article').innerText()
  expect(steps).toMatch(/Expected\s+\S+/)
  expect(steps).toMatch(/Seen\s+\S+/)
  expect(steps).toContain('500')
  expect(await axeViolations(page)).toEqual([])
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Report JUnit' }).click()
  const download = await saved
  expect(download.suggestedFilename()).toBe('run_1.xml')
  expect(readFileSync(await download.path(), 'utf8')).toContain('<failure')
})

it('says where a file is wrong, by line and column', async () => {
  const { url } = await serving({ 'wrong.yml': 'version: 1\nname: Wrong\nsteps:\n  - tigger: FLOW_COMPLETED\n' })
  const page = await openPage(`${url}/#/scenarios`)
  await page.getByText(/Line 4, column 5/).waitFor()
  await page.getByRole('link', { name: 'wrong.yml' }).click()
  await page.getByText('tigger: FLOW_COMPLETED').waitFor()
  expect(await page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(0)
  expect(await axeViolations(page)).toEqual([])
})

it('is searched and walked through by keys alone', async () => {
  const named = (name: string) => STORY.replace('A flow is completed', name)
  const { url } = await serving({ 'a.yaml': named('First'), 'b.yaml': named('Second'), 'c.yaml': named('Third one') })
  const page = await openPage(`${url}/#/scenarios`)
  await page.getByText('3 scenarios').waitFor()
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
  expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Second')
  await page.keyboard.press('/')
  await page.keyboard.type('third smoke')
  await page.getByText('1 of 3 scenarios').waitFor()
  expect(page.url()).toContain('q=third+smoke')
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Third one' }).waitFor()
})

it('shows hostile texts of a file as text', async () => {
  const text = `version: 1\nname: "<img src=x onerror=alert(1)>"\nsteps:\n  - trigger: rillis/FLOW_COMPLETED\n`
  const { url } = await serving({ 'x.yaml': text })
  const page = await openPage(`${url}/#/scenarios`)
  await page.getByRole('link', { name: '<img src=x onerror=alert(1)>' }).click()
  await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).waitFor()
  expect(await page.locator('main img').count()).toBe(0)
})

it('records what happened as a scenario, which is saved', async () => {
  const { url, emulator } = await pageServer()
  await emulator.trigger('rillis', 'FLOW_COMPLETED', { subject: 'recorded' })
  const page = await openPage(`${url}/#/scenarios`)
  await page.getByText('standin serve --scenarios FOLDER').waitFor()
  expect(await axeViolations(page)).toEqual([])
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Record and download' }).click()
  const download = await saved
  expect(download.suggestedFilename()).toMatch(/^recorded-\d{4}-\d\d-\d\d\.yaml$/)
  const text = readFileSync(await download.path(), 'utf8')
  expect(text).toContain('type: FLOW_COMPLETED')
  expect(text).toContain('subject: recorded')
  await page.getByRole('status').getByText('1 event').waitFor()
})

it('has no flaw of accessibility, light or dark, wide or narrow, and nothing wider than the page', async () => {
  const { url } = await serving({ 'flow.yaml': STORY, 'wrong.yml': 'version: 1\nname: Wrong\nsteps: 3\n' })
  const receiver = await testReceiver([500, 200])
  const page = await openPage(`${url}/#/scenarios`)
  await page.getByRole('link', { name: 'A flow is completed' }).waitFor()
  expect(await faultsOfLooks(page)).toEqual([])
  await page.goto(`${url}/#/scenarios/flow.yaml`)
  await page.getByLabel('URL of the receiver').fill(receiver.url)
  await page.getByLabel('key').fill('the key')
  expect(await faultsOfLooks(page)).toEqual([])
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText('skipped', { exact: true }).waitFor()
  expect(await faultsOfLooks(page)).toEqual([])
})
