// Runs of scenarios in a real emulator against a receiver on a socket: verbs, time, failures and their messages.
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/api/run.js'
import { stepDetails } from '../../src/scenario/reporters/details.js'
import { closedUrl, testReceiver } from '../support/receiver.js'
import { play, START } from '../support/scenario.js'

const story = (steps: string, above = '') => `version: 1\nname: story\n${above}steps:\n${steps}`
const step = (result: RunResult, index: number) => {
  const found = result.steps[index]
  if (found === undefined) throw new Error(`no step ${index}`)
  return found
}

describe('a run', () => {
  it('whose steps pass is passed, and has seed, start, durations and counts', async () => {
    const { url, bodies } = await testReceiver((_, number) => (number < 3 ? 500 : 200))
    const { result } = await play(
      story(
        '  - name: made\n    trigger: thing.made\n  - expect: { step: made, outcome: rejected }\n  - expect: { step: made, within: 2m, attempts: 3, status: 200 }\n',
        'tags: [x]\n',
      ),
      { to: url },
    )
    expect(result).toMatchObject({
      scenario: 'story',
      file: 'story.yaml',
      tags: ['x'],
      status: 'passed',
      exitCode: 0,
      seed: 7,
      start: '2026-01-15T09:00:00.000Z',
      durationMs: 120_000,
      counts: { events: 1, deliveries: 1, attempts: 3, answered: 3, delivered: 1, exhausted: 0 },
    })
    expect(step(result, 2)).toMatchObject({ ok: true, durationMs: 120_000, counts: { attempts: 2 } })
    expect(bodies).toHaveLength(3)
  })

  it('of three days takes only the real time of its requests', async () => {
    const { url } = await testReceiver([503])
    const above = 'subscriptions: [{ provider: acme, settings: { maxAttempts: 200 } }]\n'
    const { result } = await play(
      story(
        '  - name: made\n    trigger: thing.made\n  - advance: 1h\n  - expect: { step: made, neverWithin: 71h }\n',
        above,
      ),
      { to: url },
    )
    expect(result).toMatchObject({
      status: 'passed',
      durationMs: 72 * 3_600_000,
      counts: { attempts: 200, exhausted: 1 },
    })
  })

  it('without expectations still expects everything delivered', async () => {
    const { url } = await testReceiver([400])
    const { result } = await play('- thing.made\n', { to: url })
    expect(result).toMatchObject({ status: 'failed', exitCode: 1 })
    expect(step(result, 1)).toMatchObject({ text: 'expect everything delivered', status: 'failed' })
  })

  it('without any response is reported as not run', async () => {
    const { result } = await play('- thing.made\n', { to: await closedUrl() })
    expect(result).toMatchObject({ status: 'not run', exitCode: 2 })
    expect(result.reason).toMatch(/^no attempt got a response; /)
    expect(step(result, 1).timeline?.map(entry => [entry.attempt, entry.outcome, entry.afterMs])).toEqual([
      [1, 'refused', 0],
      [2, 'refused', 60_000],
      [3, 'refused', 120_000],
    ])
  })

  it('that expects no response passes when there is none', async () => {
    const { result } = await play(
      story('  - name: made\n    trigger: thing.made\n  - expect: { step: made, outcome: exhausted, attempts: 3 }\n'),
      { to: await closedUrl() },
    )
    expect(result.status).toBe('passed')
  })

  it('stops at the first step that fails; the rest is skipped', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      story(
        '  - name: made\n    trigger: thing.made\n  - expect: { step: made, attempts: 2 }\n  - trigger: thing.lost\n  - wait: 5m\n',
      ),
      { to: url },
    )
    expect(result.steps.map(one => one.status)).toEqual(['passed', 'failed', 'skipped', 'skipped'])
    expect(result.counts.events).toBe(1)
  })

  it('reports a user’s mistake within a step as an error of that step, exit code 2', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      story(`  - trigger: { type: thing.made, set: { size: "\${vars.size}" } }\n`, 'vars: { size: big }\n'),
      { to: url },
    )
    expect(result).toMatchObject({ status: 'not run', exitCode: 2 })
    expect(step(result, 0)).toMatchObject({ status: 'error', hint: expect.stringContaining('declared type') })
  })

  it('reports steps as they start and end', async () => {
    const { url } = await testReceiver()
    const reported: string[] = []
    await play(story('  - repeat: { count: 2, steps: [{ trigger: thing.made }] }\n  - wait: 5m\n'), {
      to: url,
      onStep: progress =>
        reported.push(
          `${'-'.repeat(progress.depth)}${progress.kind} ${progress.kind === 'started' ? progress.text : `${progress.result.path} ${progress.result.status}`} +${progress.at - START}`,
        ),
    })
    expect(reported).toEqual([
      'started repeat 2 times +0',
      '-started trigger acme/thing.made +0',
      '-ended steps[0].repeat.steps[0]#1 passed +0',
      '-started trigger acme/thing.made +0',
      '-ended steps[0].repeat.steps[0]#2 passed +0',
      'ended steps[0] passed +0',
      'started wait 5 m +0',
      'ended steps[1] passed +300000',
      'started expect everything delivered +300000',
      'ended steps[2] passed +300000',
    ])
  })

  it('can be aborted', async () => {
    const { url } = await testReceiver()
    const over = new AbortController()
    const { result } = await play(story('  - trigger: thing.made\n  - wait: 5m\n  - wait: 5m\n'), {
      to: url,
      signal: over.signal,
      onStep: progress => progress.kind === 'ended' && over.abort(),
    })
    expect(result).toMatchObject({ status: 'not run', exitCode: 2 })
    expect(step(result, 1)).toMatchObject({ status: 'error', seen: 'the run was aborted' })
  })
})

