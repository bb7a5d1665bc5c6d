// `standin deliveries`: lists the deliveries of a running server; with an id, shows one with its attempts.
import type { Attempt } from '../../api/attempt.js'
import type { DeliveryDetail } from '../../api/delivery.js'
import { createClient } from '../../client/client.js'
import { attemptTexts, serverAttempt, stateAfter } from '../attempt-output.js'
import { defineCommand, EXIT, noteUseless } from '../command.js'
import { cutNote, firstOf } from '../listing.js'
import { clockTime, columns, counted, type Print, plain, shorten } from '../print.js'

function printHeaders(print: Print, mark: string, headers: Attempt['request']['headers']): void {
  for (const { name, value } of headers) print.line(`    ${mark} ${plain(`${name}: ${value}`)}`)
}

/** Characters of a body that are shown. */
const SHOWN = 1000

/** A body on one line: its beginning where it is long, with its length. */
function bodyText(body: string): string {
  if (body.length <= SHOWN) return shorten(body, SHOWN)
  return `${shorten(body, SHOWN)} (the first ${SHOWN} of ${body.length} characters; --json prints all)`
}

function printDelivery(print: Print, delivery: DeliveryDetail): void {
  const { id, provider, channel, type, eventId, url, status, dueAt, dueReason, attempts } = delivery
  print.line(
    plain(`${id}: ${provider}/${channel} ${type}, event ${eventId}, to ${url ?? 'a subscription that was removed'}`),
  )
  print.line(`${status}${dueAt === null ? '' : `, next attempt at ${dueAt} (${plain(String(dueReason))})`}`)
  const text = attemptTexts(print)
  attempts.forEach((attempt, i) => {
    const after = { ...delivery, ...stateAfter(delivery, i) }
    print.line()
    print.line(text(serverAttempt(attempt.startedAt, after, attempt)))
    const { request, response } = attempt
    print.line(`    > ${plain(`${request.method} ${request.url}`)}`)
    printHeaders(print, '>', request.headers)
    const same = attempts.slice(0, i).find(earlier => earlier.request.body === request.body)
    print.line(`    > ${same === undefined ? bodyText(request.body) : `(the same body as in attempt ${same.number})`}`)
    if (response === null) return
    print.line(`    < ${response.status}`)
    printHeaders(print, '<', response.headers)
    if (response.body !== '') print.line(`    < ${bodyText(response.body)}`)
  })
}

/** Options of the list, without a meaning for one delivery. */
const FILTERS = ['status', 'provider', 'type', 'subscription', 'event', 'url', 'limit'] as const

export const command = defineCommand({
  usage: '[delivery-id]',
  args: { min: 0, max: 1 },
  about: ['List the deliveries of a running server, newest first; with an id, show one with its attempts.'],
  options: ['server', 'token', 'status', 'provider', 'type', 'subscription', 'event', 'url', 'limit'],
  defaults: { limit: 50 },
  examples: ({ type }) => [
    'deliveries',
    'deliveries --status waiting',
    `deliveries --type ${type} --limit 5`,
    'deliveries dl_1',
    'deliveries --json',
  ],
  run: async ({ args: [id], options, given, print }) => {
    const client = createClient(options)
    if (id !== undefined) {
      noteUseless({ given, print }, FILTERS, 'with an id')
      const delivery = await client.delivery(id)
      print.record({ kind: 'delivery', ...delivery })
      if (!print.json) printDelivery(print, delivery)
      return EXIT.success
    }
    const { status, provider, type, subscription, event, url, limit } = options
    const { items: deliveries, isCut } = await firstOf(limit, most =>
      client.deliveries({ status, provider, type, subscription, event, url }, most),
    )
    for (const delivery of deliveries) print.record({ kind: 'delivery', ...delivery })
    if (isCut) print.note(cutNote(limit))
    if (print.json) return EXIT.success
    if (deliveries.length === 0) print.note(`No matching deliveries at ${client.server}.`)
    const rows = deliveries.map(({ id, createdAt, provider, type, status, attemptCount, dueReason }) => [
      id,
      clockTime(createdAt),
      `${provider}/${type}`,
      status,
      `${counted(attemptCount, 'attempt')}`,
      dueReason ?? '',
    ])
    for (const line of columns(rows)) print.line(plain(line))
    return EXIT.success
  },
})
