// The stories of scenarios/kycgenie, played with the API of KYC Genie against a receiver that fails once and then answers.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadChecked } from '../../../src/cli/scenarios.js'
import { builtInProviders } from '../../../src/providers/index.js'
import type { Host } from '../../../src/scenario/host.js'
import { runScenario } from '../../../src/scenario/run.js'
import { testReceiver } from '../../support/receiver.js'
import { testServer } from '../../support/server.js'

const FOLDER = join(import.meta.dirname, '../../../scenarios/kycgenie')
const ORIGIN = 'http://127.0.0.1:4010'

/** Plays a file; what the receiver got, by event type in order, and the warnings of the run. */
async function play(file: string) {
  const { scenarios, problems } = await loadChecked([join(FOLDER, file)], builtInProviders)
  expect(problems).toEqual([])
  const [scenario] = scenarios
  if (!scenario) throw new Error(`no scenario in ${file}`)
  const { emulator, ask } = await testServer({ providers: builtInProviders, start: Date.UTC(2026, 3, 1) })
  const { url, requests } = await testReceiver([503, 200])
  const host: Host = {
    emulator,
    api: {
      async call({ method, path, headers, body }) {
        const given = { 'content-type': 'application/json', ...headers }
        const { status, headers: answered, json } = await ask(method, `${ORIGIN}/kycgenie${path}`, body, given)
        return { status, headers: Object.fromEntries(answered), body: json }
      },
    },
  }
  const warnings: string[] = []
  emulator.journal.listen(entry => {
    if (entry.kind === 'event.triggered') warnings.push(...(entry.warnings ?? []))
  })
  const result = await runScenario(scenario, host, { to: url })
  expect(result.steps.filter(step => !step.ok)).toEqual([])
  return { types: requests.slice(1).map(request => request.json().event_type), warnings }
}

it.each(readdirSync(FOLDER).filter(file => file.endsWith('.yaml')))(
  '%s passes, without an event that cannot follow',
  async file => {
    const { types, warnings } = await play(file)
    expect(types.length).toBeGreaterThan(0)
    expect(warnings).toEqual([])
  },
)

it('a workflow prefilled and sent: the receiver gets the whole onboarding', async () => {
  const { types } = await play('workflow-prefilled-and-sent.yaml')
  expect([...new Set(types)].sort()).toEqual([
    'onboarding.completed',
    'onboarding.created',
    'onboarding.ddq_completed',
    'onboarding.verification_completed',
    'response.created',
    'response.submitted',
    'verification.check_completed',
    'verification.session_accessed',
    'verification.session_completed',
    'verification.session_created',
  ])
})
