// `standin ready`: checks that a server responds, at once or within a time.
import { createClient } from '../../client/client.js'
import { waitForServer } from '../../client/wait.js'
import { defineCommand, EXIT, noteUseless } from '../command.js'

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Check that a server is ready; with --wait, retry until it is or --timeout ends.',
    'Exit codes: 0 ready, 2 not ready.',
  ],
  options: ['server', 'token', 'wait', 'timeout'],
  defaults: { timeout: 30_000 },
  examples: () => ['ready', 'ready --wait --timeout 30s', 'ready --server http://127.0.0.1:4010 --json'],
  run: async ({ options, given, print }) => {
    if (!options.wait) noteUseless({ given, print }, ['timeout'], 'without --wait')
    const client = createClient(options)
    const health = await waitForServer(client, options.wait ? options.timeout : 0)
    print.line(`ready: ${client.server}`)
    print.record({ kind: 'ready', server: client.server, ...health })
    return EXIT.success
  },
})
