// `standin resend`: one more attempt at a delivery of a running server, now.
import { isJsonObject } from '../../core/json.js'
import { attemptLine, attemptRecord, factsFrom } from '../attempt-output.js'
import { defineCommand, EXIT } from '../command.js'
import { clientOf } from '../connection.js'

export const command = defineCommand({
  usage: '<delivery-id>',
  args: { min: 1, max: 1 },
  about: [
    'Makes one more attempt at a delivery now, signed anew; --original sends the first attempt again byte for byte.',
    'Exit code 0: accepted; 1: answered, but not accepted; 2: not answered.',
  ],
  options: ['server', 'token', 'original'],
  examples: () => ['resend dl_1', 'resend dl_1 --original'],
  run: async ({ args: [id = ''], options, print }) => {
    const client = clientOf(options)
    const path = `/deliveries/${encodeURIComponent(id)}`
    const body = await client.call('POST', `${path}/resend`, options.original ? { original: true } : {})
    const delivery = await client.call('GET', path)
    // The answer is the attempt, bare or under its name.
    const attempt = isJsonObject(body) && isJsonObject(body.attempt) ? body.attempt : body
    if (!isJsonObject(delivery) || !isJsonObject(attempt)) return EXIT.couldNotRun
    const facts = factsFrom(attempt.startedAt, delivery, attempt)
    print.line(attemptLine(print, facts))
    print.record(attemptRecord(facts))
    if (facts.accepted) return EXIT.success
    return facts.outcome?.kind === 'answered' ? EXIT.failed : EXIT.couldNotRun
  },
})
