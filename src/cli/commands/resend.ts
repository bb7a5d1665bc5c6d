// `standin resend`: makes one more attempt at a delivery of a running server.
import { attemptText, serverAttempt } from '../attempt-output.js'
import { createClient } from '../client.js'
import { defineCommand, EXIT } from '../command.js'

export const command = defineCommand({
  usage: '<delivery-id>',
  args: { min: 1, max: 1 },
  about: [
    'Make one more attempt at a delivery now, with a new signature; --original resends the first attempt byte for byte.',
    'Exit codes: 0 accepted, 1 not accepted, 2 no response.',
  ],
  options: ['server', 'token', 'original'],
  examples: () => ['resend dl_1', 'resend dl_1 --original'],
  run: async ({ args: [id = ''], options, print }) => {
    const client = createClient(options)
    const attempt = await client.resend(id, options.original ? { original: true } : {})
    const line = serverAttempt(attempt.startedAt, await client.delivery(id), attempt)
    print.line(attemptText(print, line))
    print.record(line)
    if (line.accepted) return EXIT.success
    return line.outcome === 'answered' ? EXIT.failed : EXIT.couldNotRun
  },
})
