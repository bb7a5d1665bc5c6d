// A seeded fuzz of every route that the OpenAPI document describes, on a real socket: each answer is as described, and the server works on.
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { EmulatorEvent } from '../../src/core/event.js'
import { type Json, type JsonObject, withValueAt } from '../../src/core/json.js'
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

/** Every text of a payload by its path. */
const textsIn = (value: Json, path = ''): [path: string, text: string][] => {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}/${key}`))
}

it.each(builtInProviders.map(provider => [provider.name, provider] as const))(
  'an event of %s with the id of another subject, another time or no id leaves every subject readable, and its story goes on',
  async (name, { channels }) => {
    const internalErrors: unknown[] = []
    const { emulator, ask, document } = await testServer(
      { providers: builtInProviders },
      { onInternalError: error => internalErrors.push(error) },
    )
    const types = channels.flatMap(channel =>
      channel.eventTypes.map(({ name: type }) => ({ channel: channel.name, type })),
    )
    const subjects = () => emulator.ledger.subjects({ provider: name }, { limit: 1000 })
    const made: EmulatorEvent[] = []
    for (const { channel, type } of types)
      made.push((await emulator.trigger(name, type, { channel, subject: 'story' })).event)
    const known = subjects()
    const kinds = known.filter(({ kind }, i) => known.findIndex(one => one.kind === kind) === i)
    for (const [i, { channel, type }] of types.entries())
      for (const [path, text] of textsIn(made[i]?.payload ?? {})) {
        const own = known.find(({ id }) => id === text)
        const others = own ? kinds.filter(({ kind }) => kind !== own.kind).map(({ id }) => id) : []
        const isTime = /^\d{4}-\d\d-\d\dT/.test(text)
        for (const value of isTime ? ['2099-01-01T00:00:00Z'] : others) {
          const set = { [path]: value }
          const changed = await emulator.trigger(name, type, { channel, subject: 'story', set, anyState: true })
          if (made[i]?.subject === text && changed.event.subject === value)
            expect(changed.warnings.join(), path).toContain(`${value} cannot become`)
          await emulator.trigger(name, type, { channel, subject: 'story' })
        }
        if (own === undefined) continue
        // A given payload is sent as it is, with an id that is none.
        for (const value of [null, true, {}])
          await emulator.trigger(name, type, {
            channel,
            subject: 'story',
            raw: withValueAt(made[i]?.payload ?? {}, path, value) as JsonObject,
          })
        await emulator.trigger(name, type, { channel, subject: 'story' })
      }
    const now = new Map(subjects().map(({ id, kind }) => [id, kind]))
    for (const { id, kind } of known) expect([id, now.get(id)]).toEqual([id, kind])
    const tokens = await Promise.all(
      LOGINS.filter(({ path }) => path.startsWith(`/${name}/`)).map(({ method, path, body, headers }) =>
        ask(method, path, String(body), headers),
      ),
    )
    const authorization = `Bearer ${tokens[0]?.json.access_token ?? 'kycg_one'}`
    const { paths } = await document()
    for (const [path, methods] of Object.entries(paths))
      if (path.startsWith(`/${name}/`) && 'get' in methods)
        for (const { id } of kinds)
          await ask('GET', path.replace(/\{[^}]+\}/g, encodeURIComponent(id)), undefined, { authorization })
    expect(internalErrors).toEqual([])
  },
)
