// What a scenario file writes arrives as it is written, or is refused by name with its place.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileText } from '../../src/scenario/file-text.js'
import { loadScenarios } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { readSource } from '../../src/scenario/source.js'
import { temporaryFolder } from '../support/emulator.js'
import { problemsOf } from '../support/scenario.js'
import { testProvider } from '../support/test-provider.js'

const seen = (text: string) =>
  readSource(text, 'story.yaml').syntax.map(({ line, column, message }) => `${line}:${column} ${message}`)
const hintsOf = (text: string) => readSource(text, 'story.yaml').syntax.map(({ hint }) => hint)

describe('a number', () => {
  it.each([
    ['9007199254740993', '9007199254740993 has more digits than a number keeps: it would become 9007199254740992.'],
    ['-9007199254740993', '-9007199254740993 has more digits'],
    ['12345678901234567890', '12345678901234567890 has more digits'],
    ['0.1234567890123456789', '0.1234567890123456789 has more digits'],
    ['0x20000000000001', '0x20000000000001 has more digits'],
    ['1e400', '1e400 is too large for a number.'],
    ['1e-400', '1e-400 has more digits'],
    ['-0', '-0 would be sent as 0.'],
    ['-0.0', '-0.0 would be sent as 0.'],
    ['.inf', 'This is not a number that JSON can hold.'],
    ['00000871', '00000871 is a number here, and a number has no leading zeros.'],
    ['-007', '-007 is a number here'],
    ['00.5', '00.5 is a number here'],
  ])('%s is refused with its place, and quoted it is a text', (number, message) => {
    for (const text of [
      `raw: { a: ${number} }`,
      `vars: { doc: { type: string, default: ${number} } }`,
      `- ${number}`,
    ]) {
      expect(seen(text)).toEqual([expect.stringContaining(`1:${text.indexOf(number) + 1} ${message}`)])
      expect(readSource(text.replace(number, `"${number}"`), 'x').syntax).toEqual([])
    }
    if (/^-?0+\d/.test(number)) expect(hintsOf(`a: ${number}`)).toEqual([`For a text write it in quotes: "${number}".`])
  })

  it.each([
    '0',
    '7',
    '-7',
    '1.0',
    '1e3',
    '0.1',
    '1.50',
    '9007199254740991',
    '9007199254740994',
    '1e23',
    '0o17',
    '0xFF',
  ])('%s is kept', number => {
    expect(seen(`a: ${number}`)).toEqual([])
  })
})

describe('keys', () => {
  it('that are whole numbers are refused in a body where they would be sent before others', () => {
    expect(seen('raw: { b: 1, 2: x }')).toEqual([
      '1:14 The key "2" would be sent before keys that stand before it: JSON objects here have whole numbers first.',
    ])
    expect(seen('raw: { list: [{ 2: x, 1: y }] }')).toHaveLength(1)
    expect(seen('vars: { v: { default: { b: 1, 2: x } } }')).toHaveLength(1)
    expect(seen('raw: { 1: x, 2: y, b: z, 01: q, 1.5: r }')).toEqual([])
    expect(seen('where: { b: 1, 2: x }')).toEqual([])
  })

  it('that are "<<" are no merge keys: named, unless quoted', () => {
    expect(seen('a: &a { x: 1 }\nb: { <<: *a, y: 2 }')).toEqual([
      '2:6 "<<" is a merge key, which YAML 1.2 does not have.',
    ])
    expect(seen('b: { "<<": 1 }')).toEqual([])
  })

  it('keep leading zeros, and "__proto__" is refused', () => {
    expect(readSource('raw: { 007: x }', 'x').value).toEqual({ raw: { '007': 'x' } })
    expect(seen('raw: { a: { __proto__: 1 } }')).toEqual(['1:11 The key "__proto__" is not allowed.'])
  })

  it('have no references, and "$${" is a literal "${" in them', async () => {
    const story = (key: string) =>
      `version: 1\nname: keys\nvars: { q: x }\nsteps:\n  - trigger: { type: thing.made, raw: { "${key}": 1 } }\n`
    expect((await problemsOf(story(`\${vars.q}`))).join()).toContain(
      `The key "\${vars.q}" has a reference, and only values have references.`,
    )
    expect((await problemsOf(story(`$\${vars.q}`))).join()).not.toContain('reference')
  })
})