describe('before the first step', () => {
  it('a missing or invalid receiver and invalid variables are rejected with a hint', async () => {
    await expect(play('- thing.made\n')).rejects.toMatchObject({
      code: 'invalid_input',
      hint: 'Give the receiver (to), or a "url" in the scenario\'s subscription.',
    })
    await expect(play('- thing.made\n', { to: 'localhost:3000' })).rejects.toMatchObject({ code: 'invalid_url' })
    const vars = 'vars: { a: { type: number }, b: { type: url, env: B_URL }, c: { type: boolean, default: true } }\n'
    await expect(
      play(story('  - wait: 1\n', vars), { vars: { unknown: 1, a: 'x' }, to: 'http://127.0.0.1:1' }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [
        { path: 'unknown', message: 'unknown variable. Known variables: a, b, c.' },
        { path: 'a', message: '"x" is not of type number' },
        { path: 'b', message: 'no value. Give it with vars: {"b": …} or in B_URL' },
      ],
    })
  })

  it('a variable that makes a subscription invalid is reported with its place in the file', async () => {
    const vars = 'vars: { url: http://127.0.0.1:1, secret: k, n: 1 }\n'
    const file = `${vars}subscriptions:\n  - { provider: acme, url: "\${vars.url}", secret: "\${vars.secret}", settings: { maxAttempts: "\${vars.n}" } }\n`
    for (const [given, where] of [
      [{ url: 'nowhere' }, 'url'],
      [{ secret: '' }, 'secret'],
      [{ n: '0' }, 'settings.maxAttempts'],
    ] as const)
      await expect(play(story('  - trigger: thing.made\n', file), { vars: given })).rejects.toMatchObject({
        where: `story.yaml subscriptions[0].${where}`,
      })
  })

  it('advance on a system clock is rejected with its place', async () => {
    await expect(
      play(story('  - wait: 1\n  - repeat: { count: 1, steps: [{ advance: 5m }] }\n'), {
        to: 'http://127.0.0.1:1',
        emulator: { clock: 'system' },
      }),
    ).rejects.toMatchObject({ code: 'conflict', where: 'story.yaml:5:33' })
  })

  it('subscriptions and provider-wide settings are made with variables filled in', async () => {
    const { url } = await testReceiver()
    const above = `vars: { key: { env: KEY, secret: true }, tries: 2 }
providers: { acme: { extraTypes: [x] } }
subscriptions:
  - { name: main, provider: acme, secret: "\${vars.key}", eventTypes: [thing.lost], settings: { maxAttempts: "\${vars.tries}" } }
`
    const { emulator, result } = await play(
      story(
        '  - name: made\n    trigger: thing.made\n  - trigger: thing.lost\n  - expect: { subscription: main }\n',
        above,
      ),
      {
        to: url,
        env: { KEY: 'very-secret-key' },
      },
    )
    expect(result.status).toBe('passed')
    expect(step(result, 0).seen).toContain('its event types do not include thing.made')
    expect(await emulator.settings('acme')).toMatchObject({ extraTypes: ['x'] })
  })

  it('a secret variable is masked in the result', async () => {
    const { url } = await testReceiver([500])
    const { result } = await play(
      story(
        `  - { name: made, trigger: { type: thing.made, subject: "\${vars.key}" } }\n  - expect: { type: thing.made, subject: "\${vars.key}" }\n`,
        'vars: { key: { default: hidden-word, secret: true } }\n',
      ),
      { to: url },
    )
    expect(result.status).toBe('failed')
    expect(JSON.stringify(result)).not.toContain('hidden-word')
    expect(JSON.stringify(result)).toContain('***')
  })
})

