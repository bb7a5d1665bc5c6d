// Calls to the provider's API: those that a scenario makes, and those of the receiver that start steps.
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunResult } from '../../src/api/run.js'
import { serveApis } from '../../src/cli/api-server.js'
import { providerApi } from '../../src/http/provider-api.js'
import type { Host } from '../../src/scenario/host.js'
import { runScenario } from '../../src/scenario/run.js'
import { type TestRequest, testReceiver } from '../support/receiver.js'
import { play, scenarioEmulator, scenarioOf } from '../support/scenario.js'

const key = 'headers: { Authorization: Bearer k }'

describe('call', () => {
  it('calls the provider’s API, captures values of the response, and the events it causes are delivered', async () => {
    const { url, bodies } = await testReceiver()
    const { result } = await play(
      `version: 1
name: calls
steps:
  - name: create
    call: { provider: acme, path: /api/things, ${key}, body: { name: t_9 } }
    capture: { thing: body.id, place: headers.location }
  - expect: { type: thing.made, subject: "\${captures.thing}", within: 1s }
  - name: read
    call: { provider: acme, path: "/api/things/\${steps.create.body.id}", query: { full: yes }, ${key}, status: 200 }
  - trigger: { type: thing.lost, subject: "\${captures.thing}" }
  - expect: { type: thing.lost, where: { thing: "\${steps.read.body.id}" } }
`,
      { to: url },
    )
    expect(result).toMatchObject({ status: 'passed', counts: { events: 2, delivered: 2 } })
    expect(bodies.map(body => JSON.parse(body).thing)).toEqual(['t_9', 't_9'])
  })

  it('is sent form-encoded when it has a form', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      `version: 1\nname: x\nsteps:\n  - name: t\n    call: { provider: acme, path: /token, form: { grant: "a b&c" } }\n    capture: { grant: body.grant }\n  - trigger: { type: thing.made, subject: "\${captures.grant}" }\n  - expect: { subject: a b&c }\n`,
      { to: url },
    )
    expect(result.status).toBe('passed')
  })

  it('with an unexpected status fails and shows the response', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      'version: 1\nname: x\nsteps:\n  - call: { provider: acme, path: /api/things/none }\n',
      { to: url },
    )
    expect(result.steps[0]).toMatchObject({
      status: 'failed',
      expected: 'status 2xx',
      seen: 'status 401',
      nearestMiss: '{"error":"no key"}',
    })
    const wanted = await play(
      `version: 1\nname: x\nsteps:\n  - call: { provider: acme, path: /api/things/none, ${key}, status: 404 }\n`,
      { to: url },
    )
    expect(wanted.result.steps[0]?.status).toBe('passed')
  })

  it('with a capture without a value names the nearest key', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      `version: 1\nname: x\nsteps:\n  - call: { provider: acme, path: /api/things, ${key}, body: { name: t_9 } }\n    capture: { x: body.stat }\n`,
      { to: url },
    )
    expect(result.steps[0]).toMatchObject({
      status: 'error',
      seen: 'capture x: there is no value at body.stat.',
      hint: 'Did you mean "state"?',
    })
  })
})

/** Plays a text while the provider's API is served, with a receiver that gets the API's address and answers by it. */
async function playServed(
  text: string,
  answer: (api: string, number: number, request: TestRequest) => Promise<number>,
): Promise<{ result: RunResult; bodies: string[] }> {
  const scenario = await scenarioOf(text)
  const emulator = await scenarioEmulator()
  const server = await serveApis(emulator, 0)
  onTestFinished(server.close)
  const { url, bodies } = await testReceiver((request, number) => answer(server.url, number, request))
  const host: Host = { emulator, api: providerApi(emulator, { base: server.url, hooks: server.hooks }) }
  return { result: await runScenario(scenario, host, { to: url }), bodies }
}

