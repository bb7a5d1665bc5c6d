// Nothing is lost: the emulator is killed with -9 in the middle of an attempt and started again on the same file.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder, testEmulator } from '../support/emulator.js'
import { startScript } from '../support/process.js'
import { testReceiver } from '../support/receiver.js'

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
