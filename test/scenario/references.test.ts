// References: what `${…}` may name, where, and its value.
import { describe, expect, it } from 'vitest'
import { escaped, pieces, resolved } from '../../src/scenario/references.js'
import { problemsOf } from '../support/scenario.js'

const look = (path: readonly string[]) =>
  path.join('.') === 'vars.n'
    ? 3
    : path.join('.') === 'vars.list'
      ? [1, { a: 'x' }]
      : path.join('.') === 'vars'
        ? { n: 3 }
        : undefined

describe('a text', () => {
  it('that is one reference becomes the value with its type; in a longer text the value is written out', () => {
    expect(resolved({ a: `\${vars.n}`, b: [`n=\${vars.n}!`], c: `\${vars.list}`, d: `l=\${vars.list}` }, look)).toEqual(
      {
        a: 3,
        b: ['n=3!'],
        c: [1, { a: 'x' }],
        d: 'l=[1,{"a":"x"}]',
      },
    )
  })

  it('uses the default when the reference has no value, as JSON where it is JSON', () => {
    expect(resolved([`\${vars.x ?? none}`, `\${vars.x ?? 5}`, `\${vars.n ?? 5}`, `a\${vars.x ?? }b`], look)).toEqual([
      'none',
      5,
      3,
      'ab',
    ])
  })

  it('without a value or default is an error with the nearest name', () => {
    expect(() => resolved(`\${vars.nn}`, look, 'steps[0]')).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        message: `\${vars.nn} has no value.`,
        hint: 'Did you mean "n"?',
        where: 'steps[0]',
      }),
    )
  })

  it(`keeps a "\${" that is written "$\${", and escaping is the way there and back`, () => {
    expect(resolved(`a $\${vars.n} b`, look)).toBe(`a \${vars.n} b`)
    const value = { text: `\${x} and $\${y} and $$ and \${`, list: [`\${vars.n}`] }
    expect(resolved(escaped(value), look)).toEqual(value)
  })

  it('is split at its references', () => {
    expect(pieces(`a\${b.c}d`)).toEqual(['a', { text: `\${b.c}`, path: ['b', 'c'], fallback: undefined }, 'd'])
  })
})

describe('before anything is sent', () => {
  const check = (steps: string, above = '') => problemsOf(`version: 1\nname: s\n${above}steps:\n${steps}`)
  const call = (reference: string) => `  - call: { provider: acme, path: "/x/${reference}" }\n`
  const made =
    '  - name: made\n    call: { provider: acme, path: /api/things, body: { name: t } }\n    capture: { thing: body.id }\n'

  it.each([
    ['an unknown root', call(`\${var.x}`), 'unknown reference. Did you mean "vars"?'],
    ['a variable that is not declared', call(`\${vars.x}`), 'unknown variable "x". Declare it under "vars".'],
    ['a capture that nobody makes', call(`\${captures.x}`), 'unknown capture "x". The file has no capture.'],
    [
      'a capture with a typing error, default or not',
      made + call(`\${captures.thng ?? none}`),
      'unknown capture "thng". Did you mean "thing"?',
    ],
    [
      'a capture that is made later',
      call(`\${captures.thing}`) + made,
      'capture "thing" does not exist yet at this step.',
    ],
    ['a step that comes later', call(`\${steps.made.body}`) + made, 'step "made" does not exist yet at this step.'],
    [
      'a part that a call does not have',
      made + call(`\${steps.made.event.id}`),
      'continues with "status" or "headers" or "body"',
    ],
    [
      'a part that a trigger does not have',
      `  - name: t\n    trigger: thing.made\n${call(`\${steps.t.events2}`)}`,
      'Did you mean "events"?',
    ],
    ['the index outside of a repeat', call(`\${repeat.index}`), `\${repeat.index} is only known inside "repeat".`],
    ['an open reference', call(`\${vars.x`), `A "\${" is not closed.`],
    [
      'an expectation of a step that triggers nothing',
      `${made}  - expect: { step: made }\n`,
      'Step "made" (call) triggers no events.',
    ],
    ['two steps of one name', made + made, 'Two steps are named "made".'],
    [
      'a step beside it in a parallel',
      '  - parallel:\n      - { name: a, trigger: thing.made }\n      - expect: { step: a }\n',
      'Step "a" has not run yet at this step.',
    ],
    [
      'an order with an unknown step',
      `  - { name: a, trigger: thing.made }\n  - expect: { order: [a, c] }\n`,
      'Unknown step "c". Did you mean "a"?',
    ],
  ])('%s is an error', async (_name, steps, message) => {
    const problems = await check(steps)
    expect(problems.join('\n')).toContain(message)
    expect(problems).toHaveLength(1)
  })

  it.each([
    ['a capture with a default may be made later', call(`\${captures.thing ?? none}`) + made],
    ['a capture is there after its call', made + call(`\${captures.thing}`)],
    [
      'what a parallel made is there after it',
      `  - parallel:\n      - [${'{ name: a, trigger: thing.made }, { expect: { step: a } }'}]\n  - expect: { step: a }\n`,
    ],
    [
      'the index is there within a repeat',
      `  - repeat: { count: 2, steps: [{ trigger: { type: thing.made, subject: "u\${repeat.index}" } }] }\n`,
    ],
    [
      'a repeat by name stands for its events',
      '  - { name: r, repeat: { count: 2, steps: [{ trigger: thing.made }] } }\n  - expect: { step: r }\n',
    ],
    ['the receiver is known', call(`\${receiver.origin}`)],
    ['an escaped one is none', call(`$\${nothing}`)],
  ])('%s', async (_name, steps) => {
    expect(await check(steps)).toEqual([])
  })

  it('captures of a call are known to every step, and the call’s steps know all others', async () => {
    const on = `on:\n  - call: { provider: acme, path: "/api/things/{id}" }\n    capture: { id: params.id }\n    steps: [{ trigger: { type: thing.lost, subject: "\${captures.thing}" } }]\n`
    expect(await check(made + call(`\${captures.id}`), on)).toEqual([])
  })
})
