// `standin record`: writes the events of a running server as a scenario file that sends the same payloads.

import { createClient } from '../../client/client.js'
import { EmulatorError } from '../../core/errors.js'
import { defineCommand, EXIT } from '../command.js'
import { writeWhole } from '../files.js'
import { counted } from '../print.js'
import { providersOf } from '../providers.js'

/** As many as a server writes. */
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
    const format = file.endsWith('.json') ? 'json' : 'yaml'
    const { provider, limit } = options
    const { events, text } = await createClient(options).recording({ format, provider, limit })
    const [{ parseScenario }, { namesOf }] = await Promise.all([
      import('../../scenario/load.js'),
      import('../../scenario/names.js'),
    ])
    const { problems } = await parseScenario(text, file, namesOf(await providersOf([])))
    for (const { path, message } of problems) print.note(`note: ${path}: ${message}`)
    writeWhole(file, text, '--output')
    print.line(`${file}: ${counted(events, 'event')}`)
    print.record({ kind: 'recorded', file, events })
    return EXIT.success
  },
})
