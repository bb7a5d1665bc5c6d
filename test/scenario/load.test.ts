// Reading scenario files: every problem is reported at once, at its line, column and field, with a hint.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'
import { loadScenarios, parseScenario } from '../../src/scenario/load.js'
import { type Names, namesOf } from '../../src/scenario/names.js'
import { formatProblem, scenarioError } from '../../src/scenario/problems.js'
import { problemsOf, scenarioOf } from '../support/scenario.js'
import { testProvider } from '../support/test-provider.js'

const names = namesOf([testProvider])
const story = (steps: string, above = '') => `version: 1\nname: story\n${above}steps:\n${steps}`

describe('a good file', () => {
  it('is read with its steps, their event types and their places', async () => {
    const scenario = await scenarioOf(
      story('  - name: one\n    trigger: thing.made\n  - trigger: acme/main/thing.lost\n  - expect: { step: one }\n'),
    )
    expect(scenario.steps.map(step => [step.verb, step.text, step.line, step.column])).toEqual([
      ['trigger', 'trigger acme/thing.made', 4, 5],
      ['trigger', 'trigger acme/thing.lost', 6, 5],
      ['expect', 'expect one delivered', 7, 5],
    ])
    expect(scenario.channels).toEqual([{ provider: 'acme', channel: 'main' }])
  })

  it('may be JSON, with a $schema for editors', async () => {
    const text = JSON.stringify({
      $schema: './scenario.schema.json',
      version: 1,
      name: 'j',
      steps: [{ trigger: { type: 'thing.made' } }],
    })
    expect((await scenarioOf(text, 'story.json')).name).toBe('j')
  })

  it('may be a bare list of event types, each triggered and expected to be delivered', async () => {
    const scenario = await scenarioOf('- thing.made\n- acme/thing.lost\n', 'folder/two-things.yaml')
    expect(scenario.name).toBe('two-things')
    expect(scenario.steps.map(step => step.text)).toEqual([
      'trigger acme/thing.made',
      'trigger acme/thing.lost',
      'expect everything delivered',
    ])
    expect(scenario.steps[1]?.line).toBe(2)
  })

  it('ends by expecting everything delivered only when it has no expectations', async () => {
    const without = await scenarioOf(story('  - trigger: thing.made\n'))
    const within = await scenarioOf(
      story('  - trigger: thing.made\n  - repeat: { count: 1, steps: [{ expect: settled }] }\n'),
    )
    expect(without.steps.at(-1)?.text).toBe('expect everything delivered')
    expect(within.steps).toHaveLength(2)
  })
})

