// The stories of scenarios/standard, played against a receiver that fails once, verifies and then answers.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadChecked } from '../../../src/cli/scenarios.js'
import type { JsonObject } from '../../../src/core/json.js'
import { builtInProviders } from '../../../src/providers/index.js'
import { runScenario } from '../../../src/scenario/run.js'
import { temporaryFolder, testEmulator } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'

/** Plays a file and answers what the receiver took. */
async function play(file: string): Promise<JsonObject[]> {
  const path = join(import.meta.dirname, '../../../scenarios/standard', file)
  const { scenarios, problems } = await loadChecked([path], builtInProviders)
  expect(problems).toEqual([])
  const [scenario] = scenarios
  if (!scenario) throw new Error(`no scenario in ${file}`)
  const receiver = await testReceiver([503, 200])
  const settings = scenario.definition.providers as Record<string, JsonObject> | undefined
  const emulator = await testEmulator(settings === undefined ? {} : { settings })
  const host = {
    emulator,
    api: {
      call: async () => {
        throw new Error('this provider has no API')
      },
    },
  }
  const result = await runScenario(scenario, host, { to: receiver.url })
  expect(result.steps.filter(step => !step.ok)).toEqual([])
  expect(result.status).toBe('passed')
  return receiver.requests.slice(1).map(({ body }) => JSON.parse(body) as JsonObject)
}

it('a contact created, updated and deleted: three events, one id, the last one thin', async () => {
  const got = await play('contact-lifecycle.yaml')
  expect(got.map(({ type }) => type)).toEqual(['contact.created', 'contact.updated', 'contact.deleted'])
  const ids = got.map(({ data }) => (data as JsonObject).id)
  expect(new Set(ids).size).toBe(1)
  expect(got[2]?.data).toEqual({ id: ids[0] })
})

it('two invoices paid: by card and by transfer, of two customers', async () => {
  const got = await play('invoices-paid.yaml')
  const data = got.map(one => one.data as JsonObject)
  expect(data.map(({ method }) => method).sort()).toEqual(['card', 'transfer'])
  expect(new Set(data.map(({ customer }) => (customer as JsonObject).id)).size).toBe(2)
})

it('event types declared in the scenario, by schema and by sample', async () => {
  const got = await play('own-event-types.yaml')
  const byType = Object.fromEntries(got.map(one => [one.type, one.data]))
  expect(byType['parcel.shipped']).toMatchObject({ weight_grams: 50 })
  expect(byType['shop.closed']).toEqual({ reason: 'stocktaking', until: '2026-03-03T08:00:00Z' })
})

it('overrides of a declared type are checked against its schema before anything is sent', async () => {
  const file = join(temporaryFolder(), 'wrong.yaml')
  const eventTypes = [
    { name: 'contact.created', schema: { type: 'object', properties: { nick: { type: 'string' } } } },
    { name: 'anything.goes' },
  ]
  const steps = [
    { trigger: { provider: 'standard', type: 'contact.created', set: { 'data.nick': 'ada' } } },
    { trigger: { provider: 'standard', type: 'contact.created', set: { 'data.nikc': 'ada' } } },
    { trigger: { provider: 'standard', type: 'anything.goes', set: { 'data.nikc': 'ada' } } },
  ]
  const scenario = { version: 1, name: 'Wrong', providers: { standard: { eventTypes } }, steps }
  writeFileSync(file, JSON.stringify(scenario))
  const { problems } = await loadChecked([file], builtInProviders)
  expect(problems).toHaveLength(1)
  expect(JSON.stringify(problems)).toContain('Did you mean \\"nick\\"?')
})
