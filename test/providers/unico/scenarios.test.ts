// The stories of scenarios/unico, played against a receiver that fails once and then answers.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadChecked } from '../../../src/cli/scenarios.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { LAST_EVENT_NAMES } from '../../../src/providers/unico/enums.js'
import type { Host } from '../../../src/scenario/host.js'
import { runScenario } from '../../../src/scenario/run.js'
import { testReceiver } from '../../support/receiver.js'
import { unicoApi } from './client.js'

const FOLDER = join(import.meta.dirname, '../../../scenarios/unico')

/** Plays a file and answers what the receiver got; its first answer is 503. */
async function play(file: string) {
  const { scenarios, problems } = await loadChecked([join(FOLDER, file)], builtInProviders)
  expect(problems).toEqual([])
  const [scenario] = scenarios
  if (!scenario) throw new Error(`no scenario in ${file}`)
  const { emulator, call } = await unicoApi()
  const { url, requests } = await testReceiver([503, 200])
  const host: Host = {
    emulator,
    api: {
      call: async ({ method, path, headers, body }) => {
        const answer = await call(method, path, { headers, ...(body === undefined ? {} : { body }) })
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body as never }
      },
    },
  }
  const result = await runScenario(scenario, host, { to: url })
  expect(result.steps.filter(step => !step.ok)).toEqual([])
  return requests.slice(1)
}

it('a process finished with ok: both receivers get it, with the Basic credentials of the variable', async () => {
  const got = await play('finished-ok.yaml')
  expect(got.map(one => one.json().result)).toEqual(['ok', 'ok'])
  expect(new Set(got.map(one => one.headers.authorization))).toEqual(new Set(['Basic dXNlcjpwYXNz']))
})

it('an invalid identity: both receivers get it, with the API key of the variable', async () => {
  const got = await play('invalid-identity.yaml')
  expect(got.map(one => [one.json().result, one.headers['x-api-key']])).toEqual([
    ['invalid_identity', 'abc123'],
    ['invalid_identity', 'abc123'],
  ])
})

it('a process expired with each of the ten last events', async () => {
  const got = await play('expired-each-last-event.yaml')
  expect(got.map(one => one.json().lastEvent).sort()).toEqual([...LAST_EVENT_NAMES].sort())
})

it('a process created by the API: expires with its creation as the last event', async () => {
  const got = await play('created-then-expires.yaml')
  expect(got.map(one => one.json())).toMatchObject([{ result: 'expired', lastEvent: 'EVENT_TYPE_PROCESS_CREATED' }])
})

it('a process expired after ok: both notifications carry the same process id', async () => {
  const got = await play('expired-after-ok.yaml')
  expect(got.map(one => one.json().result)).toEqual(['ok', 'expired'])
  expect(new Set(got.map(one => one.json().processId)).size).toBe(1)
})

it('a magic link: each step and the result are about one link, the steps one after the other', async () => {
  const got = (await play('magic-link.yaml')).map(one => one.json())
  expect(new Set(got.map(one => one.magic_link_token)).size).toBe(1)
  const starts = got.flatMap(({ data }) => (data as { started_on?: string }).started_on ?? [])
  expect(starts).toHaveLength(4)
  expect(starts).toEqual([...new Set(starts)].sort())
  expect(got.at(-1)).toMatchObject({ event: 'MAGIC_LINK_RESULT', data: { response: { label: 'No Threat' } } })
})
