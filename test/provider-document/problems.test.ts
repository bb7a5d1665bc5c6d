// Documents that are refused: each problem with its line and column and what to do, and none that takes long or fetches anything.
import { expect, it } from 'vitest'
import { problemsOf, providerOf, withSchema } from './documents.js'

/** A document with a valid webhook, and these lines in its root. */
const withRoot = (lines: string) => `openapi: 3.1.0
info: { title: Acme }
webhooks: { made: { post: { requestBody: { content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } } } } }
${lines}`

const HMAC = 'scheme: hmac-sha256, encoding: hex'

it.each([
  ['x-standin-retrys: { delays: [1m] }', '4:1 Unknown extension "x-standin-retrys". Did you mean "x-standin-retries"?'],
  ['x-standin-retries: { delay: [1m] }', '4:22 Unknown key "delay". Did you mean "delays"?'],
  ['x-standin-retries: { delays: [5m, 1m] }', '4:35 This delay is shorter than the one before it.'],
  ['x-standin-retries: { delays: [soon] }', '4:31 "soon" is not a duration'],
  ['x-standin-retries: { success: [302] }', '4:32 This must be 299 or less.'],
  ['x-standin-signature: standard-webhook', '4:22 Unknown value "standard-webhook". Did you mean "standard-webhooks"?'],
  ['x-standin-signature: { scheme: hmac-sha1 }', '4:32 Unknown value "hmac-sha1". Did you mean "hmac-sha256"?'],
  [
    `x-standin-signature: { ${HMAC}, headers: { X-Sig: '{signature}' }, signd: '{body}' }`,
    '4:95 Unknown key "signd". Did you mean "signed"?',
  ],
  [
    `x-standin-signature: { ${HMAC}, headers: { X-Sig: '{signatur}' } }`,
    '4:78 Unknown placeholder "{signatur}". Did you mean "signature"?',
  ],
  [`x-standin-signature: { ${HMAC}, headers: { X-Sig: a } }`, '4:69 Exactly one header must contain {signature}.'],
  [
    `x-standin-signature: { ${HMAC}, signed: '{timestamp}.{body}', headers: { X-Sig: '{signature}' } }`,
    '4:99 The signed string has {timestamp}, and no header tells it to the receiver.',
  ],
  [
    `x-standin-signature: { ${HMAC}, signed: 'x', headers: { X-Sig: '{signature}' } }`,
    '4:68 The signed string must contain {body}.',
  ],
  [
    `x-standin-signature: { ${HMAC}, headers: { X-Sig: '{signature}', x-sig: a } }`,
    'A request has the header x-sig already.',
  ],
  ['x-standin-provider: Acme Inc', '4:21 must be lower-case letters, digits and dashes'],
  ['x-standin-events: { typePath: kind.name }', '4:31 No payload has "kind.name".'],
])('%s is refused: %s', (lines, problem) => {
  expect(problemsOf(withRoot(lines))).toEqual([expect.stringContaining(problem)])
})

const OPERATION = (schema: string, more = '') => `openapi: 3.0.0
info: { title: Acme }
x-webhooks:
  made:
    post:
      requestBody:
        content:
          application/json:
            schema: ${schema}
            ${more}
`

