// The stories of scenarios/rillis, played against a receiver that fails twice and then answers.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadChecked } from '../../../src/cli/scenarios.js'
import { valueAt } from '../../../src/core/json.js'
import { builtInProviders } from '../../../src/providers/index.js'
import type { Host } from '../../../src/scenario/host.js'
import { runScenario } from '../../../src/scenario/run.js'
import { testReceiver } from '../../support/receiver.js'
import { rillisApi } from './client.js'

/** Plays a file and answers the bodies that the receiver accepted, in order. */
async function play(file: string) {
  const path = join(import.meta.dirname, '../../../scenarios/rillis', file)
  const { scenarios, problems } = await loadChecked([path], builtInProviders)
  expect(problems).toEqual([])
  const [scenario] = scenarios
  if (!scenario) throw new Error(`no scenario in ${file}`)
  const { emulator, bare } = await rillisApi()
  const { url, requests } = await testReceiver([503, 500, 200])
  const host: Host = {
    emulator,
    api: {
      call: async ({ method, path, headers, body }) => {
        const answer = await bare(method, path, body, headers)
        return { ...answer, headers: {} }
      },
    },
  }
  const result = await runScenario(scenario, host, { to: url })
  expect(result.steps.filter(step => !step.ok)).toEqual([])
  expect(result.status).toBe('passed')
  return requests.slice(2).map(request => ({ body: request.json(), signed: 'x-signature' in request.headers }))
}

const types = (got: Awaited<ReturnType<typeof play>>) => got.map(({ body }) => body.type)
const all = (got: Awaited<ReturnType<typeof play>>, path: string) => new Set(got.map(({ body }) => valueAt(body, path)))

it('a flow completed: one signed event is sent to the general URL', async () => {
  const got = await play('flow-completed.yaml')
  expect(types(got)).toEqual(['FLOW_COMPLETED'])
  expect(got[0]?.signed).toBe(true)
})

it('a flow rejected: the identity with its error first, then the flow', async () => {
  const got = await play('flow-rejected.yaml')
  expect(types(got)).toEqual(['VERIFICATION_IDENTITY_REJECTED', 'FLOW_REJECTED'])
  expect(valueAt(got[0]?.body, 'data.errors.0.code')).toBe('DOCUMENT_EXPIRED')
})

it('a company: form, shareholder, user, approval and the flow, all of one flow instance', async () => {
  const got = await play('company-onboarding.yaml')
  expect(types(got)).toEqual([
    'ONBOARDING_FORM_COMPANY_COMPLETED',
    'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED',
    'VERIFICATION_IDENTITY_COMPLETED',
    'ONBOARDING_FORM_COMPANY_COMPLETED',
    'FLOW_COMPLETED',
  ])
  expect(all(got, 'data.flow_instance_id').size).toBe(1)
})

it('a person: form, identity and the flow', async () => {
  const got = await play('individual-onboarding.yaml')
  expect(types(got)).toEqual([
    'ONBOARDING_FORM_INDIVIDUAL_COMPLETED',
    'VERIFICATION_IDENTITY_COMPLETED',
    'FLOW_COMPLETED',
  ])
  expect(all(got, 'data.flow_instance_id').size).toBe(1)
})

it('two forms of one user: two onboardings, of which one is found by its tax number and rejected', async () => {
  const got = await play('two-forms.yaml')
  expect(types(got)).toEqual([
    'ONBOARDING_FORM_COMPANY_COMPLETED',
    'ONBOARDING_FORM_INDIVIDUAL_COMPLETED',
    'ONBOARDING_FORM_COMPANY_REJECTED',
  ])
  expect(all(got, 'data.user_id').size).toBe(1)
  expect(all(got, 'data.onboarding_id').size).toBe(2)
})

it('an identity rejected, then corrected: one identity, two events', async () => {
  const got = await play('identity-updated.yaml')
  expect(types(got)).toEqual(['VERIFICATION_IDENTITY_REJECTED', 'VERIFICATION_IDENTITY_UPDATED'])
  expect(all(got, 'data.identity_id').size).toBe(1)
})

it('a transaction submitted: analysed after a delay, sent flat and unsigned', async () => {
  const got = await play('transaction-analysed.yaml')
  expect(got).toMatchObject([{ signed: false, body: { external_transaction_id: 'ORDER-1001', state: 'COMPLETED' } }])
})