describe('expect', () => {
  it('finds an event by type, subject and value, and by a label', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      story(`  - trigger: { type: thing.made, subject: t_1, set: { colour: green, size: 3 } }
  - trigger: { type: thing.lost, subject: label }
  - expect: { type: thing.made, subject: t_1, where: { colour: green, size: 3 } }
  - expect: { provider: acme, type: acme/thing.lost, subject: label }
`),
      { to: url },
    )
    expect(result.status).toBe('passed')
  })

  it('without a matching event shows the nearest miss', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      story(`  - trigger: thing.lost
  - trigger: { type: thing.made, subject: t_1, set: { colour: green } }
  - expect: { type: thing.made, subject: t_1, where: { colour: red }, within: 1h }
`),
      { to: url },
    )
    expect(step(result, 2)).toMatchObject({
      status: 'failed',
      expected: 'thing.made subject t_1 colour = "red" delivered within 1 h',
      seen: 'no event matches',
      nearestMiss: 'thing.made (ev_2): colour is "green" instead of "red"',
      timeline: [{ type: 'thing.made', outcome: '200', accepted: true }],
    })
  })

  it('that fails names the faults that changed an attempt', async () => {
    const { url } = await testReceiver([400])
    const { result } = await play(
      story('  - fault: { kind: extraFields, attempts: [1] }\n  - trigger: thing.made\n  - expect: delivered\n'),
      { to: url },
    )
    const [first, second] = step(result, 2).timeline ?? []
    expect([first?.faults, second?.faults]).toEqual([['extraFields'], undefined])
    expect(stepDetails(step(result, 2)).join('\n')).toMatch(/attempt 1 .* fault extraFields\n/)
  })

  it('that fails shows what was seen and every attempt', async () => {
    const { url } = await testReceiver((_, number) => (number < 3 ? 500 : 200))
    const { result } = await play(
      story('  - { name: made, trigger: thing.made }\n  - expect: { step: made, within: 90s }\n'),
      { to: url },
    )
    expect(step(result, 1)).toMatchObject({
      status: 'failed',
      expected: 'made delivered within 1 m 30 s',
      durationMs: 90_000,
    })
    expect(step(result, 1).timeline).toMatchObject([
      { at: '2026-01-15T09:00:00.000Z', afterMs: 0, attempt: 1, outcome: '500', because: 'first attempt' },
      { at: '2026-01-15T09:01:00.000Z', afterMs: 60_000, attempt: 2, outcome: '500', url },
    ])
  })

  it('within a duration includes its last instant', async () => {
    const { url } = await testReceiver((_, number) => (number < 2 ? 500 : 200))
    const { result } = await play(
      story('  - { name: made, trigger: thing.made }\n  - expect: { step: made, within: 60s }\n'),
      { to: url },
    )
    expect(result).toMatchObject({ status: 'passed', durationMs: 60_000 })
  })

  it('measures its duration from the event, not from the step', async () => {
    const { url } = await testReceiver((_, number) => (number < 2 ? 500 : 200))
    const { result } = await play(
      story('  - { name: made, trigger: thing.made }\n  - wait: 5m\n  - expect: { step: made, within: 59s }\n'),
      { to: url },
    )
    expect(step(result, 2)).toMatchObject({ status: 'failed', durationMs: 0 })
  })

  it('neverWithin passes when the outcome does not come, and fails as soon as it does', async () => {
    const { url } = await testReceiver((_, number) => (number < 2 ? 500 : 200))
    const never = (time: string) =>
      play(story(`  - { name: made, trigger: thing.made }\n  - expect: { step: made, neverWithin: ${time} }\n`), {
        to: url,
      })
    expect((await never('59s')).result).toMatchObject({ status: 'passed', durationMs: 59_000 })
    const again = await testReceiver((_, number) => (number < 2 ? 500 : 200))
    const { result } = await play(
      story('  - { name: made, trigger: thing.made }\n  - expect: { step: made, neverWithin: 10m }\n'),
      { to: again.url },
    )
    expect(step(result, 1)).toMatchObject({
      status: 'failed',
      durationMs: 60_000,
      seen: expect.stringContaining('it happened'),
    })
  })

  it('by step expects every delivery, with a subscription only that one', async () => {
    const good = await testReceiver()
    const bad = await testReceiver([500])
    const above = `subscriptions: [{ name: good, provider: acme, url: "${good.url}" }, { name: bad, provider: acme, url: "${bad.url}" }]\n`
    const run = async (wish: string) =>
      (await play(story(`  - { name: made, trigger: thing.made }\n  - expect: ${wish}\n`, above))).result.status
    expect(await run('{ step: made }')).toBe('failed')
    expect(await run('{ step: made, subscription: good }')).toBe('passed')
    expect(await run('{ step: made, subscription: bad, outcome: exhausted }')).toBe('passed')
    expect(await run('{ type: thing.made }')).toBe('passed')
    expect(await run('settled')).toBe('passed')
    expect(await run('delivered')).toBe('failed')
  })

  it('says why an event has no deliveries', async () => {
    const { result } = await play(
      story(
        '  - { name: made, trigger: thing.made }\n  - expect: { step: made }\n',
        'subscriptions: [{ provider: acme, active: false }]\n',
      ),
      { to: 'http://127.0.0.1:1' },
    )
    expect(step(result, 1)).toMatchObject({ status: 'failed', seen: expect.stringContaining('it is not active') })
  })

  it('checks the order in which deliveries were accepted', async () => {
    const { url } = await testReceiver((_, number) => (number === 1 ? 500 : 200))
    const run = async (order: string) =>
      (
        await play(
          story(
            `  - { name: a, trigger: thing.made }\n  - expect: { step: a, outcome: rejected }\n  - { name: b, trigger: thing.lost }\n  - expect: { order: ${order} }\n`,
          ),
          { to: url },
        )
      ).result
    const wrong = await run('[a, b]')
    expect(step(wrong, 3)).toMatchObject({ status: 'failed', seen: 'delivered in the order b, a' })
    const other = await testReceiver((_, number) => (number === 1 ? 500 : 200))
    const right = await play(
      story(
        '  - { name: a, trigger: thing.made }\n  - expect: { step: a, outcome: rejected }\n  - { name: b, trigger: thing.lost }\n  - expect: { order: [b, a] }\n',
      ),
      { to: other.url },
    )
    expect(right.result.status).toBe('passed')
  })

  it('probes the receiver until the response is as expected, after retries too', async () => {
    let posts = 0
    const { url } = await testReceiver(({ method }) =>
      method === 'GET' ? { json: { things: posts, last: { ok: posts > 1 } } } : ++posts < 2 ? 500 : 200,
    )
    const run = (probe: string, timeout: string) =>
      play(story(`  - trigger: thing.made\n  - expect: { probe: ${probe}, within: 5m, timeout: ${timeout} }\n`), {
        to: url,
      })
    expect((await run('{ path: /state, json: { things: 2, last.ok: true } }', '30s')).result).toMatchObject({
      status: 'passed',
      durationMs: 60_000,
    })
    expect(step((await run('{ path: /state, json: { last.ok: no } }', '1s')).result, 1)).toMatchObject({
      status: 'failed',
      seen: expect.stringContaining('last.ok is true instead of "no"'),
    })
    expect(step((await run(`{ url: "${url}", status: 404 }`, '1s')).result, 1).seen).toContain(
      'status 200 instead of 404',
    )
    expect(step((await run(`{ url: "${await closedUrl()}" }`, '50ms')).result, 1).status).toBe('failed')
  })
})

