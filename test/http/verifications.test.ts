// Verifications over the control API: the same report, by the rules of the server.
import { expect, it, onTestFinished } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator/contract.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testServer } from '../support/server.js'
import { BASIC, flawedReceiver, KEY } from '../verify/flawed-receiver.js'

const verifying = (options: EmulatorOptions = {}) => testServer({ providers: builtInProviders, ...options })

it('answers every verdict, secrets masked, and stores nothing', async () => {
  const { url, observe } = await flawedReceiver('unico', { method: 200 }, onTestFinished)
  const { ask, emulator } = await verifying()
  const body = {
    provider: 'unico',
    to: url,
    secret: BASIC,
    settings: { auth: { type: 'basic' } },
    observe,
    only: ['auth', 'http/method', 'retry'],
    timeout: '2m',
  }
  const { status, json, text } = await ask('POST', '/_standin/verifications', body)
  expect(status).toBe(200)
  expect(json.summary).toEqual({ passed: 4, failed: 1, notJudged: 0, exitCode: 1 })
  expect(text).not.toContain(Buffer.from(BASIC).toString('base64'))
  expect(emulator.ledger.deliveries({}, { limit: 1 })).toEqual([])
  expect(emulator.ledger.subscriptions()).toEqual([])
})

it('uses the settings of the provider on the server', async () => {
  const { url } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
  const { ask } = await verifying()
  const verify = async () =>
    (
      await ask('POST', '/_standin/verifications', {
        provider: 'rillis',
        to: url,
        secret: KEY,
        only: ['delivery/exact'],
      })
    ).json.summary
  expect(await verify()).toMatchObject({ failed: 1 })
  await ask('PATCH', '/_standin/providers/rillis/settings', { successStatus: '2xx' })
  expect(await verify()).toMatchObject({ passed: 1, failed: 0 })
})

it('sends nothing to targets that the server does not allow', async () => {
  const { url } = await flawedReceiver('rillis', {}, onTestFinished)
  const { ask } = await verifying({ allowTargets: ['elsewhere.example'] })
  const { json } = await ask('POST', '/_standin/verifications', {
    provider: 'rillis',
    to: url,
    only: ['delivery/accepts'],
  })
  expect(json.summary).toMatchObject({ passed: 0, exitCode: 2 })
})

it('refuses unknown checks and keys with the nearest known one', async () => {
  const { ask } = await verifying()
  const wrong = await ask('POST', '/_standin/verifications', {
    provider: 'rillis',
    to: 'http://127.0.0.1:9/',
    only: ['signatur/'],
  })
  expect(wrong).toMatchObject({ status: 400, json: { code: 'unknown_name' } })
  const key = await ask('POST', '/_standin/verifications', { provider: 'rillis', url: 'http://127.0.0.1:9/' })
  expect(key.status).toBe(400)
})
