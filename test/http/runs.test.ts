// Scenarios played by a running server.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { type TestReceiver, testReceiver } from '../support/receiver.js'
import { type Read, type TestServer, testServer } from '../support/server.js'

async function started(...statuses: number[]): Promise<TestServer & { to: TestReceiver }> {
  const [server, to] = [await testServer(), await testReceiver(statuses)]
  return { ...server, to }
}

/** Asks until a run has ended. */
async function ended({ ask }: TestServer, id: unknown): Promise<JsonObject> {
  for (;;) {
    const { json } = await ask('GET', `/_standin/runs/${id}`)
    if (json.status !== 'running') return json
    // An answer without a socket takes no turn of the event loop of its own.
    await new Promise(resolve => setImmediate(resolve))
  }
}

const story = `
version: 1
name: A thing is made
vars:
  colour: { type: string, default: red }
steps:
  - name: made
    trigger: { provider: acme, type: thing.made, set: { colour: '\${vars.colour}' } }
  - expect: { step: made, outcome: delivered, attempts: 2 }
`

describe('runs', () => {
  it('run a YAML scenario to its end on the clock of their space and leave no subscription behind', async () => {
    const server = await started(500, 200)
    const { status, json } = await server.ask('POST', `/_standin/runs?to=${encodeURIComponent(server.to.url)}`, story)
    expect({ status, ...json }).toMatchObject({ status: 'running', id: 'run_1', scenario: 'A thing is made' })
    expect(status).toBe(202)
    const run = await ended(server, json.id)
    expect(run.reason).toBe('every step passed')
    expect(run).toMatchObject({ status: 'passed', result: { exitCode: 0, counts: { delivered: 1, attempts: 2 } } })
    expect((await server.ask('GET', '/_standin/subscriptions')).json.items).toEqual([])
    expect((await server.ask('GET', '/_standin/runs')).json.items).toHaveLength(1)
  })

  it('run JSON with variables for the existing subscriptions', async () => {
    const server = await started(500, 200)
    await server.ask('POST', '/_standin/subscriptions', { provider: 'acme', url: server.to.url })
    const scenario: JsonObject = {
      version: 1,
      name: 'Green',
      vars: { colour: { type: 'string' } },
      steps: [
        { trigger: { provider: 'acme', type: 'thing.made', set: { colour: ['$', '{vars.colour}'].join('') } } },
        { expect: 'delivered' },
      ],
    }
    const vars = encodeURIComponent('{"colour":"green"}')
    const { json } = await server.ask('POST', `/_standin/runs?vars=${vars}`, scenario)
    expect((await ended(server, json.id)).status).toBe('passed')
    expect(server.to.requests[0]?.body).toContain('"colour":"green"')
    expect((await server.ask('GET', '/_standin/subscriptions')).json.items).toHaveLength(1)
  })

  it('report an expectation that is not met', async () => {
    const server = await started(500)
    const { json } = await server.ask('POST', `/_standin/runs?to=${encodeURIComponent(server.to.url)}`, story)
    expect(await ended(server, json.id)).toMatchObject({ status: 'failed', result: { exitCode: 1 } })
  })

  it.each<[string, string, string, (answer: Read) => void]>([
    [
      'a scenario that is wrong',
      '',
      story.replace('trigger:', 'tigger:'),
      ({ json }) => expect(JSON.stringify(json)).toContain('trigger'),
    ],
    ['no YAML', '', 'steps: [', ({ json }) => expect(json.code).toBe('invalid_file')],
    [
      'a path that the payload does not have',
      '',
      story.replace('{ colour:', '{ color:'),
      ({ json }) => expect(JSON.stringify(json)).toContain('colour'),
    ],
    ['an address that is none', '?to=nowhere', story, ({ json }) => expect(json.detail).toContain('nowhere')],
    [
      'an unknown variable',
      `?vars=${encodeURIComponent('{"color":"red"}')}`,
      story,
      ({ json }) => expect(JSON.stringify(json)).toContain('colour'),
    ],
    ['variables that are no object', '?vars=3', story, ({ json }) => expect(json.where).toBe('vars')],
  ])('refuse %s before anything is sent', async (_, query, body, check) => {
    const server = await started(200)
    const answer = await server.ask('POST', `/_standin/runs${query}`, body)
    expect(answer.status).toBe(400)
    check(answer)
    expect((await server.ask('GET', '/_standin/runs')).json.items).toEqual([])
    expect((await server.ask('GET', '/_standin/events')).json.items).toEqual([])
  })

  it('are deleted by a reset, and unknown ones are not found', async () => {
    const server = await started(200, 200)
    const { json } = await server.ask('POST', `/_standin/runs?to=${encodeURIComponent(server.to.url)}`, story)
    await ended(server, json.id)
    await server.ask('POST', '/_standin/reset')
    expect((await server.ask('GET', `/_standin/runs/${json.id}`)).status).toBe(404)
  })
})