describe('time', () => {
  it('of concurrent branches passes together', async () => {
    const { url } = await testReceiver()
    const { result } = await play(
      story(`  - parallel:
      - [{ wait: 10m }, { name: late, trigger: thing.lost }]
      - [{ wait: 2m }, { wait: 3m }, { name: early, trigger: thing.made }]
      - expect: { type: thing.lost, within: 20m }
  - expect: { order: [early, late] }
`),
      { to: url },
    )
    expect(result).toMatchObject({ status: 'passed', durationMs: 600_000 })
    const at = (path: string) => result.steps.find(one => one.path === path)?.startedAt
    expect(at('steps[0].parallel[1][2]')).toBe('2026-01-15T09:05:00.000Z')
    expect(at('steps[0].parallel[0][1]')).toBe('2026-01-15T09:10:00.000Z')
  })

  it('passes on a system clock too', async () => {
    const { url } = await testReceiver((_, number) => (number < 3 ? 500 : 200))
    const { result } = await play(
      story(
        '  - { name: made, trigger: thing.made }\n  - expect: { step: made, within: 30m }\n  - wait: 1m\n  - expect: { type: thing.lost, within: 5m }\n',
      ),
      { to: url, emulator: { clock: 'system', speed: 6000 } },
    )
    expect(result.steps.map(one => one.status)).toEqual(['passed', 'passed', 'passed', 'failed'])
    expect(step(result, 1).durationMs).toBeGreaterThanOrEqual(120_000)
    expect(step(result, 3).durationMs).toBeGreaterThanOrEqual(300_000)
  })

  it('given as a real timeout ends an expectation that could still be met', async () => {
    let release = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const { url } = await testReceiver(async () => {
      await held
      return 200
    })
    const running = play(
      story('  - { name: made, trigger: thing.made }\n  - expect: { step: made, timeout: 50ms }\n'),
      {
        to: url,
        onStep: progress => progress.kind === 'ended' && progress.result.verb === 'expect' && release(),
      },
    )
    expect(step((await running).result, 1)).toMatchObject({
      status: 'failed',
      seen: expect.stringContaining('timed out'),
    })
  })

  it('of an expectation that nothing can meet ends when nothing is pending', async () => {
    const { url } = await testReceiver([500])
    const { result } = await play(story('  - trigger: thing.made\n  - expect: { type: thing.lost }\n'), { to: url })
    expect(result).toMatchObject({ status: 'failed', durationMs: 120_000 })
  })
})