describe('a reference', () => {
  it('to nothing known says how its text is written', async () => {
    const problems = await problemsOf(
      `version: 1\nname: text\nsteps:\n  - trigger: { type: thing.made, raw: { a: "\${x}" } }\n`,
    )
    expect(problems.join()).toContain(`For the text itself write "$\${x}".`)
  })

  it('whose default loses digits is refused', async () => {
    const problems = await problemsOf(
      `version: 1\nname: text\nvars: { v: x }\nsteps:\n  - trigger: { type: thing.made, raw: { a: "\${vars.v ?? 9007199254740993}" } }\n`,
    )
    expect(problems.join()).toContain('9007199254740993 has more digits than a number keeps')
  })
})

describe('a file', () => {
  it.each([
    ['several documents', 'a: 1\n---\nb: 2\n', 'The file has several documents, and a scenario is one.'],
    ['a tag of its own', 'a: !mine 1', 'This has a tag that JSON cannot hold.'],
    ['bytes', 'a: !!binary aGVsbG8=', 'This has a tag that JSON cannot hold.'],
    ['a date', 'a: !!timestamp 2026-01-15', 'This has a tag that JSON cannot hold.'],
    ['YAML 1.1', '%YAML 1.1\n---\na: 010', 'This is YAML 1.1, where 010 is 8 and "yes" is true.'],
    ['a list as key', '? [a]\n: 1', 'This key is a list or an object, and a key is a text.'],
  ])('with %s is told so', (_, text, message) => {
    expect(seen(text).join()).toContain(message)
  })

  it('in another encoding than UTF-8 is told by name, and does not hide those beside it', async () => {
    const folder = temporaryFolder()
    const story = 'version: 1\nname: café\nsteps: [ { trigger: acme/nothing } ]\n'
    const both = Buffer.from(story, 'utf16le')
    writeFileSync(join(folder, 'a.yaml'), Buffer.concat([Buffer.from([0xff, 0xfe]), both]))
    writeFileSync(join(folder, 'b.yaml'), both)
    writeFileSync(join(folder, 'c.yaml'), Buffer.from(both).swap16())
    writeFileSync(join(folder, 'd.yaml'), Buffer.from(story, 'latin1'))
    writeFileSync(join(folder, 'e.yaml'), 'raw: &r { a: *r }')
    writeFileSync(join(folder, 'f.yaml'), `\ufeff${story}`)
    const { problems } = await loadScenarios([folder], namesOf([testProvider]))
    expect(problems.map(({ file, message }) => `${file.slice(-6)} ${message}`)).toEqual([
      'a.yaml The file is UTF-16, and a scenario is UTF-8.',
      'b.yaml The file is UTF-16, and a scenario is UTF-8.',
      'c.yaml The file is UTF-16, and a scenario is UTF-8.',
      'd.yaml The file is not UTF-8 (line 2); it may be Latin-1 or Windows-1252.',
      'e.yaml "*r" stands for something that contains it.',
      expect.stringMatching(/^f\.yaml Unknown event type/),
    ])
  })

  it('may have any character of UTF-8, the one for unknown ones included', () => {
    expect(fileText(Buffer.from('a: \ufffd 😀'))).toBe('a: \ufffd 😀')
  })
})

it('a raw text is checked before a run, except where it has references', async () => {
  const of = (raw: string) =>
    problemsOf(
      `version: 1\nname: a\nvars: { x: 1 }\nsteps:\n  - trigger: { provider: acme, type: thing.made, raw: ${raw} }\n`,
    )
  expect(await of(`'{"2": 1, "1": 10.50}'`)).toEqual([])
  expect(await of(`'{"a": \${vars.x}'`)).toEqual([])
  expect(await of(`'{"a": }'`)).toEqual([
    expect.stringContaining(
      'story.yaml:5:55 steps[0].trigger.raw: The text is not JSON: it has "}" at line 1, column 7.',
    ),
  ])
})
