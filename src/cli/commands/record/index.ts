// `standin record`: what a running server did, as a scenario file that replays to the same payloads.
import { EmulatorError } from '../../../core/errors.js'
import { createClient } from '../../client.js'
import { defineCommand, EXIT } from '../../command.js'
import { writeWhole } from '../../files.js'
import { providersOf } from '../../providers.js'

/** Newest events that are asked for; more do not make a story anybody reads. */
const MOST_EVENTS = 10_000

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Writes what a running server did as a scenario: its events with their payloads, in order, with the time between them.',
    'Secrets are not written; they become variables that are read from the environment.',
  ],
  options: ['output', 'server', 'token', 'provider', 'limit'],
  defaults: { limit: MOST_EVENTS },
  examples: ({ provider }) => ['record -o story.yaml', `record -o story.json --provider ${provider} --limit 20`],
  run: async ({ options, print }) => {
    const file = options.output
    if (file === undefined)
      throw new EmulatorError('standin record needs a file to write.', {
        code: 'usage',
        where: '--output',
        hint: 'Write it as standin record -o story.yaml.',
      })
    const client = createClient(options)
    const { recordingOf } = await import('./recording.js')
    const recording = await recordingOf(client, options)
    const { length } = recording.events
    if (length === 0)
      throw new EmulatorError(`Nothing happened yet at ${client.server}.`, {
        code: 'not_found',
        hint: 'Trigger an event first: standin trigger <provider> <event-type>.',
      })
    const [{ recordScenario, scenarioText }, { parseScenario }, { namesOf }] = await Promise.all([
      import('../../../scenario/record.js'),
      import('../../../scenario/load.js'),
      import('../../../scenario/names.js'),
    ])
    const text = scenarioText(recordScenario(recording), file)
    const { problems } = await parseScenario(text, file, namesOf(await providersOf([])))
    for (const { path, message } of problems) print.note(`note: ${path}: ${message}`)
    writeWhole(file, text, '--output')
    print.line(`${file}: ${length} event${length === 1 ? '' : 's'}`)
    print.record({ kind: 'recorded', file, events: length })
    return EXIT.success
  },
})
