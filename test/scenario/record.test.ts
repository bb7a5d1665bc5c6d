// Recording: a scenario written from what happened repeats the same payloads.
import { describe, expect, it } from 'vitest'
import { valueAt } from '../../src/core/json.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { providerApi } from '../../src/http/provider-api.js'
import { builtInProviders } from '../../src/providers/index.js'
import { parseScenario } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { type Recording, recordScenario, scenarioText } from '../../src/scenario/record.js'
import { runScenario } from '../../src/scenario/run.js'
import { testReceiver } from '../support/receiver.js'
import { play, START, scenarioEmulator, scenarioOf } from '../support/scenario.js'

function recordingOf(emulator: Emulator): Recording {
  return {
    seed: emulator.seed,
    start: START,
    mask: '***',
    events: emulator.ledger.events({}, { limit: 1000 }).reverse(),
    subscriptions: emulator.ledger.subscriptions().map(one => ({ ...one, hasSecret: one.secret !== null })),
  }
}

/** An emulator in which a small story has happened. */
async function lived(url: string): Promise<Emulator> {
  const emulator = await scenarioEmulator({ seed: 99 })
  await emulator.subscribe('acme', { url, secret: 'the-old-secret', settings: { apiKey: '***' } })
  await emulator.trigger('acme', 'thing.made', { subject: 'first', set: { colour: 'green' } })
  await emulator.trigger('acme', 'thing.made', { subject: 't_$' + '{vars.x}' })
  await emulator.advance(90_000)
  await emulator.trigger('acme', 'thing.lost', { subject: 'first' })
  await emulator.rest()
  return emulator
}

describe('a recording', () => {
  it.each(['story.yaml', 'story.json'])('as %s repeats the same payloads, subjects and times', async file => {
    const old = await testReceiver()
    const emulator = await lived(old.url)
    const text = scenarioText(recordScenario(recordingOf(emulator)), file)
    const fresh = await testReceiver()
    const scenario = await scenarioOf(text, file)
    const other = await scenarioEmulator({ seed: 1 })
    const vars = { secret_acme_main_1: 'a-new-secret', setting_acme_main_1_apiKey: 'k' }
    const result = await runScenario(
      scenario,
      { emulator: other, api: providerApi(other, { base: 'http://127.0.0.1' }) },
      {
        to: fresh.url,
        vars,
      },
    )
    const seen = (from: Emulator) =>
      recordingOf(from).events.map(({ type, payload, createdAt, subject }) => ({ type, payload, createdAt, subject }))
    expect(result).toMatchObject({ status: 'passed', durationMs: 90_000, counts: { delivered: 3 } })
    expect(seen(other)).toEqual(seen(emulator))
    expect(fresh.bodies).toEqual(old.bodies)
  })

  it('contains no secret but a variable for it, and the recorded URL as default', async () => {
    const old = await testReceiver()
    const text = scenarioText(recordScenario(recordingOf(await lived(old.url))), 'story.yaml')
    expect(text).not.toContain('the-old-secret')
    const before = old.bodies.length
    await expect(play(text)).rejects.toMatchObject({
      issues: [
        { path: 'secret_acme_main_1', message: expect.stringContaining('STANDIN_SECRET_ACME_MAIN_1') },
        { path: 'setting_acme_main_1_apiKey' },
      ],
    })
    const env = { STANDIN_SECRET_ACME_MAIN_1: 's', STANDIN_SETTING_ACME_MAIN_1_APIKEY: 'k' }
    expect((await play(text, { env })).result.status).toBe('passed')
    expect(old.bodies.slice(before)).toEqual(old.bodies.slice(0, before))
  })

  it('has one variable for each masked account, and leaves out a masked URL', () => {
    const row = { provider: 'acme', channel: 'main', account: 'sk_12***' }
    const event = { ...row, type: 'thing.made', variant: null, subject: null, payload: {}, createdAt: START }
    const { vars, subscriptions, steps } = recordScenario({
      mask: '***',
      expectDelivered: false,
      events: [event, { ...event, account: 'plain' }],
      subscriptions: [
        { ...row, url: 'http://***@receiver.test/', eventTypes: ['*'], active: true, hasSecret: false, settings: {} },
      ],
    })
    expect(vars).toMatchObject({ account_acme_1: { default: 'sk_12***', env: 'STANDIN_ACCOUNT_ACME_1', secret: true } })
    expect(subscriptions?.[0]).toMatchObject({ account: `\${vars.account_acme_1}` })
    expect(subscriptions?.[0]).not.toHaveProperty('url')
    expect(steps).toMatchObject([
      { trigger: { account: `\${vars.account_acme_1}` } },
      { trigger: { account: 'plain' } },
    ])
  })

  it('keeps a URL with braces, and expects nothing where nothing was pending', async () => {
    const old = await testReceiver()
    const emulator = await scenarioEmulator()
    await emulator.subscribe('acme', { url: `${old.url}?for={all}`, eventTypes: ['thing.lost'], secret: 's' })
    await emulator.trigger('acme', 'thing.lost')
    await emulator.trigger('acme', 'thing.made')
    await emulator.rest()
    const text = scenarioText(recordScenario({ ...recordingOf(emulator), expectDelivered: false }), 'story.yaml')
    const { result } = await play(text, { env: { STANDIN_SECRET_ACME_MAIN_1: 's' } })
    expect(result).toMatchObject({ status: 'passed', counts: { events: 2, delivered: 1 } })
    expect(old.bodies[1]).toBe(old.bodies[0])
  })

  it('plays an impossible order without a second note, and a possible one as it is', async () => {
    const rillis = () => scenarioEmulator({ providers: builtInProviders })
    const old = await rillis()
    for (const type of ['FLOW_COMPLETED', 'FLOW_REJECTED']) await old.trigger('rillis', type, { subject: 'one' })
    const recorded = recordScenario({ ...recordingOf(old), expectDelivered: false })
    expect(recorded.steps.map(step => valueAt(step, 'trigger.anyState'))).toEqual([undefined, true])
    const text = scenarioText(recorded, 'story.yaml')
    const { scenario } = await parseScenario(text, 'story.yaml', namesOf(builtInProviders))
    if (scenario === undefined) throw new Error('the recording cannot be read')
    const fresh = await rillis()
    const api = providerApi(fresh, { base: 'http://127.0.0.1' })
    const { url } = await testReceiver()
    const result = await runScenario(scenario, { emulator: fresh, api }, { to: url })
    expect(result.status).toBe('passed')
    expect(result.steps.flatMap(({ warnings = [] }) => warnings)).toEqual([])
  })

  it('has its start and seed', async () => {
    const scenario = recordScenario(recordingOf(await lived((await testReceiver()).url)))
    expect(scenario).toMatchObject({
      version: 1,
      name: 'Recorded 2026-01-15',
      seed: 99,
      clock: { start: '2026-01-15T09:00:00.000Z' },
    })
    expect(scenario.steps.map(step => Object.keys(step)[0])).toEqual([
      'trigger',
      'trigger',
      'wait',
      'trigger',
      'expect',
    ])
  })
})
