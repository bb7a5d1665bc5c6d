// `standin resend`: makes one more attempt at deliveries of a running server.

import { createClient } from '../../client/client.js'
import { EmulatorError } from '../../core/errors.js'
import { attemptTexts, serverAttempt } from '../attempt-output.js'
import { defineCommand, EXIT } from '../command.js'
import type { AttemptLine } from '../json-line-kinds.js'
import { cutNote, firstOf } from '../listing.js'
import { counted, plain } from '../print.js'

/** So many attempts are made at once. */
const AT_ONCE = 10

/** Filters of the deliveries that are resent. */
const FILTERS = ['status', 'provider', 'type', 'subscription', 'event', 'url'] as const

export const command = defineCommand({
  usage: '[delivery-id]…',
  args: { min: 0, max: Number.POSITIVE_INFINITY },
  about: [
    'Make one more attempt at deliveries now, with new signatures; --original resends the first attempt byte for byte.',
    'Name the deliveries, or say with --status and the other filters which; the oldest is first, and at most 10 are in flight.',
    'Exit codes: 0 all accepted, 1 one was not accepted, 2 no response to any.',
  ],
  options: ['server', 'token', 'original', ...FILTERS, 'limit'],
  own: { provider: { kind: 'text', value: 'P', help: 'only this provider' } },
  defaults: { limit: 1000 },
  examples: ({ type }) => [
    'resend dl_1',
    'resend dl_1 dl_2 --original',
    'resend --status exhausted',
    `resend --status exhausted --type ${type} --json`,
  ],
  run: async ({ args, options, given, print, signal }) => {
    const client = createClient(options)
    const { status, provider, type, subscription, event, url, limit } = options
    const filtered = FILTERS.some(name => options[name] !== undefined)
    if (filtered === args.length > 0)
      throw new EmulatorError(
        filtered ? 'resend takes ids or filters, not both.' : 'resend needs the id of a delivery, or a filter.',
        {
          code: 'usage',
          where: 'standin resend',
          hint: 'Use standin resend dl_1, or standin resend --status exhausted.',
        },
      )
    if (given.has('limit') && !filtered) print.note('note: --limit has an effect only with a filter')
    let ids = [...new Set(args)]
    if (filtered) {
      const { items, isCut } = await firstOf(limit, most =>
        client.deliveries({ status, provider, type, subscription, event, url }, most),
      )
      if (isCut) print.note(cutNote(limit))
      ids = items.map(({ id }) => id).reverse()
    }
    // An unknown id is refused before anything is sent.
    else for (const id of ids) await client.delivery(id)
    const isSingle = !filtered && args.length === 1
    const made: AttemptLine[] = []
    let skipped = 0
    const text = attemptTexts(print)
    const resend = async (id: string) => {
      try {
        const attempt = await client.resend(id, options.original ? { original: true } : {})
        const line = serverAttempt(attempt.startedAt, await client.delivery(id), attempt)
        made.push(line)
        print.line(text(line))
        print.record(line)
      } catch (error) {
        if (isSingle || !(error instanceof EmulatorError) || error.code !== 'conflict') throw error
        skipped++
        print.line(plain(`${id} was not resent: ${error.message}`))
        print.record({ kind: 'skipped', delivery: id, reason: error.message })
      }
    }
    for (let at = 0; at < ids.length && !signal.aborted; at += AT_ONCE)
      await Promise.all(ids.slice(at, at + AT_ONCE).map(resend))
    const accepted = made.filter(line => line.accepted).length
    const isAnswered = made.some(({ outcome }) => outcome === 'answered')
    const code =
      accepted === ids.length ? EXIT.success : isAnswered || made.length < ids.length ? EXIT.failed : EXIT.couldNotRun
    if (isSingle) return code
    print.line(
      `${counted(made.length, 'delivery').replace(/ys$/, 'ies')} resent, ${accepted} accepted${skipped > 0 ? `, ${skipped} not resent` : ''}`,
    )
    print.record({ kind: 'summary', resent: made.length, accepted, skipped, exitCode: code })
    return code
  },
})
