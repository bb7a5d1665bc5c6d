// The verbs fault and rotate: how they are written, what is rejected before anything is sent, and what they do.

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runScenario } from '../../src/scenario/run.js'
import { testReceiver } from '../support/receiver.js'
import { play, problemsOf, scenarioEmulator, scenarioOf } from '../support/scenario.js'

const story = (steps: string) => `version: 1
name: a story
vars:
  size: { type: number, default: 900 }
subscriptions:
  - { name: main, provider: acme, secret: first-secret-of-all }
steps:
${steps}
`

describe('fault', () => {
  it('makes the sender misbehave from that step on, within its scope', async () => {
    const to = await testReceiver()
    const { result, emulator } = await play(
      story(`
  - trigger: thing.made
  - wait: 1s
  - fault: { kind: pad, toBytes: '\${vars.size}', next: 1, subscription: main, type: acme/thing.made }
  - { name: padded, trigger: thing.made }
  - wait: 1s
  - trigger: thing.made
  - expect: { step: padded, attempts: 1 }`),
      { to: to.url },
    )
    expect(result.status).toBe('passed')
    expect(to.bodies.map(({ length }) => length === 900)).toEqual([false, true, false])
    expect(result.steps[2]).toMatchObject({
      verb: 'fault',
      text: `fault pad (toBytes $\{vars.size}, type acme/thing.made, subscription main, next 1)`,
      seen: 'fl_1',
    })
    expect(emulator.faults.list()).toEqual([])
  })

  it('has a short form, and none removes the faults of the run', async () => {
    const to = await testReceiver()
    const { result } = await play(
      story(`
  - fault: { kind: malform, as: text }
  - trigger: thing.made
  - wait: 1s
  - fault: none
  - trigger: thing.made
  - fault: contentType
  - trigger: thing.made`),
      { to: to.url },
    )
    expect(result.status).toBe('passed')
    expect(to.bodies.map(body => body === 'This is not JSON.')).toEqual([true, false, false])
    expect(result.steps.flatMap(({ verb, seen }) => (verb === 'fault' ? [seen] : []))).toEqual([
      'fl_1',
      'removed fl_1',
      'fl_2',
    ])
  })

  it('leaves other faults in place when the run ends', async () => {
    const to = await testReceiver()
    const emulator = await scenarioEmulator()
    const theirs = await emulator.faults.add({ kind: 'contentType', attempts: [7] })
    const scenario = await scenarioOf(story('  - fault: chunked\n  - trigger: thing.made'))
    const result = await runScenario(
      scenario,
      { emulator, api: { call: () => Promise.reject(new Error()) } },
      {
        to: to.url,
      },
    )
    expect(result.status).toBe('passed')
    expect(emulator.faults.list().map(({ id }) => id)).toEqual([theirs.id])
    await emulator.stop(0)
  })

  it('causes retries for a healthy receiver', async () => {
    const to = await testReceiver()
    const { result } = await play(
      story(`
  - fault: { kind: drop, as: refused, attempts: [1, 2] }
  - { name: late, trigger: thing.made }
  - expect: { step: late, attempts: 3, within: 3m }`),
      { to: to.url },
    )
    expect(result.status).toBe('passed')
    expect(to.bodies).toHaveLength(1)
  })

  it.each([
    ['{ kind: duplicat }', 'Unknown kind of fault "duplicat". Did you mean "duplicate"?'],
    ['duplicat', 'Did you mean "duplicate"?'],
    ['{ kind: duplicate, copie: 2 }', 'Unknown key "copie". Did you mean "copies"?'],
    ['{ copies: 2 }', '"kind" is missing'],
    ['{ kind: delay, by: soon }', '"soon" is not a duration: write 90s'],
    ['{ kind: chunked, provider: acne }', 'Unknown provider "acne". Did you mean "acme"?'],
    ['{ kind: chunked, type: thing.mode }', 'Unknown event type "thing.mode". Did you mean "thing.made"?'],
    ['{ kind: chunked, subscription: mian }', 'Unknown subscription "mian". Did you mean "main"?'],
    [`{ kind: pad, toBytes: "$\{vars.sise}" }`, 'unknown variable "sise". Did you mean "size"?'],
  ])('%s is rejected before anything is sent', async (fault, message) => {
    const problems = await problemsOf(story(`  - fault: ${fault}\n  - trigger: thing.made`))
    expect(problems.join('\n')).toContain(message)
    expect(problems[0]).toMatch(/^story\.yaml:8:\d+ steps\[0\]\.fault/)
  })

  it('that can never fire is an error of its step, with the reason', async () => {
    const to = await testReceiver()
    const { result } = await play(story('  - fault: { kind: rotate, provider: acme }\n  - trigger: thing.made'), {
      to: to.url,
    })
    expect(result).toMatchObject({ status: 'not run', exitCode: 2 })
    expect(result.steps[0]).toMatchObject({ status: 'error', seen: expect.stringContaining('rotate does not apply') })
  })
})

describe('rotate', () => {
  const signature = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('hex')

  it('replaces a secret; pending deliveries are signed with the secrets valid when they are sent', async () => {
    const to = await testReceiver()
    const emulator = await scenarioEmulator()
    const scenario = await scenarioOf(
      story(`
  - fault: { kind: drop, attempts: [1] }
  - { name: waiting, trigger: thing.made }
  - rotate: { subscription: main, secret: second-secret-of-all }
  - expect: { step: waiting, attempts: 2 }`),
    )
    const result = await runScenario(
      scenario,
      { emulator, api: { call: () => Promise.reject(new Error()) } },
      {
        to: to.url,
      },
    )
    expect(result.steps[2]).toMatchObject({
      text: 'rotate the secret of main',
      seen: 'new secret; the old one also signs until 2026-01-15T09:01:00.000Z',
    })
    expect(JSON.stringify(result)).not.toContain('second-secret')
    const [delivery] = emulator.ledger.deliveries({}, { limit: 1 })
    const [, second] = emulator.ledger.attempts(delivery?.id ?? '')
    expect(second?.headers).toContainEqual(['X-Signature', signature(to.bodies[0] ?? '', 'second-secret-of-all')])
    await emulator.stop(0)
  })

  it.each([
    ['mian', 'Unknown subscription "mian". Did you mean "main"?'],
    ['{ subscription: mian }', 'Unknown subscription "mian". Did you mean "main"?'],
    ['{ subscription: main, secrte: x }', 'Did you mean "secret"?'],
  ])('%s is rejected before anything is sent', async (rotate, message) => {
    expect((await problemsOf(story(`  - rotate: ${rotate}\n  - trigger: thing.made`))).join('\n')).toContain(message)
  })
})
