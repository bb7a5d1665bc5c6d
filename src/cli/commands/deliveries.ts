// `standin deliveries`: what a running server owes and has delivered; with an id one delivery with its attempts.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { attemptLine, factsFrom } from '../attempt-output.js'
import { defineCommand, EXIT } from '../command.js'
import { clientOf } from '../connection.js'
import { everyItem } from '../paging.js'
import { columns, type Print, plain, shorten } from '../print.js'

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : [])

function headerLines(print: Print, mark: string, headers: Json | undefined): void {
  for (const { name, value } of objects(headers)) print.line(`    ${mark} ${plain(`${name}: ${value}`)}`)
}

function printDelivery(print: Print, delivery: JsonObject): void {
  print.line(
    plain(
      `${delivery.id}: ${delivery.provider}/${delivery.channel} ${delivery.type}, event ${delivery.eventId}, to ${delivery.url ?? 'a subscription that is gone'}`,
    ),
  )
  print.line(
    `${delivery.status}${delivery.dueAt === null ? '' : `, next attempt at ${delivery.dueAt} (${plain(String(delivery.dueReason))})`}`,
  )
  const attempts = objects(delivery.attempts)
  attempts.forEach((attempt, i) => {
    const next = attempts[i + 1]
    // Each attempt led to the one after it; only the last one's follow-up is the delivery's own state.
    const after =
      next === undefined
        ? delivery
        : { ...delivery, status: 'waiting', dueAt: next.dueAt ?? null, dueReason: next.dueReason ?? null }
    print.line()
    print.line(attemptLine(print, factsFrom(attempt.startedAt, after, attempt)))
    const { request, response } = attempt
    if (isJsonObject(request)) {
      print.line(`    > ${plain(`${request.method} ${request.url}`)}`)
      headerLines(print, '>', request.headers)
      print.line(`    > ${shorten(String(request.body), 1000)}`)
    }
    if (isJsonObject(response)) {
      print.line(`    < ${response.status}`)
      headerLines(print, '<', response.headers)
      if (response.body !== '') print.line(`    < ${shorten(String(response.body), 1000)}`)
    }
  })
}

export const command = defineCommand({
  usage: '[delivery-id]',
  args: { min: 0, max: 1 },
  about: ['Lists the deliveries of a running server, newest first; with an id shows one with its attempts.'],
  options: ['server', 'token', 'status', 'provider', 'type', 'subscription', 'event', 'url', 'limit'],
  defaults: { limit: 50 },
  examples: ({ type }) => [
    'deliveries',
    'deliveries --status waiting',
    `deliveries --type ${type} --limit 5`,
    'deliveries dl_1',
    'deliveries --json',
  ],
  run: async ({ args: [id], options, print }) => {
    const client = clientOf(options)
    if (id !== undefined) {
      const delivery = await client.call('GET', `/deliveries/${encodeURIComponent(id)}`)
      if (!isJsonObject(delivery)) return EXIT.couldNotRun
      print.record({ kind: 'delivery', ...delivery })
      if (!print.json) printDelivery(print, delivery)
      return EXIT.success
    }
    const { status, provider, type, subscription, event, url } = options
    const items = await everyItem(
      client,
      '/deliveries',
      { status, provider, type, subscription, event, url },
      options.limit,
    )
    for (const item of items) print.record({ kind: 'delivery', ...item })
    if (print.json) return EXIT.success
    if (items.length === 0) print.note(`No such deliveries at ${client.server}.`)
    const rows = items.map(item => [
      String(item.id),
      String(item.createdAt).slice(0, 19).replace('T', ' '),
      `${item.provider}/${item.type}`,
      String(item.status),
      `${item.attemptCount} attempt${item.attemptCount === 1 ? '' : 's'}`,
      item.dueReason === null || item.dueReason === undefined ? '' : String(item.dueReason),
    ])
    for (const line of columns(rows)) print.line(plain(line))
    return EXIT.success
  },
})
