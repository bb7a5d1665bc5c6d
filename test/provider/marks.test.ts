// Marks: where a body and each of its fields come from, in JSON Schema and as a list.

import { expect, it } from 'vitest'
import * as z from 'zod'
import { fieldMarks, jsonSchema } from '../../src/provider/marks.js'

const body = z.looseObject({
  id: z.string().describe('Its id.'),
  note: z.string().meta({ assumption: 'noteField' }).nullable(),
  tags: z.array(z.object({ name: z.string(), colour: z.string().optional().meta({ assumption: 'tagColour' }) })),
  inner: z
    .strictObject({ key: z.string().meta({ documented: true }), other: z.number().optional() })
    .meta({ assumption: 'innerObject' })
    .optional(),
  either: z.union([z.object({ a: z.string() }).meta({ assumption: 'formA' }), z.object({ b: z.string() })]),
})

it('a field says whether it is documented, and what has no mark is as what it is in', () => {
  const schema = jsonSchema(body, 'output', { documented: true })
  expect(fieldMarks(schema)).toEqual([
    { path: '', documented: true },
    { path: 'id', documented: true },
    { path: 'note', documented: false, assumption: 'noteField' },
    { path: 'tags', documented: true },
    { path: 'tags[].name', documented: true },
    { path: 'tags[].colour', documented: false, assumption: 'tagColour' },
    { path: 'inner', documented: false, assumption: 'innerObject' },
    { path: 'inner.key', documented: true },
    { path: 'inner.other', documented: false, assumption: 'innerObject' },
    { path: 'either', documented: true },
    { path: 'either.a', documented: false, assumption: 'formA' },
    { path: 'either.b', documented: true },
  ])
  expect(schema.properties).toMatchObject({
    id: { type: 'string', description: 'Its id.', 'x-standin-documented': true },
    note: { 'x-standin-documented': false, 'x-standin-assumption': 'noteField' },
  })
})

it('a body that is ours is so in every field, but for those that are documented', () => {
  const schema = jsonSchema(body, 'output', { documented: false, assumption: 'allOfIt' })
  const marks = new Map(fieldMarks(schema).map(({ path, ...mark }) => [path, mark]))
  expect(marks.get('')).toEqual({ documented: false, assumption: 'allOfIt' })
  expect(marks.get('tags[].name')).toEqual({ documented: false, assumption: 'allOfIt' })
  expect(marks.get('inner.key')).toEqual({ documented: true })
})

it('a schema without a body to mark has none, and a field called like a mark is one', () => {
  const schema = z.object({ assumption: z.string(), documented: z.boolean() })
  expect(JSON.stringify(jsonSchema(schema, 'output'))).not.toContain('x-standin')
  expect(fieldMarks(jsonSchema(schema, 'output', { documented: true })).map(({ path }) => path)).toEqual([
    '',
    'assumption',
    'documented',
  ])
})

it('a schema that holds itself is walked once', () => {
  interface Tree {
    name: string
    children: Tree[]
  }
  const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }))
  const schema = jsonSchema(z.object({ root: tree }), 'output', { documented: false, assumption: 'trees' })
  expect(fieldMarks(schema).map(({ path }) => path)).toEqual(['', 'root', 'root.name', 'root.children'])
})
