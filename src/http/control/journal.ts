// The journal as a stream of server-sent events that can be resumed.
import { SSEStreamingApi } from 'hono/streaming'
import * as z from 'zod'
import { journalEntry, type JournalEntry as Shown } from '../../api/journal-entry.js'
import type { Journal, JournalEntry } from '../../core/journal.js'
import type { Emulator } from '../../emulator/contract.js'
import type { ServerRequest } from '../exchange.js'
import { runStateView } from '../runs.js'
import { controlRoute, type Family } from './route.js'
import { verificationView } from './verification-views.js'
import { attemptSummaryView, deliveryView, eventView, subjectView } from './views.js'

/** Real ms between comments that keep an idle connection open. */
const HEARTBEAT_MS = 15_000

/** An entry as the stream shows it: masked, times in RFC 3339. */
function entryView(emulator: Emulator, happened: JournalEntry): Shown {
  const base = { seq: happened.seq, at: new Date(happened.at).toISOString() }
  switch (happened.kind) {
    case 'event.triggered':
      return {
        ...base,
        kind: happened.kind,
        event: eventView(emulator, happened.event),
        deliveries: happened.deliveries.map(deliveryView),
        ...(happened.warnings && { warnings: happened.warnings }),
      }
    case 'attempt.started':
    case 'attempt.completed':
      return {
        ...base,
        kind: happened.kind,
        delivery: deliveryView(happened.delivery),
        attempt: attemptSummaryView(happened.attempt),
      }
    case 'delivery.settled':
      return { ...base, kind: happened.kind, delivery: deliveryView(happened.delivery) }
    case 'subject.moved':
      return { ...base, kind: happened.kind, subject: subjectView(emulator, happened.subject) }
    case 'clock.moved':
      return { ...base, kind: happened.kind, to: new Date(happened.to).toISOString() }
    case 'run.started':
    case 'run.ended':
      return { ...base, kind: happened.kind, run: runStateView(happened.run) }
    case 'verification.started':
    case 'verification.ended':
      return { ...base, kind: happened.kind, verification: verificationView(happened.verification) }
    default:
      return { ...happened, ...base }
  }
}

/** When each journal was first read, ms: after a restart a reader learns from it that the seqs it knows are of another one. */
const ids = new WeakMap<Journal, string>()

/** The journal's name in the header that every stream begins with. */
function idOf({ journal, clock }: Emulator): string {
  const known = ids.get(journal) ?? `${clock.wall()}`
  ids.set(journal, known)
  return known
}

/** The seq that a reader has seen; undefined: it starts from now. A number beyond the journal's is of an earlier process: all is new. */
function startOf(request: ServerRequest, since: number | undefined, journal: Journal): number | undefined {
  const header = request.headers().get('last-event-id')
  const last = header !== null && /^\d+$/.test(header) ? Number(header) : since
  return last !== undefined && last > journal.lastSeq() ? 0 : last
}

/** Sends the journal at the reader's own pace, until it disconnects or the space is gone. It keeps nothing for a slow reader. */
async function follow(
  stream: SSEStreamingApi,
  { emulator, after, gone }: { emulator: Emulator; after: number | undefined; gone: AbortSignal },
): Promise<void> {
  const { journal, clock } = emulator
  let sent = after ?? journal.lastSeq()
  let over = gone.aborted
  let wake = () => {}
  const stop = journal.listen(() => wake())
  const leave = () => {
    over = true
    wake()
  }
  gone.addEventListener('abort', leave)
  stream.onAbort(leave)
  /** Until something happens (false) or a heartbeat is due (true). */
  const silent = () =>
    new Promise<boolean>(resolve => {
      const cancel = clock.alarm(HEARTBEAT_MS, () => resolve(true))
      wake = () => {
        cancel()
        resolve(false)
      }
    })
  try {
    await stream.write('retry: 1000\n\n')
    while (!over) {
      const before = sent
      // One at a time: what is read back of it must still be there when it is sent.
      const { entries, missed } = journal.since(sent, 1)
      const [entry] = entries
      sent = entry?.seq ?? journal.lastSeq()
      const data = entry && JSON.stringify(entryView(emulator, entry))
      if (missed) await stream.writeSSE({ event: 'missed', data: JSON.stringify({ after: before }) })
      if (entry && data !== undefined) await stream.writeSSE({ id: String(entry.seq), event: entry.kind, data })
      else if (!missed && (await silent()) && !over) await stream.write(': still here\n\n')
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    journal.record({ kind: 'internal-error', doing: 'the journal stream', message })
    await stream.writeSSE({ event: 'error', data: message })
  } finally {
    stop()
    gone.removeEventListener('abort', leave)
    await stream.close()
  }
}

export const journalFamily: Family = {
  name: 'journal',
  about: 'The live stream of what happens.',
  routes: [
    controlRoute({
      id: 'followJournal',
      method: 'GET',
      path: '/_standin/journal',
      summary: 'Streams the journal as server-sent events: from now on, or after Last-Event-ID or `since`.',
      description:
        'An event named `missed` means that entries in between are no longer kept. A comment is sent every 15 seconds when nothing happens. The header X-Standin-Journal differs when the journal is another one, after a restart: its seqs begin at 1 again.',
      query: z.strictObject({
        since: z.coerce
          .number()
          .int()
          .min(0)
          .optional()
          .meta({ description: 'Start after this seq; 0: everything that is kept.' }),
      }),
      answers: { 200: { description: 'The stream.', schema: journalEntry, contentType: 'text/event-stream' } },
      handler: ({ emulator, request, query, space }) => {
        const after = startOf(request, query.since, emulator.journal)
        // Nobody would read the stream, nor end it.
        if (request.method === 'HEAD')
          return new Response(null, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
        const stream = new SSEStreamingApi(writable, readable)
        void follow(stream, { emulator, after, gone: space.gone })
        return new Response(stream.responseReadable, {
          headers: {
            'cache-control': 'no-store',
            connection: 'keep-alive',
            'content-type': 'text/event-stream',
            'transfer-encoding': 'chunked',
            'x-accel-buffering': 'no',
            'x-standin-journal': idOf(emulator),
          },
        })
      },
    }),
  ],
}