describe('problems', () => {
  it('are all reported at once, each with line, column, field and the nearest known name', async () => {
    const text = `version: 1
name: broken
vars:
  key: { type: string, default: abc, secrt: true }
subscriptions:
  - { provider: acm, name: main, url: "\${vars.ky}" }
steps:
  - name: done
    triger: thing.made
  - trigger: { type: thing.mad }
  - trigger: { type: thing.made, sett: { a: 1 } }
  - wait: 5 minutes
  - wait: 5m
    advance: 3m
  - expect: { step: doen, outcome: delivred }
  - parallel:
      - trigger: thing.made
      - [{ wait: 5m }, { expct: {} }]
  - expect: delivrd
`
    expect(await problemsOf(text)).toEqual([
      'story.yaml:4:38 vars.key.secrt: Unknown key "secrt". Did you mean "secret"?',
      'story.yaml:6:17 subscriptions[0].provider: Unknown provider "acm". Did you mean "acme"?',
      `story.yaml:6:39 subscriptions[0].url: \${vars.ky}: unknown variable "ky". Did you mean "key"?`,
      'story.yaml:9:5 steps[0].triger: Unknown verb or key "triger". Did you mean "trigger"?',
      'story.yaml:10:22 steps[1].trigger.type: Unknown event type "thing.mad". Did you mean "thing.made"?',
      'story.yaml:11:34 steps[2].trigger.sett: Unknown key "sett". Did you mean "set"?',
      'story.yaml:12:11 steps[3].wait: "5 minutes" is not a duration: write 90s, 5m, 2h, 1d or milliseconds.',
      'story.yaml:13:5 steps[4]: A step has one verb; this one has wait and advance.',
      'story.yaml:15:21 steps[5].expect.step: Unknown step "doen". Did you mean "done"?',
      'story.yaml:15:36 steps[5].expect.outcome: Unknown value "delivred". Did you mean "delivered"?',
      'story.yaml:18:26 steps[6].parallel[1][1].expct: Unknown verb or key "expct". Did you mean "expect"?',
      'story.yaml:19:13 steps[7].expect: Unknown value "delivrd". Did you mean "delivered"?',
    ])
  })

  it('are those that a run would refuse: paths, captures, references into payloads and secrets, each told once', async () => {
    const text = `version: 1
name: broken
vars: { deep: { default: x } }
subscriptions:
  - { provider: standard, name: main, secret: not-a-secret }
on:
  - call: { provider: rillis, path: '/items/{id}' }
    capture: { a: request.bdy.x }
    steps: [{ rotate: { subscription: main, secret: whsec_ } }]
steps:
  - name: paid
    trigger: invoice.paid
  - call: { provider: rillis, path: /items }
    capture: { b: bodyy.foo, c: body..foo }
  - expect: { step: paid, where: { data.methd: card, data..method: card } }
  - expect: { type: invoice.paid, where: { nothing: 1 } }
  - expect: { probe: { path: /state, json: { a..b: 1 } } }
  - trigger:
      type: contact.created
      set: { data.fullName: '\${steps.paid.event.payload.data.nope}' }
  - expect: { step: paid, where: { data.method: '\${steps.paid.events.0.paylod}' } }
  - expect: { step: paid, where: { data.method: '\${steps.paid.event.payload.data.nope ?? card}' } }
`
    const { problems } = await parseScenario(text, 'story.yaml', namesOf(builtInProviders))
    const secret = 'The secret cannot be used: it must'
    const generated = 'Leave secret out to have a valid one generated.'
    const empty = 'has an empty segment: write one full stop between two names.'
    const told = [
      `5:47 subscriptions[0].secret: ${secret} begin with "whsec_" (v1), or with "whsk_" (v1a). ${generated}`,
      '8:19 on[0].capture.a: There is no "bdy" in request. Did you mean "body"?',
      `9:53 on[0].steps[0].rotate.secret: ${secret} hold 24 to 64 bytes, not 0. ${generated}`,
      '14:19 steps[1].capture.b: There is no "bodyy" to capture from. Did you mean "body"?',
      `14:33 steps[1].capture.c: The path "body..foo" ${empty}`,
      '15:36 steps[2].expect.where.data.methd: payload data.methd: there is no "methd" in data. Did you mean "method"?',
      `15:54 steps[2].expect.where.data..method: The path "data..method" ${empty}`,
      '16:44 steps[3].expect.where.nothing: payload nothing: there is no "nothing" in the payload. Known members: type, timestamp, data.',
      `17:46 steps[4].expect.probe.json.a..b: The path "a..b" ${empty}`,
      `20:29 steps[5].trigger.set.data.fullName: \${steps.paid.event.payload.data.nope}: payload data.nope: there is no "nope" in data. Known members: id, customer, status, method, currency, amount, paidAt.`,
      `21:49 steps[6].expect.where.data.method: \${steps.paid.events.0.paylod}: an event has no "paylod". Did you mean "payload"?`,
    ].map(line => `story.yaml:${line}`)
    expect(problems.map(formatProblem)).toEqual(told)
  })

  it('are none for a path that only the sent body has: settings rename its keys, or send one member', async () => {
    const text = `version: 1
name: sent
subscriptions:
  - { provider: kycgenie, settings: { typeKey: type } }
steps:
  - trigger: case.opened
  - expect: { type: case.opened, where: { type: case.opened } }
`
    expect((await parseScenario(text, 'story.yaml', namesOf(builtInProviders))).problems).toEqual([])
  })

  it('are none where a payload is given whole or extra fields are sent: its paths can be any', async () => {
    const raw = '  - name: one\n    trigger: { type: thing.made, raw: { own: { id: 1 } } }\n'
    const reads = `  - expect: { step: one, where: { own.id: "\${steps.one.event.payload.own.id}" } }\n`
    expect(await problemsOf(story(`${raw}${reads}  - expect: { type: thing.made, where: { own.id: 1 } }\n`))).toEqual(
      [],
    )
    const extra =
      '  - fault: extraFields\n  - trigger: thing.made\n  - expect: { type: thing.made, where: { more: 1 } }\n'
    expect(await problemsOf(story(extra))).toEqual([])
  })

  it.each([
    ['no version', 'name: x\nsteps: [{ wait: 1 }]', 'version: The format has one version: write "version: 1".'],
    ['no steps', 'version: 1\nname: x\n', 'steps: This is missing.'],
    ['empty steps', 'version: 1\nname: x\nsteps: []', 'There are no steps.'],
    ['a step without a verb', story('  - name: x\n'), 'A step needs a verb: call, trigger, wait'],
    ['an empty expectation', story('  - expect: { within: 5s }\n'), 'This expects nothing'],
    [
      'within and neverWithin',
      story('  - expect: { type: thing.made, within: 5s, neverWithin: 5s }\n'),
      '"within" and "neverWithin" exclude each other',
    ],
    [
      'capture beside trigger',
      story('  - trigger: thing.made\n    capture: { x: body.y }\n'),
      '"capture" is only allowed beside "call"',
    ],
    [
      'a wrong start',
      'version: 1\nname: x\nclock: { start: yesterday }\nsteps: [{ wait: 1 }]',
      'Write an instant such as 2026-01-15T09:00:00Z.',
    ],
    ['a scalar', 'hello', 'This must be an object.'],
    [
      'a key beside a verb in its short form that belongs inside',
      story('  - trigger: thing.made\n    subject: a\n'),
      'story.yaml:5:5 steps[0].subject: Unknown verb or key "subject". Write it inside: "trigger: { type: thing.made, subject: … }".',
    ],
    [
      'a key beside a verb in its long form that belongs inside',
      story(
        '  - repeat:\n      count: 2\n      steps:\n        - expect: { type: thing.made }\n          within: 5s\n',
      ),
      'steps[0].repeat.steps[0].within: Unknown verb or key "within". Write it inside: "expect: { …, within: … }".',
    ],
    [
      'a provider that is unknown in the name of a type',
      story('  - trigger: acm/thing.made\n'),
      'steps[0].trigger: Unknown provider "acm". Did you mean "acme"?',
    ],
    [
      'a value of a fault that is none of the known ones',
      story('  - fault: { kind: drop, as: lost }\n'),
      'steps[0].fault.as: Unknown value "lost". Known values: timed_out, refused, reset, unreachable.',
    ],
    [
      'a URL that is none',
      story('  - wait: 1\n', 'subscriptions: [{ provider: acme, url: localhost:3000 }]\n'),
      'story.yaml:3:40 subscriptions[0].url: "localhost:3000" is not the URL of a receiver. Write the whole URL, e.g. http://127.0.0.1:3000/webhooks.',
    ],
    [
      'an empty file',
      '# nothing but this\n',
      'story.yaml:1:1: The file is empty. A scenario starts with "version: 1".',
    ],
    [
      'an unknown channel',
      story('  - trigger: { provider: acme, channel: mian, type: thing.made }\n'),
      'Unknown channel "mian" (acme). Did you mean "main"?',
    ],
    [
      'an unknown variant',
      story('  - trigger: { type: thing.made, variant: green }\n'),
      'Unknown variant "green" of thing.made. It has no variants.',
    ],
    [
      'an unknown subscription',
      story('  - expect: { subscription: other }\n'),
      'Unknown subscription "other". Name it under "subscriptions".',
    ],
    [
      'an unknown setting',
      story('  - wait: 1\n', 'subscriptions: [{ provider: acme, settings: { maxAttempt: 2 } }]\n'),
      'subscriptions[0].settings.maxAttempt: Unknown setting "maxAttempt". Did you mean "maxAttempts"?',
    ],
    [
      'a wrong setting',
      story('  - wait: 1\n', 'subscriptions: [{ provider: acme, settings: { maxAttempts: 0 } }]\n'),
      'subscriptions[0].settings.maxAttempts',
    ],
    [
      'a wrong provider-wide setting',
      story('  - wait: 1\n', 'providers: { acme: { extraTypes: 5 } }\n'),
      'providers.acme.extraTypes',
    ],
    [
      'an unknown subscribed type',
      story('  - wait: 1\n', 'subscriptions: [{ provider: acme, eventTypes: [thing.mad] }]\n'),
      'eventTypes[0]: Unknown event type "thing.mad" of acme/main. Did you mean "thing.made"?',
    ],
    [
      'a type that is a reference',
      story(`  - trigger: "\${vars.t}"\n`, 'vars: { t: thing.made }\n'),
      'An event type cannot be a reference.',
    ],
  ])('%s', async (_name, text, message) => {
    const problems = await problemsOf(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
  })

  it('of YAML syntax stop at the first', async () => {
    const problems = await problemsOf('version: 1\nname: x\nsteps:\n  - wait: { a: [1, 2\n  - wait: 5\n')
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^story\.yaml:5:\d+: /)
  })

  it('of a reference without quotes in a flow collection have a hint', async () => {
    const problems = await problemsOf(
      story(`  - expect: { type: thing.made, within: \${vars.x} }\n`, 'vars: { x: 5s }\n'),
    )
    expect(problems[0]).toContain('a reference needs quotes')
  })

  it('of a duplicate key are reported at the second one', async () => {
    expect((await problemsOf('version: 1\nname: a\nname: b\nsteps: [{ wait: 1 }]'))[0]).toMatch(/^story\.yaml:3:1: /)
  })

  it('of a bare list are reported at its items', async () => {
    expect(await problemsOf('- thing.made\n- thing.mad\n')).toEqual([
      'story.yaml:2:3 [1]: Unknown event type "thing.mad". Did you mean "thing.made"?',
    ])
    expect((await problemsOf('- thing.made\n- trigger: thing.made\n'))[0]).toContain('may only contain event types')
  })

  it('become one error that lists all and points at the first', async () => {
    const { problems } = await parseScenario(story('  - wait: x\n  - wait: y\n'), 'story.yaml', names)
    const error = scenarioError(problems)
    expect(error).toMatchObject({ code: 'invalid_file', where: 'story.yaml:4:11' })
    expect(error.issues.map(issue => issue.path)).toEqual(['steps[0].wait', 'steps[1].wait'])
    expect(error.message).toContain('story.yaml:5:11')
  })
})