describe('repeat', () => {
  it('runs its steps count times, concurrently, each with its index, and its name means all of its events', async () => {
    let inFlight = 0
    let most = 0
    const { url, bodies } = await testReceiver(async () => {
      most = Math.max(most, ++inFlight)
      await new Promise(setImmediate)
      inFlight--
      return 200
    })
    const { result, payloads } = await play(
      story(
        `  - name: herd
    repeat: { count: "\${vars.n}", concurrency: 10, steps: [{ name: one, trigger: { type: thing.made, subject: "t_\${repeat.index}" } }, { expect: { step: one } }] }
  - expect: { step: herd, attempts: 1 }
`,
        'vars: { n: 40 }\n',
      ),
      { to: url },
    )
    expect(result).toMatchObject({ status: 'passed', counts: { events: 40, delivered: 40 } })
    expect(result.steps.map(one => one.path)).toEqual(['steps[0]', 'steps[1]'])
    expect(new Set(payloads.map(payload => (payload as { thing: string }).thing)).size).toBe(40)
    expect(bodies).toHaveLength(40)
    expect(most).toBeGreaterThan(1)
  })

  it('begins its iterations at a rate, whatever became of those before', async () => {
    const { url } = await testReceiver([500, 500, 200])
    const at: number[] = []
    const { result } = await play(
      story(
        `  - repeat: { count: 6, rate: "\${vars.rate}", steps: [{ name: one, trigger: thing.made }, { expect: { step: one } }] }\n`,
        'vars: { rate: 120/m }\n',
      ),
      {
        to: url,
        onStep: progress => {
          if (progress.kind === 'started' && progress.text.startsWith('trigger')) at.push(progress.at - START)
        },
      },
    )
    expect(result).toMatchObject({ status: 'passed', counts: { events: 6, delivered: 6 } })
    // The first is accepted at its third attempt, long after the last has begun.
    expect(at).toEqual([0, 500, 1000, 1500, 2000, 2500])
  })

  it('starts no more iterations once one has failed, and shows which', async () => {
    const { url } = await testReceiver((_, number) => (number === 30 ? 404 : 200))
    const { result } = await play(
      story(
        '  - repeat: { count: 50, steps: [{ name: one, trigger: thing.made }, { expect: { step: one, attempts: 1 } }] }\n',
      ),
      { to: url },
    )
    expect(result.status).toBe('failed')
    expect(step(result, 0).seen).toBe('29 of 50 iterations passed')
    expect(step(result, 1)).toMatchObject({ path: 'steps[0].repeat.steps[1]#30', status: 'failed' })
  })
})

