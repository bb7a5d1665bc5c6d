// Every option with a value that its kind refuses, and every route of the control API with a wrong body or parameter: what the errors say.
import { describe, expect, it } from 'vitest'
import { parseOption } from '../../src/cli/option-values.js'
import { type OptionName, type OptionSpec, options } from '../../src/config.js'
import { EmulatorError } from '../../src/core/errors.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testServer } from '../support/server.js'

const WORDS_OF_A_PARSER = /Invalid input(?!",)|undefined|received|expected (string|number)|Too (small|big)/

const WRONG: Partial<Record<OptionSpec['kind'], string>> = {
  whole: '-1',
  port: '99999',
  duration: 'soon',
  instant: 'yesterday',
  speed: 'fast',
  url: 'nowhere',
  pairs: 'novalue',
  texts: 'novalue',
  reports: 'novalue',
}

const refusable = (Object.entries(options) as [OptionName, OptionSpec][]).flatMap(([name, { kind, choices }]) => {
  const text = choices === undefined ? WRONG[kind] : 'none-of-them'
  return text === undefined ? [] : [{ name, text }]
})

describe('a wrong value', () => {
  it.each(refusable)('of --$name is refused with its place and a hint', ({ name, text }) => {
    let error: unknown
    try {
      parseOption(options[name], [text], `--${name}`)
    } catch (thrown) {
      error = thrown
    }
    if (!(error instanceof EmulatorError)) throw new Error(`--${name} ${text} was taken`)
    expect(error.where).toBe(`--${name}`)
    expect(error.hint).toBeTruthy()
    expect(`${error.message} ${error.hint}`).not.toMatch(WORDS_OF_A_PARSER)
    expect(`${error.message} ${error.hint}`).not.toContain('_standin')
  })
})

/** A value that a schema of the document takes; texts are "x". */
function sample(document: Json, given: Json, depth = 0): Json {
  const schema = resolvedIn(document, given)
  const { const: only, enum: choices, oneOf, anyOf = oneOf, type, minimum = 1, items = {}, properties = {} } = schema
  if (only !== undefined) return only
  if (Array.isArray(choices)) return choices[0] ?? null
  if (Array.isArray(anyOf)) return sample(document, anyOf[0] ?? {}, depth + 1)
  if (type === 'string') return 'x'
  if (type === 'integer' || type === 'number') return minimum
  if (type === 'boolean') return true
  if (type === 'array') return [sample(document, items, depth + 1)]
  if (depth > 5 || !isJsonObject(properties)) return {}
  return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, sample(document, one, depth + 1)]))
}

function resolvedIn(document: Json, schema: Json): JsonObject {
  const { $ref } = schema as JsonObject
  if (typeof $ref !== 'string') return schema as JsonObject
  return resolvedIn(document, valueAt(document, $ref.slice(1)) ?? {})
}

/** Whether a schema may take an object: only then is one no mistake. */
function takesObjects(document: Json, given: Json): boolean {
  const { anyOf, type, enum: choices, const: only } = resolvedIn(document, given)
  if (Array.isArray(anyOf)) return anyOf.some(one => takesObjects(document, one))
  return choices === undefined && only === undefined && (type === undefined || type === 'object')
}

interface Operation {
  parameters?: { name: string; in: string }[]
  requestBody?: { content?: Record<string, unknown> }
}

