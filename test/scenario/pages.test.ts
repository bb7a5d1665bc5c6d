// The scenarios in the docs: every YAML block is loaded and run, and every key of the format is documented.

import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { RunResult } from '../../src/api/run.js'
import { serveApis } from '../../src/cli/api-server.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../src/core/json.js'
import { createEmulator } from '../../src/emulator/index.js'
import { providerApi } from '../../src/http/provider-api.js'
import { builtInProviders } from '../../src/providers/index.js'
import { scenarioJsonSchema } from '../../src/scenario/json-schema.js'
import { parseScenario } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { formatProblem } from '../../src/scenario/problems.js'
import { runScenario } from '../../src/scenario/run.js'
import type { Scenario } from '../../src/scenario/scenario.js'
import { type Block, pages } from '../support/markdown.js'
import { type TestReceiver, testReceiver } from '../support/receiver.js'
import { START } from '../support/scenario.js'

const all = pages()
const yaml = all.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'yaml'))

const isWorkflow = (block: Block) =>
  /^jobs:$|^ {2}script:$|^apiVersion:/m.test(block.text) || block.info === 'standin.yaml'

/** A whole scenario of what a page shows of one: a list of steps, or some of the keys. */
function whole(text: string): string {
  const given: Json = parse(text)
  if (Array.isArray(given) && given.every(item => typeof item === 'string')) return text
  if (isJsonObject(given) && given.version !== undefined) return text
  const shown: JsonObject = Array.isArray(given) ? { steps: given } : isJsonObject(given) ? given : {}
  const steps = Array.isArray(shown.steps) ? shown.steps : []
  const triggers = JSON.stringify(steps).includes('"trigger"')
  return stringify({
    version: 1,
    name: 'From a page',
    subscriptions: [{ name: 'main', provider: 'rillis', channel: 'flow', secret: 'test_key' }],
    ...shown,
    steps: triggers ? steps : [...steps, { trigger: 'rillis/FLOW_COMPLETED' }],
  })
}

async function loaded(block: Block): Promise<Scenario> {
  const { scenario, problems } = await parseScenario(
    whole(block.text),
    `${block.page}:${block.line}`,
    namesOf(builtInProviders),
  )
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join('\n'))
  return scenario
}

/** Plays a block against a receiver that does what its opening line says: `answers=`, `shows=` to a GET, `asks=` the provider after each event. */
async function played(block: Block): Promise<RunResult> {
  const scenario = await loaded(block)
  const word = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(block.info)?.[1]
  const answers = (word('answers') ?? '200').split(',').map(Number)
  const asks = word('asks')
  const emulator = await createEmulator({
    providers: builtInProviders,
    clock: 'manual',
    seed: scenario.definition.seed ?? 7,
    start: START,
  })
  const server = await serveApis(emulator, 0)
  const asked: Promise<Response>[] = []
  const receiver: TestReceiver = await testReceiver(({ method, body }) => {
    if (method === 'GET') return { json: JSON.parse(word('shows') ?? '{}') }
    if (asks !== undefined) {
      const path = asks.replace(/\{(\w+)\}/g, (_, key) => String(valueAt(JSON.parse(body), key)))
      asked.push(fetch(`${server.url}${path}`))
    }
    return answers[Math.min(receiver.bodies.length, answers.length) - 1] ?? 200
  })
  try {
    const api = providerApi(emulator, { base: server.url, hooks: server.hooks })
    const result = await runScenario(scenario, { emulator, api }, { to: receiver.url })
    await Promise.all(asked)
    return result
  } finally {
    await receiver.close()
    await server.close()
    await emulator.stop(0)
  }
}

describe('a scenario on a page', () => {
  const scenarios = yaml.filter(block => !isWorkflow(block))

  it.each(scenarios.map(block => [`${block.page}:${block.line}`, block] as const))(
    'at %s is right and comes as it says',
    async (_place, block) => {
      const result = await played(block)
      expect(result.steps.filter(({ ok }) => !ok)).toEqual([])
      expect(result).toMatchObject({ status: 'passed', exitCode: 0 })
    },
  )
})

/** Every key that a JSON Schema lets an object have, and every word that is one of few. */
function wordsOf(schema: Json): string[] {
  if (Array.isArray(schema)) return schema.flatMap(wordsOf)
  if (!isJsonObject(schema)) return []
  const { properties, enum: choices, const: only, ...rest } = schema
  return [
    ...(isJsonObject(properties) ? [...Object.keys(properties), ...Object.values(properties).flatMap(wordsOf)] : []),
    ...(Array.isArray(choices) ? choices.map(String) : []),
    ...(typeof only === 'string' ? [only] : []),
    ...Object.values(rest).flatMap(wordsOf),
  ]
}

it('every key of the format is documented', () => {
  const about = all.filter(({ name }) => ['docs/scenarios.md', 'docs/faults.md'].includes(name))
  const code = about.flatMap(({ text }) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, inner]) => inner))
  const documented = new Set(code.flatMap(inner => inner?.match(/\$?[\w-]+/g) ?? []))
  const undocumented = [...new Set(wordsOf(scenarioJsonSchema() as Json))].filter(word => !documented.has(word))
  expect(undocumented).toEqual([])
})
