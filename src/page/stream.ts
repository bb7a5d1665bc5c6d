// The journal as it happens: server-sent events over fetch, which can send the token; resumed after the last entry when lost.
import { effect, signal } from '@preact/signals'
import { createParser } from 'eventsource-parser'
import type { JournalEntry } from '../api/journal-entry.js'
import { ApiError, apiUrl, authorization, needsToken, refused, session } from './api.js'
import { after, oncePerFrame } from './timing.js'

/** How the stream is: `lost` until it is connected again. */
export type Connection = 'connecting' | 'live' | 'lost' | 'refused'

/** How the stream is now. */
export const connection = signal<Connection>('connecting')

/** Why the server refuses to stream, while it does. */
export const refusal = signal<unknown>(undefined)

/** Real ms until the first attempt to connect again, and at most between two. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [250, 5000]

/** The server writes at least every 15 s: a stream that is silent for longer is dead, ms. */
const LONGEST_SILENCE_MS = 40_000

/** What hears the journal. */
export interface Listener {
  /** Entries since the last frame, oldest first. */
  entries(entries: readonly JournalEntry[]): void
  /** The journal has a gap, or is of another process: what was derived from it must be read again. */
  missed(): void
}

const listeners = new Set<Listener>()

/** Calls `listener` with every later entry, once per frame; returns a function that stops it. */
export function listen(listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

let waiting: JournalEntry[] = []
let gap = false
const deliver = oncePerFrame(() => {
  const [entries, wasMissed] = [waiting, gap]
  waiting = []
  gap = false
  for (const listener of listeners) {
    if (wasMissed) listener.missed()
    else listener.entries(entries)
  }
})

/** Seq of the last entry heard, and the journal that it is of. */
let last: number | undefined
let journal: string | null | undefined

function hear(event: string | undefined, data: string): void {
  if (event === 'missed') gap = true
  else {
    const entry: JournalEntry = JSON.parse(data)
    // A server that was started again counts from 1.
    if (last !== undefined && entry.seq <= last) gap = true
    last = entry.seq
    waiting.push(entry)
  }
  deliver()
}

/** Reads one connection to its end. */
async function read(control: AbortController): Promise<void> {
  const response = await fetch(apiUrl('/journal'), {
    headers: {
      accept: 'text/event-stream',
      ...authorization(),
      ...(last === undefined ? {} : { 'last-event-id': String(last) }),
    },
    cache: 'no-store',
    signal: control.signal,
  })
  if (!response.ok) throw await refused(response)
  if (response.body === null) return
  // Seqs of another process, or of another space of this name, say nothing of this one.
  const id = response.headers.get('x-standin-journal')
  if (journal !== undefined && id !== journal) {
    gap = true
    deliver()
  }
  journal = id
  refusal.value = undefined
  const parser = createParser({ onEvent: ({ event, data }) => hear(event, data) })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  // What happened between the reading of a list and now is not in the stream of a first connection.
  if (connection.value !== 'live' && last === undefined) {
    gap = true
    deliver()
  }
  connection.value = 'live'
  wait = FIRST_WAIT_MS
  for (;;) {
    const cancel = after(LONGEST_SILENCE_MS, () => control.abort())
    const { done, value } = await reader.read().finally(cancel)
    if (done) return
    parser.feed(value)
  }
}

let wait = FIRST_WAIT_MS

/** Follows the journal until the returned function is called; reconnects by itself, and at once when the machine is online again. */
export function follow(): () => void {
  let control = new AbortController()
  let wake = () => {}
  let isStopped = false
  const run = async () => {
    while (!isStopped) {
      control = new AbortController()
      try {
        await read(control)
        connection.value = 'lost'
      } catch (error) {
        // Whatever else broke, the connection is lost, and made again below.
        const isRefused = error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500
        connection.value = isRefused ? 'refused' : 'lost'
        refusal.value = isRefused ? error : undefined
      }
      if (isStopped) return
      await new Promise<void>(resolve => {
        // Only a person can give a token; a missing space may be made by others.
        const cancel = needsToken.value ? () => {} : after(wait, resolve)
        wake = () => {
          cancel()
          resolve()
        }
      })
      wait = Math.min(LONGEST_WAIT_MS, wait * 2)
    }
  }
  const online = () => wake()
  addEventListener('online', online)
  const stopSession = effect(() => {
    if (session.value > 0) wake()
  })
  void run()
  return () => {
    isStopped = true
    removeEventListener('online', online)
    stopSession()
    control.abort()
    wake()
  }
}
