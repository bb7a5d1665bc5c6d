// The drills of scenarios/drills, each against the good example receiver of its provider: met, and every event with one effect.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createReceiver as expressReceiver } from '../../examples/express-rillis/receiver.js'
import { createReceiver as fastifyReceiver } from '../../examples/fastify-kycgenie/receiver.js'
import { createReceiver as honoReceiver } from '../../examples/hono-unico/receiver.js'
import { loadChecked } from '../../src/cli/scenarios.js'
import { providerApi } from '../../src/http/provider-api.js'
import { builtInProviders } from '../../src/providers/index.js'
import { runScenario } from '../../src/scenario/run.js'
import { temporaryFolder, testEmulator } from '../support/emulator.js'
import { WHSEC } from './setup.js'

const FOLDER = join(import.meta.dirname, '../../scenarios/drills')

/** The good receivers, with the credentials that the drills have by default. */
const RECEIVERS = {
  rillis: () => expressReceiver({ webhookKey: 'rillis-webhook-key' }).listen(),
  kycgenie: () => fastifyReceiver({ secrets: [WHSEC] }).listen(),
  unico: () => honoReceiver({ auth: { basic: 'unico:correct horse' } }).listen(),
}

/** What each drill is to show besides being met: distinct things done, and faults that fired. */
const DRILLS: Record<string, { provider: keyof typeof RECEIVERS; effects: number; faults: string[] }> = {
  'kycgenie/late-after-final.yaml': { provider: 'kycgenie', effects: 4, faults: ['reorder'] },
  'kycgenie/lost-acknowledgement.yaml': { provider: 'kycgenie', effects: 1, faults: ['lostAck'] },
  'kycgenie/one-type-answered-500.yaml': { provider: 'kycgenie', effects: 4, faults: ['drop'] },
  'kycgenie/receiver-down.yaml': { provider: 'kycgenie', effects: 25, faults: ['drop', 'duplicate'] },
  'kycgenie/secret-rotation-while-retries-wait.yaml': { provider: 'kycgenie', effects: 2, faults: ['drop'] },
  'kycgenie/slow-at-the-edge-of-the-timeout.yaml': { provider: 'kycgenie', effects: 2, faults: ['slowBody'] },
  'kycgenie/thundering-herd.yaml': { provider: 'kycgenie', effects: 200, faults: ['drop'] },
  'kycgenie/too-many-requests.yaml': { provider: 'kycgenie', effects: 1, faults: ['drop'] },
  'kycgenie/webhook-before-the-api-response.yaml': { provider: 'kycgenie', effects: 1, faults: [] },
  'rillis/late-after-final.yaml': { provider: 'rillis', effects: 4, faults: ['reorder'] },
  'rillis/lost-acknowledgement.yaml': { provider: 'rillis', effects: 1, faults: ['lostAck'] },
  'rillis/one-type-answered-500.yaml': { provider: 'rillis', effects: 4, faults: ['drop'] },
  'rillis/receiver-down.yaml': { provider: 'rillis', effects: 12, faults: ['drop', 'duplicate'] },
  'rillis/slow-at-the-edge-of-the-timeout.yaml': { provider: 'rillis', effects: 2, faults: ['slowBody'] },
  'rillis/thundering-herd.yaml': { provider: 'rillis', effects: 200, faults: ['drop'] },
  'rillis/too-many-requests.yaml': { provider: 'rillis', effects: 1, faults: ['drop'] },
  'rillis/webhook-before-the-api-response.yaml': { provider: 'rillis', effects: 1, faults: [] },
  'unico/late-after-final.yaml': { provider: 'unico', effects: 2, faults: ['reorder'] },
  'unico/lost-acknowledgement.yaml': { provider: 'unico', effects: 1, faults: ['lostAck'] },
  'unico/one-type-answered-500.yaml': { provider: 'unico', effects: 3, faults: ['drop'] },
  'unico/receiver-down.yaml': { provider: 'unico', effects: 12, faults: ['drop', 'duplicate'] },
  'unico/slow-at-the-edge-of-the-timeout.yaml': { provider: 'unico', effects: 2, faults: ['slowBody'] },
  'unico/thundering-herd.yaml': { provider: 'unico', effects: 500, faults: ['drop'] },
  'unico/too-many-requests.yaml': { provider: 'unico', effects: 1, faults: ['drop'] },
  'unico/webhook-before-the-api-response.yaml': { provider: 'unico', effects: 1, faults: [] },
}