it.each([
  ['a version that is not read', 'openapi: 2.0.0', '1:10 "2.0.0" is no version that is read: 3.0 and 3.1.'],
  ['a version that is a number', 'asyncapi: 3.0', '1:11 3 is no version that is read: 2.x and 3.0. Quote it'],
  [
    'Swagger',
    "swagger: '2.0'",
    '1:1 This is no OpenAPI or AsyncAPI document: it has neither "openapi" nor "asyncapi". Convert it to OpenAPI 3',
  ],
  ['a list', '- 1', '1:1 This is no OpenAPI or AsyncAPI document.'],
  [
    'no operation that is sent',
    'openapi: 3.1.0\ninfo: { title: A }',
    '1:1 The document has nothing that its provider sends. Operations that are sent are in "webhooks"',
  ],
  [
    'no message that is sent',
    'asyncapi: 3.0.0\ninfo: { title: A }',
    '1:1 The document has nothing that its provider sends. Messages that are sent',
  ],
  [
    'a title without letters',
    withRoot('').replace('Acme', "'123'"),
    '2:16 The title makes no name for the provider. Give it one: x-standin-provider: acme',
  ],
  [
    'a reference to another document',
    OPERATION("{ type: object, properties: { a: { $ref: 'https://example.com/a.json' } } }"),
    '9:62 "https://example.com/a.json" is a reference to another document. Nothing is fetched: make one document of them first',
  ],
  [
    'a reference to a file',
    OPERATION("{ $ref: './schemas.yaml#/A' }"),
    '9:29 "./schemas.yaml#/A" is a reference to another document.',
  ],
  [
    'a reference that leads nowhere',
    OPERATION("{ $ref: '#/components/schemas/A' }"),
    '9:29 "#/components/schemas/A" leads nowhere.',
  ],
  [
    'a schema that is its own alternative',
    OPERATION("{ $ref: '#/x-a' }", '\nx-a: { anyOf: [{ $ref: "#/x-a" }] }'),
    'it refers to itself for the same value',
  ],
  [
    'an example that does not match its schema',
    OPERATION('{ type: object, properties: { n: { type: integer } } }', 'example: { n: many }'),
    '10:27 This example does not match its schema: This must be a whole number. Correct the example or the schema.',
  ],
  [
    'an unknown extension of an operation',
    OPERATION('{ type: object }').replace('    post:', '    post:\n      x-standin-evnt: a'),
    '6:7 Unknown extension "x-standin-evnt" here. Did you mean "x-standin-event"?',
  ],
  ['a body that is a list', OPERATION('{ type: array }'), '9:21 The body of made is no object.'],
  [
    'a name with a space',
    OPERATION('{ type: object }').replace('made', 'it is made'),
    '6:7 "it is made" cannot be the name of an event type',
  ],
])('%s is refused with its place', (_, text, problem) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(problem)])
})

it('two operations of one name are refused, and x-standin-event tells them apart', async () => {
  const body =
    'requestBody: { content: { application/json: { schema: { type: object, properties: { type: { const: a } } } } } }'
  const text = `openapi: 3.1.0\ninfo: { title: Acme }\nx-standin-events: { typePath: type }\nwebhooks:\n  one: { post: { ${body} } }\n  two: { post: { ${body} } }\n`
  expect(problemsOf(text)).toEqual([
    '6:16 Two operations send "a". Give the operation a name of its own: x-standin-event.',
  ])
})

it('references in a circle, many alternatives and deep schemas are refused in little time', () => {
  const schemas: Record<string, object> = {
    a: { $ref: '#/components/schemas/b' },
    b: { $ref: '#/components/schemas/a' },
  }
  expect(
    problemsOf(
      withSchema({ $ref: '#/components/schemas/a' }, { components: { schemas: JSON.parse(JSON.stringify(schemas)) } }),
    ),
  ).toEqual([expect.stringContaining('leads back to itself')])
  // Each schema refers twice to the next: 2^40 ways through them.
  const doubling = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `s${i}`,
      { allOf: [1, 2].map(() => ({ $ref: `#/components/schemas/s${i + 1}` })) },
    ]),
  )
  const doubled = withSchema({ $ref: '#/components/schemas/s0' }, { components: { schemas: { ...doubling, s40: {} } } })
  expect(problemsOf(doubled)).toEqual([expect.stringContaining('of its schemas apply to one value')])
  const many = Object.fromEntries(
    Array.from({ length: 501 }, (_, i) => [
      `w${i}`,
      { post: { requestBody: { content: { 'application/json': {} } } } },
    ]),
  )
  expect(problemsOf(withSchema({}, { webhooks: many }))).toEqual([expect.stringContaining('more than 500 event types')])
  // Every operation shares a large schema: what they have in all is bounded.
  const properties = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`p${i}`, { type: 'string' }]))
  const shared = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [
      `w${i}`,
      { post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/big' } } } } } },
    ]),
  )
  const large = withSchema({}, { webhooks: shared, components: { schemas: { big: { type: 'object', properties } } } })
  expect(problemsOf(large)[0]).toContain('The schemas of the event types are more than 20,000.')
})

it('names of every object are no fields of a document', async () => {
  expect(problemsOf(withSchema({ $ref: '#/constructor' }))).toEqual([
    expect.stringContaining('"#/constructor" leads nowhere.'),
  ])
  const own = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
  )
  expect((await providerOf(withSchema(own))).name).toBe('acme')
})
