// The timetable of a scenario: which requests would be sent when, without a receiver.
import { describe, expect, it } from 'vitest'
import { providerApi } from '../../src/http/provider-api.js'
import { explainScenario, type Timetable } from '../../src/scenario/explain.js'
import { scenarioEmulator, scenarioOf } from '../support/scenario.js'

async function explain(text: string): Promise<Timetable> {
  const emulator = await scenarioEmulator({ inProcess: { 'http://receiver.test/': () => new Response('{}') } })
  try {
    const host = { emulator, api: providerApi(emulator, { base: 'http://127.0.0.1' }) }
    return await explainScenario(await scenarioOf(text), host, { to: 'http://receiver.test/hook' })
  } finally {
    await emulator.stop(0)
  }
}

describe('a timetable', () => {
  it('shows every step and every request at its time, without judging expectations', async () => {
    const { entries, durationMs, gaps } = await explain(`version: 1
name: x
steps:
  - { name: made, trigger: thing.made }
  - expect: { step: made, outcome: exhausted, within: 1m }
  - wait: 1h
  - parallel: [[{ wait: 5m }, { trigger: thing.lost }], { trigger: thing.made }]
`)
    expect(
      entries.map(entry =>
        entry.kind === 'step' ? `${entry.afterMs} ${entry.text}` : `${entry.afterMs} > ${entry.type} ${entry.url}`,
      ),
    ).toEqual([
      '0 trigger acme/thing.made',
      '0 > thing.made http://receiver.test/hook',
      '0 expect made exhausted within 1 m',
      '0 wait 1 h',
      '3600000 parallel, 2 branches',
      '3600000 wait 5 m',
      '3600000 trigger acme/thing.made',
      '3600000 > thing.made http://receiver.test/hook',
      '3900000 trigger acme/thing.lost',
      '3900000 > thing.lost http://receiver.test/hook',
    ])
    expect(durationMs).toBe(3_900_000)
    expect(gaps).toEqual([])
  })

  it('names what it cannot know: steps that the receiver’s calls would start', async () => {
    const { gaps } = await explain(`version: 1
name: x
on: [{ call: { provider: acme, method: GET, path: /api/things/special }, steps: [{ trigger: thing.lost }] }]
steps: [{ trigger: thing.made }]
`)
    expect(gaps).toEqual(['on GET acme /api/things/special: depends on whether and when the receiver calls'])
  })
})