const ask = (api: string, method: string, path: string, body?: unknown) =>
  fetch(`${api}/acme${path}`, {
    method,
    headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('on', () => {
  it('steps run after the response to a call of the receiver, with values of the call', async () => {
    let answered = 0
    const { result, bodies } = await playServed(
      `version: 1
name: asks back
on:
  - name: looked
    call: { provider: acme, method: GET, path: "/api/things/{id}" }
    times: 1
    capture: { id: params.id, state: response.body.state, full: request.query.full }
    steps:
      - trigger: { type: thing.lost, subject: "\${captures.id}", set: { colour: red } }
steps:
  - call: { provider: acme, path: /api/things, ${key}, body: { name: t_5 } }
  - expect: { type: thing.made }
  - expect: { type: thing.lost, subject: "\${captures.id ?? t_5}", within: 1m, where: { thing: t_5 } }
`,
      async (api, number, { body }) => {
        if (number === 1)
          void ask(api, 'GET', `/api/things/${JSON.parse(body).thing}?full=yes`).then(response => {
            answered = response.status
          })
        return 200
      },
    )
    expect(result).toMatchObject({ status: 'passed', counts: { events: 2 } })
    expect(result.steps.map(step => [step.path, step.status])).toContainEqual(['on[0].steps[0]', 'passed'])
    expect(bodies).toHaveLength(2)
    expect(answered).toBe(200)
  })

  it('steps can run before the response: the webhook arrives first', async () => {
    const order: string[] = []
    let asked: Promise<unknown> | undefined
    const { result } = await playServed(
      `version: 1
name: race
on:
  - call: { provider: acme, path: "/api/things/{id}/" }
    when: before
    steps:
      - { name: early, trigger: { type: thing.lost, subject: t_5 } }
      - expect: { step: early }
steps:
  - trigger: { type: thing.made, subject: t_5 }
  - expect: { type: thing.lost, within: 1m }
  - expect: delivered
`,
      async (api, number) => {
        order.push(`webhook ${number}`)
        if (number === 1) asked = ask(api, 'GET', '/api/things/t_5').then(() => order.push('answer'))
        return 200
      },
    )
    await asked
    expect(result.status).toBe('passed')
    expect(order).toEqual(['webhook 1', 'webhook 2', 'answer'])
  })

  it('a failed step fails the run; a capture without a value ends it as not run', async () => {
    const text = (on: string) => `version: 1
name: fails
on:
  - call: { provider: acme, path: "/api/things/{id}" }
    ${on}
steps:
  - trigger: { type: thing.made, subject: t_5 }
  - expect: { type: thing.lost, within: 1m, timeout: 2s }
`
    const answer = async (api: string, number: number) => {
      if (number === 1) void ask(api, 'GET', '/api/things/t_5')
      return 200
    }
    const failed = await playServed(
      text('steps: [{ name: x, trigger: thing.lost }, { expect: { step: x, attempts: 9 } }]'),
      answer,
    )
    expect(failed.result).toMatchObject({ status: 'failed', exitCode: 1 })
    const notRun = await playServed(text('capture: { a: params.nix }\n    steps: [{ trigger: thing.lost }]'), answer)
    expect(notRun.result).toMatchObject({
      status: 'not run',
      exitCode: 2,
      reason: 'capture a: there is no value at params.nix.',
    })
  })

  it('is not needed to wait for events that the receiver’s calls cause: it gets a moment of real time', async () => {
    const { result } = await playServed(
      'version: 1\nname: x\nsteps:\n  - trigger: { type: thing.lost, subject: t_5 }\n  - expect: { type: thing.made, subject: t_6, within: 10s }\n',
      async (api, number) => {
        if (number === 1) setImmediate(() => ask(api, 'POST', '/api/things', { name: 't_6' }))
        return 200
      },
    )
    expect(result).toMatchObject({ status: 'passed', durationMs: 0 })
  })

  it('is rejected where no provider API is served', async () => {
    await expect(
      play(
        'version: 1\nname: x\non: [{ call: { provider: acme, path: /token }, steps: [{ wait: 1 }] }]\nsteps: [{ wait: 1 }]',
        { to: 'http://127.0.0.1:1' },
      ),
    ).rejects.toMatchObject({ code: 'not_allowed' })
  })
})
