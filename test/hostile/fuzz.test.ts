// A seeded fuzz of every route that the OpenAPI document describes, on a real socket: each answer is as described, and the server works on.
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/http/listen.js'
import { builtInProviders } from '../../src/providers/index.js'
import { scenarioFolder } from '../../src/scenario/folder.js'
import { closedUrl, testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'
import { attack } from './attack.js'
import { LOGINS } from './logins.js'

/** `FUZZ_SEED=2` asks other things. */
const SEED = Number(process.env.FUZZ_SEED ?? 1)
/** Few files: each list reads all of them. */
const FOLDER = join(import.meta.dirname, '../../scenarios/standard')
const COUNT = Number(process.env.FUZZ_COUNT ?? 5500)

it(`answers ${COUNT} requests with seed ${SEED} as the OpenAPI document describes, and works on`, async () => {
  const receiver = await testReceiver()
  const internalErrors: unknown[] = []
  const { app, ask, document } = await testServer(
    { providers: builtInProviders, allowTargets: ['127.0.0.1'] },
    {
      onInternalError: error => internalErrors.push(error),
      scenarios: { folder: await scenarioFolder(FOLDER), env: {} },
    },
  )
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const { statuses, wrong } = await attack({
    url: server.url,
    document: await document(),
    seed: SEED,
    count: COUNT,
    receivers: [receiver.url, await closedUrl()],
    logins: LOGINS,
  })
  expect(wrong.slice(0, 20)).toEqual([])
  expect(internalErrors).toEqual([])
  // A fuzz that only gets refusals finds little.
  for (const [status, least] of [
    [200, COUNT / 10],
    [201, 10],
    [202, 10],
    [204, 10],
  ] as const)
    expect(statuses.get(status), `answers with ${status}`).toBeGreaterThan(least)

  expect((await ask('GET', '/_standin/health')).json).toMatchObject({ status: 'ok' })
  await ask('POST', '/_standin/reset')
  const url = `${receiver.origin}/after`
  await ask('POST', '/_standin/subscriptions', { provider: 'rillis', url, eventTypes: ['*'], secret: 'k' })
  await ask('POST', '/_standin/events', { provider: 'rillis', type: 'FLOW_COMPLETED' })
  expect((await ask('POST', '/_standin/clock/drain', {})).json).toMatchObject({ delivered: 1 })
  expect(receiver.requests.filter(({ path }) => path === '/after')).toHaveLength(1)
})
