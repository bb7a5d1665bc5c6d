// Every scenario of the repository is played, recorded and played from its recording: the receiver gets the same bytes.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isJsonObject, type Json } from '../../src/core/json.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { providerApi } from '../../src/http/provider-api.js'
import { builtInProviders } from '../../src/providers/index.js'
import { parseScenario } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { formatProblem } from '../../src/scenario/problems.js'
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

it.each(files.sort())('%s is recorded and plays back to the same bytes', async file => {
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
  expect(sent.length).toBeGreaterThan(0)
  expect(receiver.taken()).toEqual(sent)
})
