// The stream that keeps the page up to date: lost, it says so, comes back and misses nothing.
import { expect } from 'vitest'
import { it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

it('says that it was lost, and goes on after the last entry it heard, without reading the list again', async () => {
  const { url, emulator, close, listenAgain } = await pageServer()
  const receiver = await testReceiver()
  await emulator.subscribe('standard', { url: receiver.url })
  const page = await openPage(`${url}/`, { expectedErrors: /ERR_CONNECTION|ERR_INCOMPLETE|Failed to load/ })
  await page.getByText('live', { exact: true }).waitFor()
  const first = await emulator.trigger('standard', 'invoice.paid')
  await page.getByText(first.event.subject ?? '').waitFor()
  await emulator.rest()
  await page.getByRole('table').getByText('delivered').waitFor()
  const asked: { path: string; after: string | undefined }[] = []
  page.on('request', request => {
    const { pathname } = new URL(request.url())
    asked.push({ path: pathname, after: request.headers()['last-event-id'] })
  })

  const top = () => page.getByRole('heading', { name: 'Inbox' }).boundingBox()
  const before = await top()
  await close()
  await page.getByText('connection lost').waitFor()
  // The header stays as high as it was.
  expect(await top()).toEqual(before)
  const subjects: string[] = []
  for (let number = 0; number < 5; number++)
    subjects.push((await emulator.trigger('standard', 'contact.created')).event.subject ?? '')
  await emulator.rest()
  await listenAgain()

  await page.getByText('live', { exact: true }).waitFor()
  for (const subject of subjects) await page.getByText(subject).waitFor()
  await page.getByText('6 shown').waitFor()
  expect(await page.getByRole('table').getByText('delivered').count()).toBe(6)
  expect(asked.filter(({ path }) => path !== '/_standin/journal')).toEqual([])
  expect(Number(asked.at(-1)?.after)).toBeGreaterThan(0)
})

it('reads the list again when the journal no longer has what happened meanwhile', async () => {
  const { url, emulator, close, listenAgain } = await pageServer()
  const receiver = await testReceiver()
  await emulator.subscribe('standard', { url: receiver.url })
  const page = await openPage(`${url}/`, { expectedErrors: /ERR_CONNECTION|ERR_INCOMPLETE|Failed to load/ })
  const first = await emulator.trigger('standard', 'invoice.paid')
  await page.getByText(first.event.subject ?? '').waitFor()
  await emulator.rest()
  await page.getByRole('table').getByText('delivered').waitFor()

  await close()
  await page.getByText('connection lost').waitFor()
  const missed = await emulator.trigger('standard', 'contact.created')
  await emulator.rest()
  // More than the journal keeps.
  for (let number = 0; number < 10_001; number++)
    emulator.journal.record({ kind: 'call.received', provider: 'standard', method: 'GET', path: '/', status: 404 })
  await listenAgain()

  await page.getByText(missed.event.subject ?? '').waitFor()
  await page.getByText('2 shown').waitFor()
})

it('reads everything again when a space was deleted and made anew', async () => {
  const { url, spaces } = await pageServer()
  await spaces.enter('a').then(space => space.emulator.trigger('standard', 'invoice.paid'))
  const receiver = await testReceiver()
  const subscribe = async () => (await spaces.enter('a')).emulator.subscribe('standard', { url: receiver.url })
  const trigger = async () => (await spaces.enter('a')).emulator.trigger('standard', 'invoice.paid')
  await subscribe()
  const page = await openPage(`${url}/spaces/a/`, { expectedErrors: /404|ERR_INCOMPLETE|Failed to load/ })
  await page.getByText('live', { exact: true }).waitFor()
  const { event: before } = await trigger()
  await page.getByText(before.subject ?? '').waitFor()

  await fetch(`${url}/spaces/a`, { method: 'DELETE' })
  await page.getByRole('alert').getByText('There is no space "a".').waitFor()
  await page.getByRole('button', { name: 'Make the space a' }).click()
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'No deliveries yet' }).waitFor()
  await subscribe()
  const { event: later } = await trigger()
  await page.getByText(later.subject ?? '').waitFor()
  await page.getByText('1 shown').waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
})
