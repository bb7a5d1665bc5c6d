// `standin ready`: whether a server answers, at once or within a time.
import { awaitServer } from '../client.js'
import { defineCommand, EXIT } from '../command.js'
import { clientOf } from '../connection.js'

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: ['Exit code 0 when the server answers, 2 when it does not. With --wait tries again until --timeout.'],
  options: ['server', 'token', 'wait', 'timeout'],
  defaults: { timeout: 30_000 },
  examples: () => ['ready', 'ready --wait --timeout 30s', 'ready --server http://127.0.0.1:4010 --json'],
  run: async ({ options, print }) => {
    const client = clientOf(options)
    const health = await awaitServer(client, options.wait ? options.timeout : 0)
    print.line(`ready: ${client.server}`)
    print.record({ kind: 'ready', server: client.server, ...health })
    return EXIT.success
  },
})
