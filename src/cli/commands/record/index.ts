// `standin record`: writes the events of a running server as a scenario file that sends the same payloads.

import { EmulatorError } from '../../../core/errors.js'
import { createClient } from '../../client.js'
import { defineCommand, EXIT } from '../../command.js'
import { writeWhole } from '../../files.js'
import { counted } from '../../print.js'
import { providersOf } from '../../providers.js'

/** Events by default; nobody reads a longer scenario. */
const DEFAULT_LIMIT = 10_000

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Write the events of a running server as a scenario: in order, with their payloads and the time between them.',
    'Secrets are not written; they become variables read from the environment.',
  ],
  options: ['output', 'server', 'token', 'provider', 'limit'],
  defaults: { limit: DEFAULT_LIMIT },
  examples: ({ provider }) => ['record -o story.yaml', `record -o story.json --provider ${provider} --limit 20`],
  run: async ({ options, print }) => {
    const file = options.output
    if (file === undefined)
      throw new EmulatorError('--output is missing.', {
        code: 'usage',
        where: '--output',
        hint: 'Use standin record -o story.yaml.',
      })
    const client = createClient(options)
    const { recordingOf } = await import('./recording.js')
    const recording = await recordingOf(client, options)
    const { length } = recording.events
    if (length === 0)
      throw new EmulatorError(`No events at ${client.server}.`, {
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
    print.line(`${file}: ${counted(length, 'event')}`)
    print.record({ kind: 'recorded', file, events: length })
    return EXIT.success
  },
})
