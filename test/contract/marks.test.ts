// Marks of the built-in providers: what is Standin's choice names its assumption wherever a user meets it, and what is documented can be.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../src/core/json.js'
import { catalogOf } from '../../src/provider/catalog.js'
import { fieldMarks, jsonSchema } from '../../src/provider/marks.js'
import { createRegistry } from '../../src/provider/registry.js'
import { providerSettings } from '../../src/provider/settings.js'
import { allMarks } from '../../src/provider-check/check-marks.js'
import { builtInProviders } from '../../src/providers/index.js'
import { standin } from '../support/cli.js'
import { testServer } from '../support/server.js'

const ROOT = join(import.meta.dirname, '../..')

interface Fixture {
  documented: boolean
  source: string
  type: string
  payload: JsonObject
}

const fixturesOf = (provider: string) => {
  const folder = join(ROOT, 'fixtures', provider, 'events')
  return readdirSync(folder).map(file => ({
    file,
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fixture),
  }))
}

/** The paths of a value as `fieldMarks` writes them. */
function pathsOf(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(one => pathsOf(one, `${path}[]`))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, one]) => {
    const here = path === '' ? key : `${path}.${key}`
    return [here, ...pathsOf(one, here)]
  })
}

describe.each(builtInProviders.map(({ name }) => name))('marks of %s', name => {
  const open = async () => {
    const loaded = await createRegistry(builtInProviders).load(name)
    return { loaded, settings: providerSettings(loaded, {}) }
  }

  it('name an assumption for every event type and route that the documents do not have', async () => {
    const { loaded, settings } = await open()
    const unnamed = allMarks(loaded, settings).filter(({ mark }) => !mark.documented && mark.assumption === undefined)
    expect(unnamed.map(({ at }) => at)).toEqual([])
  })

  it('say of a fixture that is documented that every field of it is, and of one that is partly ours that a field is', async () => {
    const { loaded, settings } = await open()
    const wrong = fixturesOf(name).flatMap(({ file, documented, source, type, payload }) => {
      const channel = loaded.channels.find(one => catalogOf(one, settings).some(known => known.name === type))
      const schema = channel?.behaviour.definition(type, settings)?.schema
      if (!schema) throw new Error(`no ${type}`)
      const marks = fieldMarks(jsonSchema(schema, 'output', { documented: true }))
      const undocumented = new Set(marks.filter(mark => !mark.documented).map(({ path }) => path))
      const ours = ['', ...pathsOf(payload)].filter(path => undocumented.has(path))
      if (documented) return ours.map(path => `${file}: ${path} is ours`)
      return /keys?\b.*\bours|^Ours|envelope.*ours|The rest is ours/.test(source) && ours.length === 0
        ? [`${file}: no field is ours, but: ${source}`]
        : []
    })
    expect(wrong).toEqual([])
  })
})

const mark = { 'x-standin-documented': false, 'x-standin-assumption': expect.any(String) }

it('stand in the OpenAPI document: of routes, answers, event types and fields', async () => {
  const server = await testServer({ providers: builtInProviders })
  const document = (await server.document()) as unknown as {
    paths: Record<string, Record<string, JsonObject>>
    webhooks: Record<string, { post: JsonObject }>
  }
  const operations = Object.values(document.paths)
    .flatMap(item => Object.values(item))
    .filter(({ tags }) => builtInProviders.some(({ name }) => Array.isArray(tags) && tags[0] === name))
  expect(operations.filter(one => typeof one['x-standin-documented'] !== 'boolean')).toEqual([])
  expect(operations).toContainEqual(expect.objectContaining(mark))
  const webhook = document.webhooks['kycgenie.webhooks.case.opened']?.post
  expect(
    valueAt(webhook ?? {}, ['requestBody', 'content', 'application/json', 'schema', 'properties', 'data']),
  ).toEqual(expect.objectContaining(mark))
})

it('stand in the control API and in `standin events`, the same in both', async () => {
  const server = await testServer({ providers: builtInProviders })
  const { json } = await server.ask('GET', '/_standin/providers/rillis')
  const types = valueAt(json, 'channels.0.eventTypes') as JsonObject[]
  const known = types.find(({ name }) => name === 'ONBOARDING_FORM_COMPANY_COMPLETED')
  const [line] = (await standin(['events', 'rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED', '--json'])).records()
  expect(line?.fields).toEqual(known?.fields)
  expect(known?.fields).toContainEqual({ path: 'data.onboarding_id', documented: true, assumption: null })
  expect(known?.fields).toContainEqual(
    expect.objectContaining({ path: 'data.onboarding.data.data_company.nif', documented: expect.any(Boolean) }),
  )
  const { stdout } = await standin(['events', 'kycgenie', 'case.opened'])
  expect(stdout).toMatch(/data\.case_id +Standin's choice: \w+/)
  expect(stdout).toMatch(/event_type +documented|event_type +Standin's choice: \w+/)
})