describe('the control API', () => {
  it('refuses wrong bodies and parameters with plain words and without the words of the command line', async () => {
    const { ask, document } = await testServer()
    const { paths } = (await document()) as unknown as { paths: Record<string, Record<string, Operation>> }
    const asked: [method: string, path: string, body?: Json][] = []
    for (const [path, operations] of Object.entries(paths)) {
      if (!path.startsWith('/_standin/') || /reset|journal/.test(path)) continue
      const here = path.replace(/\{\w+\}/g, 'nope')
      for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
        if (requestBody?.content?.['application/json'] !== undefined)
          for (const body of [{ zzz: 1 }, [], 7]) asked.push([method.toUpperCase(), here, body])
        if (method !== 'get') continue
        for (const { name, in: place } of parameters)
          if (place === 'query') asked.push(['GET', `${here}?${name}=-1`], ['GET', `${here}?${name}=zzz`])
      }
    }
    expect(asked.length).toBeGreaterThan(50)
    for (const [method, path, body] of asked) {
      const { status, json } = await ask(method, path, body)
      if (status < 400) continue
      const { detail, hint = '', errors = [] } = json as JsonObject & { detail: string }
      const said = [detail, hint, ...(errors as Json[]).map(one => (isJsonObject(one) ? one.message : ''))].join(' ')
      expect(said, `${method} ${path}`).not.toMatch(WORDS_OF_A_PARSER)
      // How a server is started is said in the words of the command line: only that can mend it.
      if (!/^(Start|Restart)/.test(String(hint)))
        expect(said, `${method} ${path}`).not.toMatch(/ `?--[a-z]|standin (?!serve)[a-z-]+ /)
    }
  })

  it('names each field of a body that is of the wrong kind, and what it must be', async () => {
    const { ask, document } = await testServer()
    const whole = (await document()) as unknown as JsonObject
    let fields = 0
    for (const [path, operations] of Object.entries(whole.paths as Record<string, JsonObject>)) {
      if (!path.startsWith('/_standin/')) continue
      for (const [method, operation] of Object.entries(operations)) {
        const schema = valueAt(operation, ['requestBody', 'content', 'application/json', 'schema'])
        if (schema === undefined) continue
        const { oneOf = [schema], anyOf = oneOf } = resolvedIn(whole, schema)
        for (const form of (anyOf as Json[]).map(one => resolvedIn(whole, one)))
          for (const [field, own] of Object.entries((form.properties ?? {}) as JsonObject)) {
            const body = { ...(sample(whole, form) as JsonObject), [field]: { a: 1 } }
            if (takesObjects(whole, own)) continue
            fields++
            const { status, json } = await ask(method.toUpperCase(), path.replace(/\{\w+\}/g, 'acme'), body)
            const named = (json.errors as { path: string; message: string }[] | undefined)?.find(
              one => one.path === field || one.path.startsWith(`${field}.`),
            )
            expect(status, `${method} ${path} ${field}`).toBe(400)
            expect(named?.message, `${method} ${path} ${field}`).toMatch(/^(This must be|Unknown (value|kind)|"kind")/)
            expect(named?.message).not.toMatch(WORDS_OF_A_PARSER)
          }
      }
    }
    expect(fields).toBeGreaterThan(200)
  })

  it('names each required field of a body that is missing', async () => {
    const { ask, document } = await testServer()
    const whole = (await document()) as unknown as JsonObject
    let fields = 0
    for (const [path, operations] of Object.entries(whole.paths as Record<string, JsonObject>)) {
      if (!path.startsWith('/_standin/')) continue
      for (const [method, operation] of Object.entries(operations)) {
        const schema = valueAt(operation, ['requestBody', 'content', 'application/json', 'schema'])
        if (schema === undefined) continue
        const { oneOf = [schema], anyOf = oneOf } = resolvedIn(whole, schema)
        for (const form of (anyOf as Json[]).map(one => resolvedIn(whole, one)))
          for (const field of (form.required ?? []) as string[]) {
            const { [field]: _left, ...body } = sample(whole, form) as JsonObject
            fields++
            const { status, json } = await ask(method.toUpperCase(), path.replace(/\{\w+\}/g, 'acme'), body)
            const named = (json.errors as { path: string; message: string }[] | undefined)?.find(
              one => one.path === field || one.message.includes(`"${field}"`),
            )
            expect(status, `${method} ${path} ${field}`).toBe(400)
            expect(named?.message, `${method} ${path} ${field}`).toContain('is missing')
          }
      }
    }
    expect(fields).toBeGreaterThan(20)
  })
})

/** Durations and the like that no timer, date or database keeps. */
const ABSURD: readonly Json[] = [1e300, -1, 1e21, 'NaN', 'Infinity', '1e300', '-5s', '99999999999d', {}]

it('a duration or number that nothing can hold is refused at the door, and every list still answers', async () => {
  const server = await testServer({ providers: builtInProviders })
  const { ask } = server
  const url = 'http://127.0.0.1:9/'
  for (const provider of builtInProviders)
    expect(
      (await ask('POST', '/_standin/subscriptions', { provider: provider.name, url, id: provider.name })).status,
    ).toBe(201)
  const delivered = { outcome: 'delivered' }
  const steps = (step: Json) => ({ version: 1, name: 'a', steps: [step] })
  const trigger = { trigger: 'standard/invoice.paid' }
  const fields: [method: string, path: string, bodyOf: (value: Json) => Json][] = [
    ...['within', 'neverWithin', 'timeout', 'attempts', 'status'].map(
      (key): [string, string, (value: Json) => Json] => [
        'POST',
        '/_standin/expect',
        value => ({ ...delivered, provider: 'standard', type: 'invoice.paid', timeout: 1, [key]: value }),
      ],
    ),
    ['POST', '/_standin/clock/advance', by => ({ by })],
    ['POST', '/_standin/clock/drain', upTo => ({ upTo })],
    ['POST', '/_standin/faults', by => ({ kind: 'delay', by })],
    ['POST', '/_standin/faults', value => ({ kind: 'omitSignature', for: value })],
    ['POST', '/_standin/faults', ttl => ({ kind: 'omitSignature', ttl })],
    ['POST', '/_standin/faults', next => ({ kind: 'omitSignature', next })],
    ['POST', '/_standin/verifications', settle => ({ provider: 'standard', to: url, settle })],
    ['POST', '/_standin/verifications', timeout => ({ provider: 'standard', to: url, timeout })],
    ['POST', '/_standin/runs', wait => steps({ wait })],
    ['POST', '/_standin/runs', within => steps({ expect: { delivered: 'invoice.paid', within } })],
    ['POST', '/_standin/runs', seed => ({ ...steps(trigger), seed })],
    ['POST', '/_standin/runs', start => ({ ...steps(trigger), clock: { start } })],
    ['PUT', '/spaces/odd', seed => ({ seed: seed === -1 ? 0.5 : seed })],
    ['PUT', '/spaces/odd', start => ({ clock: 'manual', start })],
    ['POST', '/_standin/subscriptions/standard/rotate-secret', secret => ({ secret: secret === 'NaN' ? 1 : secret })],
  ]
  const settings = [
    'retryDelays',
    'rotationOverlap',
    'responseTimeoutMs',
    'maxAttempts',
    'concurrency',
    'retryAfterUpTo',
  ]
  for (const { name } of builtInProviders)
    for (const key of settings) {
      fields.push(['PATCH', `/_standin/subscriptions/${name}`, value => ({ settings: { [key]: value } })])
      if (key === 'retryDelays')
        fields.push(['PATCH', `/_standin/providers/${name}/settings`, value => ({ [key]: [value] })])
    }
  const taken: string[] = []
  for (const [method, path, bodyOf] of fields)
    for (const value of ABSURD) {
      const body = bodyOf(value)
      const { status } = await ask(method, path, body)
      if (status !== 400) taken.push(`${status} ${method} ${path} ${JSON.stringify(body)}`)
    }
  expect(taken).toEqual([])
  for (const list of [
    'subscriptions',
    'events',
    'deliveries',
    'faults',
    'subjects',
    'runs',
    'verifications',
    'providers',
  ])
    expect((await ask('GET', `/_standin/${list}`)).status, list).toBe(200)
  expect((await ask('GET', '/_standin/health')).status).toBe(200)
})
