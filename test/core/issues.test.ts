// What zod finds wrong, as sentences.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { inputIssues, plainIssues, summary, toIssue } from '../../src/core/issues.js'

const schema = z.strictObject({
  name: z.string(),
  count: z.int().min(1).optional(),
  level: z.enum(['must', 'should']).optional(),
  tags: z.array(z.string()).optional(),
  version: z.literal(1, 'Write "version: 1".').optional(),
  step: z.union([z.string(), z.strictObject({ type: z.string(), variant: z.string().optional() })]).optional(),
  most: z.union([z.int().min(1), z.literal('unlimited')]).optional(),
  as: z.literal('this').optional(),
  kind: z
    .discriminatedUnion('as', [
      z.strictObject({ as: z.literal('status'), status: z.int() }),
      z.strictObject({ as: z.literal('reset'), at: z.string() }),
    ])
    .optional(),
})

function issuesOf(value: unknown) {
  const { error } = schema.safeParse(value)
  return error === undefined ? [] : inputIssues(error, schema, value)
}

const sentencesOf = (value: unknown) => issuesOf(value).map(issue => summary([toIssue(issue)]))

describe('what a schema refuses', () => {
  it.each([
    ['a missing field', {}, 'name: This is missing.'],
    ['another type', { name: 7 }, 'name: This must be a string.'],
    ['a fraction', { name: 'a', count: 1.5 }, 'count: This must be a whole number.'],
    ['no list', { name: 'a', tags: 'b' }, 'tags: This must be a list.'],
    ['an unknown key', { name: 'a', cuont: 1 }, 'cuont: Unknown key "cuont". Did you mean "count"?'],
    ['an unknown value', { name: 'a', level: 'mast' }, 'level: Unknown value "mast". Did you mean "must"?'],
    ['a value far from all', { name: 'a', level: 'high' }, 'level: Unknown value "high". Known values: must, should.'],
    [
      'an object that is no text',
      { name: 'a', level: { toString: 1 } },
      'level: Unknown value {"toString":1}. Known values: must, should.',
    ],
    ["the schema's own message", { name: 'a', version: 2 }, 'version: Write "version: 1".'],
    ['a union', { name: 'a', step: 7 }, 'step: This must be a string or an object.'],
    ['a number or one text', { name: 'a', most: 'x' }, 'most: This must be a whole number or "unlimited".'],
    ['one value', { name: 'a', as: 'x' }, 'as: This must be "this".'],
    [
      'the option of a union that fits best',
      { name: 'a', step: { type: 'A', varaint: 'x' } },
      'step.varaint: Unknown key "varaint". Did you mean "variant"?',
    ],
    [
      'a key of another option',
      { name: 'a', kind: { as: 'status', status: 1, at: 'x' } },
      'kind.at: Unknown key "at". Did you mean "as"?',
    ],
    ['what is no object', 7, 'This must be an object.'],
  ])('%s has a place and a sentence', (_, value, sentence) => {
    expect(sentencesOf(value)).toEqual([sentence])
  })

  it('has its hint apart from its message, and says whether the key itself is wrong', () => {
    expect(issuesOf({ name: 7, cuont: 1 })).toEqual([
      { path: ['name'], message: 'This must be a string.', hint: undefined, key: false },
      { path: ['cuont'], message: 'Unknown key "cuont".', hint: 'Did you mean "count"?', key: true },
    ])
  })

  it('is summed up by the first issue and the number of the others', () => {
    expect(summary(issuesOf({ tags: [1, 2] }).map(toIssue))).toBe('name: This is missing. (and 2 more)')
    expect(summary([])).toBe('')
  })

  it("says in plain words what a provider's route refuses without words of its own", () => {
    const { error } = schema.safeParse({ name: 7 })
    expect(error && plainIssues(error)).toEqual([{ path: 'name', message: 'This must be a string.' }])
  })
})