describe('names', () => {
  it('of event types may come from the file’s provider-wide settings', async () => {
    const other = {
      ...testProvider,
      name: 'other',
      channels: testProvider.channels.map(channel => ({
        ...channel,
        catalog: (settings: Record<string, unknown>) =>
          (settings.extraTypes as string[]).map(name => ({
            name,
            title: name,
            subject: 'thing',
            variants: [],
            documented: true,
          })),
      })),
    }
    const parse = (above: string) =>
      parseScenario(story('  - trigger: parcel.sent\n', above), 'x.yaml', namesOf([other]))
    expect((await parse('providers: { other: { extraTypes: [parcel.sent] } }\n')).problems).toEqual([])
    expect((await parse('')).problems).toHaveLength(1)
  })

  it('of an event type that two providers have are resolved by the subscriptions, or must be written in full', async () => {
    const twin = { ...testProvider, name: 'twin' }
    const parse = (above: string) =>
      parseScenario(story('  - trigger: thing.made\n', above), 'x.yaml', namesOf([testProvider, twin]))
    expect((await parse('')).problems[0]).toMatchObject({
      message: 'Several providers have an event type "thing.made".',
      hint: 'Write acme/thing.made or twin/thing.made.',
    })
    const { scenario } = await parse('subscriptions: [{ provider: twin }]\n')
    expect(scenario?.steps[0]?.text).toBe('trigger twin/thing.made')
  })

  it('of payload paths are checked, for values with references only the path', async () => {
    const seen: unknown[] = []
    const strict: Names = {
      ...names,
      payloadProblems: async (address, set, unset) => {
        seen.push([address.type, set, unset])
        return [{ path: 'colr', message: 'there is no "colr".' }]
      },
    }
    const text = story(
      `  - trigger: { type: thing.made, set: { colr: red, size: "\${vars.n}" }, unset: [colour] }\n`,
      'vars: { n: 3 }\n',
    )
    const { problems } = await parseScenario(text, 'x.yaml', strict)
    expect(seen).toEqual([['thing.made', { colr: 'red', size: undefined }, ['colour']]])
    expect(problems).toMatchObject([{ line: 5, path: 'steps[0].trigger.set.colr', message: 'there is no "colr".' }])
  })
})