describe('same bytes', () => {
  const three = (extra: string) =>
    story(
      `  - { name: a, trigger: thing.made }\n${extra}  - { name: b, trigger: { type: thing.made, subject: s } }\n  - trigger: thing.lost\n`,
    )

  it('come from the same seed and start, whatever other steps there are', async () => {
    const { url } = await testReceiver()
    const first = (await play(three(''), { to: url })).payloads
    const again = (await play(three(''), { to: url })).payloads
    const added = (await play(three('  - { name: other, trigger: thing.made }\n  - wait: 0\n'), { to: url })).payloads
    const other = (await play(three(''), { to: url, emulator: { seed: 8 } })).payloads
    expect(again).toEqual(first)
    expect([added[0], added[2], added[3]]).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('do not depend on the order in which concurrent steps run', async () => {
    const { url } = await testReceiver()
    const herd = (concurrency: number) =>
      play(story(`  - repeat: { count: 12, concurrency: ${concurrency}, steps: [{ trigger: thing.made }] }\n`), {
        to: url,
      })
    const texts = async (concurrency: number) =>
      (await herd(concurrency)).payloads.map(payload => JSON.stringify(payload)).sort()
    expect(await texts(6)).toEqual(await texts(1))
  })
})

describe('a run of too many steps', () => {
  it('ends when repeats within repeats have made the most that are allowed', async () => {
    const { result } = await play(
      story('  - repeat: { count: 1000, steps: [ { repeat: { count: 1000, steps: [ { wait: 0 } ] } } ] }\n'),
    )
    expect(result.status).not.toBe('passed')
    expect(JSON.stringify(result.steps)).toContain('the run has made 100000 steps, the most that are allowed')
  })

  it('fails at a count that a variable makes too large', async () => {
    const { result } = await play(
      story(
        `  - repeat: { count: "\${vars.n}", steps: [ { wait: 1 } ] }\n`,
        'vars: { n: { type: number, default: 1000000000 } }\n',
      ),
    )
    expect(JSON.stringify(result.steps)).toContain('count is 1000000000: a run makes at most 100000 steps.')
  })
})