/** The same drill with all the time its receiver may need on a busy machine. */
function patient(file: string): string {
  const text = readFileSync(join(FOLDER, file), 'utf8')
  const copy = join(temporaryFolder(), basename(file))
  writeFileSync(copy, text.replace('concurrency: 500\n', 'concurrency: 500\n      timeoutSeconds: 60\n'))
  return copy
}

async function drill(file: string, provider: keyof typeof RECEIVERS) {
  const { scenarios, problems } = await loadChecked([patient(file)], builtInProviders)
  expect(problems).toEqual([])
  const [scenario] = scenarios
  if (!scenario) throw new Error(`no scenario in ${file}`)
  const receiver = await RECEIVERS[provider]()
  onTestFinished(() => receiver.close())
  const emulator = await testEmulator()
  const host = { emulator, api: providerApi(emulator, { base: 'http://127.0.0.1' }) }
  const result = await runScenario(scenario, host, { to: receiver.url })
  const seen = (await (await fetch(receiver.observe)).json()) as {
    effects: Record<string, number>
    states: Record<string, string>
  }
  const attempts = emulator.ledger.deliveries({}, { limit: 1000 }).flatMap(({ id }) => emulator.ledger.attempts(id))
  return { result, seen, attempts }
}

describe('drills', () => {
  it('are those of the page, for the providers that it says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/faults.md'), 'utf8')
    const [head = '', ...rows] = page.slice(page.indexOf('| Drill |')).split('\n\n')[0]?.split('\n') ?? []
    const columns = head.split('|').slice(2, -1)
    const told = rows.flatMap(row => {
      const [, drill] = /^\| `([\w-]+)`/.exec(row) ?? []
      const cells = row.split('|').slice(2, -1)
      return drill === undefined
        ? []
        : columns.flatMap((column, i) =>
            cells[i]?.trim() === 'yes' ? [`${column.trim().toLowerCase().replace(' ', '')}/${drill}.yaml`] : [],
          )
    })
    expect(told.sort()).toEqual(Object.keys(DRILLS).sort())
  })

  it('all run here', () => {
    const files = readdirSync(FOLDER, { recursive: true }).map(String)
    expect(files.filter(file => file.endsWith('.yaml')).sort()).toEqual(Object.keys(DRILLS).sort())
  })

  async function isMet(file: string) {
    const told = DRILLS[file] ?? expect.fail()
    const { result, seen, attempts } = await drill(file, told.provider)
    expect(result.steps.filter(step => !step.ok)).toEqual([])
    expect(result.status, file).toBe('passed')
    expect(Object.values(seen.effects), file).toEqual(Array(told.effects).fill(1))
    expect([...new Set(attempts.flatMap(({ faults }) => faults))].sort(), file).toEqual(told.faults)
  }

  /** Those that wait in real time do so beside one another. */
  const isSlow = (file: string) => file.includes('slow')
  const files = Object.keys(DRILLS)

  it.each(files.filter(file => !isSlow(file)))('%s: a good receiver passes, with one effect for each event', isMet)

  it('those that are slow: a good receiver passes, with one effect for each event', async () => {
    await Promise.all(files.filter(isSlow).map(isMet))
  })

  it('late after final: both checks end in the final state', async () => {
    const rillis = await drill('rillis/late-after-final.yaml', 'rillis')
    expect(Object.values(rillis.seen.states)).toEqual(['APPROVED', 'APPROVED'])
    const kycgenie = await drill('kycgenie/late-after-final.yaml', 'kycgenie')
    expect(new Set(Object.values(kycgenie.seen.states)).size).toBe(1)
  })

  it('expired after ok: ok stands for both processes', async () => {
    const { seen } = await drill('unico/late-after-final.yaml', 'unico')
    expect(Object.values(seen.states)).toEqual(['ok', 'ok'])
  })

  it('a receiver that knows another secret fails a drill', async () => {
    const { scenarios } = await loadChecked([join(FOLDER, 'rillis/lost-acknowledgement.yaml')], builtInProviders)
    const receiver = await expressReceiver({ webhookKey: 'another key' }).listen()
    onTestFinished(() => receiver.close())
    const emulator = await testEmulator()
    const host = { emulator, api: providerApi(emulator, { base: 'http://127.0.0.1' }) }
    const [scenario] = scenarios
    const result = scenario && (await runScenario(scenario, host, { to: receiver.url }))
    expect(result).toMatchObject({ status: 'failed', exitCode: 1 })
  })
})