describe('folders', () => {
  it('are read recursively and sorted, without schemas, and filtered by tag', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standin-'))
    try {
      await mkdir(join(folder, 'deep'))
      await writeFile(
        join(folder, 'b.yaml'),
        story('  - wait: 1\n', 'tags: [smoke]\n').replace('name: story', 'name: b'),
      )
      await writeFile(join(folder, 'deep', 'a.json'), '["thing.made"]')
      await writeFile(join(folder, 'scenario.schema.json'), '{}')
      await writeFile(join(folder, 'c.yml'), 'version: 2\n')
      await symlink(folder, join(folder, 'deep', 'up'))
      const all = await loadScenarios([folder], names)
      expect(all.scenarios.map(scenario => scenario.name)).toEqual(['b', 'a'])
      expect([...new Set(all.problems.map(problem => problem.file))]).toEqual([join(folder, 'c.yml')])
      expect((await loadScenarios([folder], names, { tags: ['smoke'] })).scenarios.map(one => one.name)).toEqual(['b'])
      const missing = await loadScenarios([join(folder, 'b.yml'), join(folder, 'deep')], names)
      expect(missing.problems).toMatchObject([
        { message: 'There is no such file or folder.', hint: 'Did you mean "b.yaml"?' },
      ])
      expect(missing.scenarios).toHaveLength(1)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
