// Every scenario of the repository is played, recorded and played from its recording: the receiver gets the same bytes.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { isJsonObject, type Json } from '../../src/core/json.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { providerApi } from '../../src/http/provider-api.js'
import { recordingOf } from '../../src/http/recording.js'
import { providerShape, settingsShape } from '../../src/provider/settings.js'
import { builtInProviders } from '../../src/providers/index.js'
import { parseScenario } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { formatProblem } from '../../src/scenario/problems.js'
import { recordScenario, scenarioText } from '../../src/scenario/record.js'
import { runScenario } from '../../src/scenario/run.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'

const FOLDER = join(import.meta.dirname, '../../scenarios')
const names = namesOf(builtInProviders)

/** A receiver that answers 200 and keeps each body, also of requests that are cut. */
async function keeper() {
  let bodies: string[] = []
  const { url } = await testReceiver({
    onRequest(request, response) {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('error', () => undefined)
      request.on('end', () => {
        bodies.push(Buffer.concat(parts).toString('utf8'))
        response.end()
      })
    },
  })
  /** The bodies since the last call. An attempt that failed was made again with the same bytes. */
  const taken = () => {
    const distinct = [...new Set(bodies)].sort()
    bodies = []
    return distinct
  }
  return { url, taken }
}

/** Plays a text with the seed and start that it names. */
async function play(text: string, file: string, to: string, vars: Record<string, string> = {}) {
  const { scenario, problems } = await parseScenario(text, file, names)
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join('\n'))
  const { seed = 7, clock } = scenario.definition
  const start = Date.parse(clock?.start ?? '2026-01-15T12:00:00Z')
  const { emulator, ask, end } = await testServer({ providers: builtInProviders, seed, start })
  const api = providerApi(emulator, { base: 'http://127.0.0.1' })
  const result = await runScenario(scenario, { emulator, api }, { to, vars })
  expect(result.steps.filter(step => !step.ok)).toEqual([])
  await emulator.drain()
  return { emulator, ask, end }
}

/** Texts within settings, by the name of the variable that a recording has in the place of a secret one. */
function texts(value: Json, name: string): [string, string][] {
  if (typeof value === 'string') return [[name.replace(/[^A-Za-z0-9]+/g, '_'), value]]
  if (Array.isArray(value)) return value.flatMap((item, i) => texts(item, `${name}_${i}`))
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => texts(item, `${name}_${key}`)) : []
}

/** The secrets of an emulator, as the variables of its recording. */
function secretsOf({ ledger }: Emulator, declared: readonly string[]): Record<string, string> {
  const known = Object.fromEntries([
    ...builtInProviders.flatMap(({ name }) => texts(ledger.providerSettings(name) as Json, `setting_${name}`)),
    ...ledger.subscriptions().flatMap(({ provider, channel, secret, settings }, i): [string, string][] => {
      const name = `${provider}-${channel}-${i + 1}`
      return [...texts(secret, `secret_${name}`), ...texts(settings, `setting_${name}`)]
    }),
  ])
  return Object.fromEntries(declared.flatMap(name => (known[name] === undefined ? [] : [[name, known[name]]])))
}

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.yaml'))

async function playsBack(file: string) {
  const receiver = await keeper()
  const first = await play(readFileSync(join(FOLDER, file), 'utf8'), file, receiver.url)
  const sent = receiver.taken()
  const { json } = await first.ask('GET', '/_standin/recording')
  const text = String(json.text)
  const vars = secretsOf(
    first.emulator,
    [...text.matchAll(/\$\{vars\.(\w+)\}/g)].map(([, name = '']) => name),
  )
  await first.end()
  await play(text, String(json.file), receiver.url, vars)
  expect(sent.length, file).toBeGreaterThan(0)
  expect(receiver.taken(), file).toEqual(sent)
}

/** Those that wait in real time do so beside one another. */
const isSlow = (file: string) => file.includes('slow')

it.each(files.filter(file => !isSlow(file)).sort())('%s is recorded and plays back to the same bytes', playsBack)

it('the slow ones are recorded and play back to the same bytes', async () => {
  await Promise.all(files.filter(isSlow).map(playsBack))
})

/** An event of each provider whose payload every setting lets be made. */
const EVENTS: Record<string, string> = {
  rillis: 'FLOW_COMPLETED',
  kycgenie: 'response.created',
  unico: 'process.finished.ok',
  standard: 'contact.created',
}

/** Values that the schema of a setting does not tell. */
const VALUES: Record<string, Json> = {
  eventTypes: [{ name: 'contact.created', sample: { id: `\${x}`, n: 1 } }],
  extraEventTypes: ['response.something_new'],
  testSigningSecret: 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6',
}

/** Settings that this receiver cannot have, with the reason. */
const NOT_HERE: Record<string, string> = { strictHttps: 'the receiver speaks http' }

/** Values that a JSON Schema allows, as far as it is simple. */
function candidates(schema: Json): Json[] {
  if (!isJsonObject(schema)) return []
  const { anyOf, oneOf, enum: choices, const: only, type, items, minimum = 0, properties } = schema
  if (only !== undefined) return [only]
  if (Array.isArray(choices)) return choices
  if (Array.isArray(anyOf) || Array.isArray(oneOf)) return [anyOf ?? [], oneOf ?? []].flat().flatMap(candidates)
  if (type === 'boolean') return [true, false]
  if (type === 'integer' || type === 'number') return [20_000, 300, 3, Number(minimum) + 1]
  if (type === 'string') return ['a:b', '/v9/x', '7s', 'https://example.com/x', 'application/x', 'a', '2026-01-02']
  if (type === 'array') return [...candidates(items ?? {}).map(one => [one]), []]
  if (type !== 'object') return []
  const entries = Object.entries(isJsonObject(properties) ? properties : {})
  const first = (i: number) =>
    entries.map(([key, one]): [string, Json] => [key, candidates(one)[i] ?? candidates(one)[0] ?? 'a'])
  return [0, 1, 2].map(i => Object.fromEntries(first(i)))
}

