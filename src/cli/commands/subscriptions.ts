// `standin subscriptions`: lists the subscriptions of a running server.
import { createClient } from '../../client/client.js'
import { defineCommand, EXIT } from '../command.js'
import { cutNote, firstOf } from '../listing.js'
import { columns, plain } from '../print.js'

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: ['List the subscriptions of a running server. Secrets are masked.'],
  options: ['server', 'token', 'provider', 'limit'],
  defaults: { limit: 500 },
  examples: ({ provider }) => [
    'subscriptions',
    `subscriptions --provider ${provider}`,
    'subscriptions --server http://127.0.0.1:4010 --json',
  ],
  run: async ({ options, print }) => {
    const client = createClient(options)
    const { provider, limit } = options
    const { items: subscriptions, isCut } = await firstOf(limit, most => client.subscriptions({ provider }, most))
    for (const subscription of subscriptions) print.record({ kind: 'subscription', ...subscription })
    if (isCut) print.note(cutNote(limit))
    if (print.json) return EXIT.success
    if (subscriptions.length === 0) print.note(`No subscriptions at ${client.server}.`)
    const rows = subscriptions.map(({ id, provider, channel, url, eventTypes, active }) => [
      id,
      `${provider}/${channel}`,
      eventTypes.join(' '),
      active ? 'active' : 'inactive',
      url,
    ])
    for (const line of columns(rows)) print.line(plain(line))
    return EXIT.success
  },
})
