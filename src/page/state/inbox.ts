// The deliveries that the inbox shows, newest first: read page by page from the control API, kept up to date by the journal.
import { signal } from '@preact/signals'
import type { Delivery, ListedDelivery } from '../../api/delivery.js'
import type { Event } from '../../api/event.js'
import type { JournalEntry } from '../../api/journal-entry.js'
import type { Page } from '../../api/page.js'
import type { Subscription } from '../../api/subscription.js'
import { ApiError, get, segment } from '../api.js'
import { listen } from '../stream.js'
import { after } from '../timing.js'

/** What is shown; the names are those of the address and of the API. */
export const FILTERS = ['text', 'provider', 'type', 'status', 'subscription', 'subject'] as const

/** Values of the filters that are set. */
export type Filter = Partial<Record<(typeof FILTERS)[number], string>>

/** The list as it is now. It is changed in place: `version` says when. */
export interface Inbox {
  /** Ids, newest first. */
  readonly ids: readonly string[]
  row(id: string): ListedDelivery | undefined
  /** True until the first page is there. */
  readonly isLoading: boolean
  /** True if there are older ones to load. */
  readonly hasMore: boolean
  readonly failure: unknown
}

/** Deliveries of one page, the most that the API gives. */
const PAGE_SIZE = 500

/** Rows that a search wants before it stops looking further back by itself. */
const ENOUGH = 50

/** Real ms between a change that the page cannot place by itself and the reading of the list. */
const READ_AGAIN_MS = 500

/** Rises with every change of the list. */
export const version = signal(0)

const changed = () => {
  version.value++
}

const has = (text: string | null, part: string) => text?.toLowerCase().includes(part) === true

/** Whether the fields of a row pass the filter; the text is looked for in the payload too, where that is known. */
function fits(row: ListedDelivery, filter: Filter, payload?: Event['payload']): boolean {
  const { provider, type, status, subscription, subject, text } = filter
  if (provider !== undefined && row.provider !== provider) return false
  if (type !== undefined && row.type !== type) return false
  if (status !== undefined && row.status !== status) return false
  if (subscription !== undefined && row.subscriptionId !== subscription) return false
  if (subject !== undefined && row.subject !== subject) return false
  if (text === undefined || payload === undefined) return true
  const part = text.toLowerCase()
  return (
    [row.id, row.eventId, row.provider, row.type, row.subject, row.url].some(field => has(field, part)) ||
    has(JSON.stringify(payload), part)
  )
}

/** Creates the list of one filter, and keeps it up to date until it is stopped. */
export function createInbox(filter: Filter): Inbox & { loadMore(): void; stop(): void } {
  let ids: string[] = []
  const rows = new Map<string, ListedDelivery>()
  const urls = new Map<string, string>()
  const asked = new Set<string>()
  /** What the journal told of since the list was asked for: it is newer than the answer. */
  let heard = new Set<string>()
  let next: string | null = null
  let isLoading = true
  let isBusy = false
  let failure: unknown
  let control = new AbortController()
  let cancelRead = () => {}

  /** Reads pages, older than `before`, until there are some rows; `onFirst` is called before the first is taken in. */
  const read = async (before: string | undefined, onFirst: () => void) => {
    control.abort()
    control = new AbortController()
    const { signal } = control
    isBusy = true
    heard = new Set()
    try {
      let from = before
      let found = 0
      let isFirst = true
      do {
        const page = await get<Page<ListedDelivery>>(
          '/deliveries',
          { ...filter, limit: PAGE_SIZE, before: from },
          signal,
        )
        if (isFirst) onFirst()
        isFirst = false
        const fresh = page.items.filter(({ id }) => !rows.has(id))
        for (const item of page.items) {
          urls.set(item.subscriptionId, item.url)
          if (!heard.has(item.id) || !rows.has(item.id)) rows.set(item.id, item)
        }
        for (const { id } of fresh) ids.push(id)
        found += fresh.length
        next = page.next
        from = page.next ?? undefined
        isLoading = false
        failure = undefined
        changed()
      } while (next !== null && found < ENOUGH)
    } catch (error) {
      if (signal.aborted) return
      failure = error
      isLoading = false
      changed()
    }
    isBusy = false
  }

  /** Starts over with the newest; what is shown stays until they are there. */
  const reload = () =>
    void read(undefined, () => {
      // Newer than the answer is only what was heard meanwhile.
      const newer = ids.filter(id => heard.has(id))
      for (const id of ids) if (!heard.has(id)) rows.delete(id)
      ids = newer
    })

  const readSoon = () => {
    cancelRead()
    cancelRead = after(READ_AGAIN_MS, reload)
  }

  const learnUrl = async (subscription: string) => {
    if (asked.has(subscription)) return
    asked.add(subscription)
    try {
      const { url } = await get<Subscription>(`/subscriptions/${segment(subscription)}`)
      urls.set(subscription, url)
      for (const [id, row] of rows) if (row.subscriptionId === subscription) rows.set(id, { ...row, url })
      changed()
    } catch (error) {
      // It may be removed already: its deliveries are shown without its URL then.
      if (!(error instanceof ApiError)) throw error
    }
  }

  /** Takes in the entries of one frame: many at once cost little more than one. */
  const take = (entries: readonly JournalEntry[]) => {
    const added: string[] = []
    const removed = new Set<string>()
    const update = (delivery: Delivery, more: Partial<ListedDelivery>) => {
      const known = rows.get(delivery.id)
      heard.add(delivery.id)
      if (known === undefined) {
        // Only a filter by what changes lets an older one come in; its other fields are the server's to tell.
        if (filter.status === delivery.status) readSoon()
        return
      }
      const row = { ...known, ...delivery, ...more }
      rows.set(delivery.id, row)
      if (!fits(row, filter)) removed.add(delivery.id)
    }
    for (const entry of entries) {
      if (entry.kind === 'event.triggered')
        for (const delivery of entry.deliveries) {
          const url = urls.get(delivery.subscriptionId)
          if (url === undefined) void learnUrl(delivery.subscriptionId)
          const row = { ...delivery, subject: entry.event.subject, url: url ?? '', lastOutcome: null }
          heard.add(delivery.id)
          if (rows.has(delivery.id) || !fits(row, filter, entry.event.payload)) continue
          rows.set(delivery.id, row)
          added.push(delivery.id)
        }
      else if (entry.kind === 'attempt.started' || entry.kind === 'attempt.completed')
        update(entry.delivery, { lastOutcome: entry.attempt.outcome })
      else if (entry.kind === 'delivery.settled') update(entry.delivery, {})
      else if (entry.kind === 'reset') {
        added.length = 0
        ids = []
        rows.clear()
        next = null
      }
    }
    if (removed.size > 0) {
      ids = ids.filter(id => !removed.has(id))
      for (const id of removed) rows.delete(id)
    }
    const kept = added.filter(id => rows.has(id)).reverse()
    if (kept.length > 0) ids = [...kept, ...ids]
    changed()
  }

  const stopListening = listen({ entries: take, missed: reload })
  reload()
  return {
    get ids() {
      return ids
    },
    get isLoading() {
      return isLoading
    },
    get hasMore() {
      return next !== null
    },
    get failure() {
      return failure
    },
    row: id => rows.get(id),
    loadMore() {
      if (isBusy || next === null) return
      void read(next, () => {})
    },
    stop() {
      stopListening()
      cancelRead()
      control.abort()
    },
  }
}
