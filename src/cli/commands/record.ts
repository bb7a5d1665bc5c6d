// `standin record`: what a running server did, as a scenario file that replays to the same payloads.
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { defineCommand, EXIT } from '../command.js'
import { clientOf } from '../connection.js'
import { everyItem } from '../paging.js'
import { providersOf } from '../providers.js'
import { recordedScenario } from '../recording.js'
import { writeWhole } from './files.js'

/** Newest rows that are asked for; more do not make a story anybody reads. */
const MOST_ROWS = 10_000

async function scenarioText(scenario: JsonObject, file: string): Promise<string> {
  if (file.endsWith('.json')) return `${JSON.stringify(scenario, null, 2)}\n`
  const { stringify } = await import('yaml')
  return stringify(scenario, { version: '1.2', lineWidth: 0 })
}

export const command = defineCommand({
  usage: '',
  args: { least: 0, most: 0 },
  about: [
    'Writes what a running server did as a scenario: its events with their payloads, in order, with the time between them.',
    'Secrets are not written; they become variables that are read from the environment.',
  ],
  options: ['output', 'server', 'token', 'provider', 'limit'],
  defaults: { limit: MOST_ROWS },
  examples: ({ provider }) => ['record -o story.yaml', `record -o story.json --provider ${provider} --limit 20`],
  run: async ({ options, print }) => {
    const file = options.output
    if (file === undefined)
      throw new EmulatorError('standin record needs a file to write.', {
        code: 'usage',
        where: '--output',
        hint: 'Write it as standin record -o story.yaml.',
      })
    const client = clientOf(options)
    const health: Json = await client.call('GET', '/health')
    const filter = { provider: options.provider }
    const events = (await everyItem(client, '/events', filter, options.limit)).reverse()
    if (events.length === 0)
      throw new EmulatorError(`Nothing happened yet at ${client.server}.`, {
        code: 'not_found',
        hint: 'Trigger an event first: standin trigger <provider> <event-type>.',
      })
    const scenario = recordedScenario({
      seed: isJsonObject(health) ? health.seed : undefined,
      events,
      subscriptions: await everyItem(client, '/subscriptions', filter, MOST_ROWS),
      subjects: await everyItem(client, '/subjects', filter, MOST_ROWS),
    })
    const text = await scenarioText(scenario, file)
    const [{ parseScenario }, { scenarioNames }] = await Promise.all([
      import('../../scenario/load.js'),
      import('../scenarios.js'),
    ])
    const { problems } = await parseScenario(text, file, scenarioNames(await providersOf([])))
    for (const { path, message } of problems) print.note(`note: ${path}: ${message}`)
    writeWhole(file, text, '--output')
    print.line(`${file}: ${events.length} event${events.length === 1 ? '' : 's'}`)
    print.record({ kind: 'recorded', file, events: events.length })
    return EXIT.done
  },
})
