// Nothing is lost: the emulator is killed with -9 in the middle of an attempt and started again on the same file.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'
import { temporaryFolder, testEmulator } from '../support/emulator.js'
import { startScript } from '../support/process.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'

it('delivers after kill -9 what was pending before it, and shows the cut attempt as interrupted', async () => {
  let arrived: () => void = () => undefined
  const inFlight = new Promise<void>(resolve => {
    arrived = resolve
  })
  let release: () => void = () => undefined
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  const receiver = await testReceiver(async (_, number) => {
    if (number > 1) return 200
    arrived()
    await held
    return 200
  })
  const ledger = join(temporaryFolder(), 'standin.db')

  const child = startScript('trigger-and-hang.ts', ledger, receiver.url)
  await inFlight
  await child.end('SIGKILL')
  release()

  const standin = await testEmulator({ ledger, seed: undefined, clock: 'system', start: undefined })
  await standin.rest()
  expect(standin.counts()).toMatchObject({ delivered: 1, waiting: 0 })
  const { attempts, delivery } = standin.view('dl_1')
  expect(attempts.map(attempt => attempt.outcome?.kind)).toEqual(['interrupted', 'answered'])
  expect(delivery).toMatchObject({ status: 'delivered', attempts: 2, counted: 1 })
  expect(receiver.requests.map(request => request.body)).toEqual([
    receiver.requests[0]?.body,
    receiver.requests[0]?.body,
  ])
})

it('shows after kill -9 that a verification was interrupted, and verifies the receiver again', async () => {
  let arrived: () => void = () => undefined
  const inFlight = new Promise<void>(resolve => {
    arrived = resolve
  })
  const held = new Promise<number>(() => undefined)
  const receiver = await testReceiver((_, number) => {
    if (number > 1) return 200
    arrived()
    return held
  })
  const ledger = join(temporaryFolder(), 'standin.db')

  const child = startScript('verify-and-hang.ts', ledger, receiver.url)
  await inFlight
  await child.end('SIGKILL')

  const { ask } = await testServer({ providers: builtInProviders, ledger, seed: undefined, clock: 'system' })
  expect((await ask('GET', '/_standin/verifications/ver_1')).json).toMatchObject({
    status: 'interrupted',
    reason: 'Standin stopped while it ran.',
    verdicts: [{ id: 'delivery/accepts', status: 'not judged' }],
  })
  const again = { provider: 'rillis', to: receiver.url, secret: 'k', only: ['delivery/accepts'] }
  expect((await ask('POST', '/_standin/verifications', again)).json).toMatchObject({ summary: { passed: 1 } })
  const { json } = await ask('GET', '/_standin/verifications')
  expect(json.items).toMatchObject([
    { id: 'ver_2', status: 'completed' },
    { id: 'ver_1', status: 'interrupted' },
  ])
})