function otherValue(name: string, field: z.ZodType): Json | undefined {
  const usual = field.safeParse(undefined).data
  const schema = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' }) as Json
  const all = VALUES[name] === undefined ? candidates(schema) : [VALUES[name]]
  return all.find(one => field.safeParse(one).success && !isDeepStrictEqual(field.parse(one), usual))
}

it.each(Object.entries(EVENTS))('each setting of %s is recorded and plays back', async (provider, type) => {
  const receiver = await keeper()
  const idle = await testServer({ providers: builtInProviders })
  const loaded = await idle.emulator.load(provider)
  const { channel } = (await idle.emulator.trigger(provider, type)).event
  const behaviour = loaded.channels.find(({ name }) => name === channel)?.behaviour
  const shapes = { wide: providerShape(loaded), own: behaviour === undefined ? {} : settingsShape(behaviour.settings) }
  const untried: string[] = []
  for (const [place, shape] of Object.entries(shapes))
    for (const [name, field] of Object.entries(shape)) {
      if (name in NOT_HERE) continue
      const value = otherValue(name, field)
      if (value === undefined) {
        untried.push(`${place} ${name}`)
        continue
      }
      const { emulator, ask, end } = await testServer({ providers: builtInProviders, seed: 7 })
      const settings = { [name]: value }
      try {
        if (place === 'wide') await emulator.changeSettings(provider, settings)
        await emulator.subscribe(provider, {
          channel,
          url: receiver.url,
          eventTypes: ['*'],
          ...(place === 'own' && { settings }),
        })
        await emulator.trigger(provider, type)
      } catch (error) {
        untried.push(`${place} ${name} ${String(error)}`)
        await end()
        continue
      }
      await emulator.drain()
      const sent = receiver.taken()
      const text = String((await ask('GET', '/_standin/recording')).json.text)
      const used = [...text.matchAll(/\$\{vars\.(\w+)\}/g)].map(([, used = '']) => used)
      const vars = secretsOf(emulator, used)
      await end()
      try {
        await play(text, 'recorded.yaml', receiver.url, vars)
        expect(receiver.taken()).toEqual(sent)
      } catch (error) {
        throw new Error(`${place} setting ${name}: ${JSON.stringify(value)}\n${text}`, { cause: error })
      }
    }
  expect(untried).toEqual([])
})

/** JSON that no serializer writes so: order, spaces, digits, an escape, a reference's form, other newlines. */
const RAW = `{ "type":"x",\t"2": "b", "1": "a",\r\n  "total": 10.50, "big": 12345678901234567890, "e": 1E2, "\\u00e9": "\${vars.x} \u2028", "note": "  " } \n`

it.each(Object.entries(EVENTS))(
  'a payload of %s that is given as text is recorded and plays back byte for byte',
  async (provider, type) => {
    const receiver = await keeper()
    const { emulator, ask, end } = await testServer({ providers: builtInProviders, seed: 7 })
    await emulator.subscribe(provider, { url: receiver.url, eventTypes: ['*'] })
    const answer = await ask('POST', '/_standin/events', { provider, type, raw: RAW })
    expect(answer).toMatchObject({ status: 202, json: { event: { raw: RAW, payload: { 1: 'a', total: 10.5 } } } })
    await emulator.drain()
    expect(receiver.taken()).toEqual([RAW])
    for (const file of ['story.yaml', 'story.json']) {
      const text = scenarioText(recordScenario(await recordingOf(emulator, { limit: 10 })), file)
      const used = [...text.matchAll(/(?<!\$)\$\{vars\.(\w+)\}/g)].map(([, used = '']) => used)
      await play(text, file, receiver.url, secretsOf(emulator, used))
      expect(receiver.taken()).toEqual([RAW])
    }
    await end()
  },
)

it('a subscription for one subject alone is recorded with it, and gets no other one in a replay', async () => {
  const receiver = await keeper()
  const { emulator, ask, end } = await testServer({ providers: builtInProviders, seed: 7 })
  await emulator.subscribe('kycgenie', {
    url: receiver.url,
    eventTypes: ['screening.completed'],
    notes: { screening_id: 'scr_1', description: 'one' },
  })
  for (const screening_id of ['scr_1', 'scr_2'])
    await emulator.trigger('kycgenie', 'screening.completed', {
      raw: { id: screening_id, event_type: 'screening.completed', data: { screening_id } },
    })
  await emulator.drain()
  const sent = receiver.taken()
  expect(sent).toHaveLength(1)
  const text = String((await ask('GET', '/_standin/recording')).json.text)
  expect(text).toContain('Without faults, resends')
  const used = [...text.matchAll(/\$\{vars\.(\w+)\}/g)].map(([, used = '']) => used)
  await play(text.replace('expect: delivered', 'wait: 1s'), 'story.yaml', receiver.url, secretsOf(emulator, used))
  expect(receiver.taken()).toEqual(sent)
  await end()
})
