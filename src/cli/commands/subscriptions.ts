// `standin subscriptions`: the subscriptions of a running server.
import { defineCommand, EXIT } from '../command.js'
import { clientOf } from '../connection.js'
import { everyItem } from '../paging.js'
import { columns, plain } from '../print.js'

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: ['Lists the subscriptions of a running server. Secrets are masked.'],
  options: ['server', 'token', 'provider', 'limit'],
  defaults: { limit: 500 },
  examples: ({ provider }) => [
    'subscriptions',
    `subscriptions --provider ${provider}`,
    'subscriptions --server http://127.0.0.1:4010 --json',
  ],
  run: async ({ options, print }) => {
    const client = clientOf(options)
    const items = await everyItem(client, '/subscriptions', { provider: options.provider }, options.limit)
    for (const item of items) print.record({ kind: 'subscription', ...item })
    if (print.json) return EXIT.success
    if (items.length === 0) print.note(`No subscriptions at ${client.server}.`)
    const rows = items.map(({ id, provider, channel, url, eventTypes, active }) => [
      String(id),
      `${provider}/${channel}`,
      Array.isArray(eventTypes) ? eventTypes.join(' ') : '',
      active === false ? 'inactive' : 'active',
      String(url),
    ])
    for (const line of columns(rows)) print.line(plain(line))
    return EXIT.success
  },
})
