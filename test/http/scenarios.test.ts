// The scenarios folder of a server: listed, read, run step by step; and what happened recorded as a scenario.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/core/journal.js'
import type { JsonObject } from '../../src/core/json.js'
import { scenarioFolder } from '../../src/scenario/folder.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { type TestServer, testServer } from '../support/server.js'

const STORY = `version: 1
name: A thing is made
description: Twice, in the end.
tags: [smoke]
vars:
  colour: { type: string, default: red, description: Of the thing. }
  key: { type: string, env: STORY_KEY, secret: true }
steps:
  - name: made
    trigger: { provider: acme, type: thing.made, set: { colour: '\${vars.colour}' } }
  - expect: { step: made, outcome: delivered, attempts: 1 }
  - wait: 1m
`

async function serving(files: Record<string, string> = { 'a/story.yaml': STORY }, env: Record<string, string> = {}) {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const server = await testServer({}, { scenarios: { folder: await scenarioFolder(folder), env } })
  return { ...server, folder }
}

/** Resolves when a run has ended. */
const runEnded = ({ emulator }: TestServer) =>
  new Promise<void>(resolve => {
    const stop = emulator.journal.listen(({ kind }) => {
      if (kind !== 'run.ended') return
      stop()
      resolve()
    })
  })

describe('the scenarios folder', () => {
  it('lists its files with their variables, and what is wrong with one at its place', async () => {
    const { ask } = await serving({
      'a/story.yaml': STORY,
      'broken.yml': 'version: 1\nname: Broken\nsteps:\n  - tigger: thing.made\n',
      'notes.txt': 'no scenario',
      'other.json': '{}',
    })
    const { json } = await ask('GET', '/_standin/scenarios')
    expect(json.items).toMatchObject([
      {
        file: 'a/story.yaml',
        name: 'A thing is made',
        description: 'Twice, in the end.',
        tags: ['smoke'],
        variables: [
          { name: 'colour', type: 'string', default: 'red', description: 'Of the thing.', required: false },
          { name: 'key', default: null, env: 'STORY_KEY', secret: true, required: true },
        ],
        problems: [],
      },
      {
        file: 'broken.yml',
        name: null,
        problems: [{ line: 4, column: 5, message: expect.stringContaining('tigger') }],
      },
    ])
  })

  it('shows one with its text and its steps in words', async () => {
    const { ask } = await serving()
    const { json } = await ask('GET', `/_standin/scenarios/${encodeURIComponent('a/story.yaml')}`)
    expect(json).toMatchObject({
      text: STORY,
      steps: [
        { path: 'steps[0]', name: 'made', verb: 'trigger', line: 9, depth: 0 },
        { path: 'steps[1]', verb: 'expect' },
        { path: 'steps[2]', text: 'wait 1 m' },
      ],
    })
  })

  it.each([
    '..%2Fsecret.yaml',
    'a%2F..%2F..%2Fsecret.yaml',
    '%2Fetc%2Fpasswd',
    'link.yaml',
    'linked%2Fsecret.yaml',
    'a',
    'a%2Fstory.json',
    'stori.yaml',
    'a%5C..%5C..%5Csecret.yaml',
    'a%2Fstory.yaml%00',
  ])('has nothing at %s', async name => {
    const server = await serving({ 'inside/a/story.yaml': STORY, 'inside/a/story.json': '{}', 'secret.yaml': STORY })
    const inside = join(server.folder, 'inside')
    symlinkSync(join(server.folder, 'secret.yaml'), join(inside, 'link.yaml'))
    symlinkSync(server.folder, join(inside, 'linked'))
    const { ask } = await testServer({}, { scenarios: { folder: await scenarioFolder(inside), env: {} } })
    for (const [method, path] of [
      ['GET', `/_standin/scenarios/${name}`],
      ['POST', `/_standin/scenarios/${name}/runs`],
    ] as const) {
      const answer = await ask(method, path, method === 'POST' ? {} : undefined)
      expect(answer.status).toBe(404)
      expect(answer.text).not.toContain('A thing is made')
    }
    expect(((await ask('GET', '/_standin/scenarios')).json.items as JsonObject[]).map(({ file }) => file)).toEqual([
      'a/story.yaml',
    ])
  })

  it('is empty, and says how to give one, where the server has none', async () => {
    const { ask } = await testServer()
    expect((await ask('GET', '/_standin/scenarios')).json).toEqual({ folder: null, items: [] })
    const { status, json } = await ask('POST', '/_standin/scenarios/a.yaml/runs', {})
    expect({ status, hint: json.hint }).toMatchObject({ status: 404, hint: expect.stringContaining('--scenarios') })
  })

  it('runs a file with variables; the journal tells each step', async () => {
    const server = await serving({ 'a/story.yaml': STORY }, { STORY_KEY: 'k' })
    const receiver = await testReceiver()
    const entries: JournalEntry[] = []
    server.emulator.journal.listen(entry => void entries.push(entry))
    const over = runEnded(server)
    const { status, json } = await server.ask('POST', '/_standin/scenarios/a%2Fstory.yaml/runs', {
      to: receiver.url,
      vars: { colour: 'green' },
    })
    expect(status, JSON.stringify(json)).toBe(202)
    await over
    expect(receiver.requests[0]?.body).toContain('"colour":"green"')
    const told = entries.flatMap(entry => {
      if (entry.kind === 'run.started' || entry.kind === 'run.ended') return [`${entry.kind} ${entry.run.status}`]
      if (entry.kind === 'step.started') return [`started ${entry.path}`]
      return entry.kind === 'step.ended' ? [`${entry.step.status} ${entry.step.path}`] : []
    })
    expect(told).toEqual([
      'run.started running',
      'started steps[0]',
      'passed steps[0]',
      'started steps[1]',
      'passed steps[1]',
      'started steps[2]',
      'passed steps[2]',
      'run.ended passed',
    ])
    expect((await server.ask('GET', '/_standin/runs/run_1')).json).toMatchObject({
      file: 'a/story.yaml',
      status: 'passed',
      steps: [{ status: 'passed' }, { status: 'passed' }, { status: 'passed', result: { ok: true } }],
    })
  })

  it('shows the step that failed, with what was expected and seen, and those that were skipped', async () => {
    const server = await serving({ 'story.yaml': STORY }, { STORY_KEY: 'k' })
    const receiver = await testReceiver([500, 200])
    const over = runEnded(server)
    await server.ask('POST', '/_standin/scenarios/story.yaml/runs', { to: receiver.url })
    await over
    const { json } = await server.ask('GET', '/_standin/runs/run_1')
    expect(json).toMatchObject({
      status: 'failed',
      steps: [
        { status: 'passed' },
        { status: 'failed', result: { expected: expect.any(String), seen: expect.any(String) } },
        { status: 'skipped' },
      ],
    })
    for (const [format, type] of [
      ['junit', 'application/xml; charset=utf-8'],
      ['json', 'application/json'],
      ['markdown', 'text/markdown; charset=utf-8'],
    ]) {
      const report = await server.ask('GET', `/_standin/runs/run_1/report?format=${format}`)
      expect(report.headers.get('content-type')).toBe(type)
      expect(report.headers.get('content-disposition')).toMatch(/^attachment; filename="run_1\./)
      expect(report.text).toContain('A thing is made')
    }
  })

  it('shows the steps of a repeat as passed once all of its iterations have', async () => {
    const text = `version: 1
name: Many
steps:
  - repeat:
      count: 30
      steps:
        - trigger: { provider: acme, type: thing.made }
  - expect: delivered
`
    const server = await serving({ 'many.yaml': text })
    const receiver = await testReceiver()
    const over = runEnded(server)
    await server.ask('POST', '/_standin/scenarios/many.yaml/runs', { to: receiver.url })
    await over
    expect((await server.ask('GET', '/_standin/runs/run_1')).json).toMatchObject({
      status: 'passed',
      steps: [
        { path: 'steps[0]', status: 'passed' },
        { path: 'steps[0].repeat.steps[0]', depth: 1, status: 'passed' },
        { path: 'steps[1]', status: 'passed' },
      ],
    })
  })

  it('refuses a variable without a value before anything is sent', async () => {
    const server = await serving()
    const { status, json } = await server.ask('POST', '/_standin/scenarios/a%2Fstory.yaml/runs', {})
    expect({ status, json: JSON.stringify(json) }).toMatchObject({ status: 400, json: expect.stringContaining('key') })
    expect((await server.ask('GET', '/_standin/runs')).json.items).toEqual([])
  })

  it('cancels a run, whose other steps are then not run', async () => {
    const server = await serving({ 'story.yaml': STORY }, { STORY_KEY: 'k' })
    let arrived: () => void = () => {}
    const inFlight = new Promise<void>(resolve => {
      arrived = resolve
    })
    let release: () => void = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const receiver = await testReceiver(async () => {
      arrived()
      await held
      return 200
    })
    const over = runEnded(server)
    await server.ask('POST', '/_standin/scenarios/story.yaml/runs', { to: receiver.url })
    await inFlight
    expect((await server.ask('GET', '/_standin/runs/run_1/report')).status).toBe(409)
    expect((await server.ask('POST', '/_standin/runs/run_1/cancel')).status).toBe(202)
    release()
    await over
    expect((await server.ask('GET', '/_standin/runs/run_1')).json).toMatchObject({ status: 'not run' })
    expect((await server.ask('POST', '/_standin/runs/run_1/cancel')).status).toBe(409)
    expect((await server.ask('POST', '/_standin/runs/run_2/cancel')).status).toBe(404)
  })
})

describe('a recording', () => {
  it('is a scenario that repeats what happened, as YAML and JSON, without secrets', async () => {
    const receiver = await testReceiver()
    const server = await testServer()
    const { ask, emulator } = server
    await ask('POST', '/_standin/subscriptions', { provider: 'acme', url: receiver.url, secret: 'never-written' })
    await ask('POST', '/_standin/events', { provider: 'acme', type: 'thing.made', subject: 'one' })
    await ask('POST', '/_standin/events', { provider: 'acme', type: 'thing.made', subject: 'two' })
    await emulator.rest()
    const yaml = await ask('GET', '/_standin/recording')
    expect(yaml.json).toMatchObject({ events: 2, file: expect.stringMatching(/^recorded-\d{4}-\d\d-\d\d\.yaml$/) })
    expect(yaml.text).not.toContain('never-written')
    const one = await ask('GET', '/_standin/recording?format=json&limit=1')
    expect(JSON.parse(String(one.json.text))).toMatchObject({
      version: 1,
      steps: [{ trigger: { subject: 'two' } }, {}],
    })
    const over = runEnded(server)
    const text = String(yaml.json.text).replace('secret: true', 'secret: true\n    default: other')
    const run = await ask('POST', `/_standin/runs?to=${encodeURIComponent(receiver.url)}`, text)
    expect(run.status, run.text).toBe(202)
    await over
    expect((await ask('GET', '/_standin/runs/run_1')).json).toMatchObject({ status: 'passed' })
    expect(new Set(receiver.bodies.slice(2))).toEqual(new Set(receiver.bodies.slice(0, 2)))
  })

  it('of nothing is refused', async () => {
    const { ask } = await testServer()
    expect((await ask('GET', '/_standin/recording')).status).toBe(404)
    expect((await ask('GET', '/_standin/recording?limit=0')).status).toBe(400)
  })
})
